package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What nobody honest sends, to every endpoint that takes anything from strangers: too much, twice, of the wrong type,
/// broken at random. Always refused in words, never with a fault.
class HostileInputTest {

    private static final List<String> FORMS = List.of("/token", "/revoke", "/login", "/login/link", "/link", "/consent",
            "/logout");
    private static final Pattern TRACE =
            Pattern.compile("(\\bat [\\w.$]+\\([\\w.]+:[0-9]+\\))|Exception|java\\.lang|io\\.github\\.doorwarden");

    @TempDir
    static Path folder;
    private static Door door;
    /// Fields of our own page in a browser that is signed in.
    private static String signedIn;

    @BeforeAll
    static void open() {
        door = Door.open(folder);
        var cookies = new ArrayList<String>();
        door.signedIn().cookies.forEach((name, value) -> cookies.add(name + "=" + value));
        signedIn = "Origin: null\r\nSec-Fetch-Site: same-origin\r\nCookie: " + String.join("; ", cookies) + "\r\n";
    }

    @AfterAll
    static void close() {
        door.close();
    }

    /// @param reply a whole answer, its head and its body
    private static String wellRefused(String reply, String what) {
        assertTrue(reply.startsWith("HTTP/1.1 4"), () -> what + "\n->\n" + reply);
        return decent(reply, what);
    }

    /// 505 apart, which is the word for a request of another version of HTTP (RFC 9110 §15.6.6).
    private static String decent(String reply, String what) {
        assertFalse(reply.matches("(?s)HTTP/1.1 5(?!05).*"), () -> what + "\n->\n" + reply);
        assertFalse(TRACE.matcher(reply).find(), () -> what + "\n->\n" + reply);
        return reply;
    }

