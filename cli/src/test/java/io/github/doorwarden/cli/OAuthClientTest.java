package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.client.oauth.ClientAuthentication;
import io.github.doorwarden.client.oauth.ClientIdentity;
import io.github.doorwarden.client.oauth.Grant;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.oauth.OAuthSettings;
import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our client at our own door: both sides of each flow over real sockets, with a browser in which a person signs in.
class OAuthClientTest {

    private static final String ROBOT_SECRET = "canary-robot-secret-4711-4711-4711-4711";

    @TempDir
    Path folder;
    @TempDir
    Path kept;
    private final AtomicReference<Instant> now = new AtomicReference<>();
    private final List<URI> tabs = new CopyOnWriteArrayList<>();
    private final List<Answer> pages = new CopyOnWriteArrayList<>();
    private Door door;
    private Browser browser;
    private ECKey key;

    @BeforeEach
    void open() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        Files.writeString(folder.resolve("robot.json"), "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}");
        door = Door.open(folder, "  clients:\n", "  clients:\n    - {id: known, name: Known, redirect_uris: "
                + "[\"http://127.0.0.1/callback\"]}\n    - {id: keyed, jwks_file: robot.json, grants: "
                + "[client_credentials], scopes: [notes:read]}\n");
        browser = door.signedIn();
    }

    @AfterEach
    void close() {
        door.close();
    }

    private OAuthSettings settings(String endpoint) {
        InstantSource clock = () -> now.get() == null ? Instant.now() : now.get();
        return OAuthSettings.of(URI.create(endpoint), kept, clock, "Our client").with(OAuthSettings.Keys.FILE)
                .with(this::tab).withNotices(_ -> { });
    }

    private OAuthSettings as(ClientIdentity identity) {
        return settings(door.notes).with(Grant.SignedIn.as(identity));
    }

    /// The person reads the consent page, agrees, and is led back.
    private void tab(URI address) {
        tabs.add(address);
        Thread.startVirtualThread(() -> {
            var page = browser.get(address.toString());
            pages.add(page);
            var back = page.status() == 303 ? page : browser.decide(page, "allow");
            door.web.get(back.location()).expect(200);
        });
    }

    private Answer call(Authorization authorization, String tool) throws Exception {
        var arguments = tool.equals("notes_add") ? "{\"text\":\"x\"}" : "{}";
        return rpc(authorization, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    private Answer rpc(Authorization authorization, String method, String params) throws Exception {
        for (var attempt = 1;; attempt++) {
            var fields = authorization.fields("POST", URI.create(door.notes));
            var headers = new ArrayList<>(List.of("Accept", "application/json, text/event-stream",
                    "MCP-Protocol-Version", Agent.LEGACY));
            fields.forEach((name, value) -> headers.addAll(List.of(name, value)));
            var answer = door.web.post(door.notes, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\""
                    + method + "\",\"params\":" + params + "}", headers.toArray(String[]::new));
            if (answer.status() != 401 && answer.status() != 403 || !authorization.renewed(new Authorization.Refusal(
                    answer.status(), answer.headers().map(), fields, method + " " + params, attempt))) {
                return answer;
            }
        }
    }

    private String shownId() {
        return Web.query(tabs.getLast().toString()).get("client_id");
    }

    @Test
    @Covers({"CL-4", "CL-12"})
    void aStrangerRegistersSignsInStepsUpAndRenews() throws Exception {
        var authorization = OAuthAuthorization.open(settings(door.notes));
        assertTrue(Agent.result(rpc(authorization, "tools/list", "{}")).toString().contains("notes_list"));
        assertEquals(List.of(Door.READ), authorization.session().orElseThrow().scopes());
        assertTrue(authorization.session().orElseThrow().bound(), "our server knows tokens bound to a key");
        assertTrue(pages.getFirst().body().contains("Our client"), "the name stands on the page");

        assertFalse(Agent.result(call(authorization, "notes_add")).path("isError").asBoolean());
        assertEquals(2, tabs.size(), "one to sign in, one for more");
        assertEquals(List.of(Door.READ, Door.WRITE), authorization.session().orElseThrow().scopes().stream().sorted()
                .toList());

        var before = authorization.fields("POST", URI.create(door.notes)).get("Authorization");
        // Of our clock alone: the token counts as over, and the proofs are not too far from the server's time.
        now.set(authorization.session().orElseThrow().expires().orElseThrow().minusSeconds(10));
        var later = OAuthAuthorization.open(settings(door.notes));
        var after = later.fields("POST", URI.create(door.notes)).get("Authorization");
        now.set(null);
        assertFalse(before.equals(after));
        assertFalse(Agent.result(call(later, "notes_add")).path("isError").asBoolean());
        assertEquals(2, tabs.size(), "nobody was asked");

        assertTrue(later.signOut());
        assertEquals(401, door.web.post(door.notes, "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{}}", "Authorization", after)
                .status());
    }

    @Test
    @Covers("CL-4")
    void aClientThatIsKnownBeforehand() throws Exception {
        var authorization = OAuthAuthorization.open(as(ClientIdentity.named("x").withPrepared("known",
                ClientAuthentication.NONE, Optional.of(door.origin))));
        assertTrue(Agent.result(call(authorization, "notes_list")).toString().contains("buy milk"));
        assertEquals("known", shownId());
        assertEquals("known", authorization.session().orElseThrow().clientId());
    }

    @Test
    void withoutBinding() throws Exception {
        var authorization = OAuthAuthorization.open(settings(door.notes).with(OAuthSettings.Bound.NEVER));
        assertTrue(Agent.result(call(authorization, "notes_list")).toString().contains("buy milk"));
        assertTrue(authorization.fields("POST", URI.create(door.notes)).get("Authorization").startsWith("Bearer "));
    }

    @Test
    @Covers("CL-12")
    void aRobotWithASecret() throws Exception {
        var grant = new Grant.ClientCredentials("robot", new ClientAuthentication.Secret(ROBOT_SECRET),
                Optional.of(door.origin));
        for (var mode : List.of(OAuthSettings.Bound.NEVER, OAuthSettings.Bound.ALWAYS)) {
            var authorization = OAuthAuthorization.open(settings(door.notes).with(grant).with(mode));
            assertTrue(Agent.result(call(authorization, "notes_list")).toString().contains("buy milk"));
            assertEquals(mode == OAuthSettings.Bound.ALWAYS, authorization.session().orElseThrow().bound());
        }
        assertEquals(List.of(), tabs);
        var wrong = OAuthAuthorization.open(settings(door.notes).with(new Grant.ClientCredentials("robot",
                new ClientAuthentication.Secret("wrong"), Optional.empty())));
        assertTrue(assertThrows(ClientFailure.class, () -> call(wrong, "notes_list")).getMessage()
                .contains("invalid_client"));
    }

    @Test
    @Covers("CL-12")
    void aRobotWithAKey() throws Exception {
        var authorization = OAuthAuthorization.open(settings(door.notes).with(new Grant.ClientCredentials("keyed",
                ClientAuthentication.Key.read(key.toJSONString(), Optional.empty(), Optional.empty()),
                Optional.of(door.origin))));
        assertTrue(Agent.result(call(authorization, "notes_list")).toString().contains("buy milk"));
    }

    @Test
    @Covers("CL-4")
    void aClientThatADocumentDescribes() throws Exception {
        var site = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        var document = "http://127.0.0.1:" + site.getAddress().getPort() + "/client.json";
        site.createContext("/client.json", exchange -> {
            var body = ("{\"client_id\":\"" + document + "\",\"client_name\":\"Described\",\"redirect_uris\":"
                    + "[\"http://127.0.0.1/callback\"],\"token_endpoint_auth_method\":\"none\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        site.start();
        try {
            var authorization = OAuthAuthorization.open(as(ClientIdentity.named("x").withDocument(
                    URI.create(document))));
            assertTrue(Agent.result(call(authorization, "notes_list")).toString().contains("buy milk"));
            assertEquals(document, shownId());
            assertTrue(pages.getFirst().body().contains("Described"));
        } finally {
            site.stop(0);
        }
    }

    /// Of a client that nobody vouches for, the page says what happened, and the person goes back by its link.
    @Test
    void aPersonWhoSaysNo() {
        var authorization = OAuthAuthorization.open(settings(door.notes).with((URI address) ->
                Thread.startVirtualThread(() -> {
                    var told = browser.decide(browser.get(address.toString()), "deny").expect(200).body();
                    var link = Pattern.compile("href=\"(http://127[^\"]*)\"").matcher(told);
                    assertTrue(link.find(), told);
                    door.web.get(link.group(1).replace("&amp;", "&")).expect(200);
                })));
        var failure = assertThrows(ClientFailure.class, () -> call(authorization, "notes_list"));
        assertTrue(failure.getMessage().contains("access_denied"), failure.getMessage());
    }
}
