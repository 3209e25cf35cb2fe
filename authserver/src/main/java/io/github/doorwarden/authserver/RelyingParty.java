package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.UpstreamFlows.Flow;
import io.github.doorwarden.identity.Claims;
import io.github.doorwarden.identity.IssuerTokens;
import io.github.doorwarden.identity.Provider;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.identity.TokenRefused;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// We as the client of one OpenID provider (OpenID Connect Core §3.1): where people are sent, and who they are when
/// they come back. The provider's own tokens are used here and then forgotten: none is kept, none goes to a client.
/// Safe for many threads.
final class RelyingParty {

    /// Who somebody is, by a provider's word.
    ///
    /// @param email that somebody stands for ([Claims#email])
    /// @param amr   how the provider says that they proved it (RFC 8176)
    record Identity(String issuer, String subject, Optional<String> email, String name, Set<String> amr,
            Claims claims) {}

    private final UpstreamProvider settings;
    private final Provider provider;
    private final ClientAtProvider client;
    private final IssuerTokens tokens;
    private final URI callback;
    private final InstantSource clock;

    /// @param callback our redirect URI, as it is registered there
    RelyingParty(UpstreamProvider settings, Provider.Calls calls, URI callback, InstantSource clock) {
        this.settings = settings;
        this.provider = new Provider(settings.issuer(), calls, clock);
        this.tokens = new IssuerTokens(provider, settings.algorithms());
        this.client = new ClientAtProvider(settings.clientId(), settings.clientSecret(), settings.inBody(),
                settings.proof().map(proof -> () -> proof.assertion(settings.clientId(), settings.issuer(),
                        provider.endpoint("token_endpoint"), clock.instant())), calls);
        this.callback = callback;
        this.clock = clock;
    }

    UpstreamProvider settings() {
        return settings;
    }

    boolean answers() {
        return provider.answers();
    }

    /// Where the browser goes. `resource` is never among the parameters: Entra refuses it (AADSTS9010010).
    ///
    /// @param resource that a client wants to use in the end; empty: none
    /// @throws ProviderOutage when the provider cannot be asked where
    String authorizationUrl(Flow flow, Optional<URI> resource) {
        var endpoint = provider.endpoint("authorization_endpoint").toString();
        var scopes = settings.resourceAsScope() && resource.isPresent()
                ? String.join(" ", settings.scopes()) + " " + resource.get() + "/.default"
                : String.join(" ", settings.scopes());
        return client.authorizationUrl(endpoint, callback, flow, Map.of("scope", scopes, "nonce", flow.nonce()));
    }

    /// The person behind an answer of the provider.
    ///
    /// @throws OAuthRefused   as a page: the answer is not the provider's, or the provider refused
    /// @throws ProviderOutage when the provider cannot be asked
    Identity identity(Params answer, Flow flow) {
        issuer(answer);                                               // RFC 9207 §2.4
        answer.one("error").ifPresent(error -> {
            throw refused(403, "access_denied", settings.label() + " did not sign you in. Start again, or ask who runs "
                    + "it.", "the provider answered " + Text.clean(error, 60));
        });
        var code = answer.one("code").orElseThrow(() -> strange("no code"));
        var json = redeemed(code, flow);
        var claims = idToken(json.path("id_token").asString(""), flow);
        var all = claims.has(settings.emailClaim()) ? claims : userInfo(json, claims);
        var name = claims.one("name").or(() -> all.one("name")).or(() -> all.one("preferred_username")).orElse("");
        return new Identity(settings.issuer(), claims.one("sub").orElseThrow(), all.email(settings.emailClaim(),
                settings.vouchesForEmails()), Text.clean(name, BrowserLimits.NAME_CHARS),
                Factors.said(claims.all("amr")), claims);
    }

    private void issuer(Params answer) {
        if (!ClientAtProvider.from(provider, answer)) {
            throw strange("iss is not the provider's");
        }
    }

    private JsonNode redeemed(String code, Flow flow) {
        try {
            var answer = client.redeem(provider.endpoint("token_endpoint"), callback, code, flow);
            if (answer.status() == 400 || answer.status() == 401) {
                throw strange("the token endpoint answered " + answer.status() + " " + error(answer));
            }
            return answer.json();
        } catch (IOException e) {
            throw ProviderOutage.of(settings.issuer(), e.getMessage());
        }
    }

    private static String error(Provider.Answer answer) {
        return Json.parse(answer.body()).map(json -> Text.clean(json.path("error").asString(""), 60)).orElse("");
    }

    /// OpenID Connect Core §3.1.3.7.
    private Claims idToken(String token, Flow flow) {
        IssuerTokens.Signed signed;
        try {
            signed = tokens.verified(token);
        } catch (TokenRefused refused) {
            throw strange("the ID token was refused: " + refused.detail());
        }
        var claims = signed.claims();
        var now = clock.instant();
        var wrong = !List.of("", "jwt").contains(signed.type()) ? "its type is " + Text.clean(signed.type(), 40)
                : !claims.one("iss").equals(Optional.of(settings.issuer())) ? "its issuer is another"
                : !claims.all("aud").contains(settings.clientId()) ? "it was made for another client"
                : claims.one("azp").or(() -> claims.all("aud").size() > 1 ? Optional.of("") : Optional.empty())
                        .filter(azp -> !azp.equals(settings.clientId())).isPresent() ? "azp is another client"
                : claims.time("exp").filter(end -> now.isBefore(end.plus(Limits.CLOCK_SKEW))).isEmpty()
                        ? "it has expired"
                : claims.time("iat").filter(made -> made.isBefore(now.plus(Limits.CLOCK_SKEW))).isEmpty()
                        ? "it is from the future"
                : claims.one("nonce").filter(said -> Hashes.same(said, flow.nonce())).isEmpty() ? "nonce is another"
                : claims.one("sub").filter(sub -> sub.length() <= BrowserLimits.SUBJECT_CHARS).isEmpty() ? "no sub"
                : "";
        if (!wrong.isEmpty()) {
            throw strange("the ID token was refused: " + wrong);
        }
        return claims;
    }

    /// Many providers put the address there alone (OpenID Connect Core §5.3); the subject has to be the same (§5.3.2).
    private Claims userInfo(JsonNode tokens, Claims idToken) {
        var endpoint = provider.optionalEndpoint("userinfo_endpoint");
        var access = tokens.path("access_token").asString("");
        if (endpoint.isEmpty() || !access.matches("[!-~]+")) {
            return idToken;
        }
        try {
            var claims = Claims.of(provider.calls().get(endpoint.get(), Optional.of("Bearer " + access)).json());
            if (!claims.one("sub").equals(idToken.one("sub"))) {
                throw strange("the user information is of another subject");
            }
            return claims;
        } catch (IOException e) {
            throw ProviderOutage.of(settings.issuer(), "user information: " + e.getMessage());
        }
    }

    private OAuthRefused strange(String detail) {
        return refused(403, "access_denied", "The answer that came from " + settings.label() + " does not belong to "
                + "this sign-in, so nobody was signed in. Start again; if it stays, tell whoever runs this server.",
                detail);
    }

    static OAuthRefused refused(int status, String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Page(status, error, description, detail));
    }
}