    /// One request, byte for byte, on a connection of its own; the answer until the other end closes.
    private static String raw(String request) {
        var to = URI.create(door.origin);
        try (var socket = new Socket(to.getHost(), to.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException reset) {
            return "";      // the server closed before it had read everything, which is its right
        }
    }

    private static String request(String method, String target, String fields, String body) {
        return method + " " + target + " HTTP/1.1\r\nHost: " + door.origin.substring("http://".length())
                + "\r\nConnection: close\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String form(String path, String body) {
        return raw(request("POST", path, "Content-Type: " + Web.FORM + "\r\n" + signedIn, body));
    }

    @Test
    @Covers({"T22", "AS-10"})
    void noFormIsTakenThatTwoReadersReadDifferently() {
        for (var path : FORMS) {
            for (var body : List.of("a=1&a=2", "client_id=a&client_id=b", "a=" + "x".repeat(5000), "a=%", "a=%zz",
                    "a=%c3%28", "a=%00", "a=%0d%0aSet-Cookie:x", "=x", "a=b&".repeat(80), "x".repeat(13000),
                    "x".repeat(200_000), "a=\u00e9", "grant_type=authorization_code&grant_type=refresh_token",
                    "a[]=1&a[]=2", "{}", "a=%ff%fe")) {
                wellRefused(form(path, body), path + " " + body.substring(0, Math.min(40, body.length())));
            }
        }
    }

    @Test
    @Covers({"T22", "AS-30"})
    void noBodyIsTakenForWhatItIsNotDeclaredToBe() {
        var types = List.of("", "Content-Type: application/json\r\n", "Content-Type: text/plain\r\n",
                "Content-Type: multipart/form-data; boundary=x\r\n", "Content-Type: application/xml\r\n",
                "Content-Type: x\r\n",
                "Content-Type: " + Web.FORM + "\r\nContent-Type: application/json\r\n");
        var good = "grant_type=refresh_token&refresh_token=x&client_id=robot&token=x&csrf=x";
        for (var type : types) {
            for (var path : FORMS) {
                wellRefused(raw(request("POST", path, type + signedIn, good)),
                        path + " " + type);
            }
            if (!type.contains("json")) {
                wellRefused(raw(request("POST", "/register", type, "{\"redirect_uris\":[\"https://a.example/\"]}")),
                        type);
            }
        }
        for (var body : List.of("", "[]", "7", "null", "{", "{}", "{\"redirect_uris\":7}", "{\"redirect_uris\":[7]}",
                "{\"redirect_uris\":[]}", "[".repeat(5000), "{\"a\":".repeat(5000),
                "{\"redirect_uris\":[\"https://a.example/\"]}x",
                "{\"redirect_uris\":[\"https://a.example/\"],\"client_name\":{}}", "\u00ff\u00fe", "{\"a\":1e99999999}",
                "{\"redirect_uris\":[\"https://a.example/\"],\"redirect_uris\":[\"https://b.example/\"]}",
                "{\"client_name\":\"" + "x".repeat(100_000) + "\"}")) {
            wellRefused(raw(request("POST", "/register", "Content-Type: application/json\r\n", body)),
                    body.substring(0, Math.min(40, body.length())));
        }
        wellRefused(raw(request("GET", "/authorize?" + "a".repeat(13000), "", "")), "a long query");
        wellRefused(raw(request("GET", "/authorize?client_id=a&client_id=b", "", "")), "a query twice");
        wellRefused(raw(request("POST", "/notes", "Content-Type: text/plain\r\n", "{}")), "text at the MCP endpoint");
    }

    /// A body with one flaw in it, and the type that it is declared as.
    private record Flawed(String type, String body) {}

    private static List<Flawed> flawed(String honest) {
        var first = honest.substring(0, honest.indexOf('&'));
        var all = new ArrayList<Flawed>();
        for (var more : List.of("&" + first, "&" + first + "x", "&x=%", "&x=%zz", "&x=%c3%28", "&x=%00", "&x=%0d%0a",
                "&=x",
                "&a=b".repeat(80), "&x=" + "y".repeat(5000), "&x=1&x=2", "&x=\u00e9")) {
            all.add(new Flawed(Web.FORM, honest + more));
        }
        for (var type : List.of("", "application/json", "text/plain", "multipart/form-data", Web.FORM + "x")) {
            all.add(new Flawed(type, honest));
        }
        return all;
    }

    @Test
    @Covers({"T22", "AS-10", "AS-30"})
    void oneFlawSpoilsAnHonestForm() {
        var agent = door.agent();
        var browser = door.signedIn();
        var consent = Browser.form(browser.get(agent.authorizeUrl("")), "/consent");
        var allowed = Web.encode(consent.with("decision", "allow"));
        for (var bad : flawed(allowed)) {
            var answer = browser.send(consent.action(), bad.type(), bad.body());
            assertEquals(400, answer.status(), () -> bad + " " + answer);
        }
        var back = browser.send(consent.action(), Web.FORM, allowed).expect(303);

        var redemption = Web.encode(agent.redemption(Web.query(back.location()).get("code")));
        for (var bad : flawed(redemption)) {
            var answer = door.web.post(door.origin + "/token", bad.type(), bad.body());
            assertEquals("invalid_request", answer.expect(400).json().path("error").asString(), () -> bad + " "
                    + answer);
        }
        door.web.post(door.origin + "/token?x=y", Web.FORM, redemption).expect(400);
        door.web.post(door.origin + "/token", Web.FORM, redemption).expect(200);

        var stranger = door.browser();
        var login = Browser.form(stranger.get("/login"), "/login");
        var right = Web.encode(login.with("email", Door.EMAIL, "password", Door.PASSWORD));
        for (var bad : flawed(right)) {
            stranger.send("/login", bad.type(), bad.body()).expect(400);
        }
        assertFalse(stranger.cookies.containsKey(Browser.SESSION));
        stranger.send("/login", Web.FORM, right).expect(303);
    }

    @Test
    @Covers({"T22", "T19"})
    void whatIsBrokenAtRandomIsNeverAFault() {
        var seed = Long.getLong("seed", 20261120L);
        System.out.println("HostileInputTest: -Dseed=" + seed);
        var random = new Random(seed);
        var corpus = corpus();
        assertFalse(corpus.isEmpty());
        var statuses = new TreeMap<String, Integer>();
        try (var log = new LogCatcher(Level.INFO)) {
            for (var i = 0; i < 3000; i++) {
                var request = mutated(corpus.get(random.nextInt(corpus.size())), random);
                var reply = decent(raw(request), "seed " + seed + ", request " + i + ":\n" + request);
                statuses.merge(reply.isEmpty() ? "closed" : reply.substring(9, 12), 1, Integer::sum);
            }
            assertEquals(List.of(), log.alarms, "a stranger can fill the log, or write into it");
        }
        System.out.println(statuses);
        assertTrue(statuses.getOrDefault("200", 0) > 50 && statuses.getOrDefault("400", 0) > 200, statuses.toString());
        assertEquals(200, door.web.get(door.origin + "/health").status());
    }

    /// One honest request for each endpoint that strangers reach.
    private static List<String> corpus() {
        var agent = door.agent();
        var all = new ArrayList<String>();
        for (var path : List.of("/health", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json",
                "/login",
                "/.well-known/oauth-protected-resource/notes", "/link?token=" + "A".repeat(43), "/notes", "/nowhere",
                "/assets/doorwarden.css", "/authorize?" + Web.encode(agent.authorization("")),
                "/authorize?client_id=https%3A%2F%2Fexample.com%2Fc&redirect_uri=https%3A%2F%2Fexample.com%2F")) {
            all.add(request("GET", path, "Accept: text/html\r\nCookie: a=b; __Host-doorwarden_session=" + "A".repeat(43)
                    + "\r\n", ""));
        }
        var fields = "Content-Type: " + Web.FORM + "\r\nOrigin: null\r\nSec-Fetch-Site: same-origin\r\n"
                + "Cookie: __Host-doorwarden_browser=" + "B".repeat(43) + "\r\n";
        for (var path : FORMS) {
            all.add(request("POST", path + (path.equals("/token") || path.equals("/revoke") ? "" : "?client_id=x"),
                    fields,
                    Web.encode(agent.redemption("C".repeat(43)))
                    + "&email=a%40b.example&password=x&csrf=x&token=x.y.z"));
        }
        all.add(request("POST", "/token", fields + "Authorization: Basic cm9ib3Q6eA==\r\n",
                "grant_type=client_credentials"));
        all.add(request("POST", "/token", fields, "grant_type=refresh_token&client_id=x&refresh_token="
                + "D".repeat(43)));
        var json = "Content-Type: application/json\r\n";
        all.add(request("POST", "/register", json, """
                {"client_name":"x","redirect_uris":["https://a.example/cb","http://127.0.0.1/"],"grant_types":
                ["authorization_code"],"scope":"notes:read","jwks":{"keys":[]}}"""));
        for (var path : List.of("/notes", "/memo", "/memo/")) {
            var old = json + "MCP-Protocol-Version: 2025-11-25\r\nAuthorization: Bearer a.b.c\r\n";
            all.add(request("POST", path, old, """
                    {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"memo","arguments":{}}}"""));
            all.add(request("POST", path, json + "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n", """
                    {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
                    "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":
                    {"name":"x","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"""));
            all.add(request("POST", path, json, """
                    {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
                    "capabilities":{},"clientInfo":{"name":"x","version":"1"}}}"""));
        }
        return all;
    }

    private static final List<String> SPLINTERS =
            List.of("%", "%00", "%ff", "&", "=", "\"", "{", "}", "[", "]", "\\u0000", "\\",
            "\u0000", "\r\n", "\n", ";", ",", "a".repeat(5000), "[".repeat(300), "-1", "99999999999999999999", "1e400",
            "null",
            "true", "{}", "../", "//", "%2e%2e%2f", "\u00e9", "\u00ff", "<script>", "${x}", "' OR 1=1 --", " ", "\t",
            "#", "?",
            "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "HTTP/9.9", "2026-07-28");

    /// Most keep their frame, so that the broken part reaches who reads it; some lose even that.
    private static String mutated(String request, Random random) {
        var head = request.indexOf("\r\n\r\n");
        if (random.nextInt(5) == 0) {
            return broken(request, random, 0, request.length());
        }
        if (random.nextInt(3) == 0 || head + 4 == request.length()) {
            return broken(request, random, 0, head);
        }
        var body = broken(request.substring(head + 4), random, 0, request.length() - head - 4);
        return request.substring(0, head).replaceAll("Content-Length: [0-9]+", "Content-Length: " + body.length())
                + "\r\n\r\n" + body;
    }

    private static String broken(String text, Random random, int from, int to) {
        var out = new StringBuilder(text);
        for (var i = random.nextInt(3); i >= 0; i--) {
            var at = Math.min(from + random.nextInt(Math.max(1, to - from)), out.length());
            var end = Math.min(at + random.nextInt(12), out.length());
            switch (random.nextInt(5)) {
                case 0 -> out.insert(at, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
                case 1 -> out.replace(at, end, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
                case 2 -> out.delete(at, end);
                case 3 -> out.insert(at, out.substring(at, end));
                default -> out.replace(at, Math.min(at + 1, out.length()), String.valueOf((char) random.nextInt(256)));
            }
        }
        return out.toString();
    }

    @Test
    @Covers("T29")
    void noHeaderChangesAUrlThatIsWritten() {
        var paths = List.of("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
                "/.well-known/oauth-protected-resource/notes", "/.well-known/oauth-protected-resource", "/login");
        var spoofed = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: "
                + "1\r\nX-Forwarded-For: 1.2.3.4\r\n"
                + "Forwarded: host=evil.example;proto=https\r\nX-Original-URL: /evil\r\nX-Rewrite-URL: /evil\r\n"
                + "X-Forwarded-Prefix: /evil\r\nX-Host: evil.example\r\nVia: evil.example\r\n";
        for (var path : paths) {
            assertEquals(stable(raw(request("GET", path, "", ""))), stable(raw(request("GET", path, spoofed, ""))),
                    path);
        }
        var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
        var plain = raw(request("POST", "/notes", "Content-Type: application/json\r\n", body));
        var odd = raw(request("POST", "/notes", "Content-Type: application/json\r\n" + spoofed, body));
        assertEquals(stable(plain), stable(odd));
        assertTrue(plain.contains("resource_metadata=\"" + door.origin + "/.well-known/"), plain);
        for (var path : List.of("/notes", "/authorize?client_id=x", "/.well-known/oauth-authorization-server")) {
            for (var host : List.of("evil.example", "127.0.0.1.evil.example", "127.0.0.1:1", "evil.example:80", "")) {
                var reply = raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
                wellRefused(reply, host);
                assertFalse(reply.contains("evil.example"), reply);
            }
        }
    }

    /// Without what differs from answer to answer.
    private static String stable(String reply) {
        return reply.replaceAll("(?i)date: [^\r]*|set-cookie: [^\r]*|value=\"[\\w-]{43}\"", "");
    }
}
