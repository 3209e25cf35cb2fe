package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every secret of a whole life, good and bad, is looked for wherever it has no business: requests to the backend, log
/// lines with every level on, the database file byte for byte, error bodies and pages. None may be found.
class LeakTest {

    private static final String ROBOT_SECRET = "canary-robot-secret-4711-4711-4711-4711";
    private static final String UPSTREAM_TOKEN = "canary-upstream-token-4711";

    @TempDir
    Path folder;
    private final Map<String, String> secrets = new LinkedHashMap<>();

    @Test
    @Covers({"T5", "T19", "RS-7", "RS-12", "AS-46"})
    void noSecretIsFoundWhereItHasNoBusiness() throws Exception {
        try (var log = new LogCatcher(Level.TRACE); var door = Door.open(folder)) {
            live(door);
            search(door, log.lines);
            assertTrue(secrets.size() >= 15, secrets.keySet().toString());
        }
        nowhere("the database after its end", database(), secrets);
    }

    /// Signing in well and badly, calls that work, fail and break, everything that can go wrong with a secret in hand.
    private void live(Door door) {
        secrets.put("password", Door.PASSWORD);
        secrets.put("service's secret", ROBOT_SECRET);
        var browser = door.browser();
        var agent = door.agent();
        browser.signIn(browser.get(agent.authorizeUrl("")), Door.EMAIL, "wrong-" + Door.PASSWORD).expect(403);
        var code = agent.code(browser, Door.READ + " " + Door.WRITE);
        secrets.put("code", code);
        secrets.put("verifier", agent.verifier);
        var bad = agent.redemption(code);
        bad.put("code_verifier", secret("wrong verifier", Agent.newVerifier()));
        door.web.form(door.origin + "/token", bad).expect(400);
        door.web.get(door.origin + "/token?" + Web.encode(agent.redemption(code)));
        var tokens = Tokens.of(agent.redeem(code));
        secrets.put("access token", tokens.access());
        secrets.put("signature of the access token", tokens.access().substring(tokens.access().lastIndexOf('.') + 1));
        secrets.put("refresh token", tokens.refresh());
        calls(door, agent, tokens.access());
        var next = Tokens.of(agent.refresh(tokens.refresh()));
        secrets.put("second access token", next.access());
        secrets.put("second refresh token", next.refresh());
        door.web.form(door.origin + "/token?" + Web.encode(Map.of("refresh_token", next.refresh())), Map.of("a", "b"));
        door.web.get(door.notes + "?access_token=" + next.access());
        door.web.get(door.origin + "/authorize?code=" + code + "&refresh_token=" + next.refresh());
        agent.call(next.access() + "x", "notes_list", "{}").expect(401);
        link(door, browser);
        services(door);
        var other = door.agent();
        door.web.form(door.origin + "/token", Map.of("grant_type", "refresh_token", "refresh_token", next.refresh(),
                "client_id", other.clientId)).expect(400);
        agent.redeem(code).expect(400);
        agent.refresh(next.refresh()).expect(400);
        for (var value : browser.cookieValues) {
            secret("cookie", value);
        }
        browser.post("/logout", Map.of("csrf", "x")).expect(403);
    }

    private void calls(Door door, Agent agent, String access) {
        agent.call(access, "notes_list", "{}").expect(200);
        agent.modern(access, "tools/call", "notes_add", "{\"name\":\"notes_add\",\"arguments\":{\"text\":\"x\"}}")
                .expect(200);
        agent.call(access, "nothing", "{}");
        agent.call(access, "notes_add", "{\"text\":7}");
        door.backend.status = 500;
        agent.call(access, "notes_list", "{}").expect(200);
        door.backend.status = 401;
        agent.call(access, "notes_list", "{}");
        door.backend.status = 200;
        var fault = new Agent(door.web, door.origin, door.memo, agent.clientId, agent.redirect);
        var memo = fault.tokens(door.signedIn(), "");
        secrets.put("access token of the other door", memo.access());
        secrets.put("refresh token of the other door", memo.refresh());
        assertFalse(fault.call(memo.access(), "broken", "{\"text\":\"x\"}").body().contains("canary-inside-a-fault"));
        agent.call(memo.access(), "notes_list", "{}").expect(401);
        door.web.post(door.notes, "application/json", "{\"a\":" + Web.JSON.writeValueAsString(access),
                "Authorization", "Bearer " + access);
        door.web.post(door.notes, "application/json", "{}", "Authorization", "Basic " + access);
    }

    private void link(Door door, Browser browser) {
        var form = Browser.form(door.browser().get("/login"), "/login");
        browser.post("/login/link", form.with("email", Door.EMAIL)).expect(403);
        var fresh = door.browser();
        var own = Browser.form(fresh.get("/login"), "/login");
        fresh.post("/login/link", own.with("email", Door.EMAIL)).expect(200);
        var url = door.console.getLast().strip().split("\\s+");
        var token = Web.query(url[url.length - 1]).get("token");
        secrets.put("magic link", token);
        fresh.post("/link", Browser.form(fresh.get("/link?token=" + token), "/link").with()).expect(303);
        browser.get("/link?token=" + token);
        fresh.cookieValues.forEach(value -> secret("cookie", value));
    }

