package io.github.doorwarden.bench;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/// How often in a second one deployment issues, explains, takes and signs in, over HTTP on loopback, with the clients
/// in the same process: an order of magnitude, not a record.
final class Counters {

    private static final int AT_ONCE = 8;
    private static final long NANOS = 4_000_000_000L;
    private static final String SECRET = "a secret of the load generator, long enough";
    private static final String YAML = """
            name: Bench
            development: true
            server: {port: 0}
            authorization:
              access_tokens: FORM
              scopes: {bench: {text: be measured, baseline: true}}
              resources: {api: {identifier: "urn:api", clients: [bench]}}
              clients:
                - {id: bench, secret: "a secret of the load generator, long enough", grants: [client_credentials]}
                - {id: app, redirect_uris: ["http://127.0.0.1/callback"]}
              lifetimes: {access_token: 1h}
              demo_people: [{email: ada@example.org, name: Ada, password: a password of the bench}]
            limits: {calls_per_minute: 100000000, calls_per_tool_per_minute: 100000000, concurrent_calls: 10000}
            endpoints: {/mcp: {sources: [builtin]}}
            """;
    private static final JsonMapper JSON = JsonMapper.shared();

    /// What many do at once.
    @FunctionalInterface
    private interface Work {
        void run(int worker) throws Exception;
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).build();
    private final String form;
    private final String mcp;
    private final String origin;

    /// @param form of the tokens, as it is printed
    Counters(String form, URI mcp) {
        this.form = form;
        this.mcp = mcp.toString();
        this.origin = mcp.resolve("/").toString().replaceAll("/$", "");
    }

    static void run(Path folder) throws Exception {
        for (var form : new String[] {"jwt", "opaque"}) {
            Files.writeString(folder.resolve(ConfigFile.NAME), YAML.replace("FORM", form));
            try (var deployment = Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), line -> { })) {
                new Counters(form, deployment.endpoints().getFirst()).all();
            }
        }
    }

    private void all() throws Exception {
        var token = service(Map.of("resource", mcp));
        var forApi = service(Map.of("resource", "urn:api"));
        print("client credentials", worker -> service(Map.of("resource", mcp)));
        print("introspection", worker -> post("/introspect", Map.of("client_id", "bench", "client_secret", SECRET,
                "token", forApi)));
        print("calls by Bearer", worker -> list("Bearer " + token, ""));
        boundCalls();
        SignIn.warm(this);
        var browsers = new ConcurrentLinkedQueue<SignIn>();
        for (var i = 0; i < AT_ONCE; i++) {
            browsers.add(SignIn.withPassword(this));
        }
        print("sign-ins with consent, in a browser that has a session", worker -> {
            var browser = browsers.remove();
            browser.approve();
            browsers.add(browser);
        });
        print("sign-ins with password and consent", worker -> SignIn.withPassword(this).approve());
    }

    /// The proofs are made before the clock runs: making them is the client's work.
    private void boundCalls() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).generate();
        var signer = new ECDSASigner(key);
        var answer = send("/token", Map.of("grant_type", "client_credentials", "client_id", "bench", "client_secret",
                SECRET, "resource", mcp), "DPoP", proof(key, signer, origin + "/token", Map.of()));
        var token = JSON.readTree(answer.body()).path("access_token").asString();
        var hash = Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256")
                .digest(token.getBytes(StandardCharsets.US_ASCII)));
        var made = new ArrayList<String>();
        for (var i = 0; i < 20_000; i++) {
            made.add(proof(key, signer, mcp, Map.of("ath", hash)));
        }
        var next = new AtomicInteger();
        print("calls by DPoP", worker -> list("DPoP " + token, made.get(next.getAndIncrement())));
    }

    private static String proof(ECKey key, ECDSASigner signer, String uri, Map<String, Object> more) throws Exception {
        return Costs.proof(JWSAlgorithm.ES256, key, signer, uri, more);
    }

    private String service(Map<String, String> more) throws Exception {
        var ask = new LinkedHashMap<>(Map.of("grant_type", "client_credentials", "client_id", "bench", "client_secret",
                SECRET));
        ask.putAll(more);
        return JSON.readTree(post("/token", ask)).path("access_token").asString();
    }

    private void list(String authorization, String proof) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(mcp)).header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream").header("MCP-Protocol-Version", "2025-06-18")
                .header("Authorization", authorization).POST(HttpRequest.BodyPublishers.ofString(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{}}"));
        expect(200, http.send((proof.isEmpty() ? request : request.header("DPoP", proof)).build(),
                HttpResponse.BodyHandlers.ofString()));
    }

    /// @return the body of a 200
    String post(String path, Map<String, String> fields) throws Exception {
        return expect(200, send(path, fields)).body();
    }

    HttpResponse<String> send(String path, Map<String, String> fields, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(origin + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encode(fields)));
        return http.send((headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(origin + path)).headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    String resource() {
        return mcp;
    }

    static String encode(Map<String, String> fields) {
        var all = new ArrayList<String>();
        fields.forEach((name, value) -> all.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return String.join("&", all);
    }

    static HttpResponse<String> expect(int status, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.uri().getPath() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }

    private void print(String name, Work work) throws Exception {
        work.run(0);
        var done = new AtomicInteger();
        var failures = new ConcurrentLinkedQueue<Exception>();
        var begin = System.nanoTime();
        var cpuBegin = cpuNanos();
        var workers = new ArrayList<Thread>();
        for (var i = 0; i < AT_ONCE; i++) {
            var worker = i;
            workers.add(Thread.startVirtualThread(() -> {
                try {
                    while (System.nanoTime() - begin < NANOS && failures.isEmpty()) {
                        work.run(worker);
                        done.incrementAndGet();
                    }
                } catch (Exception e) {
                    failures.add(e);
                }
            }));
        }
        for (var worker : workers) {
            worker.join();
        }
        if (!failures.isEmpty()) {
            throw failures.peek();
        }
        System.out.printf(Locale.ROOT, "%-6s %-56s %8.0f/s %9.0f us CPU%n", form, name,
                done.get() * 1e9 / (System.nanoTime() - begin), (cpuNanos() - cpuBegin) / 1_000.0 / done.get());
    }

    /// Of this process: both sides, and the JVM's own work.
    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }
}
