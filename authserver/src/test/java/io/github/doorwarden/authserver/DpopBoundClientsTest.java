package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that have said that they always prove a key: `dpop_bound_access_tokens`.
class DpopBoundClientsTest {

    private static final String BODY = "\"redirect_uris\":[\"http://127.0.0.1:4711/callback\"],"
            + "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"token_endpoint_auth_method\":\"none\"";
    private static final String SECRET = "a secret that is long enough for this";

    @TempDir
    Path folder;
    private Door door;
    private Holder ada;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        ada = new Holder(door.clock);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Door.Answer register(String members) {
        return door.send(Door.json("/register", "{" + BODY + members + "}", "192.0.2.9"));
    }

    private Door.Answer manage(String method, Door.Answer made, String body) {
        var id = made.text("client_id");
        var in = new HttpIn(method, "/register/" + id, id, "", Headers.NONE.with("Content-Type", "application/json")
                .with("Authorization", "Bearer " + made.text("registration_access_token")),
                body.getBytes(StandardCharsets.UTF_8), "192.0.2.9", "request-1");
        try {
            return Door.answer(door.side.routes().stream().filter(row -> row.path().equals("/register/{client}")
                    && row.method().equals(method)).findFirst().orElseThrow().answer(in, null));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Door.Answer redeem(Client client, String code, String... headers) {
        return door.send(Door.post("/token", Door.form("grant_type", "authorization_code", "client_id", client.id(),
                "code", code, "code_verifier", Door.VERIFIER), headers));
    }

    private Door.Answer refresh(Client client, String token, String... headers) {
        return door.send(Door.post("/token", Door.form("grant_type", "refresh_token", "client_id", client.id(),
                "refresh_token", token), headers));
    }

    @Test
    @Covers("AS-45b")
    void whoRegistersSoGetsNoTokenWithoutAProofNeitherFirstNorLater() {
        var made = register(",\"dpop_bound_access_tokens\":true");
        assertTrue(made.json().path("dpop_bound_access_tokens").asBoolean(false), made.json().toString());
        var client = door.clients.known(made.text("client_id")).orElseThrow();
        var code = door.code(client);
        var silent = redeem(client, code);
        assertEquals(400, silent.status());
        assertEquals("invalid_dpop_proof", silent.error());
        assertTrue(silent.text("error_description").contains("dpop_bound_access_tokens"));
        var tokens = redeem(client, code, "DPoP", ada.proof());
        assertEquals("DPoP", tokens.text("token_type"), "the refusal spent nothing: " + tokens.json());

        assertEquals("invalid_dpop_proof", refresh(client, tokens.text("refresh_token")).error());
        assertEquals("DPoP", refresh(client, tokens.text("refresh_token"), "DPoP", ada.proof()).text("token_type"));
    }

    @Test
    @Covers("AS-45b")
    void aConfidentialClientIsHeldToItWhenItRefreshesToo() {
        var web = door.clients.add(new NewClient(Optional.of("web"), "Web", List.of(Door.CALLBACK), AuthMethod.SECRET,
                GrantType.WITH_A_PERSON, Set.of(), Optional.of(SECRET), NewClient.PublicKeys.NONE, false, true))
                .client();
        var basic = Door.basic("web", SECRET);
        var tokens = redeem(web, door.code(web), "Authorization", basic, "DPoP", ada.proof());
        assertEquals("DPoP", tokens.text("token_type"), tokens.json().toString());
        assertEquals("invalid_dpop_proof", refresh(web, tokens.text("refresh_token"), "Authorization", basic).error(),
                "its refresh token is not bound, its access tokens are");
        assertEquals("DPoP", refresh(web, tokens.text("refresh_token"), "Authorization", basic, "DPoP",
                new Holder(door.clock).proof()).text("token_type"));
    }

    @Test
    @Covers({"AS-45b", "AS-34"})
    void aServiceIsHeldToItAndSoIsOneOfTheConfigurationAfterARestart() {
        var service = new NewClient(Optional.of("bot"), "Bot", List.of(), AuthMethod.SECRET,
                Set.of(GrantType.CLIENT_CREDENTIALS), Set.of(), Optional.of(SECRET), NewClient.PublicKeys.NONE, false,
                true);
        door.clients.declare(service);
        assertEquals("invalid_dpop_proof", asService().error());
        try (var second = door.second(folder)) {
            var first = door;
            door = second;
            assertEquals("invalid_dpop_proof", asService().error());
            assertEquals("DPoP", asService("DPoP", ada.proof()).text("token_type"));
            door = first;
        }
    }

    private Door.Answer asService(String... headers) {
        var all = new java.util.ArrayList<>(List.of("Authorization", Door.basic("bot", SECRET)));
        all.addAll(List.of(headers));
        return door.send(Door.post("/token", Door.form("grant_type", "client_credentials", "resource", Door.MCP),
                all.toArray(String[]::new)));
    }

    @Test
    @Covers({"AS-45b", "AS-65"})
    void itsRegistrationSaysSoAndCanBeChanged() {
        assertFalse(register("").json().has("dpop_bound_access_tokens"), "who does not ask hears nothing of it");
        var made = register(",\"dpop_bound_access_tokens\":true");
        assertTrue(manage("GET", made, "").json().path("dpop_bound_access_tokens").asBoolean(false));
        var body = "{\"client_id\":\"" + made.text("client_id") + "\"," + BODY;
        var changed = manage("PUT", made, body + ",\"dpop_bound_access_tokens\":false}");
        assertEquals("false", changed.json().path("dpop_bound_access_tokens").toString());
        var client = door.clients.known(made.text("client_id")).orElseThrow();
        assertEquals("Bearer", redeem(client, door.code(client)).text("token_type"));
        manage("PUT", changed, body + ",\"dpop_bound_access_tokens\":true}");
        assertEquals("invalid_dpop_proof", redeem(client, door.code(client)).error());
    }

    @Test
    @Covers({"AS-45b", "AS-57"})
    void aDocumentMaySaySo() throws Exception {
        var id = "https://agent.example/client";
        var body = ("{\"client_id\":\"" + id + "\"," + BODY + ",\"dpop_bound_access_tokens\":true}")
                .getBytes(StandardCharsets.UTF_8);
        assertTrue(MetadataDocument.parse(id, body, door.settings).dpopBound());
        var off = Door.tokens(false, SigningAlgorithm.RS256, DpopMode.OFF, false);
        var refused = assertThrows(DocumentRefused.class, () -> MetadataDocument.parse(id, body, off));
        assertTrue(refused.getMessage().contains("dpop_bound_access_tokens"), refused.getMessage());
    }

    @Test
    @Covers({"AS-45b", "AS-65"})
    void whereThereAreNoBoundTokensNobodyIsPromisedOne() {
        var bound = register(",\"dpop_bound_access_tokens\":true").text("client_id");
        try (var off = new Door(folder.resolve("door.db"), door.clock,
                Door.tokens(false, SigningAlgorithm.RS256, DpopMode.OFF, false))) {
            var first = door;
            door = off;
            assertEquals("false", register(",\"dpop_bound_access_tokens\":true").json()
                    .path("dpop_bound_access_tokens").toString());
            var client = off.clients.known(bound).orElseThrow();
            assertEquals("invalid_dpop_proof", redeem(client, off.code(client), "DPoP", ada.proof()).error(),
                    "who was promised one before gets no other");
            door = first;
        }
    }
}
