package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Fuzzer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Tokens, proofs and documents of providers as nobody honest makes them: each is refused in the words of the
/// specification, and what is taken is what was signed.
class TokensFuzzTest {

    private static final URI DOOR = URI.create("https://tools.example/mcp");
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final List<String> VALUES = List.of("null", "true", "\"\"", "[]", "{}", "1e999", "-1", "\"x\"",
            "[\"https://tools.example/mcp\", 7]", "{\"jkt\":7}", "{\"jkt\":\"a\",\"x5t#S256\":\"b\"}", "\"true\"",
            "[\"a\",\"b\"]", "9223372036854775808", "\"ada@example.com\"", "[true]");
    private static final List<String> NAMES = List.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id",
            "azp", "scope", "scp", "email", "email_verified", "cnf", "amr", "acr", "auth_time", "typ", "gty");

    private final ProviderInMemory provider = new ProviderInMemory();

    private static TrustedIssuer trusted() {
        return new TrustedIssuer("p", ProviderInMemory.ISSUER, Set.of(), "aud", Set.of("RS256", "ES256"), true,
                List.of("scope", "scp"), "email", Optional.empty());
    }

    @Test
    @Covers({"RS-11a", "RS-3", "T14"})
    void aProvidersClaimsAreReadOrTheTokenIsRefused() {
        var fuzz = new Fuzzer(400);
        var issuers = new TrustedIssuers(List.of(trusted()), List.of(DOOR), Admission.OPEN, provider, Limits.STANDARD,
                () -> NOW);
        var taken = 0;
        while (fuzz.goesOn()) {
            var names = fuzz.some(NAMES, 3);
            var changes = names.stream().flatMap(name -> List.of(name, fuzz.one(VALUES)).stream())
                    .toArray(String[]::new);
            var claims = ProviderInMemory.claims(NOW, changes);
            var json = fuzz.once(6) ? fuzz.mutated(claims) : claims;
            try {
                var token = issuers.verify(ProviderInMemory.signed(fuzz.one(List.of("at+jwt", "JWT", "", "dpop+jwt")),
                        json));
                taken++;
                var said = ProviderInMemory.JSON.readTree(json);
                assertEquals(names(said.path("aud"), DOOR.toString()), token.audiences().contains(DOOR.toString()),
                        () -> fuzz.said(json));
                assertTrue(token.email().isEmpty() || said.path("email_verified").asString("").equals("true")
                        || said.path("email_verified").toString().equals("[true]"), () -> fuzz.said(json));
                assertTrue(token.expiresAt().isAfter(NOW), () -> fuzz.said(json));
                assertTrue(!said.has("cnf") || token.boundTo().isPresent(), () -> fuzz.said(json));
            } catch (TokenRefused refused) {
                assertTrue(refused.status() == 401, () -> fuzz.said(json));
            }
        }
        assertTrue(taken > 20, "hardly any token is taken any more: " + taken);
    }

    private static boolean names(JsonNode audience, String who) {
        return audience.asString("").equals(who) || audience.valueStream()
                .anyMatch(each -> each.asString("").equals(who));
    }

    @Test
    @Covers({"RS-11", "T16"})
    void aProvidersDocumentsAreReadOrItIsDown() {
        var fuzz = new Fuzzer(1_000);
        var token = ProviderInMemory.signed("at+jwt", ProviderInMemory.claims(NOW));
        var keys = new JWKSet(List.of(ProviderInMemory.KEY)).toString(true);
        var metadata = provider.metadata.toString();
        while (fuzz.goesOn()) {
            var first = fuzz.maybe(metadata);
            var second = fuzz.maybe(keys);
            var issuers = new TrustedIssuers(List.of(trusted()), List.of(DOOR), Admission.OPEN,
                    new Documents(first, second), Limits.STANDARD, () -> NOW);
            try {
                assertEquals("u1", issuers.verify(token).subject());
                assertEquals(ProviderInMemory.ISSUER, ProviderInMemory.JSON.readTree(first).path("issuer").asString(""),
                        () -> fuzz.said(first));
            } catch (TokenRefused | ProviderOutage refused) {
                assertTrue(refused.getMessage().length() < 1_000, () -> fuzz.said(first + second));
            }
        }
    }

    /// Answers with these, whatever the status of a real one would be.
    private record Documents(String metadata, String keys) implements Provider.Calls {

        @Override
        public Provider.Answer get(URI uri, Optional<String> authorization) throws IOException {
            var text = uri.getPath() != null && uri.getPath().contains(".well-known") ? metadata : keys;
            return new Provider.Answer(200, text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Provider.Answer post(URI uri, Map<String, String> sent, Optional<String> authorization) {
            return new Provider.Answer(200, "{\"active\": false}".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    @Covers({"T25", "RS-10", "RS-5"})
    void noProofButTheHoldersOpensTheDoor() throws Exception {
        var fuzz = new Fuzzer(1_000);
        var key = new ECKeyGenerator(Curve.P_256).generate();
        var spent = new HashSet<String>();
        var door = new BearerTokens(token -> new VerifiedToken("p", "c", false, Optional.empty(), Set.of(),
                Set.of(DOOR.toString()), Optional.empty(), "j", NOW.plusSeconds(99), SignIn.UNKNOWN,
                Optional.of(thumbprint(key))), grant -> false, new Possession(DpopMode.OPTIONAL, Optional.of(
                new DpopProofs((id, end) -> spent.add(id), Optional.empty(), Limits.STANDARD, () -> NOW))),
                Limits.STANDARD, () -> NOW);
        var number = 0;
        while (fuzz.goesOn()) {
            var honest = proof(key, "{\"jti\":\"" + number++ + "\",\"htm\":\"POST\",\"htu\":\"" + DOOR + "\",\"iat\":"
                    + NOW.getEpochSecond() + ",\"ath\":\"" + ath() + "\"}");
            var sent = fuzz.maybe(honest);
            var scheme = fuzz.maybe("DPoP token");
            var in = new HttpIn("POST", "/mcp", "", Headers.NONE.with("Authorization", scheme).with("DPoP", sent),
                    new byte[0], "192.0.2.1", "r");
            try {
                door.verify(in, DOOR);
                assertTrue(scheme.regionMatches(true, 0, "DPoP", 0, 4) && signed(sent).equals(signed(honest)),
                        () -> fuzz.said(scheme + "\n" + sent));
            } catch (TokenRefused refused) {
                assertTrue(refused.status() == 401 || refused.status() == 400, () -> fuzz.said(sent));
            }
        }
        assertTrue(spent.size() > fuzz.rounds() / 10, "hardly any proof is taken any more");
    }

    private static String signed(String proof) {
        return proof.substring(0, Math.max(0, proof.lastIndexOf('.')));
    }

    private static String proof(ECKey key, String claims) throws Exception {
        var jws = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK()).build(), new Payload(claims));
        jws.sign(new ECDSASigner(key));
        return jws.serialize();
    }

    private static String ath() throws Exception {
        return Base64URL.encode(MessageDigest.getInstance("SHA-256")
                .digest("token".getBytes(StandardCharsets.US_ASCII)))
                .toString();
    }

    private static String thumbprint(ECKey key) {
        try {
            return key.computeThumbprint().toString();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Covers("T25")
    void aTargetIsItselfInItsSpellingsAlone() {
        var fuzz = new Fuzzer(20_000);
        var target = URI.create("https://tools.example/mcp/a");
        while (fuzz.goesOn()) {
            var claimed = fuzz.mutated("https://tools.example/mcp/a");
            if (HttpTarget.same(claimed, target)) {
                var uri = URI.create(claimed);
                assertTrue("https".equalsIgnoreCase(uri.getScheme()) && "tools.example".equalsIgnoreCase(uri.getHost())
                        && (uri.getPort() == -1 || uri.getPort() == 443) && uri.getRawUserInfo() == null
                        && uri.normalize().getPath().equals("/mcp/a"), () -> fuzz.said(claimed));
            }
        }
    }
}