    private void services(Door door) {
        var ask = new LinkedHashMap<>(Map.of("grant_type", "client_credentials", "client_id", "robot",
                "client_secret", ROBOT_SECRET, "resource", door.notes));
        secrets.put("token of the service", Tokens.of(door.web.form(door.origin + "/token", ask)).access());
        ask.put("client_secret", ROBOT_SECRET + ROBOT_SECRET);
        door.web.form(door.origin + "/token", ask).expect(401);
        var basic = java.util.Base64.getEncoder()
                .encodeToString(("robot:" + ROBOT_SECRET).getBytes(StandardCharsets.UTF_8));
        secrets.put("service's secret by Basic", basic);
        door.web.form(door.origin + "/token", Map.of("grant_type", "nonsense"), "Authorization", "Basic " + basic)
                .expect(400);
        var confidential = door.web.post(door.origin + "/register", "application/json", """
                {"client_name": "C", "redirect_uris": ["https://c.example/cb"],
                 "token_endpoint_auth_method": "client_secret_post"}""").expect(201).json();
        secrets.put("secret of a registered client", confidential.path("client_secret").asString());
        door.web.form(door.origin + "/token", Map.of("grant_type", "authorization_code", "code", "x", "client_id",
                confidential.path("client_id").asString(), "client_secret",
                confidential.path("client_secret").asString())).expect(400);
    }

    private String secret(String name, String value) {
        secrets.put(name + " " + secrets.size(), value);
        return value;
    }

    private void search(Door door, List<String> lines) throws IOException {
        assertFalse(door.backend.requests.isEmpty());
        nowhere("a request to the backend", String.join("\n", door.backend.requests), secrets);
        assertTrue(door.backend.requests.stream().allMatch(r -> r.contains(UPSTREAM_TOKEN)), "the backend's own token");
        assertTrue(lines.stream().anyMatch(line -> line.contains("A token was refused")), "nothing was caught");
        var all = new LinkedHashMap<>(secrets);
        all.put("token for the backend", UPSTREAM_TOKEN);
        nowhere("a log line", String.join("\n", lines), all);
        nowhere("the database", database(), all);
        var bodies = new ArrayList<String>();
        each(door, answer -> bodies.add(answer.body()));
        assertTrue(bodies.size() > 20, "few errors and pages: " + bodies.size());
        var unsent = new LinkedHashMap<>(all);
        unsent.remove("magic link");            // a page carries it on into its form
        nowhere("an error or a page", String.join("\n", bodies), unsent);
    }

    private static void each(Door door, Consumer<Web.Answer> use) {
        door.web.seen.stream().filter(answer -> answer.status() >= 400 || answer.html()).forEach(use);
    }

