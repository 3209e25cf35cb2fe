package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Requests to token endpoints (OAuth 2.1 §3.2). Safe for use by many threads.
final class TokenClient {

    /// The server refused.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        /// Of RFC 6749 §5.2; nothing else of what the server said.
        final String error;

        Refused(String error) {
            super(error, null, false, false);
            this.error = error;
        }
    }

    private final Reach reach;
    private final InstantSource time;

    TokenClient(Reach reach, InstantSource time) {
        this.reach = reach;
        this.time = time;
    }

    /// Asks for tokens.
    ///
    /// @param before what there was; its refresh token stays when there comes no other (OAuth 2.1 §4.3.2)
    Tokens tokens(Ask ask, Map<String, String> grant, Optional<Tokens> before)
            throws Refused, ClientFailure, InterruptedException {
        return read(answer(ask.server().token(), ask, grant), ask, before);
    }

    /// @param endpoint the one of the server, or another
    ObjectNode answer(URI endpoint, Ask ask, Map<String, String> grant)
            throws Refused, ClientFailure, InterruptedException {
        var issuer = ask.server().issuer();
        for (var again = false;; again = true) {
            var answer = send(endpoint, ask, grant);
            var document = Documents.object(answer);
            var fresh = Dpop.keep(endpoint, answer.headers());
            if (answer.status() == 200 && document.isPresent()) {
                return document.get();
            }
            var error = document.flatMap(body -> Documents.text(body, "error")).filter(word ->
                    word.matches("[a-z_]{1,64}"));
            if (error.isPresent() && error.get().equals("use_dpop_nonce") && ask.key().isPresent() && fresh && !again) {
                continue;                                         // RFC 9449 §8
            }
            if (answer.status() >= 500 || answer.status() == 429) {
                throw Failures.credentials("The authorization server " + Origin.shown(issuer)
                        + " gave no token: it answered with " + answer.status() + ". Try again later.");
            }
            throw new Refused(error.orElse("status " + answer.status()));
        }
    }

    private Reach.Answer send(URI endpoint, Ask ask, Map<String, String> grant)
            throws ClientFailure, InterruptedException {
        var issuer = ask.server().issuer();
        var id = ask.registered().clientId();
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        headers.put("Accept", "application/json");
        var form = new LinkedHashMap<>(grant);
        switch (ask.authentication()) {
            case ClientAuthentication.None _ -> form.put("client_id", id);
            case ClientAuthentication.Secret secret when ask.registered().method().equals("client_secret_basic") ->
                    headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(
                            (encode(id) + ":" + encode(secret.value())).getBytes(StandardCharsets.US_ASCII)));
            case ClientAuthentication.Secret secret -> {
                form.put("client_id", id);
                form.put("client_secret", secret.value());
            }
            case ClientAuthentication.Key key -> {
                form.put("client_id", id);
                form.put("client_assertion_type", ClientAuthentication.Key.TYPE);
                form.put("client_assertion", key.assertion(id, issuer, time.instant()));
            }
        }
        form.values().removeIf(String::isEmpty);
        ask.key().ifPresent(key -> headers.put("DPoP", key.proof("POST", endpoint, Optional.empty(), time.instant())));
        try {
            return reach.send(new Reach.Request("POST", endpoint, headers, Optional.of(encode(form))));
        } catch (IOException none) {
            throw Failures.unreachable("The authorization server " + Origin.shown(issuer) + " could not be asked for a "
                    + "token: " + none.getMessage() + ". Check the connection and try again.", none);
        }
    }

    /// Revokes a token, as far as the server lets us (RFC 7009): whether it worked changes nothing for us.
    boolean revoke(URI endpoint, Ask ask, String token) throws InterruptedException {
        try {
            return send(endpoint, ask, Map.of("token", token)).status() == 200;
        } catch (ClientFailure unreachable) {
            return false;
        }
    }

    /// Reads an answer (RFC 6749 §5.1).
    private Tokens read(ObjectNode answer, Ask ask, Optional<Tokens> before) throws ClientFailure {
        var issuer = Origin.shown(ask.server().issuer());
        var access = Documents.text(answer, "access_token").filter(TokenClient::fits).orElseThrow(() ->
                Failures.credentials("The authorization server " + issuer
                        + " answered without an access token. Its operator has to look into that."));
        var type = Documents.text(answer, "token_type").orElse("Bearer");
        var bound = ask.key().isPresent() && type.equalsIgnoreCase("DPoP");
        if (!bound && (ask.mustBind() || !type.equalsIgnoreCase("Bearer"))) {
            throw Failures.credentials("The authorization server " + issuer
                    + " gave out a token of another kind than was asked for, so it is not used. Its operator has to "
                    + "allow tokens bound to a key (DPoP), or you do without them.");
        }
        var now = time.instant();
        return new Tokens(ask.server(), ask.resource(), access,
                Documents.number(answer, "expires_in").filter(n -> n > 0 && n < 1L << 32).map(now::plusSeconds),
                Documents.text(answer, "refresh_token").filter(TokenClient::fits)
                        .or(() -> before.flatMap(Tokens::refresh)),
                Documents.text(answer, "scope").map(TokenClient::words).orElse(ask.scopes()),
                bound ? ask.key().map(Dpop::kept) : Optional.empty(), ask.registered());
    }

    private static boolean fits(String token) {
        return token.length() <= Limits.TOKEN_CHARS && token.matches("[!-~]+");
    }

    static List<String> words(String text) {
        return Arrays.stream(text.split(" +")).filter(word -> word.matches("[!#-\\[\\]-~]+")).distinct()
                .limit(Limits.SCOPES).toList();
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    static String encode(Map<String, String> form) {
        return form.entrySet().stream().map(pair -> encode(pair.getKey()) + "=" + encode(pair.getValue()))
                .collect(Collectors.joining("&"));
    }
}
