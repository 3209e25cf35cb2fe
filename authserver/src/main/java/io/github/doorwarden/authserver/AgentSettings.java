package io.github.doorwarden.authserver;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Which grants this server has, and what it takes for proof from elsewhere.
///
/// @param grants             grant types by their names on the wire; one that nothing is configured for is not offered
/// @param pushed             authorization requests by RFC 9126
/// @param tokenEndpointAudience ids of clients, or hosts of clients' documents, whose assertions may name the token
///                           endpoint as their audience, as RFC 7523 had it
public record AgentSettings(Set<String> grants, Pushed pushed, Set<String> tokenEndpointAudience,
        List<TrustedIssuer> issuers, List<Exchange> exchanges) {

    /// Whether clients may push their authorization requests, or must.
    public enum Pushed { OFF, OFFERED, REQUIRED }

    /// All grant types that this server can have, in order.
    public static final List<String> GRANT_TYPES = GrantType.IN_ORDER;

    public static final AgentSettings STANDARD =
            new AgentSettings(GrantType.ALL, Pushed.OFFERED, Set.of(), List.of(), List.of());

    public AgentSettings {
        grants = Set.copyOf(grants);
        tokenEndpointAudience = Set.copyOf(tokenEndpointAudience);
        issuers = List.copyOf(issuers);
        exchanges = List.copyOf(exchanges);
    }

    /// An issuer elsewhere whose assertions count here (RFC 7523 §3).
    ///
    /// @param name         for the operator
    /// @param issuer       compared as a string
    /// @param jwks         its keys, as a JSON key set; else they are at `jwksUri`, else where its discovery document
    ///                     says
    /// @param audience     how its assertions name this server
    /// @param once         whether an assertion is good for one token alone
    /// @param emailDomains that it speaks for: a person with such an address may be found or made by it
    /// @param resources    that its assertions may be for; empty: any
    /// @param scopes       at most these for people who come by it; empty: any
    /// @param workloads    whom its assertions may speak for, with `WORKLOAD` alone
    /// @param presenters   who may bring its assertions, with `ID_JAG` alone
    public record TrustedIssuer(String name, String issuer, Kind kind, Optional<URI> jwksUri, Optional<String> jwks,
            Audience audience, boolean once, Set<String> emailDomains, Set<String> resources, Set<String> scopes,
            List<Workload> workloads, Presenters presenters) {

        /// With the usual presenters.
        public TrustedIssuer(String name, String issuer, Kind kind, Optional<URI> jwksUri, Optional<String> jwks,
                Audience audience, boolean once, Set<String> emailDomains, Set<String> resources, Set<String> scopes,
                List<Workload> workloads) {
            this(name, issuer, kind, jwksUri, jwks, audience, once, emailDomains, resources, scopes, workloads,
                    Presenters.USUAL);
        }

        /// `ID_JAG`: what an enterprise's identity provider says of its people. `WORKLOAD`: what a platform says of
        /// programs that run on it.
        public enum Kind { ID_JAG, WORKLOAD }

        /// The issuer as recent drafts have it, or the token endpoint as older ones.
        public enum Audience { ISSUER, TOKEN_ENDPOINT, EITHER }

        public TrustedIssuer {
            emailDomains = Set.copyOf(emailDomains);
            resources = Set.copyOf(resources);
            scopes = Set.copyOf(scopes);
            workloads = List.copyOf(workloads);
            if (kind == Kind.ID_JAG && !once) {
                throw new IllegalArgumentException("An ID-JAG is good for one token: once cannot be off for "
                        + name + ".");
            }
        }
    }

    /// The clients that may bring an ID-JAG.
    ///
    /// @param kinds     how they may have become known
    /// @param publicOnes also such as prove nothing of themselves: then whoever gets hold of an ID-JAG before its
    /// client
    ///                  uses it can use it (the draft says SHOULD NOT)
    public record Presenters(Set<Client.Kind> kinds, boolean publicOnes) {

        /// Those that the operator registered, with credentials.
        public static final Presenters USUAL = new Presenters(Set.of(Client.Kind.PRE_REGISTERED), false);

        public Presenters {
            kinds = Set.copyOf(kinds);
        }
    }

    /// A program that signs in by what its platform says of it.
    ///
    /// @param name      becomes `client_id` and `sub` of its tokens
    /// @param subject   its `sub`, or what that begins with and a `*`
    /// @param claims    that must have these values
    /// @param resources that it may call; empty: any
    /// @param scopes    that it may have
    public record Workload(String name, String subject, Map<String, String> claims, Set<String> resources,
            Set<String> scopes) {

        public Workload {
            claims = Map.copyOf(claims);
            resources = Set.copyOf(resources);
            scopes = Set.copyOf(scopes);
            if (subject.isBlank() || subject.equals("*") && claims.isEmpty()) {
                throw new IllegalArgumentException("The workload " + name + " would be anybody: give it a subject.");
            }
        }
    }

    /// A client that may turn tokens which it received at one resource into tokens for another (RFC 8693).
    ///
    /// @param from   resource that the token was issued for
    /// @param to     resource that the new one is for
    /// @param scopes at most these, and never more than the token has; empty: those of the token
    public record Exchange(String client, String from, String to, Set<String> scopes) {

        public Exchange {
            scopes = Set.copyOf(scopes);
        }
    }

    /// The program whose tokens have that `client_id`.
    public Optional<Workload> workload(String name) {
        return issuers.stream().flatMap(issuer -> issuer.workloads.stream()).filter(one -> one.name.equals(name))
                .findFirst();
    }

    /// The same with every resource by its identifier.
    public AgentSettings withResources(UnaryOperator<String> identifier) {
        return new AgentSettings(grants, pushed, tokenEndpointAudience,
                issuers.stream().map(one -> new TrustedIssuer(one.name, one.issuer, one.kind, one.jwksUri, one.jwks,
                        one.audience, one.once, one.emailDomains, all(one.resources, identifier), one.scopes,
                        one.workloads.stream().map(each -> new Workload(each.name, each.subject, each.claims,
                                all(each.resources, identifier), each.scopes)).toList(), one.presenters)).toList(),
                exchanges.stream().map(one -> new Exchange(one.client, identifier.apply(one.from),
                        identifier.apply(one.to), one.scopes)).toList());
    }

    private static Set<String> all(Set<String> resources, UnaryOperator<String> identifier) {
        return Set.copyOf(resources.stream().map(identifier).toList());
    }

    boolean offers(String grantType) {
        return grants.contains(grantType) && switch (grantType) {
            case GrantType.JWT_BEARER -> !issuers.isEmpty();
            case GrantType.TOKEN_EXCHANGE -> !exchanges.isEmpty();
            default -> true;
        };
    }

    /// What a client may be registered for that nobody here vouches for.
    Set<String> grantsOf(Client.Kind kind) {
        var all = new HashSet<>(GrantType.WITH_A_PERSON);
        if (hasIssuers(TrustedIssuer.Kind.ID_JAG) && issuers.stream().anyMatch(one ->
                one.kind == TrustedIssuer.Kind.ID_JAG && one.presenters.kinds.contains(kind))) {
            all.add(GrantType.JWT_BEARER);
        }
        return all;
    }

    boolean hasIssuers(TrustedIssuer.Kind kind) {
        return offers(GrantType.JWT_BEARER) && issuers.stream().anyMatch(one -> one.kind == kind);
    }
}
