package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every switch in both positions.
class QuirksTest {

    private static final String CALLBACK = "https://app.example/cb";
    private static final String PROMISE = "authorization_response_iss_parameter_supported";

    @TempDir
    Path folder;

    private Door door(Quirk quirk, List<String> clients) {
        var usual = Door.settings(AuthServerSettings.Registration.STANDARD);
        return Door.open(fresh(), usual.with(new Quirks(Map.of(quirk, clients))));
    }

    private House house(Quirk quirk, List<String> clients) {
        return new House(fresh(), new Quirks(Map.of(quirk, clients)));
    }

    private Path fresh() {
        try {
            return Files.createTempDirectory(folder, "position");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void withoutIss() {
        for (var on : List.of(true, false)) {
            try (var door = door(Quirk.WITHOUT_ISS, on ? List.of("*") : List.of())) {
                for (var path : List.of("oauth-authorization-server", "openid-configuration")) {
                    var document = door.send(Door.in("GET", "/.well-known/" + path, "", "", "192.0.2.1",
                            Headers.NONE)).json();
                    assertEquals(!on, document.path(PROMISE).asBoolean(false));
                }
            }
            try (var house = house(Quirk.WITHOUT_ISS, on ? List.of("*") : List.of())) {
                var answer = Visitor.answer(allowed(house, house.dynamic("Agent", CALLBACK), CALLBACK, ""));
                assertEquals(on ? null : House.ISSUER, answer.get("iss"), "what is promised is sent, and nothing else");
            }
        }
    }

    @Test
    void secretEitherWay() {
        for (var on : List.of(true, false)) {
            try (var door = door(Quirk.SECRET_EITHER_WAY, on ? List.of("Default*") : List.of("Others"))) {
                var made = register(door, "");
                assertEquals("unauthorized_client", inHeader(door, made), "authenticated");
                assertEquals(on ? "unauthorized_client" : "invalid_client", inBody(door, made));
                assertEquals("invalid_client", door.token("grant_type", "client_credentials", "client_id",
                        made.text("client_id")).error(), "never without the secret");
            }
        }
    }

    @Test
    void secretOtherWay() {
        for (var on : List.of(true, false)) {
            try (var door = door(Quirk.SECRET_OTHER_WAY, on ? List.of("default app") : List.of())) {
                var posts = register(door, ",\"token_endpoint_auth_method\":\"client_secret_post\"");
                assertEquals("unauthorized_client", inBody(door, posts));
                assertEquals(on ? "unauthorized_client" : "invalid_client", inHeader(door, posts));
                var sends = register(door, ",\"token_endpoint_auth_method\":\"client_secret_basic\"");
                assertEquals(on ? "unauthorized_client" : "invalid_client", inBody(door, sends));
                var open = register(door, ",\"token_endpoint_auth_method\":\"none\"");
                assertEquals("invalid_client", door.token("grant_type", "client_credentials", "client_id",
                        open.text("client_id"), "client_secret", "a secret that it does not have").error());
            }
        }
    }

    @Test
    void needlessScopes() {
        for (var on : List.of(true, false)) {
            try (var house = house(Quirk.NEEDLESS_SCOPES, on ? List.of("*") : List.of())) {
                var client = house.dynamic("Agent", CALLBACK);
                var visitor = new Visitor(house).signedIn();
                var page = visitor.get(request(client, CALLBACK, "&scope=read+offline_access+openid"));
                assertEquals(on, Visitor.html(page).contains("name=\"decision\""), () -> Visitor.html(page));
                assertEquals(!on, house.audit.getLast().reason().contains("no such scope"));
                var foreign = visitor.get(request(client, CALLBACK, "&scope=read+launch_missiles"));
                assertFalse(Visitor.html(foreign).contains("name=\"decision\""), "others are refused in any position");
            }
        }
    }

    @Test
    void loopbackHost() {
        for (var on : List.of(true, false)) {
            try (var house = house(Quirk.LOOPBACK_HOST, on ? List.of("agent") : List.of())) {
                var client = house.dynamic("Agent", "http://localhost/callback");
                var visitor = new Visitor(house).signedIn();
                for (var uri : List.of("http://127.0.0.1:5001/callback", "http://[::1]:5001/callback")) {
                    var page = visitor.get(request(client, uri, ""));
                    assertEquals(on ? 200 : 400, page.status(), uri);
                }
                for (var uri : List.of("http://127.0.0.1:5001/other", "http://127.0.0.2:5001/callback",
                        "http://localhost.evil.example:5001/callback", "https://localhost/callback")) {
                    assertEquals(400, visitor.get(request(client, uri, "")).status(), uri);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *                                 | cl_1                         | Anything    | true
            cl_1                              | cl_1                         | Anything    | true
            cl_1                              | cl_12                        | Anything    | false
            claude code*                      | cl_1                         | Claude Code (door) | true
            *code                             | cl_1                         | Claude Code | true
            Claude                            | cl_1                         | Claude Code | false
            chatgpt.com                       | https://chatgpt.com/o/client.json | X      | true
            chatgpt.com                       | https://chatgpt.com.evil.example/c | X     | false
            https://chatgpt.com/*             | https://chatgpt.com/o/client.json | X      | true
            https://chatgpt.com/*             | https://chatgpt.com.evil.example/c | X     | false
            c.*t                              | cat                          | X           | false""")
    void aClientIsMeantByIdHostOrName(String meant, String id, String name, boolean expected) {
        var quirks = new Quirks(Map.of(Quirk.LOOPBACK_HOST, List.of(meant)));
        assertEquals(expected, quirks.on(Quirk.LOOPBACK_HOST, id, Optional.of(name)));
    }

    @Test
    void whatIsNotSetIsAsUsual() {
        assertEquals(Quirk.SCOPE_TOLD_IN_RESULT.usual(), Quirks.USUAL.clients().get(Quirk.SCOPE_TOLD_IN_RESULT));
        assertTrue(Quirks.USUAL.on(Quirk.SCOPE_TOLD_IN_RESULT, "cl_1", Optional.of("Claude Code (door)")));
        assertFalse(Quirks.USUAL.on(Quirk.SCOPE_TOLD_IN_RESULT, "cl_1", Optional.empty()));
        assertFalse(Quirks.USUAL.on(Quirk.WITHOUT_ISS));
    }

    private static Door.Answer register(Door door, String more) {
        return door.send(Door.json("/register", "{\"client_name\":\"Default app\",\"redirect_uris\":[\"" + CALLBACK
                + "\"]" + more + "}", "192.0.2.9"));
    }

    /// A grant that the client may not have: whoever is told so was authenticated.
    private static String inHeader(Door door, Door.Answer made) {
        return door.send(Door.post("/token", "grant_type=client_credentials", "Authorization",
                Door.basic(made.text("client_id"), made.text("client_secret")))).error();
    }

    private static String inBody(Door door, Door.Answer made) {
        return door.token("grant_type", "client_credentials", "client_id", made.text("client_id"), "client_secret",
                made.text("client_secret")).error();
    }

    private static String request(Client client, String redirectUri, String more) {
        return "/authorize?response_type=code&client_id=" + Visitor.encode(client.id()) + "&redirect_uri="
                + Visitor.encode(redirectUri) + "&state=s&code_challenge=" + House.CHALLENGE
                + "&code_challenge_method=S256" + more;
    }

    private static String allowed(House house, Client client, String redirectUri, String more) {
        var visitor = new Visitor(house).signedIn();
        return Visitor.location(visitor.decide(visitor.get(request(client, redirectUri, more)), "allow"));
    }
}
