package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Fuzzer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Everything here that reads the words of strangers, with words that nobody honest says: each is understood or refused
/// in the way that its callers expect, and what is understood is what it seems.
class ReadersFuzzTest {

    private static final List<String> FORMS = List.of("a=b", "grant_type=authorization_code&code=x&client_id=y",
            "resource=https%3A%2F%2Fa.example&resource=b", "a=%C3%A9&b=+&c", "&&a=&=b", "client_id=a&client_id=b");
    private static final List<String> URIS = List.of("https://app.example/cb", "http://127.0.0.1:4711/callback",
            "http://localhost/cb?x=1", "http://[::1]:1/", "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://sub.app.example:8443/a/b/c?d=e", "http://localhost:65535", "https://1.2.3.4/");
    private static final List<String> DOCUMENTS = List.of(
            "{\"client_id\":\"https://app.example/c.json\",\"client_name\":\"App\",\"redirect_uris\":"
            + "[\"https://app.example/cb\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
            + "\"token_endpoint_auth_method\":\"none\",\"scope\":\"mcp:read\"}",
            "{\"client_id\":\"https://app.example/c.json\",\"redirect_uris\":[\"http://localhost/cb\"],"
            + "\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\",\"none\"],\"jwks\":{\"keys\":[{\"kty\":"
            + "\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}}",
            "{\"client_id\":\"https://app.example/c.json\",\"redirect_uris\":[\"https://app.example/cb\"],"
            + "\"jwks_uri\":\"https://app.example/jwks\",\"token_endpoint_auth_method\":\"private_key_jwt\"}");
    private static final List<String> HEADERS = List.of("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"ec\"}",
            "{\"alg\":\"RS256\"}", "{\"alg\":\"none\"}", "{\"alg\":\"HS256\",\"typ\":\"oauth-id-jag+jwt\"}",
            "{\"alg\":\"PBES2-HS256+A128KW\",\"p2c\":2147483647}",
            "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}",
            "{\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\"},\"jku\":\"https://evil.example\",\"x5c\":[\"AA\"]}");
    private static final List<String> CLAIMS = List.of("{\"iss\":\"a\",\"sub\":\"b\",\"aud\":\"c\",\"exp\":1,\"iat\":1,"
            + "\"jti\":\"j\"}", "{\"aud\":[\"a\",\"b\"],\"exp\":1e300,\"nbf\":-1,\"cnf\":{}}",
            "{\"iss\":{},\"sub\":[],\"exp\":\"soon\",\"email_verified\":\"yes\",\"act\":{\"act\":{\"act\":{}}}}");

    @Test
    @Covers("T22")
    void theGateTakesAFormOrRefusesIt() {
        var fuzz = new Fuzzer(20_000);
        var taken = 0;
        while (fuzz.goesOn()) {
            var form = fuzz.once(8) ? fuzz.noise(200) : fuzz.maybe(fuzz.one(FORMS));
            try {
                var params = Gate.parse(form);
                taken++;
                params.values().forEach((name, values) -> assertTrue(!name.isEmpty()
                        && (values.size() == 1 || name.equals("resource"))
                        && values.stream().noneMatch(value -> value.chars().anyMatch(Character::isISOControl)),
                        () -> fuzz.said(form)));
            } catch (OAuthRefused refused) {
                assertEquals("invalid_request", refused.why().error(), () -> fuzz.said(form));
            }
        }
        assertTrue(taken > fuzz.rounds() / 20, "hardly anything is taken any more: " + taken);
    }

