package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.address;
import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.late;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.pairs;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;
import static io.github.doorwarden.app.config.Key.time;

import io.github.doorwarden.identity.TrustedIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The rows of [Keys] about identity providers elsewhere.
final class ElsewhereKeys {

    private static final List<String> USUAL = List.of("RS256", "PS256", "ES256");

    private static final String VOUCHES = "Believes its e-mail addresses although it does not say "
            + "`email_verified`, or the claim is another than `email`. Only for a provider that lets nobody have an "
            + "address that it has not checked: lists of people and tiers go by addresses. One that it calls "
            + "unverified is never believed.";

    private ElsewhereKeys() {}

    static List<Key> all() {
        var all = new ArrayList<Key>();
        all.addAll(admission());
        all.addAll(issuers());
        all.addAll(providers());
        return all;
    }

    private static List<Key> admission() {
        return List.of(
                texts("authorization.allowed_emails", "With `external` and `proxied`, and for people who sign in with "
                        + "a provider: addresses, or domains such as `@example.com`, of those who may come in. Without "
                        + "any, everybody whom the provider vouches for."),
                text("authorization.entitlement", "The same: a class on the class path that implements "
                        + "`io.github.doorwarden.identity.Entitlement`, has a public constructor without parameters, "
                        + "and may refuse somebody."),
                text("authorization.verifier", "With `external`: a class on the class path that implements "
                        + "`io.github.doorwarden.identity.TokenVerifier` and has a public constructor without "
                        + "parameters. It judges all tokens in the place of `issuers`."),
                pairs("authorization.aliases", false, "Further paths, each with the path of ours that it stands for: "
                        + "`/oauth2/token: /token`. For clients that were built for another server."));
    }

    private static List<Key> issuers() {
        var issuer = "authorization.issuers.<name>.";
        return List.of(
                named("authorization.issuers", "name", "With `external`: the providers whose access tokens are taken. "
                        + "With several, a caller's subject and client id begin with the name here and `|`."),
                late(issuer + "issuer", "Its identifier exactly as it stands in its tokens, a slash at the end "
                        + "included. Its metadata is read from there.").needed(),
                texts(issuer + "audiences", "Audiences that mean this deployment as a whole. Without any, a token must "
                        + "name the URL of the endpoint. `https://a.example, https://b.example` in one variable will "
                        + "do."),
                choice(issuer + "audience_claim", "aud", List.of("aud", "client_id"), "`client_id`: for providers "
                        + "whose access tokens have no audience, such as Cognito; `audiences` then has the ids of the "
                        + "clients."),
                texts(issuer + "algorithms", USUAL, TrustedIssuer.ALGORITHMS, "Signature algorithms that are taken."),
                flag(issuer + "plain_jwt", false, "Takes tokens too whose type is `JWT` or missing instead of "
                        + "`at+jwt`, as Auth0, Cognito, Entra, Keycloak and Okta issue them. ID tokens are told by "
                        + "their claims then, and refused."),
                texts(issuer + "scope_claims", List.of("scope", "scp", "permissions"), List.of(), "Claims with the "
                        + "scopes; those of all of them count."),
                text(issuer + "email_claim", "email", "Claim with the e-mail address."),
                flag(issuer + "vouches_for_emails", false, VOUCHES),
                text(issuer + "tenant_claim", "Claim with the organisation that the caller belongs to, such as "
                        + "`org_id` or `tid`. With several issuers it becomes `<name>|<organisation>`, so that one "
                        + "issuer cannot name another's. A token that has something else than one short text there "
                        + "is refused."),
                group(issuer + "introspection", "Asks the issuer about each token (RFC 7662): for opaque ones."),
                address(issuer + "introspection.endpoint", "Where; without it, what the metadata says."),
                text(issuer + "introspection.client_id", "Our id there. It switches introspection on."),
                secret(issuer + "introspection.client_secret", "Our secret there."),
                choice(issuer + "introspection.authentication", "client_secret_basic",
                        List.of("client_secret_basic", "client_secret_post"), "How we show it."),
                time(issuer + "introspection.cached_for", Duration.ofSeconds(30), Duration.ofSeconds(1),
                        Duration.ofMinutes(1), "How long an answer is believed: for so long a token works on that was "
                        + "taken back. The shortest of all issuers holds for all."));
    }

    private static List<Key> providers() {
        var provider = "authorization.providers.<name>.";
        var all = new ArrayList<>(List.of(
                named("authorization.providers", "name", "OpenID providers whom people sign in at. With `embedded` "
                        + "each is a button on the sign-in page; with `proxied` there is exactly one, and no other "
                        + "way in. Register `<public origin>/login/callback` there as redirect URI."),
                text(provider + "label", "What people read: \"Sign in with …\"; without it, the name."),
                late(provider + "issuer", "Its identifier exactly as its metadata says it.").needed(),
                text(provider + "client_id", "Our id there.").needed(),
                secret(provider + "client_secret", "Our secret there; without it and without `client_key` we are a "
                        + "public client."),
                choice(provider + "authentication", "client_secret_basic",
                        List.of("client_secret_basic", "client_secret_post"), "How we show it."),
                texts(provider + "scopes", List.of("openid", "email", "profile"), List.of(), "What we ask for."),
                flag(provider + "resource_as_scope", false, "Asks for `<endpoint>/.default` too, as Entra wants it. "
                        + "`resource` is never sent to a provider."),
                flag(provider + "link_by_email", false, "Takes somebody with a verified e-mail address for the person "
                        + "here who has it. Only for a provider that gives addresses of yours to nobody else."),
                texts(provider + "algorithms", USUAL, TrustedIssuer.ALGORITHMS, "Signature algorithms of ID tokens "
                        + "that are taken."),
                text(provider + "email_claim", "email", "Claim with the e-mail address."),
                flag(provider + "vouches_for_emails", false, VOUCHES)));
        all.addAll(ClientKeyRows.rows(provider));
        return all;
    }
}
