package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataEndpointTest {

    @TempDir
    Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Door.Answer get(String path, String... headers) {
        return door.send(Door.in("GET", path, "", "", "192.0.2.1", Headers.NONE, headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp",
        "/mcp/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/mcp",
        "/mcp/.well-known/openid-configuration"})
    @Covers({"AS-2", "AS-7", "AS-8"})
    void theDocumentIsWhereverClientsLookForIt(String path) throws Exception {
        var answer = get(path);
        assertEquals(200, answer.status());
        assertEquals("public, max-age=300", answer.headers().first("Cache-Control").orElse(""));
        assertEquals(Door.ISSUER, answer.text("issuer"));
        assertEquals(Route.Cors.OPEN, door.route(path).orElseThrow().cors());
        assertNotNull(AuthorizationServerMetadata.parse(answer.json().toString()));
    }

    @Test
    @Covers({"AS-2", "AS-3", "AS-5", "AS-6"})
    void itSaysWhatClientsChooseBy() {
        var json = get("/.well-known/oauth-authorization-server").json();
        assertEquals("[\"S256\"]", json.get("code_challenge_methods_supported").toString());
        assertEquals("[\"code\"]", json.get("response_types_supported").toString());
        assertEquals("[\"none\",\"client_secret_basic\",\"client_secret_post\",\"private_key_jwt\"]",
                json.get("token_endpoint_auth_methods_supported").toString());
        assertEquals("[\"mcp:read\"]", json.get("scopes_supported").toString(),
                "clients ask for all that is named here");
        assertEquals(true, json.get("authorization_response_iss_parameter_supported").asBoolean());
        assertEquals(true, json.get("client_id_metadata_document_supported").asBoolean());
        assertEquals("https://door.example/authorize", json.get("authorization_endpoint").asString());
        for (var endpoint : List.of("token", "registration", "revocation")) {
            var path = json.get(endpoint + "_endpoint").asString().substring(Door.ISSUER.length());
            assertEquals("POST", door.route(path).orElseThrow().method());
        }
        assertEquals("GET", door.route(json.get("jwks_uri").asString().substring(Door.ISSUER.length())).orElseThrow()
                .method());
        assertEquals("[\"authorization_code\",\"refresh_token\",\"client_credentials\",\"" + GrantType.DEVICE + "\"]",
                json.get("grant_types_supported").toString());
        assertEquals("[\"https://door.example/mcp\"]", json.get("protected_resources").toString());
    }

    @Test
    @Covers("AS-6a")
    void itAnnouncesBoundTokensAndIntrospectionWhereTheyAre(@TempDir Path other) {
        var json = get("/.well-known/oauth-authorization-server").json();
        assertEquals("[\"ES256\",\"ES384\",\"PS256\",\"RS256\"]",
                json.get("dpop_signing_alg_values_supported").toString());
        assertEquals(Door.ISSUER + "/introspect", json.get("introspection_endpoint").asString());
        assertEquals("[\"client_secret_basic\",\"client_secret_post\",\"private_key_jwt\"]",
                json.get("introspection_endpoint_auth_methods_supported").toString());
        try (var without = Door.open(other, Door.tokens(false, SigningAlgorithm.RS256, DpopMode.OFF, false))) {
            assertFalse(without.send(Door.in("GET", "/.well-known/oauth-authorization-server", "", "", "192.0.2.1",
                    Headers.NONE)).json().has("dpop_signing_alg_values_supported"));
        }
    }

    @Test
    @Covers("T29")
    void noHeaderOfARequestChangesIt() {
        var plain = get("/.well-known/oauth-authorization-server").json();
        assertEquals(plain, get("/.well-known/oauth-authorization-server", "Host", "evil.example", "X-Forwarded-Host",
                "evil.example",
                "X-Forwarded-Proto", "http", "Forwarded", "host=evil.example").json());
    }

    @Test
    @Covers({"AS-8", "AS-7"})
    void everyRouteHereIsOpenAndBounded() {
        for (var route : door.side.routes()) {
            assertEquals(route.path().equals("/introspect") ? Route.Cors.NONE : Route.Cors.OPEN, route.cors(),
                    route.path());
            assertFalse(route.method().equals("POST") && route.bodyBytes() > Limits.REGISTRATION_BYTES, route.path());
        }
        assertEquals(door.side.routes().size(), door.side.routes().stream().map(route -> route.method() + route.path())
                .distinct().count());
        assertFalse(door.route("/v1/.well-known/openid-configuration").isPresent(),
                "a resource of another origin has no path here");
    }
}
