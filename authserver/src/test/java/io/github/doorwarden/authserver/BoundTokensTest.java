package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens that are bound to the key of a DPoP proof.
class BoundTokensTest {

    private static final String SECRET = "a secret that is long enough for this";

    @TempDir
    Path folder;
    private Door door;
    private Holder ada;
    private Holder thief;
    private Client desktop;

    @BeforeEach
    void open() {
        use(Door.open(folder));
    }

    private void use(Door opened) {
        door = opened;
        ada = new Holder(door.clock);
        thief = new Holder(door.clock);
        desktop = door.desktop();
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Door.Answer token(List<String> proofs, String... pairs) {
        var headers = new ArrayList<String>();
        proofs.forEach(proof -> headers.addAll(List.of("DPoP", proof)));
        return door.send(Door.post("/token", Door.form(pairs), headers.toArray(String[]::new)));
    }

    private Door.Answer redeem(String code, String... proofs) {
        return token(List.of(proofs), "grant_type", "authorization_code", "client_id", desktop.id(), "code", code,
                "code_verifier", Door.VERIFIER);
    }

    private Door.Answer refresh(String token, String... proofs) {
        return token(List.of(proofs), "grant_type", "refresh_token", "client_id", desktop.id(), "refresh_token", token);
    }

    private String boundCode() {
        return door.codes.issue(new Codes.Approved(desktop.id(), "p_ada", Door.CALLBACK, Door.CHALLENGE, Door.MCP,
                Set.of("mcp:read"), door.clock.instant(), Set.of(), Optional.of(ada.thumbprint())));
    }

    private static Object cnf(Door.Answer tokens) throws Exception {
        return SignedJWT.parse(tokens.text("access_token")).getJWTClaimsSet().getClaim("cnf");
    }

    @Test
    @Covers("AS-45a")
    void whoProvesAKeyGetsATokenThatIsBoundToIt() throws Exception {
        var tokens = redeem(door.code(desktop), ada.proof());
        assertEquals("DPoP", tokens.text("token_type"));
        assertEquals(Map.of("jkt", ada.thumbprint()), cnf(tokens));
        var plain = door.redeem(desktop, door.code(desktop));
        assertEquals("Bearer", plain.text("token_type"));
        assertEquals(null, cnf(plain));
    }

    @Test
    @Covers("AS-18a")
    void aCodeThatWasAskedForWithAKeyIsRedeemedByItAlone() {
        var code = boundCode();
        assertEquals("invalid_grant", redeem(code).error());
        assertEquals("invalid_grant", redeem(code, thief.proof()).error());
        assertEquals(200, redeem(code, ada.proof()).status(), "a wrong try spends nothing");
    }

    @Test
    @Covers({"AS-33a", "T13"})
    void aPublicClientsRefreshTokenIsWorthNothingWithoutItsKey() throws Exception {
        var first = redeem(door.code(desktop), ada.proof());
        assertEquals("invalid_grant", refresh(first.text("refresh_token")).error());
        assertEquals("invalid_grant", refresh(first.text("refresh_token"), thief.proof()).error());
        var second = refresh(first.text("refresh_token"), ada.proof());
        assertEquals(200, second.status(), "the family is left as it was");
        assertEquals(Map.of("jkt", ada.thumbprint()), cnf(second));
        assertEquals("invalid_grant", refresh(second.text("refresh_token"), thief.proof()).error());
    }

    @Test
    @Covers("AS-33a")
    void aFamilyThatBeganWithoutAKeyIsBoundByTheFirstProof() {
        var first = door.redeem(desktop, door.code(desktop));
        var second = refresh(first.text("refresh_token"), ada.proof());
        assertEquals("DPoP", second.text("token_type"));
        assertEquals("invalid_grant", refresh(second.text("refresh_token")).error());
        assertEquals(200, refresh(second.text("refresh_token"), ada.proof()).status());
    }

    @Test
    @Covers("AS-33a")
    void aClientWithASecretMayChangeItsKey() throws Exception {
        var web = door.clients.add(new NewClient(Optional.of("web"), "Web", List.of("https://web.example/cb"),
                AuthMethod.SECRET, GrantType.WITH_A_PERSON, Set.of(), Optional.of(SECRET))).client();
        var first = token(List.of(ada.proof()), "grant_type", "authorization_code", "client_id", web.id(),
                "client_secret", SECRET, "code", door.code(web), "code_verifier", Door.VERIFIER);
        var next = new Holder(door.clock);
        var second = token(List.of(next.proof()), "grant_type", "refresh_token", "client_id", web.id(),
                "client_secret", SECRET, "refresh_token", first.text("refresh_token"));
        assertEquals(Map.of("jkt", next.thumbprint()), cnf(second));
    }

    @Test
    @Covers({"AS-45a", "AS-34"})
    void aServicesTokenIsBoundToo() throws Exception {
        door.clients.add(NewClient.service("nightly", "Nightly", Set.of(), Optional.of(SECRET)));
        var tokens = token(List.of(ada.proof()), "grant_type", "client_credentials", "client_id", "nightly",
                "client_secret", SECRET, "resource", Door.MCP);
        assertEquals("DPoP", tokens.text("token_type"));
        assertEquals(Map.of("jkt", ada.thumbprint()), cnf(tokens));
    }

    @Test
    @Covers({"AS-39a", "T25"})
    void aProofThatProvesNothingSpendsNothing() {
        var code = door.code(desktop);
        var other = Map.<String, Object>of("htu", Door.ISSUER + "/revoke");
        var get = Map.<String, Object>of("htm", "GET");
        for (var proof : List.of("nonsense", ada.proof(other), ada.proof(get), " ")) {
            var refused = redeem(code, proof);
            assertEquals(400, refused.status());
            assertEquals("invalid_dpop_proof", refused.error());
            assertEquals("no-store", refused.headers().first("Cache-Control").orElse(""));
        }
        assertEquals("invalid_dpop_proof", redeem(code, ada.proof(), ada.proof()).error());
        assertEquals(200, redeem(code, ada.proof()).status());
    }

    @Test
    @Covers({"AS-39a", "T25"})
    void aProofIsGoodOnceOnAllNodesTogether() {
        var proof = ada.proof();
        assertEquals(200, redeem(door.code(desktop), proof).status());
        assertEquals("invalid_dpop_proof", redeem(door.code(desktop), proof).error());
        try (var second = door.second(folder)) {
            var there = second.send(Door.post("/token", Door.form("grant_type", "authorization_code", "client_id",
                    desktop.id(), "code", second.code(desktop), "code_verifier", Door.VERIFIER), "DPoP", proof));
            assertEquals("invalid_dpop_proof", there.error());
        }
    }

    @Test
    @Covers({"AS-39a", "T23"})
    void aStrangerWithoutAGrantMakesUsRememberNothing() {
        assertEquals("invalid_grant", redeem("A".repeat(43), ada.proof()).error());
        assertEquals("invalid_grant", refresh("A".repeat(43), ada.proof()).error());
        assertEquals(List.of(), door.database.query("SELECT 1 FROM spent", row -> 1));
    }

    @Test
    @Covers("AS-39a")
    void withNoncesTheAnswerSaysWhichOne(@TempDir Path other) {
        try (var strict = Door.open(other, Door.tokens(false, SigningAlgorithm.RS256, DpopMode.OPTIONAL, true))) {
            var before = door;
            use(strict);
            var code = door.code(desktop);
            var refused = redeem(code, ada.proof());
            assertEquals(400, refused.status());
            assertEquals("use_dpop_nonce", refused.error());
            var nonce = refused.headers().first("DPoP-Nonce").orElseThrow();
            try (var second = door.second(other)) {
                assertEquals(200, second.send(Door.post("/token", Door.form("grant_type", "authorization_code",
                        "client_id", desktop.id(), "code", code, "code_verifier", Door.VERIFIER), "DPoP",
                        ada.proof(Map.of("nonce", nonce)))).status(), "any node's nonce will do");
            }
            var allowed = redeem(door.code(desktop), ada.proof(Map.of("nonce", nonce)));
            assertTrue(allowed.headers().first("DPoP-Nonce").isPresent(), "the next one comes in time");
            assertEquals(200, door.redeem(desktop, door.code(desktop)).status(), "bearer tokens need none");
            use(before);
        }
    }

    @Test
    @Covers("AS-39a")
    void whereItIsRequiredNobodyGetsABearerTokenAndWhereItIsOffNobodyABoundOne(@TempDir Path one,
            @TempDir Path other) {
        try (var strict = Door.open(one, Door.tokens(false, SigningAlgorithm.RS256, DpopMode.REQUIRED, false))) {
            assertEquals("invalid_dpop_proof", strict.redeem(strict.desktop(), strict.code(strict.desktop())).error());
        }
        try (var off = Door.open(other, Door.tokens(false, SigningAlgorithm.RS256, DpopMode.OFF, false))) {
            var answer = off.send(Door.post("/token", Door.form("grant_type", "authorization_code", "client_id",
                    off.desktop().id(), "code", off.code(off.desktop()), "code_verifier", Door.VERIFIER), "DPoP",
                    ada.proof()));
            assertEquals("Bearer", answer.text("token_type"));
            assertFalse(answer.headers().first("DPoP-Nonce").isPresent());
        }
    }
}