    @Test
    @Covers({"T8", "AS-12", "AS-13"})
    void noRedirectUriMatchesThatIsAnotherOne() {
        var fuzz = new Fuzzer(20_000);
        while (fuzz.goesOn()) {
            var registered = fuzz.one(URIS);
            var presented = fuzz.mutated(fuzz.once(4) ? fuzz.one(URIS) : registered);
            var alike = fuzz.once(2);
            RedirectUris.match(List.of(registered), presented, alike).ifPresent(to ->
                    assertTrue(presented.equals(registered) || same(registered, presented, alike),
                            () -> fuzz.said(registered + " matched " + presented)));
            if (RedirectUris.whyNot(presented, List.of("cursor")).isEmpty()) {
                var uri = assertDoesNotThrow(() -> new URI(presented), () -> fuzz.said(presented));
                assertTrue(Set.of("https", "http", "cursor").contains(uri.getScheme()) && uri.getRawUserInfo() == null
                        && uri.getRawFragment() == null, () -> fuzz.said(presented));
            }
        }
    }

    private static boolean same(String one, String other, boolean anyName) {
        var a = URI.create(one);
        var b = URI.create(other);
        var names = Set.of("127.0.0.1", "localhost", "[::1]");
        return a.getScheme().equals("http") && b.getScheme().equals("http") && names.contains(a.getHost())
                && names.contains(b.getHost()) && (anyName || a.getHost().equals(b.getHost()))
                && b.getRawUserInfo() == null && a.getRawPath().equals(b.getRawPath())
                && java.util.Objects.equals(a.getRawQuery(), b.getRawQuery()) && b.getRawFragment() == null;
    }

    @Test
    @Covers({"AS-55", "AS-56", "AS-57"})
    void aDocumentIsReadOrRefused() {
        var fuzz = new Fuzzer(15_000);
        var settings = Door.settings(AuthServerSettings.Registration.STANDARD);
        var id = "https://app.example/c.json";
        var taken = 0;
        while (fuzz.goesOn()) {
            var document = fuzz.maybe(fuzz.one(DOCUMENTS));
            var text = fuzz.mutated(id);
            try {
                var url = MetadataDocument.url(text, false);
                assertTrue(url.getScheme().equals("https") && url.getHost() != null && url.getRawUserInfo() == null
                        && url.getRawFragment() == null && !url.getRawPath().contains("/../"), () -> fuzz.said(text));
                assertTrue(List.of(url.getRawPath().split("/")).stream().noneMatch(part ->
                        part.toLowerCase(java.util.Locale.ROOT).replace("%2e", ".").matches("\\.{1,2}")),
                        () -> fuzz.said(text));
            } catch (DocumentRefused refused) {
                assertTrue(refused.status() == 400, refused.getMessage());
            }
            try {
                var client = MetadataDocument.parse(id, document.getBytes(StandardCharsets.UTF_8), settings);
                taken++;
                assertTrue(client.id().equals(id) && client.secretHash().isEmpty() && !client.redirectUris().isEmpty()
                        && !client.authMethods().isEmpty(), () -> fuzz.said(document));
            } catch (DocumentRefused refused) {
                assertTrue(refused.getMessage().length() < 1_000, () -> fuzz.said(document));
            }
        }
        assertTrue(taken > fuzz.rounds() / 20, "hardly any document is taken any more: " + taken);
    }

    @Test
    @Covers("T15")
    void noBytesAreAnAssertionThatNobodySigned() {
        var fuzz = new Fuzzer(10_000);
        var signer = new Signer();
        var honest = signer.sign(Signer.claims("a", "b", "c", Instant.EPOCH));
        while (fuzz.goesOn()) {
            var made = Signer.raw(fuzz.maybe(fuzz.one(HEADERS)), fuzz.maybe(fuzz.one(CLAIMS)),
                    fuzz.noise(80).getBytes(StandardCharsets.UTF_8));
            var text = switch (fuzz.below(4)) {
                case 0 -> fuzz.mutated(honest);
                case 1 -> fuzz.noise(300);
                default -> fuzz.maybe(made);
            };
            try {
                var assertion = Assertion.read(text);
                assertion.type();
                assertion.texts("aud");
                assertion.checkTimes(Instant.EPOCH, Duration.ofMinutes(5), true);
                assertion.checkSignature(kid -> List.of(signer.ec.toPublicJWK(), signer.rsa.toPublicJWK()),
                        Verifications.usual());
                var dot = honest.lastIndexOf('.');
                assertEquals(honest.substring(0, dot), text.substring(0, dot), () -> fuzz.said(text));
            } catch (AssertionRefused refused) {
                assertTrue(refused.getMessage().length() < 1_000, () -> fuzz.said(text));
            }
        }
    }

