package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.authserver.AgentSettings.Exchange;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One server calls the next on behalf of a person.
class TokenExchangeTest {

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ACCESS = "urn:ietf:params:oauth:token-type:access_token";
    private static final String SECRET = "a server's secret, thirty-two characters";

    @TempDir
    Path folder;
    private Door door;
    private String token;

    @BeforeEach
    void open() {
        var usual = AgentSettings.STANDARD;
        door = Door.open(folder, Door.with(new AgentSettings(usual.grants(), usual.pushed(), Set.of(), List.of(),
                List.of(new Exchange("tools", Door.MCP, Door.API, Set.of()),
                        new Exchange("reader", Door.MCP, Door.API, Set.of("mcp:read")),
                        new Exchange("tools", Door.API, Door.API, Set.of()))), false));
        for (var id : List.of("tools", "reader", "nobody")) {
            door.clients.add(new NewClient(Optional.of(id), id, List.of(), AuthMethod.SECRET, Set.of(GRANT), Set.of(),
                    Optional.of(SECRET)));
        }
        token = door.redeem(door.desktop(), door.code(door.desktop())).text("access_token");
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Door.Answer exchange(String client, String subject, String... more) {
        var all = new ArrayList<>(List.of("grant_type", GRANT, "subject_token", subject));
        all.addAll(List.of(more));
        if (!all.contains("subject_token_type")) {
            all.addAll(List.of("subject_token_type", ACCESS));
        }
        return door.send(Door.post("/token", Door.form(all.toArray(String[]::new)), "Authorization",
                Door.basic(client, SECRET)));
    }

    private static JWTClaimsSet claims(Door.Answer answer) throws java.text.ParseException {
        assertEquals(200, answer.status(), answer.json().toString());
        return SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
    }

    @Test
    @Covers("AS-37")
    void theNewTokenIsForTheNextServerAndSaysWhoActsForWhom() throws Exception {
        var answer = exchange("tools", token, "resource", Door.API);
        assertEquals(ACCESS, answer.text("issued_token_type"));
        assertEquals("Bearer", answer.text("token_type"));
        assertFalse(answer.json().has("refresh_token"));
        var claims = claims(answer);
        assertEquals("p_ada", claims.getSubject());
        assertEquals("tools", claims.getStringClaim("client_id"));
        assertEquals(List.of(Door.API), claims.getAudience());
        assertEquals(Map.of("sub", "tools"), claims.getClaim("act"));
        assertEquals(SignedJWT.parse(token).getJWTClaimsSet().getStringClaim("gid"), claims.getStringClaim("gid"));

        assertEquals(List.of(Door.API), claims(exchange("tools", token)).getAudience(), "the only one configured");
        assertEquals(200, exchange("tools", token, "audience", Door.API, "requested_token_type", ACCESS).status());
    }

    @Test
    @Covers("AS-37")
    void theChainOfThoseWhoActGrowsToABound() throws Exception {
        var chained = exchange("tools", token).text("access_token");
        var act = claims(exchange("tools", chained)).getClaim("act");
        assertEquals(Map.of("sub", "tools", "act", Map.of("sub", "tools")), act);
        for (var i = 2; i < Limits.ACTORS; i++) {
            chained = exchange("tools", chained).text("access_token");
        }
        chained = exchange("tools", chained).text("access_token");
        assertEquals("invalid_request", exchange("tools", chained).error());
    }

    @Test
    @Covers("AS-37")
    void scopeIsNeverWidened() {
        assertEquals("mcp:read mcp:write", exchange("tools", token).text("scope"));
        assertEquals("mcp:read", exchange("tools", token, "scope", "mcp:read").text("scope"));
        assertEquals("mcp:read", exchange("reader", token).text("scope"), "what the rule has");
        assertEquals("invalid_scope", exchange("reader", token, "scope", "mcp:write").error());
        var narrow = door.redeem(door.desktop(), door.code(door.desktop(), "p_ada", "mcp:read")).text("access_token");
        assertEquals("invalid_scope", exchange("tools", narrow, "scope", "mcp:write").error());
        assertEquals("mcp:read", exchange("tools", narrow).text("scope"));
        assertEquals("invalid_scope", exchange("tools", token, "scope", "unheard-of").error());
    }

    @Test
    @Covers("AS-37")
    void onlyWhatIsConfigured() {
        assertEquals("invalid_target", exchange("nobody", token, "resource", Door.API).error());
        assertEquals("invalid_target", exchange("tools", token, "resource", Door.MCP).error());
        assertEquals("invalid_target", exchange("tools", token, "resource", "https://other.example").error());
        assertEquals("invalid_target", exchange("tools", token, "resource", Door.API, "audience", Door.MCP).error());
        var forApi = exchange("tools", token).text("access_token");
        assertEquals("invalid_target", exchange("reader", forApi).error(), "a token for another resource than its own");
        door.clients.add(new NewClient(Optional.of("open"), "O", List.of(), Set.of("none"), Set.of(GRANT), Set.of(),
                Optional.empty()));
        assertEquals("unauthorized_client", door.token("grant_type", GRANT, "client_id", "open", "subject_token", token,
                "subject_token_type", ACCESS).error());
        assertEquals("unauthorized_client", door.token("grant_type", GRANT, "client_id", "desktop", "subject_token",
                token, "subject_token_type", ACCESS).error());
    }

    @Test
    @Covers({"AS-37", "T15"})
    void whatIsNoTokenOfAPersonIsNotExchanged() {
        var id = "urn:ietf:params:oauth:token-type:id_token";
        assertEquals("invalid_request", exchange("tools", "x").error());
        assertEquals("invalid_request", exchange("tools", token + "x").error());
        assertEquals("invalid_request", exchange("tools", token, "subject_token_type", id).error());
        assertEquals("invalid_request", exchange("tools", token, "requested_token_type", id).error());
        assertEquals("invalid_request", exchange("tools", token, "actor_token", token).error());
        door.clients.add(NewClient.service("nightly", "N", Set.of("mcp:read"), Optional.of(SECRET)));
        var service = door.send(Door.post("/token", Door.form("grant_type", "client_credentials", "resource", Door.MCP),
                "Authorization", Door.basic("nightly", SECRET)));
        assertEquals("invalid_request", exchange("tools", service.text("access_token")).error());
    }

    @Test
    @Covers({"AS-37", "T27"})
    void itDiesWithWhatItCameFrom() throws Exception {
        door.clock.pass(Duration.ofSeconds(200));
        var end = claims(exchange("tools", token)).getExpirationTime();
        assertEquals(SignedJWT.parse(token).getJWTClaimsSet().getExpirationTime(), end);
        var grant = door.grants.ofClient("desktop").getFirst();
        door.grants.revoke(grant.id(), "by the person");
        assertEquals("invalid_request", exchange("tools", token).error());
    }

    @Test
    @Covers({"AS-37", "AS-6a"})
    void whatIsOffIsRefusedInPlainWordsAndNotAnnounced() {
        try (var plain = new Door(folder.resolve("door.db"), door.clock,
                Door.settings(AuthServerSettings.Registration.STANDARD))) {
            var refused = plain.send(Door.post("/token", Door.form("grant_type", GRANT, "subject_token", token,
                    "subject_token_type", ACCESS), "Authorization", Door.basic("tools", SECRET)));
            assertEquals("unsupported_grant_type", refused.error());
            assertTrue(refused.text("error_description").contains("authorization_code, refresh_token"));
        }
    }

    /// Otherwise a resource that asks what a token means would take one that is for somebody else.
    @Test
    @Covers({"AS-37", "AS-48a", "T28"})
    void whatIsSaidOfAnExchangedTokenIsItsOwnAudienceAndHolder() {
        var exchanged = exchange("tools", token).text("access_token");
        var asked = introspected("tools", exchanged);
        assertTrue(asked.json().path("active").asBoolean(), asked.json().toString());
        assertEquals(Door.API, asked.text("aud"));
        assertEquals("tools", asked.text("client_id"));
        assertFalse(introspected("nobody", exchanged).json().path("active").asBoolean());
    }

    private Door.Answer introspected(String client, String subject) {
        return door.send(Door.post("/introspect", Door.form("token", subject), "Authorization",
                Door.basic(client, SECRET)));
    }
}
