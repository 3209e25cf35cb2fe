package io.github.doorwarden.identity;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// From the claims of an access token that somebody else issued to what this house knows of a caller: one table for the
/// spellings that providers have (RFC 9068, Auth0, Entra, Okta, Cognito, Keycloak). Immutable.
final class AccessClaims {

    private static final List<String> CLIENT = List.of("client_id", "azp", "cid", "appid");
    private static final List<String> ONLY_IN_ID_TOKENS = List.of("nonce", "at_hash", "c_hash", "s_hash", "events");
    private static final List<String> SIGNS_OF_ACCESS = List.of("scope", "scp", "permissions", "roles");

    private final TrustedIssuer trusted;
    private final String prefix;
    private final Set<String> resources;
    private final Limits limits;
    private final InstantSource clock;

    /// @param prefix    goes before `sub`, `client_id` and tenants, so that nobody of two issuers is ever the same
    /// @param resources identifiers of the endpoints
    AccessClaims(TrustedIssuer trusted, String prefix, Collection<URI> resources, Limits limits, InstantSource clock) {
        this.trusted = trusted;
        this.prefix = prefix;
        this.resources = resources.stream().map(URI::toString).collect(Collectors.toUnmodifiableSet());
        this.limits = limits;
        this.clock = clock;
    }

    /// @throws TokenRefused when a JWT of this type is no access token (RFC 9068 §4, RFC 8725 §3.11)
    void type(IssuerTokens.Signed token, String id) {
        if (token.type().equals("at+jwt")) {
            return;
        }
        if (!trusted.plainJwt() || !(token.type().isEmpty() || token.type().equals("jwt"))) {
            throw TokenRefused.invalid("its type is not at+jwt: an ID token or another JWT was sent in the place of an "
                    + "access token" + (token.type().isEmpty() || token.type().equals("jwt")
                    ? ", or this provider writes another type, which the operator has to allow" : ""), id);
        }
        var claims = token.claims();
        var use = claims.one("token_use").or(() -> claims.one("typ")).orElse("");
        var access = use.equalsIgnoreCase("access") || use.equalsIgnoreCase("Bearer")
                || use.isEmpty() && SIGNS_OF_ACCESS.stream().anyMatch(claims::has);
        if (!access || ONLY_IN_ID_TOKENS.stream().anyMatch(claims::has)) {
            throw TokenRefused.invalid("it looks like an ID token, which says who somebody is and opens no door", id);
        }
    }

    /// @throws TokenRefused when issuer, times, audience or subject are not in order
    VerifiedToken read(Claims claims, String id) {
        issuer(claims, id);
        var expires = times(claims, id);
        var subject = required(claims.one("sub"), "sub", id);
        var client = required(CLIENT.stream().flatMap(name -> claims.one(name).stream()).findFirst(),
                "client_id, azp or cid", id);
        return new VerifiedToken(prefix + subject, prefix + client, service(claims, subject, client),
                claims.email(trusted.emailClaim(), trusted.vouchesForEmails()), scopes(claims), audiences(claims, id),
                Optional.empty(),
                claims.one("jti").or(() -> claims.one("uti")).filter(text -> text.matches("[!-~]{1,128}"))
                        .orElse(id), expires,
                new SignIn(claims.time("auth_time"), claims.one("acr"), Set.copyOf(claims.all("amr"))),
                boundTo(claims, id), tenant(claims, id));
    }

    /// Empty when the token names none, and the house's own lists choose. What names an organisation in a way that
    /// cannot be told opens nothing: those lists could choose another one.
    private Optional<String> tenant(Claims claims, String id) {
        if (trusted.tenantClaim().isEmpty()) {
            return Optional.empty();
        }
        var name = trusted.tenantClaim().get();
        var tenant = claims.one(name);
        if (claims.all(name).size() > 1 || claims.isNested(name)
                || tenant.filter(text -> text.length() > Limits.TENANT_CHARS).isPresent()) {
            throw TokenRefused.invalid("its claim of the organisation, " + name + ", is not one short text", id);
        }
        return tenant.map(text -> prefix + text);
    }

    /// A binding that cannot be checked here opens nothing (RFC 7800 §3.1).
    private static Optional<String> boundTo(Claims claims, String id) {
        var ways = claims.confirmation();
        if (claims.has("cnf") && !ways.keySet().equals(Set.of("jkt"))) {
            throw TokenRefused.invalid("it is bound in another way than by DPoP", id);
        }
        return Optional.ofNullable(ways.get("jkt"));
    }

    Entitlement.Subject subject(Claims claims) {
        return new Entitlement.Subject(trusted.issuer(), claims.one("sub").orElse(""),
                claims.email(trusted.emailClaim(), trusted.vouchesForEmails()), claims);
    }

    private void issuer(Claims claims, String id) {
        if (!claims.one("iss").equals(Optional.of(trusted.issuer()))) {
            throw TokenRefused.invalid("its issuer is not " + trusted.issuer(), id);
        }
    }

    private Instant times(Claims claims, String id) {
        var now = clock.instant();
        var expires = claims.time("exp").orElseThrow(() -> TokenRefused.invalid("it has no expiry", id));
        if (!now.isBefore(expires)) {
            throw TokenRefused.expired(expires, id);
        }
        if (Stream.of("nbf", "iat").flatMap(name -> claims.time(name).stream())
                .anyMatch(from -> from.isAfter(now.plus(limits.clockSkew())))) {
            throw TokenRefused.invalid("it is not valid yet", id);
        }
        return expires;
    }

    /// What the token is for, in the house's own words: an audience that the configuration names stands for every
    /// endpoint; otherwise the token itself must name one.
    private Set<String> audiences(Claims claims, String id) {
        var said = Set.copyOf(claims.all(trusted.audienceClaim()));
        if (said.stream().anyMatch(trusted.audiences()::contains)) {
            return resources;
        }
        if (trusted.audienceClaim().equals("aud") && trusted.audiences().isEmpty()) {
            return said;
        }
        throw TokenRefused.invalid("it was issued for somebody else: its " + trusted.audienceClaim()
                + " is none of those that are taken here", id);
    }

    private Set<String> scopes(Claims claims) {
        var all = new LinkedHashSet<String>();
        trusted.scopeClaims().forEach(name -> all.addAll(claims.words(name)));
        return all.stream().limit(Limits.CLAIM_VALUES).collect(Collectors.toUnmodifiableSet());
    }

    /// `sub` is the client itself (RFC 9068 §2.2, Okta), or the provider says so in a way of its own.
    private static boolean service(Claims claims, String subject, String client) {
        return subject.equals(client) || subject.equals(client + "@clients")
                || claims.one("gty").equals(Optional.of("client-credentials"))
                || claims.one("idtyp").equals(Optional.of("app"));
    }

    private static String required(Optional<String> value, String claim, String id) {
        return value.orElseThrow(() -> TokenRefused.invalid("it has no " + claim, id));
    }
}