    @Test
    @Covers({"T21", "T22", "AS-38"})
    void wordsOfABrowserLeadNowhereElse() {
        var fuzz = new Fuzzer(20_000);
        var queries = List.of("client_id=a&redirect_uri=b", "doorwarden_to=device&user_code=BCDF-GHJK",
                "doorwarden_to=//evil.example", "doorwarden_ask=1&doorwarden_in=x", "//evil.example", "\\evil.example");
        var cookies = List.of("__Host-doorwarden_session=" + "a".repeat(43), "x=y; __Host-doorwarden_browser="
                + "b".repeat(43), "__Host-doorwarden_session=; __Host-doorwarden_session=" + "c".repeat(43));
        while (fuzz.goesOn()) {
            var query = fuzz.mutated(fuzz.one(queries));
            var path = Onward.path(query, fuzz.once(2) ? "" : "proof");
            assertTrue(path.equals("/account") || path.startsWith("/authorize?") || path.equals("/device")
                    || path.startsWith("/device?"), () -> fuzz.said(query + " -> " + path));
            assertTrue(path.chars().noneMatch(c -> c <= ' ' || c > '~'), () -> fuzz.said(query));
            var code = DeviceCodes.normal(fuzz.mutated("wdjb-mjht"));
            assertTrue(code.isEmpty() || code.matches("[A-Z]{4}-[A-Z]{4}"), () -> fuzz.said(code));
            var in = new HttpIn("GET", "/", "", Headers.NONE.with("Cookie", fuzz.mutated(fuzz.one(cookies))),
                    new byte[0], "192.0.2.1", "r");
            for (var cookie : Cookies.values()) {
                assertTrue(cookie.of(in).filter(value -> !value.matches("[A-Za-z0-9_-]{43}")).isEmpty(),
                        () -> fuzz.said(in.headers()));
            }
            var resource = fuzz.mutated("https://door.example/mcp");
            assertDoesNotThrow(() -> AuthServerSettings.canonical(resource), () -> fuzz.said(resource));
        }
    }

    @Test
    @Covers({"AS-30", "AS-31", "T22"})
    void anAuthorizationHeaderIsAClientOrARefusal(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) {
        var fuzz = new Fuzzer(150);
        var proof = new Holder(() -> Door.BEGIN).proof();
        try (var door = Door.open(folder)) {
            door.clients.add(NewClient.service("robot", "Robot", Set.of("mcp:read"), Optional.of("s".repeat(40))));
            var honest = List.of(Door.basic("robot", "s".repeat(40)), "Bearer abc", "Basic " + Base64.getEncoder()
                    .encodeToString("robot:%zz".getBytes(StandardCharsets.UTF_8)), "DPoP x");
            while (fuzz.goesOn()) {
                door.clock.pass(Duration.ofMinutes(2));
                var header = fuzz.maybe(fuzz.one(honest));
                var dpop = fuzz.mutated(proof);
                var in = Door.post("/token", fuzz.maybe("grant_type=client_credentials&resource=" + Door.MCP),
                        "Authorization", header, "DPoP", dpop);
                var answer = door.send(in);
                assertTrue(answer.status() == 200 || answer.status() == 400 || answer.status() == 401
                        || answer.status() == 429, () -> fuzz.said(header + "\n" + dpop));
                assertTrue(answer.status() != 200 || header.toLowerCase().startsWith("basic"),
                        () -> fuzz.said(header));
            }
        }
    }
}
