package io.github.doorwarden.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.doctor.StubServer.Reply;
import io.github.doorwarden.doctor.StubServer.Twist;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Faults that take more than one wrong answer: TLS, two hosts, a clock, an issuer with a path, an open server.
class OtherServersTest {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String DOCUMENT = "/.well-known/oauth-protected-resource/mcp";
    private static final String SERVER = "/.well-known/oauth-authorization-server";

    @TempDir
    Path folder;

    private static TreeSet<String> faults(Report report) {
        var found = new TreeSet<>(Doctors.ids(report));
        found.removeAll(Set.of("loopback"));
        return found;
    }

    @Test
    void nothingListensThere() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var report = Examination.of(URI.create("http://127.0.0.1:" + port + "/mcp"), Doctors.OPTIONS).run(group -> { });
        assertEquals(List.of("unreachable"), Doctors.ids(report));
        assertTrue(!report.reached() && !report.everybodyConnects());
    }

    @Test
    void theClockIsTenMinutesLate() {
        try (var server = StubServer.with((request, right) -> right)) {
            var late = new Options(Optional.of(Faultless.TOKEN), List.of(), () ->
                    Instant.now().plus(Duration.ofMinutes(10)), Optional.empty(), Duration.ofSeconds(1),
                    Duration.ofMinutes(1));
            var report = Examination.of(server.url(), late).run(group -> { });
            assertEquals(Set.of("clock-skew"), faults(report));
            assertEquals(Set.of("chatgpt"), Doctors.with(Outcome.CONNECTS_WITH_FAULTS, report));
        }
    }

    private KeyStore certificate() throws Exception {
        var file = folder.resolve("keys.p12");
        var made = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "s", "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass",
                new String(PASSWORD), "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1", "-keyalg", "EC",
                "-groupname", "secp256r1").redirectErrorStream(true).start();
        var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, made.waitFor(), said);
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private static SSLContext context(KeyStore keys) throws Exception {
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("s", keys.getCertificate("s"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Report secure(SSLContext context, Twist twist) {
        try (var server = StubServer.tls(context, twist)) {
            return Examination.of(server.url(), new Options(Optional.of(Faultless.TOKEN), List.of(), Instant::now,
                    Optional.of(context), Duration.ofSeconds(1), Duration.ofMinutes(1))).run(group -> { });
        }
    }

    @Test
    void aCertificateThatNobodyTrustsStopsAll_AndOneThatIsTrustedDoesNot() throws Exception {
        var context = context(certificate());
        try (var server = StubServer.tls(context, (request, right) -> right)) {
            var report = Doctors.examine(server, group -> { });
            assertEquals(Set.of("tls-not-trusted"), faults(report));
            assertEquals(8, Doctors.with(Outcome.FAILS, report).size());
            assertEquals(0, server.asked.size(), "no request is sent before TLS is trusted");
        }
        var right = secure(context, (request, answer) -> answer);
        assertEquals(Set.of(), faults(right));
        assertTrue(right.inside());
    }

    @Test
    void urlsOfHttpBehindTlsStopAll() throws Exception {
        var context = context(certificate());
        var challenge = secure(context, (request, right) -> right.headers().containsKey("WWW-Authenticate")
                ? right.with("WWW-Authenticate", "Bearer resource_metadata=\"" + request.origin().replace("https",
                "http") + DOCUMENT + "\", scope=\"a\"") : right);
        assertEquals(Set.of("url-unusable"), faults(challenge));
        assertEquals(8, Doctors.with(Outcome.FAILS, challenge).size());
        var endpoints = secure(context, (request, right) -> request.to(SERVER)
                ? right.body(right.body().replace("https://127.0.0.1", "http://127.0.0.1").replaceFirst("http:",
                "https:")) : right);
        assertTrue(faults(endpoints).contains("url-unusable"), endpoints.toString());
    }

    /// A resource whose authorization server is a host of its own, and whose own host knows nothing of one.
    private static Twist elsewhere(StubServer authorization, Twist more) {
        return (request, right) -> {
            if (request.path().startsWith("/.well-known/oauth-authorization-server") || request.to("/authorize")) {
                return Reply.of(404);
            }
            var body = request.path().startsWith("/.well-known") ? right.body(right.body().replace("[\""
                    + request.origin() + "\"]", "[\"" + authorization.origin + "\"]")) : right;
            return more.of(request, body);
        };
    }

    @Test
    void anAuthorizationServerElsewhereHindersClaudeAlone() {
        try (var authorization = StubServer.with((request, right) -> right);
                var server = StubServer.with(elsewhere(authorization, (request, right) -> right))) {
            var report = Doctors.examine(server, group -> { });
            assertEquals(Set.of("endpoints-elsewhere"), faults(report));
            assertEquals(Set.of("claude-ai", "claude-code"), Doctors.with(Outcome.CONNECTS_WITH_FAULTS, report));
            assertEquals(0, authorization.asked.stream().filter(request -> request.header("authorization")
                    .contains(Faultless.TOKEN)).count(), "the token goes nowhere else");
        }
    }

    @Test
    void aChallengeThatLeadsNowhereStopsThoseWhoFollowIt_WhereThereIsNothingToGuess() {
        try (var authorization = StubServer.with((request, right) -> right);
                var server = StubServer.with(elsewhere(authorization, (request, right) ->
                        right.headers().containsKey("WWW-Authenticate") ? right.with("WWW-Authenticate",
                                "Bearer resource_metadata=\"" + request.origin() + "/nowhere\", scope=\"a\"")
                                : right))) {
            var report = Doctors.examine(server, group -> { });
            assertEquals(Set.of("challenge-leads-nowhere", "endpoints-elsewhere"), faults(report));
            assertEquals(Set.of("codex"), Doctors.with(Outcome.CONNECTS, report));
            assertEquals(7, Doctors.with(Outcome.FAILS, report).size());
        }
    }

    @Test
    void metadataThatTheChallengeAloneKnowsStopsCodex() {
        try (var authorization = StubServer.with((request, right) -> right);
                var server = StubServer.with(elsewhere(authorization, (request, right) -> {
                    if (request.path().startsWith("/.well-known/oauth-protected-resource")) {
                        return Reply.of(404);
                    }
                    if (request.to("/about")) {
                        return Reply.json(200, "{\"resource\": \"" + request.origin()
                                + "/mcp\", \"authorization_servers\": [\"" + authorization.origin + "\"]}")
                                .with("Access-Control-Allow-Origin", "*");
                    }
                    return right.headers().containsKey("WWW-Authenticate") ? right.with("WWW-Authenticate",
                            "Bearer resource_metadata=\"" + request.origin() + "/about\", scope=\"a\"") : right;
                }))) {
            var report = Doctors.examine(server, group -> { });
            assertEquals(Set.of("endpoints-elsewhere", "found-by-challenge-alone", "path-metadata-missing",
                    "root-metadata-missing"), faults(report));
            assertEquals(Set.of("codex"), Doctors.with(Outcome.FAILS, report));
        }
    }

    @Test
    void anIssuerWithAPathIsLookedForBeforeThePath() {
        try (var server = StubServer.with((request, right) -> {
            var tenant = request.origin() + "/tenant";
            if (request.to("/tenant" + SERVER)) {
                return Reply.json(200, Faultless.metadata(request.origin()).put("issuer", tenant))
                        .with("Access-Control-Allow-Origin", "*");
            }
            return request.path().startsWith("/.well-known/oauth-protected") ? right.body(right.body()
                    .replace("[\"" + request.origin() + "\"]", "[\"" + tenant + "\"]")) : right;
        })) {
            var report = Doctors.examine(server, group -> { });
            assertEquals(Set.of("server-metadata-appended-only"), faults(report));
            assertEquals(8, Doctors.with(Outcome.FAILS, report).size());
        }
    }

    @Test
    void anOpenServerIsSeenWithoutAToken() {
        try (var server = StubServer.with(new OpenDoor())) {
            var report = Examination.of(server.url(), Doctors.OPTIONS).run(group -> { });
            assertEquals(Set.of(), faults(report));
            assertTrue(report.inside() && report.everybodyConnects());
            assertTrue(report.facts().contains("Nobody has to sign in to list its tools."), report.toString());
            assertEquals(0, server.asked.stream().filter(request -> request.to("/register")).count());
        }
    }

    @Test
    void anOpenServerThatKnowsASignInIsExaminedForBoth() {
        var inside = new OpenDoor();
        try (var server = StubServer.with((request, right) -> request.path().startsWith("/mcp")
                ? inside.of(request, right) : request.to(SERVER) ? right.says("\"x\"",
                "\"code_challenge_methods_supported\"") : right)) {
            var report = Examination.of(server.url(), Doctors.OPTIONS).run(group -> { });
            assertEquals(Set.of("pkce-missing"), faults(report));
            assertTrue(report.inside(), report.toString());
        }
    }

    @Test
    void eachClientIsToldItsOwnReason() {
        try (var server = StubServer.with((request, right) -> !request.to("/register") ? right
                : request.body().contains("Cursor") ? Reply.json(400, "{\"error\": \"invalid_redirect_uri\"}")
                : request.body().contains("Inspector") ? Reply.json(400, "{\"error\": \"access_denied\"}") : right)) {
            var refused = Doctors.examine(server, group -> { }).findings().stream()
                    .filter(finding -> finding.fault() == RegistrationProbes.REFUSED).toList();
            assertEquals(List.of(Set.of("cursor"), Set.of("inspector")), refused.stream().map(finding ->
                    finding.harmed().keySet()).toList());
            assertTrue(refused.getLast().came().contains("access_denied"), refused.toString());
        }
    }

    @Test
    void withoutTlsTheClientsThatRunElsewhereFail() {
        try (var server = StubServer.with(new OpenDoor())) {
            var url = URI.create(server.url().toString().replace("127.0.0.1", "0.0.0.0"));
            var report = Examination.of(url, Doctors.OPTIONS).run(group -> { });
            assertEquals(Set.of("plain-http"), faults(report));
            assertEquals(Set.of("chatgpt", "claude-ai"), Doctors.with(Outcome.FAILS, report));
        }
    }

    @Test
    void aTokenThatIsRefusedIsSaid_AndIsNoFaultOfTheServer() {
        try (var server = StubServer.with((request, right) -> right)) {
            var report = Examination.of(server.url(), Doctors.OPTIONS.withToken("another-token")).run(group -> { });
            assertEquals(Set.of("given-token-refused"), faults(report));
            assertTrue(!report.inside() && report.everybodyConnects());
        }
    }

    /// Whoever comes without a token is answered as if they had one.
    private static final class OpenDoor implements Twist {

        private final Faultless inside = new Faultless();

        @Override
        public Reply of(StubServer.Request request, Reply right) {
            var headers = new TreeMap<>(request.headers());
            headers.put("authorization", "Bearer " + Faultless.TOKEN);
            return request.path().startsWith("/mcp") ? inside.answer(new StubServer.Request(request.method(),
                    request.path(), request.query(), headers, request.body(), request.origin())) : Reply.of(404);
        }
    }

    @Test
    void whenTheTimeIsOverNothingIsFoundAnyMore_ButWhatWasBegunIsTidiedUp() {
        try (var server = StubServer.with((request, right) -> request.to("/authorize") ? Reply.silence() : right)) {
            var hurried = new Options(Optional.of(Faultless.TOKEN), List.of(), Instant::now, Optional.empty(),
                    Duration.ofSeconds(1), Duration.ofMillis(2500));
            var report = Examination.of(server.url(), hurried).run(group -> { });
            assertTrue(Set.of("authorize-broken", "out-of-time").containsAll(faults(report)), report.toString());
            assertTrue(faults(report).contains("out-of-time"), report.toString());
            assertTrue(report.facts().contains("3 clients were registered for this, and 3 deleted again."),
                    report.toString());
        }
    }

    @Test
    void theTokenDoesNotFollowARedirectToAnotherPort() {
        try (var other = StubServer.with((request, right) -> right);
                var server = StubServer.with((request, right) -> request.to("/mcp") ? Reply.of(308).with("Location",
                        other.url().toString()) : right)) {
            var report = Doctors.examine(server, group -> { });
            assertEquals(Set.of("redirected-elsewhere"), faults(report));
            assertEquals(0, other.asked.size(), "nor does anything else");
        }
    }

    @Test
    void aTokenIsNotSentInTheOpen_AndAUrlIsOne() {
        var options = Doctors.OPTIONS.withToken(Faultless.TOKEN);
        assertThrows(IllegalArgumentException.class, () -> Examination.of(URI.create("http://mcp.example.com/mcp"),
                options));
        for (var url : List.of("mcp.example.com", "ftp://mcp.example.com/", "https://me@mcp.example.com/mcp",
                "https://mcp.example.com/mcp#here")) {
            assertThrows(IllegalArgumentException.class, () -> Examination.of(URI.create(url), Doctors.OPTIONS), url);
        }
        assertTrue(!options.toString().contains(Faultless.TOKEN));
    }
}
