package io.github.doorwarden.app.config;

import io.github.doorwarden.authserver.UpstreamProvider;
import io.github.doorwarden.identity.TrustedIssuer;
import io.github.doorwarden.identity.TrustedIssuer.Introspection;
import io.github.doorwarden.upstream.ProviderCalls;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the configuration says of identity providers elsewhere.
///
/// @param allowedEmails addresses, or domains with an @ before them; empty: any
/// @param entitlement   name of a class
/// @param verifier      name of a class
/// @param aliases       paths that stand for others
public record ElsewhereConfig(List<TrustedIssuer> issuers, List<UpstreamProvider> providers,
        List<String> allowedEmails, Optional<String> entitlement, Optional<String> verifier,
        Map<String, String> aliases) {

    private static final String IDENTIFIER = "must be an https address without query, such as "
            + "https://login.example.com/; on this machine http will do.";

    public ElsewhereConfig {
        issuers = List.copyOf(issuers);
        providers = List.copyOf(providers);
        allowedEmails = List.copyOf(allowedEmails);
        aliases = Map.copyOf(aliases);
    }

    /// Whether an issuer is a companion, whose address is not known yet.
    boolean isWaiting() {
        return issuers.stream().anyMatch(each -> each.issuer().contains("${"))
                || providers.stream().anyMatch(each -> each.issuer().contains("${"));
    }

    /// The same with all issuers known.
    ///
    /// @throws IllegalArgumentException with a sentence
    ElsewhereConfig settled(Variables variables) {
        return new ElsewhereConfig(issuers.stream().map(each -> each.at(known(each.issuer(), variables))).toList(),
                providers.stream().map(each -> each.at(known(each.issuer(), variables))).toList(), allowedEmails,
                entitlement, verifier, aliases);
    }

    private static String known(String issuer, Variables variables) {
        var resolved = variables.resolve(issuer);
        if (!isIdentifier(resolved)) {
            throw new IllegalArgumentException(resolved + " cannot be an issuer: it " + IDENTIFIER);
        }
        return resolved;
    }

    /// @param in the section `authorization`
    static ElsewhereConfig read(Section in, Config.Mode mode) {
        var issuers = new ArrayList<TrustedIssuer>();
        in.named("issuers").forEach((name, issuer) -> issuers.add(issuer(name, issuer)));
        var providers = new ArrayList<UpstreamProvider>();
        in.named("providers").forEach((name, provider) -> {
            if (name.matches("[a-z0-9-]{1,40}")) {
                providers.add(provider(name, provider));
            } else {
                in.mistake("providers", "has the name " + name + ". A name has a-z, 0-9 and -, at most 40 of them.");
            }
        });
        var all = new ElsewhereConfig(issuers, providers, in.texts("allowed_emails"), given(in.text("entitlement")),
                given(in.text("verifier")), aliases(in));
        if (mode == Config.Mode.EXTERNAL && issuers.isEmpty() && all.verifier.isEmpty()) {
            in.mistake("issuers", "is missing. With mode: external name at least one provider whose tokens are taken, "
                    + "or a class of yours as verifier.");
        }
        if (issuers.stream().filter(issuer -> issuer.introspection().isPresent()).count() > 1) {
            in.mistake("issuers", "has introspection more than once. An opaque token does not say whose it is, so one "
                    + "provider would be sent the living tokens of another: keep it with one, or take a class of "
                    + "yours as verifier.");
        }
        if (mode == Config.Mode.PROXIED && providers.size() != 1) {
            in.mistake("providers", "must have exactly one provider with mode: proxied, and has " + providers.size()
                    + ".");
        }
        return all;
    }

    private static Optional<String> given(Optional<String> text) {
        return text.filter(value -> !value.isBlank());
    }

    private static TrustedIssuer issuer(String name, Section in) {
        var introspection = introspection(in.section("introspection"));
        var algorithms = algorithms(in);
        var claim = in.choice("audience_claim");
        var audiences = Set.copyOf(in.texts("audiences"));
        if (claim.equals("client_id") && audiences.isEmpty()) {
            in.mistake("audiences", "is missing. With audience_claim: client_id, name the clients whose tokens are "
                    + "taken.");
        }
        var issuer = new TrustedIssuer(name, identifier(in), audiences, claim, algorithms, in.flag("plain_jwt"),
                in.texts("scope_claims"), in.textOrEmpty("email_claim"), in.flag("vouches_for_emails"),
                given(in.text("tenant_claim")), introspection);
        in.end();
        return issuer;
    }

    private static Optional<Introspection> introspection(Section in) {
        var id = in.textOrEmpty("client_id");
        var endpoint = in.address("endpoint");
        endpoint.filter(uri -> !ProviderCalls.mayCall(uri)).ifPresent(uri ->
                in.mistake("endpoint", "must be https: tokens travel there. On this machine http will do."));
        var secret = in.secret("client_secret");
        if (!id.isEmpty() && secret.isEmpty()) {
            in.need("client_secret");
        }
        var read = new Introspection(endpoint, id, secret.map(Secret::reveal).orElse(""),
                in.choice("authentication").equals("client_secret_post"), in.duration("cached_for"));
        in.end();
        return id.isEmpty() ? Optional.empty() : Optional.of(read);
    }

    private static UpstreamProvider provider(String name, Section in) {
        var scopes = in.texts("scopes");
        if (!scopes.contains("openid")) {
            in.mistake("scopes", "must have openid: without it the provider does not say who somebody is.");
        }
        var provider = new UpstreamProvider(name, in.text("label").orElse(name), identifier(in),
                in.textOrEmpty("client_id"), in.secret("client_secret").map(Secret::reveal).orElse(""),
                in.choice("authentication").equals("client_secret_post"), scopes, in.flag("resource_as_scope"),
                in.flag("link_by_email"), algorithms(in), in.textOrEmpty("email_claim"), in.flag("vouches_for_emails"),
                ClientKeyRows.read(in));
        in.end();
        return provider;
    }

    private static Set<String> algorithms(Section in) {
        var algorithms = in.texts("algorithms");
        if (algorithms.isEmpty()) {
            in.mistake("algorithms", "is empty, so that no signature could be taken.");
        }
        return algorithms.isEmpty() || !TrustedIssuer.ALGORITHMS.containsAll(algorithms) ? Set.of("RS256")
                : Set.copyOf(algorithms);
    }

    /// A template when it is a companion's.
    private static String identifier(Section in) {
        var text = in.early(in.textOrEmpty("issuer"));
        if (text.isEmpty() || text.contains("${") || isIdentifier(text)) {
            return text;
        }
        in.mistake("issuer", IDENTIFIER);
        return "https://invalid.example";
    }

    /// RFC 8414 §2: no query, no fragment; https, but on this machine.
    private static boolean isIdentifier(String text) {
        try {
            var uri = URI.create(text);
            return ProviderCalls.mayCall(uri) && uri.getRawQuery() == null && uri.getRawFragment() == null;
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }

    private static Map<String, String> aliases(Section in) {
        var aliases = in.pairs("aliases");
        aliases.forEach((alias, path) -> {
            if (!alias.matches("(/[A-Za-z0-9._~-]+)+") || !path.matches("(/[A-Za-z0-9._~-]+)+")) {
                in.mistake("aliases", "has " + alias + ": " + path + ". Both must be paths such as /oauth2/token.");
            }
        });
        return aliases;
    }
}
