package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SigningTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final SigningKey KEY = SigningKey.of("k1", SECRET);
    private static final SigningKey ACME = SigningKey.of("acme-1", "acme".repeat(10));

    private final SetClock clock = new SetClock();
    private final RequestSigner signer = new RequestSigner(SigningHeaders.USUAL, Optional.of(KEY),
            Map.of("acme", ACME), clock);
    private final SignatureVerifier verifier = new SignatureVerifier(SigningHeaders.USUAL, (id, tenant) ->
            id.equals("k1") && !tenant.equals("acme") ? Optional.of(KEY)
                    : id.equals("acme-1") && tenant.equals("acme") ? Optional.of(ACME) : Optional.empty(),
            SignatureVerifier.inMemory(clock), clock);

    private static UpstreamCall call(String tenant) {
        return new UpstreamCall("POST", "/notes?draft=yes&q=a%20b", Map.of(),
                Optional.of(new UpstreamCall.Body("application/json", "{\"a\":1}".getBytes())), false, "r")
                .by(new Party(tenant, "ada"));
    }

    /// What a backend at `/v1` got.
    private Backend.Asked sent(UpstreamCall call) throws Exception {
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, 200, "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/v1")), Credentials.none(),
                        Optional.of(signer))) {
            upstream.call(call);
            return backend.asked.getFirst();
        }
    }

    private Party verify(Backend.Asked asked, Map<String, String> changed) throws SignatureVerifier.Refused {
        return verifier.verify(asked.method(), asked.target(), name -> changed.containsKey(name) ? changed.get(name)
                : asked.headers().entrySet().stream().filter(each -> each.getKey().equalsIgnoreCase(name))
                .map(each -> each.getValue().getFirst()).findFirst().orElse(null),
                asked.body().getBytes(StandardCharsets.UTF_8));
    }

    private String refused(Backend.Asked asked, Map<String, String> changed) {
        return assertThrows(SignatureVerifier.Refused.class, () -> verify(asked, changed)).getMessage();
    }

    @Test
    void theBackendLearnsForWhomTheCallIsAndTakesItOnce() throws Exception {
        var asked = sent(call("globex"));
        assertEquals(new Party("globex", "ada"), verify(asked, Map.of()));
        assertTrue(refused(asked, Map.of()).contains("came already"));
        assertEquals("k1", asked.header("X-key-id"));
        assertEquals("acme-1", sent(call("acme")).header("X-key-id"));
    }

    /// The text and its code, worked out with another tool: openssl dgst -sha256 -hmac.
    @Test
    void anybodyCanWriteTheOtherSide() {
        var request = new SignedRequest("GET", "/v1/notes", "q=1", new byte[0], new Party("acme", "ada"),
                Instant.ofEpochSecond(1_795_700_000L), "AAAAAAAAAAAAAAAAAAAAAA");
        assertEquals("v1\nGET\n/v1/notes\nq=1\n"
                + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nacme\nada\n1795700000\n"
                + "AAAAAAAAAAAAAAAAAAAAAA", request.text());
        assertEquals("v1=0f27d8a579bb6a70015c70d5d8956a8397f208985a3f7b8c8b3b04ca4b6e7f1a",
                request.signature(SECRET.getBytes()));
    }

    @Test
    void whateverIsChangedOnTheWayIsNoticed() throws Exception {
        var asked = sent(call("globex"));
        for (var field : new String[] {"X-Tenant-Id", "X-User-Id", "X-Timestamp", "X-Nonce", "X-Key-Id",
            "X-Signature"}) {
            assertNotEquals("", refused(asked, Map.of(field, switch (field) {
                case "X-Timestamp" -> "1795176001";
                case "X-Nonce" -> "AAAAAAAAAAAAAAAAAAAAAA";
                case "X-Key-Id" -> "acme-1";
                case "X-Signature" -> "v1=" + "0".repeat(64);
                default -> "acme";
            })), field);
            var without = new HashMap<String, String>();
            without.put(field, null);
            assertNotEquals("", refused(asked, without), field);
        }
        for (var other : new Backend.Asked[] {
            new Backend.Asked("PUT", asked.target(), asked.headers(), asked.body()),
            new Backend.Asked("POST", "/v1/notes?draft=no&q=a%20b", asked.headers(), asked.body()),
            new Backend.Asked("POST", "/v1/notes/?draft=yes&q=a%20b", asked.headers(), asked.body()),
            new Backend.Asked("POST", "/v1/notes", asked.headers(), asked.body()),
            new Backend.Asked("POST", asked.target(), asked.headers(), "{\"a\":2}")}) {
            assertTrue(refused(other, Map.of()).contains("does not fit"), other.toString());
        }
        assertEquals(new Party("globex", "ada"), verify(asked, Map.of()), "and none of that has used it up");
    }

    @Test
    void aKeyOfOneTenantSpeaksForThatOneAlone() throws Exception {
        var forged = new RequestSigner(SigningHeaders.USUAL, Optional.of(ACME), Map.of(), clock);
        var fields = forged.sign(call("globex"),
                java.net.URI.create("http://127.0.0.1/notes?draft=yes&q=a%20b"), Duration.ofSeconds(1));
        var refused = assertThrows(SignatureVerifier.Refused.class, () -> verifier.verify("POST",
                "/notes?draft=yes&q=a%20b", fields::get, "{\"a\":1}".getBytes()));
        assertTrue(refused.getMessage().contains("not known for this tenant"), refused.getMessage());
    }

    @Test
    void fiveMinutesEitherWayAndNoLonger() throws Exception {
        var asked = sent(call("globex"));
        clock.pass(Duration.ofMinutes(5).plusSeconds(1));
        assertTrue(refused(asked, Map.of()).contains("clocks"));
        clock.pass(Duration.ofMinutes(-10).minusSeconds(2));
        assertTrue(refused(asked, Map.of()).contains("clocks"));
        clock.pass(Duration.ofSeconds(1));
        assertEquals(new Party("globex", "ada"), verify(asked, Map.of()));
    }

    @Test
    void argumentsCannotSayForWhomACallIs() throws Exception {
        var call = new UpstreamCall("GET", "/", Map.of("x-tenant-id", "acme", "X-USER-ID", "root", "x-signature", "v1"),
                Optional.empty(), false, "r");
        var asked = sent(call.by(new Party("globex", "")));
        assertEquals("globex", asked.header("X-tenant-id"));
        assertEquals("", asked.header("X-user-id"));
        assertEquals(new Party("globex", ""), verify(asked, Map.of()));
        var nobody = assertThrows(UpstreamFailure.class, () -> sent(call));
        assertEquals(UpstreamFailure.Kind.CREDENTIALS, nobody.kind());
    }

    @Test
    void eachSendingIsSignedAnew() throws Exception {
        var first = new boolean[] {true};
        try (var backend = new Backend((_, exchange) -> {
            Backend.say(exchange, first[0] ? 503 : 200, "{}");
            first[0] = false;
        }); var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/v1")), Credentials.none(),
                Optional.of(signer))) {
            upstream.call(new UpstreamCall("GET", "/", Map.of(), Optional.empty(), false, "r")
                    .by(new Party("globex", "ada")));
            assertNotEquals(backend.asked.get(0).header("X-nonce"), backend.asked.get(1).header("X-nonce"));
            verify(backend.asked.get(0), Map.of());
            verify(backend.asked.get(1), Map.of());
        }
    }

    @Test
    void keysAndNamesThatAreNotSafeAreRefusedAndNothingPrintsAKey() {
        assertThrows(IllegalArgumentException.class, () -> SigningKey.of("k", "short"));
        assertThrows(IllegalArgumentException.class, () -> SigningKey.of("k\n", SECRET));
        assertFalse(KEY.toString().contains(SECRET));
        assertThrows(IllegalArgumentException.class, () -> new Party("a\nb", ""));
        assertThrows(IllegalArgumentException.class, () -> new Party("", "ada"));
        assertThrows(IllegalArgumentException.class, () -> new SigningHeaders("Authorization", "b", "c", "d", "e",
                "f"));
        assertThrows(IllegalArgumentException.class, () -> new SigningHeaders("A", "a", "c", "d", "e", "f"));
    }
}
