package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.upstream.SignatureVerifier;
import io.github.doorwarden.upstream.SigningHeaders;
import io.github.doorwarden.upstream.SigningKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a backend learns of the caller: a token got in exchange for theirs, and the tenant under a signature.
class UpstreamIdentityTest {

    private static final String KEY = "canary-signing-key-0123456789abcdef";
    private static final String BOB = "bob@elsewhere.example";
    private static final String BOB_PASSWORD = "canary-password-of-bob";

    @TempDir
    private Path folder;

    private static String authorization(String request) {
        return request.split("(?i)authorization=\\[")[1].split("]")[0];
    }

    private static JsonNode claims(String bearer) {
        return JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(bearer.split("\\.")[1]));
    }

    /// A client of a person's, and a token of theirs for the notes.
    private static String token(Door door, String email, String password) {
        var browser = door.browser();
        browser.signIn(browser.get("/login"), email, password).expect(303);
        return door.agent().tokens(browser, Door.READ + " " + Door.WRITE).access();
    }

    @Test
    @Covers("T5")
    void theBackendSeesATokenOfItsOwnForThePersonAndNeverTheirs() {
        var secret = "canary-gateway-secret-4711-4711-4711";
        try (var door = Door.open(folder,
                "{type: static, token: canary-upstream-token-4711}",
                "{type: token_exchange, token_url: \"${self}/token\", client_id: gateway, client_secret: " + secret
                        + ", resource: \"urn:notes-api\", scopes: [notes:read]}",
                "  clients:\n", "  resources: {api: {name: Notes API, identifier: \"urn:notes-api\"}}\n"
                        + "  exchanges: [{client: gateway, from: /notes, to: api}]\n  clients:\n"
                        + "    - {id: gateway, secret: " + secret
                        + ", grants: [\"urn:ietf:params:oauth:grant-type:token-exchange\"], scopes: [notes:read]}\n")) {
            var token = token(door, Door.EMAIL, Door.PASSWORD);
            var answer = Agent.result(door.agent().call(token, "notes_list", "{}"));
            assertFalse(answer.path("isError").asBoolean(), answer.toString());
            var sent = authorization(door.backend.requests.getLast());
            var claims = claims(sent);
            assertEquals("urn:notes-api", claims.path("aud").isArray() ? claims.path("aud").get(0).asString()
                    : claims.path("aud").asString());
            assertEquals(claims(token).path("sub"), claims.path("sub"));
            assertEquals("notes:read", claims.path("scope").asString());
            assertFalse(door.backend.requests.toString().contains(token), "the caller's own token");

            door.agent().call(token, "notes_list", "{}");
            assertEquals(sent, authorization(door.backend.requests.getLast()), "one exchange for many calls");

            door.person(BOB, "Bob", BOB_PASSWORD);
            door.agent().call(token(door, BOB, BOB_PASSWORD), "notes_list", "{}");
            assertFalse(claims(authorization(door.backend.requests.getLast())).path("sub").equals(claims.path("sub")),
                    "nobody gets another's");
        }
    }

    @Test
    void whoseTokenIsNotExchangedIsToldSoAndTheBackendIsNotCalled() {
        try (var door = Door.open(folder, "{type: static, token: canary-upstream-token-4711}",
                "{type: token_exchange, token_url: \"${self}/token\", client_id: robot, "
                        + "client_secret: canary-robot-secret-4711-4711-4711-4711, resource: \"urn:x\"}")) {
            var answer = Agent.result(door.agent().call(token(door, Door.EMAIL, Door.PASSWORD), "notes_list", "{}"));
            assertTrue(answer.path("isError").asBoolean());
            assertTrue(answer.toString().contains("gives no token for you"), answer.toString());
            assertEquals(0, door.backend.requests.size());
        }
    }

    @Test
    void theTenantIsToldUnderASignatureAndWhoHasNoneIsRefused() throws Exception {
        try (var door = Door.open(folder, "    credentials: {type: static, token: canary-upstream-token-4711}",
                "    credentials: {type: static, token: canary-upstream-token-4711}\n    signing: {key_id: k1, key: "
                        + KEY + "}",
                "  clients:\n", "  tenants: {acme: {domains: [example.org]}}\n  clients:\n")) {
            var answer = Agent.result(door.agent().call(token(door, Door.EMAIL, Door.PASSWORD), "notes_add",
                    "{\"text\":\"x\"}"));
            assertFalse(answer.path("isError").asBoolean(), answer.toString());
            var request = door.backend.requests.getLast();
            var fields = new HashMap<String, String>();
            var line = request.split("\n", 2)[0];
            for (var each : line.substring(line.indexOf(" [") + 2).split("], ")) {
                var parts = each.replaceAll("]+$", "").split("=\\[", 2);
                fields.put(parts[0].toLowerCase(), parts[1]);
            }
            var clock = InstantSource.system();
            var party = new SignatureVerifier(SigningHeaders.USUAL, (id, tenant) -> id.equals("k1")
                    ? Optional.of(SigningKey.of("k1", KEY)) : Optional.empty(), SignatureVerifier.inMemory(clock),
                    clock)
                    .verify("POST", "/notes", name -> fields.get(name.toLowerCase()),
                            request.split("\n", 2)[1].getBytes(StandardCharsets.UTF_8));
            assertEquals("acme", party.tenant());
            assertFalse(party.user().isEmpty());

            door.person(BOB, "Bob", BOB_PASSWORD);
            var before = door.backend.requests.size();
            var refused = Agent.result(door.agent().call(token(door, BOB, BOB_PASSWORD), "notes_list", "{}"));
            assertTrue(refused.path("isError").asBoolean());
            assertTrue(refused.toString().contains("organisation"), refused.toString());
            assertEquals(before, door.backend.requests.size());
        }
    }
}