    private String database() throws IOException {
        var text = new StringBuilder();
        try (var files = Files.list(folder.resolve("state"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertTrue(text.indexOf(Door.EMAIL) >= 0, "this is not the database");
        return text.toString();
    }

    private static void nowhere(String place, String text, Map<String, String> secrets) {
        var found = secrets.entrySet().stream().filter(secret -> text.contains(secret.getValue())
                || text.contains(Web.encode(secret.getValue()))).map(Map.Entry::getKey).toList();
        assertEquals(List.of(), found, () -> "in " + place + ": "
                + around(text, secrets.get(found.getFirst())));
    }

    private static String around(String text, String secret) {
        var at = text.indexOf(secret);
        return at < 0 ? "encoded" : text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100));
    }

    /// The same for what came later: apps, recovery codes, passkeys, devices, registrations, tokens that are
    /// references, keys of clients.
    @Test
    @Covers({"T19", "AS-46", "AS-67", "AS-71", "AS-75", "AS-38"})
    void norAreTheSecretsOfAppsDevicesAndRegistrations() throws Exception {
        try (var log = new LogCatcher(Level.TRACE); var door = Door.open(folder, "registration: {",
                "access_tokens: opaque\n  registration: {", "clients:", "clients:\n    - {id: terminal, "
                + "grants: [\"urn:ietf:params:oauth:grant-type:device_code\"]}")) {
            apps(door);
            devices(door);
            registrations(door);
            assertTrue(secrets.size() >= 18, secrets.keySet().toString());
            nowhere("a log line", String.join("\n", log.lines), secrets);
            nowhere("the database", database(), secrets);
            nowhere("an error", String.join("\n", door.web.seen.stream().filter(each -> each.status() >= 400
                    && !each.html()).map(Web.Answer::body).toList()), secrets);
        }
        nowhere("the database after its end", database(), secrets);
    }

    private void apps(Door door) {
        var browser = door.signedIn();
        var account = browser.get("/account");
        var shown = browser.post("/account/code", Browser.form(account, "/account/code").with()).expect(200);
        var key = found("<code>([A-Z2-7 ]+)</code>", shown.body()).replace(" ", "");
        secrets.put("key of the app", key);
        secrets.put("key of the app in bytes", new String(base32(key), StandardCharsets.ISO_8859_1));
        browser.post("/account/code/confirm", Browser.form(shown, "/account/code/confirm").with("code", "000000"))
                .expect(403);
        var code = oneTimeCode(base32(key));
        var done = browser.post("/account/code/confirm", Browser.form(shown, "/account/code/confirm").with("code",
                code)).expect(200);
        var codes = java.util.regex.Pattern.compile("<li><code>([A-Z2-9-]+)</code></li>").matcher(done.body());
        while (codes.find()) {
            secret("recovery code", codes.group(1));
        }
        var other = door.browser();
        var step = other.signIn(other.get("/login"), Door.EMAIL, Door.PASSWORD);
        other.post("/login/code", Browser.form(step, "/login/code").with("code", secrets.get("recovery code 2")))
                .expect(303);
        other.cookieValues.forEach(value -> secret("cookie", value));
    }

    private void devices(Door door) {
        var begun = door.web.form(door.origin + "/device_authorization", Map.of("client_id", "terminal", "resource",
                door.notes)).expect(200).json();
        secrets.put("device code", begun.path("device_code").asString());
        secrets.put("user code", begun.path("user_code").asString());
        var ask = Map.of("grant_type", "urn:ietf:params:oauth:grant-type:device_code", "client_id", "terminal",
                "device_code", begun.path("device_code").asString());
        door.web.form(door.origin + "/token", ask).expect(400);
        door.web.form(door.origin + "/token?device_code=" + begun.path("device_code").asString(), ask).expect(400);
    }

    private void registrations(Door door) {
        var made = door.web.post(door.origin + "/register", "application/json", """
                {"client_name": "C", "redirect_uris": ["https://c.example/cb"],
                 "token_endpoint_auth_method": "client_secret_post"}""").expect(201).json();
        var token = secret("registration token", made.path("registration_access_token").asString());
        var secret = secret("client secret", made.path("client_secret").asString());
        var url = made.path("registration_client_uri").asString();
        door.web.get(url, "Authorization", "Bearer " + token).expect(200);
        door.web.get(url, "Authorization", "Bearer " + secret("wrong registration token", token + "x")).expect(401);
        var robot = Map.of("grant_type", "client_credentials", "client_id", "robot", "client_secret", ROBOT_SECRET,
                "resource", door.notes);
        var access = secret("reference", Tokens.of(door.web.form(door.origin + "/token", robot)).access());
        door.web.get(door.origin + "/userinfo", "Authorization", "Bearer " + access).expect(401);
        door.web.form(door.origin + "/introspect", Map.of("token", access, "client_id", "robot", "client_secret",
                ROBOT_SECRET)).expect(200);
        var pushed = door.web.form(door.origin + "/par", Map.of("client_id", made.path("client_id").asString(),
                "client_secret", secret, "response_type", "code", "redirect_uri", "https://c.example/cb",
                "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method", "S256",
                "resource", door.notes)).expect(201).json();
        secrets.put("request_uri", pushed.path("request_uri").asString());
        var assertion = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJyb2JvdCIsImlzcyI6InJvYm90In0." + "canary".repeat(14) + "ab";
        secrets.put("client assertion", assertion);
        door.web.form(door.origin + "/token", Map.of("grant_type", "client_credentials", "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", assertion)).expect(401);
        door.web.form(door.origin + "/token", Map.of("grant_type", "client_credentials"), "DPoP",
                secret("proof", assertion + "c"), "Authorization", "Basic cm9ib3Q6eA==").expect(401);
    }

    private static String found(String pattern, String text) {
        var matcher = java.util.regex.Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    private static byte[] base32(String key) {
        var bits = new java.math.BigInteger("1" + key.chars().mapToObj(c -> Integer.toBinaryString(
                32 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c)).substring(1)).reduce("", String::concat), 2)
                .toByteArray();
        return java.util.Arrays.copyOfRange(bits, bits.length - key.length() * 5 / 8, bits.length);
    }

    /// RFC 6238, for now.
    private static String oneTimeCode(byte[] key) {
        try {
            var mac = javax.crypto.Mac.getInstance("HmacSHA1");
            mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA1"));
            var hash = mac.doFinal(java.nio.ByteBuffer.allocate(8).putLong(System.currentTimeMillis() / 30_000)
                    .array());
            var number = java.nio.ByteBuffer.wrap(hash).getInt(hash[19] & 15) & Integer.MAX_VALUE;
            return String.format("%06d", number % 1_000_000);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
