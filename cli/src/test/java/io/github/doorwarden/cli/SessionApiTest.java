package io.github.doorwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Web.Answer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signing in by plain JSON: somebody with a mailbox, a program with a secret, a developer in a hurry; and others.
class SessionApiTest {

    private static final String JSON = "application/json";
    private static final String HANDLE = "Doorwarden-Login";

    @TempDir
    Path folder;

    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder, "      scopes:\n".substring(4), "  session_api: true\n  scopes:\n", "limits: {calls",
                "admin: {scope: \"house:admin\", people: [ada@example.org], second_factor: false}\nlimits: {calls");
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Answer post(String path, String body, String... headers) {
        return door.web.post(door.origin + path, JSON, body, headers);
    }

    private String login(String email, String more) {
        return post("/auth/login", "{\"email\":\"" + email + "\"" + more + "}").expect(202).json().path("login")
                .asString();
    }

    /// The link that was printed last.
    private String link() {
        return door.console.getLast().lines().map(String::strip).filter(line -> line.startsWith("http")).findFirst()
                .orElseThrow();
    }

    private Answer callback(String link, String handle) {
        return door.web.get(link, HANDLE, handle);
    }

    private String session(String more) {
        var handle = login(Door.EMAIL, more);
        return callback(link(), handle).expect(200).json().path("access_token").asString();
    }

    private Answer notes(String token) {
        return door.agent().call(token, "notes_list", "{}");
    }

    @Test
    void whoReadsTheMailAndAskedForItIsIn() {
        var handle = login(Door.EMAIL, "");
        var answer = callback(link(), handle).expect(200);
        assertEquals("no-store", answer.header("Cache-Control").orElse(""));
        var json = answer.json();
        assertEquals("Bearer", json.path("token_type").asString());
        assertEquals("notes:read", json.path("scope").asString());
        assertEquals(door.notes, json.path("resource").asString());
        assertEquals(12 * 3600, json.path("expires_in").asInt());
        var token = json.path("access_token").asString();
        assertFalse(token.contains("."), "it is a reference, whatever other tokens are");
        notes(token).expect(200);
        assertEquals(403, door.agent().call(token, "notes_add", "{\"text\":\"x\"}").status());
        assertEquals(401, door.web.post(door.memo, JSON, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
                "Authorization", "Bearer " + token, "Accept", "application/json, text/event-stream").status());
        assertTrue(door.signedIn().get("/account").body().contains("Sign-in without a browser"));
    }

    @Test
    void aLinkWorksOnceForWhoAskedAndForNobodyElse() {
        var victim = login(Door.EMAIL, "");
        var link = link();
        var page = door.web.get(link).expect(200);
        assertTrue(page.html() && page.body().contains("Copy"), "a scanner, or the person, only reads what to do");
        for (var handle : List.of("x".repeat(43), login("nobody@example.org", ""), "short", "")) {
            assertTrue(Set.of(200, 400).contains(callback(link, handle).status()));
            assertFalse(callback(link, handle).body().contains("access_token"));
        }
        callback(link, victim).expect(200);
        assertEquals("invalid_grant", callback(link, victim).expect(400).json().path("error").asString());
    }

    /// What stands in a browser's query is the caller's own writing, and its cookie looks like a handle.
    @Test
    void aBrowsersLinkOpensNoSessionWhateverItsQuerySays() {
        for (var wanted : List.of("resource=" + Web.encode(door.origin + "/admin") + "&scope=house%3Aadmin",
                "resource=" + Web.encode(door.notes) + "&scope=notes%3Aread")) {
            var browser = door.browser();
            browser.get("/login").expect(200);
            var secret = browser.cookies.get("__Host-doorwarden_browser");
            var query = "session_api=1&" + wanted;
            browser.post("/login/link?" + query,
                    Map.of("email", Door.EMAIL, "csrf", formToken(secret, "sign-in", query))).expect(200);
            var token = link().substring(link().indexOf("token="));
            assertEquals(400, callback(door.origin + "/auth/callback?" + token, secret).status());
            browser.get("/link?" + token).expect(200);
        }
    }

    /// What a form carries: whoever has the cookie can make it for any query.
    private static String formToken(String secret, String... parts) {
        var said = Stream.of(parts).map(part -> part.length() + ":" + part).collect(Collectors.joining());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac("HmacSHA256", secret.getBytes(UTF_8),
                said.getBytes(UTF_8)));
    }

    private static byte[] hmac(String algorithm, byte[] key, byte[] text) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ofTwoAtOnceOneIsIn() throws Exception {
        var handle = login(Door.EMAIL, "");
        var link = link();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> all = new ArrayList<>();
            for (var i = 0; i < 20; i++) {
                all.add(pool.submit(() -> callback(link, handle)));
            }
            var in = 0;
            for (var one : all) {
                in += one.get().status() == 200 ? 1 : 0;
            }
            assertEquals(1, in);
        }
    }

    @Test
    void anUnknownPersonGetsTheSameAnswerAndNoLink() {
        var known = post("/auth/login", "{\"email\":\"" + Door.EMAIL + "\"}").expect(202);
        var printed = door.console.size();
        door.person("gone@example.org", "Gone", "a long password of theirs");
        try (var administration = door.administration()) {
            administration.disable(administration.person("gone@example.org").orElseThrow());
        }
        for (var email : List.of("nobody@example.org", "gone@example.org", "nonsense")) {
            var unknown = post("/auth/login", "{\"email\":\"" + email + "\"}").expect(202);
            assertEquals(known.json().path("message"), unknown.json().path("message"));
            assertEquals(known.json().path("login").asString().length(), unknown.json().path("login").asString()
                    .length());
            assertNotEquals(known.json().path("login"), unknown.json().path("login"));
        }
        assertEquals(printed, door.console.size());
    }

    @Test
    void linksAreThrottledTogetherWithThoseOfTheBrowser() {
        var browser = door.browser();
        var page = browser.get("/login");
        var form = Browser.form(page, "/login");
        for (var i = 0; i < 3; i++) {
            browser.post("/login/link", form.with("email", Door.EMAIL)).expect(200);
        }
        login(Door.EMAIL, "");
        login(Door.EMAIL, "");
        var refused = post("/auth/login", "{\"email\":\"" + Door.EMAIL + "\"}").expect(429);
        assertTrue(refused.header("Retry-After").isPresent());
        browser.post("/login/link", form.with("email", Door.EMAIL)).expect(429);
    }

    @Test
    void aSecondFactorIsAskedForBeforeThereIsASession() {
        var codes = enrolled();
        var handle = login(Door.EMAIL, ",\"scope\":\"notes:write\"");
        var first = callback(link(), handle).expect(200).json();
        assertTrue(first.path("mfa_required").asBoolean());
        assertFalse(first.has("access_token"));
        var half = first.path("session").asString();
        var body = "{\"session\":\"" + half + "\",\"code\":\"" + codes.getFirst() + "\"}";
        for (var wrong : List.of("x".repeat(43), login("nobody@example.org", ""))) {
            assertEquals("invalid_grant", post("/auth/verify-mfa", body, HANDLE, wrong).expect(400).json()
                    .path("error").asString());
        }
        var bent = half.substring(0, half.indexOf('.') + 1) + Base64.getUrlEncoder().withoutPadding()
                .encodeToString(("session_api=1&resource=" + Web.encode(door.origin + "/admin")
                + "&scope=house%3Aadmin")
                        .getBytes(UTF_8));
        post("/auth/verify-mfa", body.replace(half, bent), HANDLE, handle).expect(400);
        post("/auth/verify-mfa", body.replace(codes.getFirst(), "000000"), HANDLE, handle).expect(403);
        var in = post("/auth/verify-mfa", body, HANDLE, handle).expect(200).json();
        assertEquals("urn:doorwarden:acr:two-factors", in.path("acr").asString());
        assertEquals("notes:write", in.path("scope").asString());
        notes(in.path("access_token").asString()).expect(200);
        post("/auth/verify-mfa", body, HANDLE, handle).expect(400);
        post("/auth/verify-mfa", body.replace(codes.getFirst(), codes.getLast()), HANDLE, handle).expect(400);
    }

    @Test
    void codesAreThrottledTogetherWithThoseOfTheBrowser() {
        var codes = enrolled();
        var handle = login(Door.EMAIL, "");
        var half = callback(link(), handle).json().path("session").asString();
        for (var i = 0; i < 5; i++) {
            post("/auth/verify-mfa", "{\"session\":\"" + half + "\",\"code\":\"00000" + i + "\"}", HANDLE, handle)
                    .expect(403);
        }
        post("/auth/verify-mfa", "{\"session\":\"" + half + "\",\"code\":\"" + codes.getFirst() + "\"}", HANDLE, handle)
                .expect(429);
        var browser = door.browser();
        var asked = browser.signIn(browser.get("/login"), Door.EMAIL, Door.PASSWORD).expect(200);
        var form = Browser.form(asked, "/login/code");
        browser.post(form.action(), form.with("code", codes.getFirst())).expect(429);
    }

    /// Ada has an authenticator app from now on.
    ///
    /// @return her recovery codes
    private List<String> enrolled() {
        var browser = door.signedIn();
        var begin = Browser.form(browser.get("/account"), "/account/code");
        var shown = browser.post(begin.action(), begin.hidden()).expect(200);
        var key = Pattern.compile("<code>([A-Z2-7 ]+)</code>").matcher(shown.body()).results().findFirst().orElseThrow()
                .group(1).replace(" ", "");
        var confirm = Browser.form(shown, "/account/code/confirm");
        var done = browser.post(confirm.action(), confirm.with("code", code(key))).expect(200);
        return Pattern.compile("<li><code>([A-Z2-9-]+)</code></li>").matcher(done.body()).results()
                .map(found -> found.group(1)).toList();
    }

    /// RFC 6238 as an app computes it.
    private static String code(String base32) {
        var bits = base32.chars().mapToObj(c -> "%5s".formatted(Integer.toBinaryString(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c))).replace(' ', '0')).collect(Collectors.joining());
        var secret = new byte[bits.length() / 8];
        for (var i = 0; i < secret.length; i++) {
            secret[i] = (byte) Integer.parseInt(bits.substring(i * 8, i * 8 + 8), 2);
        }
        var hash = hmac("HmacSHA1", secret, ByteBuffer.allocate(8).putLong(Instant.now().getEpochSecond() / 30)
                .array());
        var number = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 15) & 0x7fffffff;
        return "%06d".formatted(number % 1_000_000);
    }

    @Test
    void theSessionEndsWhenSomebodyEndsIt() {
        var token = session(",\"scope\":\"notes:write\"");
        door.agent().call(token, "notes_add", "{\"text\":\"x\"}").expect(200);
        post("/auth/logout", "", "Authorization", "Bearer nonsense").expect(204);
        notes(token).expect(200);
        post("/auth/logout", "", "Authorization", "Bearer " + token).expect(204);
        notes(token).expect(401);

        var second = session("");
        notes(second).expect(200);
        try (var administration = door.administration()) {
            administration.disable(administration.person(Door.EMAIL).orElseThrow());
            administration.enable(administration.person(Door.EMAIL).orElseThrow());
        }
        assertEquals(401, door.web.post(door.origin + "/introspect", Web.FORM, "token=x").status());
        try (var node = door.secondNode()) {
            assertEquals(401, door.web.post(node.origin() + "/notes", JSON,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", "Authorization", "Bearer " + second, "Accept",
                    "application/json, text/event-stream").status());
        }
        var third = session("");
        try (var administration = door.administration()) {
            assertTrue(administration.revokeClient("session-api"));
        }
        assertEquals(403, post("/auth/login", "{\"email\":\"" + Door.EMAIL + "\"}").status());
        assertFalse(third.isEmpty());
    }

    @Test
    void whatThereIsNoneOfIsRefusedBeforeAMailIsSent() {
        var printed = door.console.size();
        for (var more : Map.of(",\"resource\":\"/admin\"", "invalid_target", ",\"resource\":\"" + door.origin
                + "/admin\"",
                "invalid_target", ",\"resource\":\"/nowhere\"", "invalid_target", ",\"scope\":\"house:admin\"",
                "invalid_scope", ",\"scope\":7", "invalid_request", ",\"resource\":[\"/memo\"]", "invalid_request")
                .entrySet()) {
            var refused = post("/auth/login", "{\"email\":\"" + Door.EMAIL + "\""
                    + more.getKey() + "}");
            assertEquals(more.getValue(), refused.json().path("error").asString(), refused::toString);
        }
        assertEquals(printed, door.console.size());
    }

    @Test
    void aProgramSignsInWithItsSecretInJson() {
        var secret = "canary-robot-secret-4711-4711-4711-4711";
        var got = post("/auth/m2m/token", "{\"client_id\":\"robot\",\"client_secret\":\"" + secret
                + "\",\"resource\":\""
                + door.notes + "\"}").expect(200).json();
        notes(got.path("access_token").asString()).expect(200);
        for (var body : List.of("{\"client_id\":\"robot\",\"client_secret\":\"" + "x".repeat(40) + "\"}",
                "{\"client_id\":\"robot\"}", "{\"client_id\":\"reports\"}", "{}")) {
            assertTrue(Set.of(400, 401).contains(post("/auth/m2m/token", body).status()), body);
        }
        assertEquals("invalid_scope", post("/auth/m2m/token", "{\"client_id\":\"robot\",\"client_secret\":\"" + secret
                + "\",\"resource\":\"" + door.notes + "\",\"scope\":\"notes:write\"}").json().path("error").asString());
        assertEquals(400, post("/auth/m2m/token", "{\"client_id\":\"robot\",\"client_secret\":\"" + secret
                + "\",\"resource\":\"" + door.origin + "/admin\"}").status());
        var smuggled = post("/auth/m2m/token", "{\"client_id\":\"robot&grant_type=authorization_code\","
                + "\"client_secret\":\"" + secret + "\"}");
        assertEquals("invalid_client", smuggled.json().path("error").asString());
        for (var i = 0; i < 12; i++) {
            post("/auth/m2m/token", "{\"client_id\":\"robot\",\"client_secret\":\"" + "x".repeat(40) + "\"}");
        }
        post("/auth/m2m/token", "{\"client_id\":\"robot\",\"client_secret\":\"" + secret + "\"}").expect(429);
    }

    @Test
    void inDevelopmentADemoPersonNeedsOneCall() {
        var token = post("/auth/token", "{}").expect(200).json().path("access_token").asString();
        notes(token).expect(200);
        door.person("bob@example.org", "Bob", "a long password of his");
        for (var body : List.of("{\"email\":\"bob@example.org\"}", "{\"email\":\"nobody@example.org\"}",
                "{\"resource\":\"/admin\"}")) {
            assertEquals(400, post("/auth/token", body).status(), body);
        }
        for (var type : List.of("text/plain", Web.FORM, "")) {
            assertEquals(415, door.web.post(door.origin + "/auth/token", type, "{}").status());
        }
        var page = post("/auth/token", "{}", "Origin", "https://evil.example");
        assertTrue(page.status() == 403 || page.header("Access-Control-Allow-Origin").isEmpty());
        var options = door.web.get(door.origin + "/auth/token");
        assertEquals(405, options.status());
    }

    @Test
    void nothingOfItIsThereUnlessSwitchedOn() throws Exception {
        try (var plain = Door.open(Files.createDirectory(folder.resolve("plain")))) {
            for (var path : List.of("/auth/login", "/auth/verify-mfa", "/auth/m2m/token", "/auth/token",
                    "/auth/logout")) {
                plain.web.post(plain.origin + path, JSON, "{}").expect(404);
            }
            plain.web.get(plain.origin + "/auth/callback?token=x").expect(404);
        }
    }

    @Test
    void aPublicDeploymentHasNoTokensForNothing() {
        var set = Map.of("development", "false", "authorization.session_api", "true", "server.public_origin",
                "https://house.example");
        var mistakes = org.junit.jupiter.api.Assertions.assertThrows(
                io.github.doorwarden.app.config.ConfigMistakes.class, () -> door.config(set)).mistakes();
        assertTrue(mistakes.stream().anyMatch(each -> each.contains("demo_people")), mistakes::toString);
        assertTrue(mistakes.stream().anyMatch(each -> each.contains("authorization.mail")), mistakes::toString);
    }
}
