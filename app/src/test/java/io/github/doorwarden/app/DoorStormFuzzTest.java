package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Fuzzer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A storm over every route of a deployment that has everything, over real sockets: words that the routes know, broken
/// ones, forms from our own pages with values of a stranger's. No request is a fault of ours, and none stays in memory.
class DoorStormFuzzTest {

    private static final long HEAP_GROWTH = 96L << 20;
    private static final Pattern FORM =
            Pattern.compile("<form method=\"post\" action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
    private static final Pattern COOKIE = Pattern.compile("(?im)^set-cookie: ([^=]+)=([^;]*);");
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String EVERYTHING = """
            name: Storm
            development: true
            server: {port: 0, trusted_proxies: ["127.0.0.1"]}
            authorization:
              dpop_nonces: true
              keys: {algorithm: ES256}
              access_tokens: opaque
              session_api: true
              scopes:
                a: {text: see things, baseline: true}
                b: {text: change things, implies: [a]}
              resources: {api: {name: The API, identifier: "urn:api", clients: [robot]}}
              clients:
              - {id: agent, name: Agent, redirect_uris: ["http://127.0.0.1/callback", "https://app.example/cb"]}
              - {id: robot, name: Robot, secret: storm-secret-storm-secret-storm-secret, scopes: [a],
                 grants: [client_credentials, "urn:ietf:params:oauth:grant-type:token-exchange",
                 "urn:ietf:params:oauth:grant-type:jwt-bearer"]}
              - {id: terminal, name: Terminal, grants: ["urn:ietf:params:oauth:grant-type:device_code"]}
              trusted_issuers:
                w: {issuer: "https://w.example", kind: workload, jwks_file: keys.json,
                  workloads: {job: {subject: "ns:*", scopes: [a]}}}
              exchanges: [{client: robot, from: /mcp, to: api, scopes: [a]}]
              providers: {p: {issuer: "http://127.0.0.1:9", client_id: d, client_secret: s}}
              accounts: {hub: {authorize_url: "http://127.0.0.1:9/a", token_url: "http://127.0.0.1:9/t", client_id: d}}
              demo_people: [{email: ada@example.org, name: Ada, password: storm-password}]
            admin: {scope: admin, people: [ada@example.org]}
            endpoints: {/mcp: {sources: [builtin], rest: true, sessions: on}}
            """;
    private static final String EXTERNAL = """
            name: Storm elsewhere
            server: {port: 0, trusted_proxies: ["127.0.0.1"]}
            authorization:
              mode: external
              scopes: {a: {text: see things, baseline: true}, b: {text: change things}}
              issuers:
                provider:
                  issuer: "ISSUER"
                  algorithms: [ES256]
                  introspection: {client_id: robot, client_secret: storm-secret-storm-secret-storm-secret}
            endpoints: {/mcp: {sources: [builtin], rest: true, sessions: on}, /modern: {sources: [builtin]}}
            """;
    private static final String PROXIED = """
            name: Storm between
            development: true
            server: {port: 0, trusted_proxies: ["127.0.0.1"]}
            authorization:
              mode: proxied
              keys: {algorithm: ES256}
              session_api: true
              scopes: {a: {text: see things, baseline: true}, b: {text: change things}}
              clients:
              - {id: agent, name: Agent, redirect_uris: ["http://127.0.0.1/callback", "https://app.example/cb"]}
              - {id: terminal, name: Terminal, grants: ["urn:ietf:params:oauth:grant-type:device_code"]}
              providers: {p: {issuer: "ISSUER", client_id: robot, client_secret: storm-secret-storm-secret-storm-secret}}
              aliases: {/oauth2/authorize: /authorize, /oauth2/token: /token, /oauth2/register: /register}
            admin: {scope: admin, people: [ada@example.org]}
            endpoints: {/mcp: {sources: [builtin], rest: true}}
            """;
    private static final Map<String, List<String>> WORDS = words();
    private static final List<String> AUTHORIZATIONS = List.of("Bearer x", "Basic cm9ib3Q6eA==", "Basic !", "DPoP x",
            "Bearer " + "a".repeat(43), "Basic cm9ib3Q6c3Rvcm0tc2VjcmV0LXN0b3JtLXNlY3JldC1zdG9ybS1zZWNyZXQ=", "",
            "Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AA");
    private static final List<String> TYPES = List.of("application/x-www-form-urlencoded", "application/json",
            "application/x-www-form-urlencoded; charset=utf-8", "text/plain", "multipart/form-data; boundary=x", "");
    private static final List<String> JSON = List.of("{\"redirect_uris\":[\"https://a.example/cb\"],\"client_name\":"
            + "\"A\"}", "{\"redirect_uris\":[\"http://localhost/cb\"],\"jwks\":{\"keys\":[{\"kty\":\"RSA\"}]},"
            + "\"token_endpoint_auth_method\":\"private_key_jwt\"}", "{\"client_id\":\"x\"}", "[]", "{\"a\":1e999}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{}}");

    private record Form(String action, Map<String, String> hidden) {}

    @TempDir
    Path folder;
    private final List<Form> forms = new ArrayList<>();
    private final Map<String, String> cookies = new HashMap<>();
    private final Set<Integer> statuses = new HashSet<>();
    private final Set<String> reached = new HashSet<>();
    private boolean signedIn;
    private URI origin;
    private String away = "nothing is";

    private static Map<String, List<String>> words() {
        var all = new LinkedHashMap<String, List<String>>();
        all.put("client_id", List.of("agent", "robot", "terminal", "http://127.0.0.1:9/client.json", "cl_x"));
        all.put("redirect_uri", List.of("http://127.0.0.1:4711/callback", "https://app.example/cb", "https://evil"));
        all.put("response_type", List.of("code", "token"));
        all.put("code_challenge", List.of("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "x"));
        all.put("code_challenge_method", List.of("S256", "plain"));
        all.put("scope", List.of("a", "a b", "openid offline_access", "nothing"));
        all.put("resource", List.of("urn:api", "https://evil.example", "%"));
        all.put("prompt", List.of("none", "login", "consent", "login none"));
        all.put("max_age", List.of("0", "-1", "99999999999"));
        all.put("acr_values", List.of("x", "urn:doorwarden:2", "mfa"));
        all.put("state", List.of("s", "a".repeat(43)));
        all.put("dpop_jkt", List.of("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "x"));
        all.put("request_uri", List.of("urn:ietf:params:oauth:request_uri:" + "a".repeat(43), "https://evil.example"));
        all.put("grant_type", List.of("authorization_code", "refresh_token", "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "urn:ietf:params:oauth:grant-type:token-exchange"));
        all.put("client_secret", List.of("storm-secret-storm-secret-storm-secret", "x"));
        all.put("subject_token_type", List.of("urn:ietf:params:oauth:token-type:access_token"));
        all.put("client_assertion_type", List.of("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
        for (var token : List.of("code", "refresh_token", "device_code", "token", "assertion", "client_assertion",
                "subject_token")) {
            all.put(token, List.of("a".repeat(43), "eyJhbGciOiJFUzI1NiJ9.e30.AA", "e30.e30.e30", ".."));
        }
        all.put("code_verifier", List.of(VERIFIER));
        all.put("user_code", List.of("BCDF-GHJK", "bcdfghjk", "x"));
        all.put("decision", List.of("allow", "deny"));
        all.put("email", List.of("ada@example.org", "nobody@example.org", "@"));
        all.put("password", List.of("storm-password", "wrong-password"));
        all.put("csrf", List.of("x"));
        all.put("proof", List.of("x"));
        all.put("credential", List.of("{}",
                "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{}}"));
        all.put("challenge", List.of("a".repeat(43), "!"));
        all.put("expires", List.of("99999999999999", "0"));
        for (var thing : List.of("grant", "session", "passkey", "iss", "error", "name")) {
            all.put(thing, List.of("a".repeat(43), "x", ""));
        }
        return all;
    }

    private Deployment start(String name, String yaml) throws IOException {
        var at = Files.createDirectories(folder.resolve(name));
        Files.writeString(at.resolve("keys.json"), "{\"keys\":[]}");
        Files.writeString(at.resolve(ConfigFile.NAME), yaml);
        return Deployment.start(ConfigFile.read(at, Map.of(), variable -> null), line -> { });
    }

    @Test
    @Covers({"T22", "T23"})
    void noRequestAtAnyRouteIsAFaultOfOurs() throws IOException {
        var fuzz = new Fuzzer(2_500);
        try (var deployment = start("everything", EVERYTHING)) {
            assertTrue(deployment.served().size() > 40, "this is not everything: " + deployment.served().size());
            away = "/login/with/";                                               // nobody is at that provider's address
            rage(fuzz, deployment);
            assertTrue(signedIn, "nobody ever signed in, so half of the door was shut");
        }
        assertTrue(statuses.containsAll(Set.of(200, 201, 303, 400, 401, 403)), "too few ways are gone: " + statuses);
    }

    /// Whose provider is another deployment, so nothing is away and no 5xx has an excuse.
    @Test
    @Covers({"T22", "T23"})
    void noRequestIsWhereTokensComeFromElsewhere() throws IOException {
        var fuzz = new Fuzzer(600);
        try (var provider = start("provider", EVERYTHING); var deployment = start("elsewhere",
                EXTERNAL.replace("ISSUER", issuer(provider)))) {
            rage(fuzz, deployment);
        }
        assertTrue(statuses.containsAll(Set.of(200, 400, 401, 405)), "too few ways are gone: " + statuses);
    }

    @Test
    @Covers({"T22", "T23"})
    void noRequestIsWherePeopleSignInElsewhere() throws IOException {
        var fuzz = new Fuzzer(1600);
        try (var provider = start("provider", EVERYTHING); var deployment = start("between",
                PROXIED.replace("ISSUER", issuer(provider)))) {
            rage(fuzz, deployment);
        }
        assertTrue(statuses.containsAll(Set.of(200, 201, 303, 400, 401, 403)), "too few ways are gone: " + statuses);
    }

    private static String issuer(Deployment provider) {
        return "http://" + provider.address().getAuthority();
    }

    private void rage(Fuzzer fuzz, Deployment deployment) {
        origin = deployment.address().resolve("/");
        var routes = deployment.served();
        for (var tries = 0; away.equals("nothing is") && tries < 100 && !healthy(); tries++) {
            assertTrue(tries < 99, "the provider never answers");                // it has just begun, on a busy machine
        }
        var before = 0L;
        while (fuzz.goesOn()) {
            one(fuzz, routes);
            before = fuzz.rounds() == 500 ? used() : before;
        }
        var grown = used() - before;
        assertTrue(before == 0 || grown < HEAP_GROWTH, () -> fuzz.said("the heap grew by " + grown));
        var missed = new HashSet<>(routes.stream().map(each -> each.method() + " " + each.path()).toList());
        missed.removeAll(reached);
        assertEquals(Set.of(), missed, "routes that were never tried");
    }

    private boolean healthy() {
        return exchange("GET /health HTTP/1.1\r\nHost: " + origin.getAuthority() + "\r\nConnection: close\r\n\r\n",
                new byte[0]).startsWith("HTTP/1.1 200");
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void one(Fuzzer fuzz, List<Route> routes) {
        if (!forms.isEmpty() && fuzz.once(4)) {
            var form = fuzz.one(forms);
            var values = new LinkedHashMap<>(form.hidden);
            if (form.action.matches("/login(\\?.*)?") && fuzz.once(2)) {
                values.putAll(Map.of("email", WORDS.get("email").getFirst(), "password", "storm-password"));
            }
            fuzz.some(List.copyOf(WORDS.keySet()), 5).forEach(name -> values.putIfAbsent(name,
                    fuzz.one(WORDS.get(name))));
            send(fuzz, "POST", fuzz.once(10) ? fuzz.mutated(form.action) : form.action,
                    fields(fuzz, "application/x-www-form-urlencoded"), fuzz.once(5) ? fuzz.mutated(encoded(values))
                    : encoded(values));
            return;
        }
        var route = fuzz.one(routes);
        reached.add(route.method() + " " + route.path());
        var path = route.path().replaceAll("\\{[^}]*}", fuzz.one(List.of("agent", "x", "a%2fb", "whoami")));
        var query = route.method().equals("GET") ? "?" + fuzz.maybe(encoded(chosen(fuzz))) : fuzz.once(12) ? "?x=y"
                : "";
        var json = fuzz.once(3) || path.startsWith("/register") || path.startsWith("/mcp");
        var body = route.method().equals("GET") || route.method().equals("DELETE") ? ""
                : fuzz.maybe(json ? fuzz.one(JSON) : encoded(chosen(fuzz)));
        send(fuzz, route.method(), fuzz.once(15) ? fuzz.mutated(path) : path + query,
                fields(fuzz, fuzz.once(8) ? fuzz.one(TYPES) : TYPES.get(json ? 1 : 0)), body);
    }

    private static Map<String, String> chosen(Fuzzer fuzz) {
        var values = new LinkedHashMap<String, String>();
        for (var name : WORDS.keySet()) {
            if (fuzz.once(3)) {
                values.put(name, fuzz.once(2) ? WORDS.get(name).getFirst() : fuzz.one(WORDS.get(name)));
            }
        }
        if (fuzz.once(3)) {                                                      // an honest authorization request
            values.clear();
            for (var name : List.of("client_id", "redirect_uri", "response_type", "code_challenge",
                    "code_challenge_method", "scope", "state")) {
                values.put(name, WORDS.get(name).getFirst());
            }
        }
        return values;
    }

    private static String encoded(Map<String, String> values) {
        var form = new StringBuilder();
        values.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&").append(name).append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString();
    }

    private String fields(Fuzzer fuzz, String type) {
        var fields = new StringBuilder("X-Forwarded-For: 198.51." + fuzz.below(256) + "." + fuzz.below(256) + "\r\n");
        if (fuzz.once(12)) {
            fields.append("Forwarded: ").append(
                    oneLine(fuzz.mutated("for=192.0.2.1;proto=https, for=\"[2001:db8::1]:8\"")))
                    .append("\r\n");
        }
        fields.append(type.isEmpty() ? "" : "Content-Type: " + type + "\r\n");
        if (fuzz.once(3)) {
            fields.append("Authorization: ").append(oneLine(fuzz.maybe(fuzz.one(AUTHORIZATIONS)))).append("\r\n");
        }
        if (fuzz.once(8)) {
            fields.append("DPoP: ").append(oneLine(fuzz.mutated("eyJhbGciOiJFUzI1NiIsInR5cCI6ImRwb3Arand0In0.e30.AA")))
                    .append("\r\n");
        }
        if (!fuzz.once(6)) {
            fields.append("Origin: ").append("http://").append(origin.getAuthority()).append("\r\nSec-Fetch-Site: ")
                    .append(fuzz.once(8) ? "cross-site" : "same-origin").append("\r\n");
        }
        if (!cookies.isEmpty() && !fuzz.once(20)) {
            var all = new StringBuilder();
            cookies.forEach((name, value) -> all.append(all.isEmpty() ? "" : "; ").append(name).append('=')
                    .append(value));
            fields.append("Cookie: ").append(oneLine(fuzz.once(25) ? fuzz.mutated(all.toString()) : all.toString()))
                    .append("\r\n");
        }
        return fields.toString();
    }

    private static String oneLine(String value) {
        return value.replaceAll("[\\x00-\\x1f\\x7f-\\uffff]", "");
    }

    private void send(Fuzzer fuzz, String method, String target, String fields, String body) {
        var line = ("/" + target).replaceAll("[\\x00-\\x20\\x7f-\\uffff]", "").replaceFirst("^//", "/");
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = method + " " + line + " HTTP/1.1\r\nHost: "
                + origin.getAuthority() + "\r\nConnection: close\r\n" + fields + "Content-Length: " + bytes.length
                + "\r\n\r\n";
        var answer = exchange(head, bytes);
        if (answer.isEmpty()) {
            return;                                                              // closed before all was read
        }
        var status = Integer.parseInt(answer.substring(9, 12));
        var outage = status == 503 && line.contains(away);
        assertTrue(status < 500 || outage, () -> fuzz.said(head + body + "\n->\n" + answer));
        assertFalse(answer.contains("java.lang") || answer.contains("\tat "), () -> fuzz.said(head + body));
        statuses.add(status);
        signedIn |= status == 303 && answer.contains("__Host-doorwarden_session=");
        COOKIE.matcher(answer).results().forEach(cookie -> {
            cookies.put(cookie.group(1), cookie.group(2));
            forms.clear();                                                       // they were another browser's
        });
        FORM.matcher(answer).results().forEach(form -> {
            var hidden = new LinkedHashMap<String, String>();
            HIDDEN.matcher(form.group(2)).results().forEach(input -> hidden.put(input.group(1), plain(input.group(2))));
            forms.add(new Form(plain(form.group(1)), hidden));
        });
        if (forms.size() > 40) {
            forms.subList(0, 20).clear();
        }
    }

    private static String plain(String html) {
        return html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", "\"").replace("&quot;", "\"")
                .replace("&#39;", "'").replace("&amp;", "&");
    }

    private String exchange(String head, byte[] body) {
        try (var socket = new Socket(origin.getHost(), origin.getPort())) {
            socket.setSoTimeout(20_000);
            var out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            return new String(socket.getInputStream().readNBytes(1 << 20), StandardCharsets.UTF_8);
        } catch (java.net.SocketTimeoutException silent) {
            throw new AssertionError("no answer: " + head, silent);
        } catch (IOException reset) {
            return "";
        }
    }
}
