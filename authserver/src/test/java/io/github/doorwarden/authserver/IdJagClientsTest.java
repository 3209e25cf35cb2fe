package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.authserver.AgentSettings.Presenters;
import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.authserver.Client.Kind;
import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which clients may bring what an enterprise's identity provider says of its people, and what an attacker makes of
/// it.
class IdJagClientsTest {

    private static final String GRANT = GrantType.JWT_BEARER;
    private static final String IDP = "https://idp.example";
    private static final Signer AT_IDP = new Signer();
    private static final Signer AGENT = new Signer();
    private static final Signer THIEF = new Signer();
    private static final String KEYS_ALONE = "\"private_key_jwt\"";

    @TempDir
    Path folder;
    private HttpServer web;
    private Door door;
    private volatile String methods = KEYS_ALONE;
    private volatile String grants = "\"authorization_code\",\"" + GRANT + "\"";
    private volatile Signer published = AGENT;
    private final List<String> fetched = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws Exception {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        web.createContext("/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            fetched.add(path);
            var body = document(path).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
        door = Door.open(folder, trusting(new Presenters(Set.of(Kind.METADATA_DOCUMENT, Kind.DYNAMIC), false)));
    }

    @AfterEach
    void close() {
        door.close();
        web.stop(0);
    }

    private String document(String path) {
        return "{\"client_id\":\"" + home() + path + "\",\"redirect_uris\":[\"http://127.0.0.1/callback\"],"
                + "\"grant_types\":[" + grants + "],\"token_endpoint_auth_methods_supported\":[" + methods
                + "],\"jwks\":" + published.jwks() + "}";
    }

    private String home() {
        return "http://127.0.0.1:" + web.getAddress().getPort();
    }

    private String agent() {
        return home() + "/agent";
    }

    private static AuthServerSettings trusting(Presenters presenters) {
        return trusting(presenters, Unvouched.ANYTHING);
    }

    private static AuthServerSettings trusting(Presenters presenters, Unvouched unvouched) {
        var idp = new TrustedIssuer("idp", IDP, TrustedIssuer.Kind.ID_JAG, Optional.empty(),
                Optional.of(AT_IDP.jwks()), TrustedIssuer.Audience.ISSUER, true, Set.of("example.org"), Set.of(),
                Set.of(), List.of(), presenters);
        var usual = AgentSettings.STANDARD;
        var settings = Door.with(new AgentSettings(usual.grants(), usual.pushed(), Set.of(), List.of(idp), List.of()),
                true);
        var open = settings.registration();
        return new AuthServerSettings(settings.issuer(), settings.name(), settings.resources(), true,
                settings.lifetimes(), new AuthServerSettings.Registration(true, true, open.privateSchemes(),
                        open.unusedFor(), 60, 100, unvouched), settings.tokens(), settings.agents());
    }

    private void use(AuthServerSettings settings) {
        door.close();
        door = new Door(folder.resolve("door.db"), door.clock, settings);
    }

    private String jag(String client, Consumer<Map<String, Object>> change) {
        var claims = Signer.claims(IDP, "U-17", Door.ISSUER, door.clock.instant());
        claims.putAll(Map.of("client_id", client, "resource", Door.MCP, "email", "ada@example.org", "scope",
                "mcp:read"));
        return AT_IDP.sign(JWSAlgorithm.ES256, "oauth-id-jag+jwt", Signer.changed(claims, change));
    }

    private String jag(String client) {
        return jag(client, c -> { });
    }

    /// By the client of that id, or whoever signs in its name.
    private Door.Answer bring(String client, Signer by, String assertion) {
        return door.token("grant_type", GRANT, "assertion", assertion, "client_assertion_type", ClientAssertions.TYPE,
                "client_assertion", by.sign(Signer.claims(client, client, Door.ISSUER, door.clock.instant())));
    }

    private Door.Answer silently(String client, String assertion) {
        return door.token("grant_type", GRANT, "assertion", assertion, "client_id", client);
    }

    private static void refused(String error, String what, Door.Answer answer) {
        assertEquals(error, answer.error(), what + ": " + answer.json());
        assertTrue(answer.text("error_description").endsWith("."), what);
    }

    @Test
    @Covers({"AS-35b", "AS-35"})
    void aClientIsKnownByItsDocumentAndProvenByTheKeysInIt() {
        var answer = bring(agent(), AGENT, jag(agent()));
        assertEquals(200, answer.status(), answer.json().toString());
        assertEquals("mcp:read", answer.text("scope"));
        assertFalse(answer.json().has("refresh_token"));
        assertEquals(List.of("/agent"), fetched, "nobody had signed in here before");
        assertEquals(agent(), door.lastAudit().clientId());
        assertEquals(1, door.grants.ofClient(agent()).size());
        grants = "\"" + GRANT + "\"";
        var headless = home() + "/headless";
        assertEquals(200, bring(headless, AGENT, jag(headless)).status(), "one that never sends a person here");
    }

    @Test
    @Covers({"AS-35b", "T12", "T23"})
    void noDocumentIsFetchedForAStranger() {
        refused("invalid_client", "not signed by the provider", bring(agent(), AGENT, THIEF.sign(JWSAlgorithm.ES256,
                "oauth-id-jag+jwt", Map.of("iss", IDP, "client_id", agent()))));
        refused("invalid_client", "made for another", bring(agent(), AGENT, jag(home() + "/other")));
        refused("invalid_client", "for another server", bring(agent(), AGENT, jag(agent(), c ->
                c.put("aud", "https://other.example"))));
        refused("invalid_client", "over", bring(agent(), AGENT, jag(agent(), c -> c.put("exp", 1))));
        refused("invalid_client", "nothing", bring(agent(), AGENT, "x"));
        use(trusting(Presenters.USUAL));
        refused("invalid_client", "of an issuer that has not been opened for this", bring(agent(), AGENT,
                jag(agent())));
        assertEquals(List.of(), fetched);
    }

    @Test
    @Covers({"AS-35b", "T14", "T15"})
    void anIdJagIsOfNoUseToAnybodyButItsClient() {
        var other = home() + "/other";
        assertEquals(200, bring(agent(), AGENT, jag(agent())).status());
        assertEquals(200, bring(other, AGENT, jag(other)).status());
        refused("invalid_grant", "brought by another client", bring(other, AGENT, jag(agent())));
        refused("invalid_client", "by a thief in the client's name", bring(agent(), THIEF, jag(agent())));
        refused("invalid_client", "by silence", silently(agent(), jag(agent())));
        refused("invalid_grant", "for another server", bring(agent(), AGENT, jag(agent(), c ->
                c.put("aud", "https://other.example"))));
        refused("invalid_grant", "for another resource", bring(agent(), AGENT, jag(agent(), c ->
                c.put("resource", "https://other.example/mcp"))));
        var once = jag(agent());
        assertEquals(200, bring(agent(), AGENT, once).status());
        refused("invalid_grant", "again", bring(agent(), AGENT, once));
        try (var second = door.second(folder)) {
            var first = door;
            door = second;
            refused("invalid_grant", "at another node", bring(agent(), AGENT, once));
            door = first;
        }
    }

    @Test
    @Covers({"AS-35b", "T9"})
    void aClientThatMayProveItselfHasToUnlessTheIssuerIsOpen() {
        methods = "\"none\",\"private_key_jwt\"";
        var both = jag(agent());
        refused("unauthorized_client", "silence of one that has keys", silently(agent(), both));
        assertEquals(200, bring(agent(), AGENT, both).status(), "and the refusal used up nothing");

        methods = "\"none\"";
        var open = home() + "/open";
        refused("unauthorized_client", "a public one", silently(open, jag(open)));
        use(trusting(new Presenters(Set.of(Kind.METADATA_DOCUMENT), true)));
        assertEquals(200, silently(open, jag(open)).status());
        refused("invalid_grant", "in another's name", silently(open, jag(agent())));
        methods = KEYS_ALONE;
        var held = home() + "/held";
        refused("invalid_client", "who has keys alone is held to them even there", silently(held, jag(held)));
    }

    @Test
    @Covers({"AS-35b", "AS-59"})
    void whatTheDocumentSaysNowCounts() {
        assertEquals(200, bring(agent(), AGENT, jag(agent())).status());
        published = THIEF;
        grants = "\"authorization_code\",\"" + GRANT + "\"";
        door.clock.pass(Duration.ofHours(25));
        refused("invalid_client", "a key that was taken back", bring(agent(), AGENT, jag(agent())));
        assertEquals(200, bring(agent(), THIEF, jag(agent())).status(), "its owner's new key");
        published = AGENT;
        grants = "\"authorization_code\"";
        door.clock.pass(Duration.ofHours(25));
        refused("unauthorized_client", "a grant type that was taken back", bring(agent(), AGENT, jag(agent())));
    }

    @Test
    @Covers("AS-35b")
    void whoRegistersMayAskForTheGrantWhereAnIssuerTakesIt() {
        var body = "{\"grant_types\":[\"" + GRANT + "\"],\"response_types\":[],\"client_name\":\"Nightly\"}";
        var made = door.send(Door.json("/register", body, "192.0.2.9"));
        assertEquals(201, made.status(), made.json().toString());
        assertEquals("[\"" + GRANT + "\"]", made.json().get("grant_types").toString());
        assertEquals("[]", made.json().get("response_types").toString());
        var id = made.text("client_id");
        assertEquals(200, withSecret(id, made.text("client_secret"), jag(id)).status());
        refused("invalid_client", "with another secret", withSecret(id, "x".repeat(43), jag(id)));
        refused("invalid_grant", "another's", withSecret(id, made.text("client_secret"), jag(agent())));

        var open = door.send(Door.json("/register", "{\"grant_types\":[\"" + GRANT
                + "\"],\"token_endpoint_auth_method\":\"none\"}", "192.0.2.9")).text("client_id");
        refused("unauthorized_client", "a public one", silently(open, jag(open)));

        use(trusting(new Presenters(Set.of(Kind.PRE_REGISTERED), false)));
        assertEquals("invalid_client_metadata", door.send(Door.json("/register", body, "192.0.2.9")).error());
        refused("unauthorized_client", "since the operator has closed it", withSecret(id, made.text("client_secret"),
                jag(id)));
    }

    private Door.Answer withSecret(String id, String secret, String assertion) {
        return door.send(Door.post("/token", Door.form("grant_type", GRANT, "assertion", assertion), "Authorization",
                Door.basic(id, secret)));
    }

    @Test
    @Covers({"AS-35b", "AS-28"})
    void theBoundsOfClientsThatNobodyVouchedForHoldHereToo() {
        var presenters = new Presenters(Set.of(Kind.METADATA_DOCUMENT, Kind.DYNAMIC), false);
        use(trusting(presenters, new Unvouched(Set.of("mcp:read"), List.of(), List.of())));
        assertEquals("mcp:read", bring(agent(), AGENT, jag(agent(), c -> c.put("scope", "mcp:read mcp:write")))
                .text("scope"));
        refused("invalid_scope", "nothing is left", bring(agent(), AGENT, jag(agent(), c ->
                c.put("scope", "mcp:write"))));
        use(trusting(presenters, new Unvouched(Set.of(), List.of("vouched.example"), List.of())));
        refused("invalid_client", "a domain whose documents are not taken", bring(agent(), AGENT, jag(agent())));
    }

    @Test
    @Covers({"AS-35b", "T23"})
    void aStrangersProofOfAKeyIsNotRemembered() {
        use(trusting(new Presenters(Set.of(Kind.METADATA_DOCUMENT), true)));
        methods = "\"none\"";
        assertEquals(200, silently(agent(), jag(agent())).status());
        var before = door.database.query("SELECT 1 FROM spent", row -> 1).size();
        var holder = new Holder(door.clock);
        refused("invalid_grant", "for another", door.send(Door.post("/token", Door.form("grant_type", GRANT,
                "assertion", jag("desktop"), "client_id", agent()), "DPoP", holder.proof())));
        assertEquals(before, door.database.query("SELECT 1 FROM spent", row -> 1).size());
        var bound = door.send(Door.post("/token", Door.form("grant_type", GRANT, "assertion", jag(agent()),
                "client_id", agent()), "DPoP", holder.proof()));
        assertEquals("DPoP", bound.text("token_type"), bound.json().toString());
    }
}
