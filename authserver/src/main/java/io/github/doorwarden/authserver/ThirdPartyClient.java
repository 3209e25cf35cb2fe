package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Provider;
import io.github.doorwarden.identity.ProviderOutage;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// We as the client of a third party where people have accounts: where they are sent, what their answer is worth, and
/// how that is renewed and given back (OAuth 2.1 §4.1, §4.3; RFC 7009). Safe for many threads.
final class ThirdPartyClient {

    /// What somebody's account was opened with.
    ///
    /// @param refresh   empty when it cannot be renewed
    /// @param expiresAt empty when the third party does not say
    record Tokens(String access, Optional<String> refresh, Optional<Instant> expiresAt, String scopes) {

        @Override
        public String toString() {
            return "Tokens";
        }
    }

    /// The third party says no, for good: the connection is over.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        Refused(String detail) {
            super(detail, null, false, false);
        }
    }

    private final ThirdParty settings;
    private final Optional<Provider> provider;
    private final ClientAtProvider client;
    private final URI callback;
    private final InstantSource clock;

    /// @param callback our redirect URI there, of this third party alone: an answer from another is told by it
    ///                 (RFC 9700 §4.4)
    ThirdPartyClient(ThirdParty settings, Provider.Calls calls, URI callback, InstantSource clock) {
        this.settings = settings;
        this.provider = settings.issuer().isEmpty() ? Optional.empty()
                : Optional.of(new Provider(settings.issuer(), calls, clock));
        this.client = new ClientAtProvider(settings.clientId(), settings.clientSecret(), settings.inBody(),
                settings.proof().map(proof -> () -> proof.assertion(settings.clientId(), settings.issuer(), tokenUrl(),
                        clock.instant())), calls);
        this.callback = callback;
        this.clock = clock;
    }

    ThirdParty settings() {
        return settings;
    }

    /// Host of the page that the person is sent to.
    ///
    /// @throws ProviderOutage when the third party cannot be asked where that is
    String host() {
        return authorizeUrl().getRawAuthority();
    }

    private URI authorizeUrl() {
        return settings.authorizeUrl().orElseGet(() -> provider.orElseThrow().endpoint("authorization_endpoint"));
    }

    private URI tokenUrl() {
        return settings.tokenUrl().orElseGet(() -> provider.orElseThrow().endpoint("token_endpoint"));
    }

    /// @throws ProviderOutage when the third party cannot be asked where
    String authorizationUrl(UpstreamFlows.Flow flow) {
        var more = new LinkedHashMap<>(settings.parameters());
        if (!settings.scopes().isEmpty()) {
            more.put("scope", String.join(" ", settings.scopes()));
        }
        return client.authorizationUrl(authorizeUrl().toString(), callback, flow, more);
    }

    /// What an answer is worth.
    ///
    /// @throws OAuthRefused   as a page: the answer is not the third party's, or it refused
    /// @throws ProviderOutage when it cannot be asked
    Tokens tokens(Params answer, UpstreamFlows.Flow flow) {
        if (provider.filter(known -> !ClientAtProvider.from(known, answer)).isPresent()) {          // RFC 9207 §2.4
            throw strange("iss is another's");
        }
        answer.one("error").ifPresent(error -> {
            throw refused(settings.label() + " did not let us in, so nothing was connected. Start again from your "
                    + "agent or your account page when you have changed your mind.", "the third party answered "
                    + Text.clean(error, 60));
        });
        var code = answer.one("code").orElseThrow(() -> strange("no code"));
        try {
            return read(client.redeem(tokenUrl(), callback, code, flow), "");
        } catch (Refused no) {
            throw strange(no.getMessage());
        } catch (IOException e) {
            throw ProviderOutage.of(settings.name(), e.getMessage());
        }
    }

    /// New tokens for a refresh token.
    ///
    /// @throws Refused        when it is worth nothing any more
    /// @throws ProviderOutage when that cannot be found out now
    Tokens renew(String refresh, String scopes) throws Refused {
        try {
            var form = Map.of("grant_type", "refresh_token", "refresh_token", refresh);
            var tokens = read(client.post(tokenUrl(), form), scopes);
            return new Tokens(tokens.access, tokens.refresh.or(() -> Optional.of(refresh)), tokens.expiresAt,
                    tokens.scopes);
        } catch (IOException e) {
            throw ProviderOutage.of(settings.name(), e.getMessage());
        }
    }

    /// Gives tokens back, as far as the third party takes them; what it does not take runs out by itself.
    ///
    /// @return false when it does not know how, or did not answer
    boolean revoke(Tokens tokens) {
        try {
            var endpoint = settings.revokeUrl().or(() ->
                    provider.flatMap(known -> known.optionalEndpoint("revocation_endpoint")));
            if (endpoint.isEmpty()) {
                return false;
            }
            var done = true;
            if (tokens.refresh.isPresent()) {
                done = client.post(endpoint.get(), Map.of("token", tokens.refresh.get(), "token_type_hint",
                        "refresh_token")).status() == 200;
            }
            return client.post(endpoint.get(), Map.of("token", tokens.access, "token_type_hint", "access_token"))
                    .status() == 200 && done;
        } catch (IOException | ProviderOutage notNow) {
            return false;
        }
    }

    /// What says that the person's own token is over, here and at GitHub. Everything else, a wrong secret of ours above
    /// all, is for the operator to mend and must not cost people their connections.
    private static final Set<String> OVER = Set.of("invalid_grant", "bad_refresh_token", "bad_verification_code");

    /// RFC 6749 §5.1, §5.2. Some third parties answer 200 with an error in it.
    ///
    /// @param before the scopes that hold when none are named
    private Tokens read(Provider.Answer answer, String before) throws Refused, IOException {
        var error = Json.parse(answer.body()).map(json -> Text.clean(json.path("error").asString(""), 60)).orElse("");
        if ((answer.status() == 200 || answer.status() == 400 || answer.status() == 401)
                && OVER.contains(error)) {
            throw new Refused("the token endpoint answered " + answer.status() + " " + error);
        }
        if (!error.isEmpty()) {
            throw new IOException("the token endpoint answered " + answer.status() + " " + error);
        }
        var json = answer.json();
        var access = token(json, "access_token").orElseThrow(() -> new IOException("no access token in the answer"));
        if (!json.path("token_type").asString("bearer").equalsIgnoreCase("bearer")) {
            throw new IOException("the access token is no bearer token");
        }
        var life = json.path("expires_in");
        var seconds = life.isNumber() ? life.asLong(0) : life.asString("").matches("[0-9]{1,9}")
                ? Long.parseLong(life.asString()) : -1;
        var end = seconds < 0 ? Optional.<Instant>empty()
                : Optional.of(clock.instant().plusSeconds(Math.min(seconds, Duration.ofDays(3650).toSeconds())));
        var scopes = Text.clean(json.path("scope").asString("").replace(',', ' '), Limits.ACCOUNT_SCOPE_CHARS);
        return new Tokens(access, token(json, "refresh_token"), end, !scopes.isEmpty() ? scopes
                : !before.isEmpty() ? before : String.join(" ", settings.scopes()));
    }

    private static Optional<String> token(JsonNode json, String member) {
        return Optional.of(json.path(member).asString("")).filter(text -> text.matches("[!-~]+")
                && text.length() <= Limits.ACCOUNT_TOKEN_CHARS);
    }

    /// As they are sealed.
    static ObjectNode json(Tokens tokens) {
        var json = Json.object().put("access", tokens.access);
        tokens.refresh.ifPresent(refresh -> json.put("refresh", refresh));
        return json;
    }

    private OAuthRefused strange(String detail) {
        return refused("The answer that came from " + settings.label() + " does not belong to this, so nothing was "
                + "connected. Start again; if it stays, tell whoever runs this server.", detail);
    }

    private static OAuthRefused refused(String description, String detail) {
        return RelyingParty.refused(403, "access_denied", description, detail);
    }
}
