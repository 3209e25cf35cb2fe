package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that nobody honest sends, and honest ones as another library reads them.
class StrangeRequestsTest {

    private static final Set<Integer> ANSWERS = Set.of(200, 201, 400, 401, 429);
    private static final List<String> NAMES =
            List.of("grant_type", "client_id", "client_secret", "code", "code_verifier", "refresh_token",
            "redirect_uri", "resource", "scope", "token", "client_assertion", "x\"", "%22", "");
    private static final List<String> VALUES =
            List.of("authorization_code", "refresh_token", "client_credentials", "desktop", "cl_x",
            "https://agent.example/client.json", "https://[::1", "http://x/%zz", Door.MCP, Door.API + "#", "mcp:read",
            "  ", "%00", "%C3%28",
            "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJSUzI1NiIsImtpZCI6bnVsbH0.e30.AA", "x", "ü", "");

    @TempDir
    Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        door.desktop();
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    @Covers("T22")
    void theInputThatBreaksAnotherLibraryIsA400() {
        for (var path : List.of("/token", "/revoke")) {
            assertEquals(400, door.send(Door.post(path, "x%22=1&x%22=2")).status());
        }
    }

    @Test
    @Covers({"AS-39", "T22"})
    void noFormIsABug() {
        var random = new Random(20_260_303);
        var errors = new TreeSet<String>();
        for (var run = 0; run < 4_000; run++) {
            var form = random.ints(random.nextInt(6), 0, NAMES.size())
                    .mapToObj(i -> NAMES.get(i) + "=" + VALUES.get(random.nextInt(VALUES.size())))
                    .collect(Collectors.joining("&"));
            if (random.nextBoolean()) {
                form += (form.isEmpty() ? "" : "&") + "client_id=desktop&grant_type=" + VALUES.get(random.nextInt(3));
            }
            var headers = random.nextInt(4) > 0 ? new String[0] : new String[] {"Authorization", header(random)};
            var answer = door.send(Door.post(random.nextInt(3) == 0 ? "/revoke" : "/token", form, headers));
            assertTrue(ANSWERS.contains(answer.status()), form);
            assertTrue(answer.status() == 200 || answer.text("error_description").matches("[ !#-\\[\\]-~]+"), form);
            errors.add(answer.error());
        }
        assertTrue(errors.containsAll(Set.of("", "invalid_request", "invalid_client", "invalid_grant",
                "unauthorized_client")),
                "the corpus reaches deep: " + errors);
    }

    private static String header(Random random) {
        var bytes = new byte[random.nextInt(12)];
        random.nextBytes(bytes);
        return switch (random.nextInt(3)) {
            case 0 -> "Basic " + Base64.getEncoder().encodeToString(bytes);
            case 1 -> "Basic " + new String(bytes, StandardCharsets.ISO_8859_1);
            default -> "Bearer " + random.nextInt();
        };
    }

    @Test
    @Covers("T22")
    void noRegistrationIsABug() {
        var random = new Random(20_260_304);
        var whole = "{\"redirect_uris\":[\"https://a.example/cb\",\"http://[::1]:1/\"],\"client_name\":\"n\","
                + "\"grant_types\":[\"authorization_code\"],"
                + "\"response_types\":[\"code\"],\"scope\":\"mcp:read\",\"token_endpoint_auth_method\":\"none\","
                + "\"application_type\":\"native\"}";
        var made = 0;
        for (var run = 0; run < 3_000; run++) {
            var text = new StringBuilder(whole);
            for (var hits = random.nextInt(4); hits > 0; hits--) {
                text.setCharAt(random.nextInt(text.length()), "{}[]\",:0nx\\ \u0000%@/.".charAt(random.nextInt(17)));
            }
            var answer = door.send(Door.json("/register", text.toString(), "10.1." + run / 250 + "." + run % 250));
            assertTrue(ANSWERS.contains(answer.status()), text.toString());
            made += answer.status() == 201 ? 1 : 0;
        }
        assertTrue(made > 300, "the corpus reaches registrations: " + made);
    }

    @Test
    @Covers("T22")
    void headersOfHttpAreHarmlessToo() {
        for (var type : List.of("application/x-www-form-urlencoded;charset=\"", ";;;", "\u00ff",
                "application/x-www-form-urlencoded,application/json")) {
            var in = Door.in("POST", "/token", "", "a=1", "not an address", Headers.NONE.with("Content-Type", type));
            assertTrue(ANSWERS.contains(door.send(in).status()), type);
        }
    }

    /// The other library is an oracle for messages: what both accept, both read alike.
    @Test
    @Covers("AS-30")
    void anotherLibraryReadsATokenRequestAsWeDo() throws Exception {
        var random = new Random(20_260_305);
        for (var run = 0; run < 300; run++) {
            var code = text(random);
            var verifier = "v".repeat(43 + random.nextInt(86));
            var redirect = "https://a.example/cb?x=" + random.nextInt();
            var form = Door.form("grant_type", "authorization_code", "client_id", text(random), "code", code,
                    "redirect_uri", redirect,
                    "code_verifier", verifier, "resource", Door.MCP);
            var request = new HTTPRequest(HTTPRequest.Method.POST, URI.create("https://door.example/token").toURL());
            request.setEntityContentType(ContentType.APPLICATION_URLENCODED);
            request.setBody(form);
            var theirs = TokenRequest.parse(request);
            var grant = (AuthorizationCodeGrant) theirs.getAuthorizationGrant();
            var ours = Gate.form(Door.post("/token", form));
            assertEquals(grant.getAuthorizationCode().getValue(), ours.one("code").orElseThrow());
            assertEquals(grant.getCodeVerifier().getValue(), ours.one("code_verifier").orElseThrow());
            assertEquals(grant.getRedirectionURI().toString(), ours.one("redirect_uri").orElseThrow());
            assertEquals(theirs.getClientID().getValue(), ours.one("client_id").orElseThrow());
            assertEquals(theirs.getResources().getFirst().toString(), ours.one("resource").orElseThrow());
        }
    }

    private static String text(Random random) {
        return random.ints(1 + random.nextInt(20), 0, 8)
                .mapToObj(i -> List.of("a", "Z", "9", "+", "%", "&", "ü", "€").get(i))
                .collect(Collectors.joining());
    }
}
