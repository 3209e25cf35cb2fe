package io.github.doorwarden.cli.systems;

import io.github.doorwarden.client.oauth.OAuthAuthorization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;

/// What the gateway of a running toolbridge has in its hands when it calls the API, for whoever tries that themselves.
record ToolbridgeGateway(RunningSystem system, ToolbridgeApi api) {

    private static final long TOKEN_NANOS = 60_000_000_000L;

    private String secret(String name) throws IOException {
        return Files.readString(system.state().resolve("secrets").resolve(name)).strip();
    }

    /// As the gateway gets it.
    SignedCaller.Key key(String tenant) throws Exception {
        var answer = api.send("GET", "/admin/tenants/" + tenant + "/secret", "", "Authorization", "Bearer "
                + secret("toolbridge-service"));
        return new SignedCaller.Key(tenant, answer.json().path("key_id").asString(), answer.json().path("secret")
                .asString());
    }

    /// A token of this person for the API, which is got anew as the gateway would: in exchange for the one that their
    /// client has. The client has signed in already.
    Supplier<String> token(Person person) throws IOException {
        var authorization = system.authorization(system.endpoint(), person);
        var secret = secret("toolbridge-gateway");
        return new Supplier<>() {

            private String token;
            private long since;

            @Override
            public synchronized String get() {
                if (token == null || System.nanoTime() - since > TOKEN_NANOS) {
                    token = exchange(authorization, secret);
                    since = System.nanoTime();
                }
                return token;
            }
        };
    }

    private String exchange(OAuthAuthorization authorization, String secret) {
        try {
            var bearer = authorization.fields("POST", system.endpoint()).get("Authorization");
            return new Knock(system.origin()).form("/token", Map.of("grant_type",
                    "urn:ietf:params:oauth:grant-type:token-exchange", "client_id", "toolbridge-gateway",
                    "client_secret", secret, "subject_token", bearer.replaceFirst("^[A-Za-z]+ ", ""),
                    "subject_token_type", "urn:ietf:params:oauth:token-type:access_token", "resource",
                    "https://api.toolbridge.example")).expect(200).json().path("access_token").asString();
        } catch (io.github.doorwarden.client.wire.ClientFailure | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String subject(String jwt) {
        return Knock.JSON.readTree(new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]),
                StandardCharsets.UTF_8)).path("sub").asString();
    }
}
