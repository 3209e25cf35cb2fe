package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.tidy.Covers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The admin copilot as a process, killed with its marketplace in the middle of its work: what it acknowledged is
/// there after the next start, and nothing is spent twice.
class KillTest {

    private static final Path FOLDER = Path.of("..", "systems", "admin-copilot");
    private static final int FAMILIES = 4;
    /// Rounds of refreshing and invitations that must be acknowledged before the kill.
    private static final int REFRESHES = 20;
    private static final int BATCHES = 3;

    /// A family of refresh tokens as its client sees it.
    private static final class Family {
        private final Agent agent;
        private final AtomicReference<String> acknowledged = new AtomicReference<>();
        private String before;

        Family(Agent agent, String first) {
            this.agent = agent;
            acknowledged.set(first);
        }
    }

    @TempDir
    Path folder;
    private Path state;
    private final Web web = new Web();
    private final List<Process> started = new ArrayList<>();
    private final List<Family> families = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final AtomicInteger refreshes = new AtomicInteger();
    private volatile JsonNode unanswered;
    private volatile boolean killed;
    private String origin;
    private int port;

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start() throws Exception {
        var command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Doorwarden.class.getName(), "serve", FOLDER.toString(), "--port", String.valueOf(port), "--set",
                "state=" + state.toAbsolutePath());
        var process = new ProcessBuilder(command).redirectError(folder.resolve("err.log").toFile()).start();
        started.add(process);
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var ready = CompletableFuture.supplyAsync(() -> line(output)).get(60, TimeUnit.SECONDS);
        assertEquals("ready " + origin + "/mcp", ready, () -> text(folder.resolve("err.log")));
        return process;
    }

    private static String line(BufferedReader output) {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(Process process) throws InterruptedException {
        var all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        all.forEach(each -> each.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    @Covers({"T7", "T13"})
    void whatWasAcknowledgedSurvivesAndNothingIsSpentTwice() throws Exception {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        origin = "http://127.0.0.1:" + port;
        state = folder.resolve("state");
        Door.stateAt(state);
        var process = start();
        var visit = new ProviderVisit(web, origin, "admin@instainstru.example", "front-door-demo");
        for (var i = 0; i <= FAMILIES; i++) {
            var agent = Agent.registered(web, origin, origin + "/mcp", "Copilot " + i, "http://127.0.0.1:9/callback");
            families.add(new Family(agent, Tokens.of(agent.redeem(visit.code(agent, ""))).refresh()));
        }
        var inviting = families.removeLast();
        var access = Tokens.of(inviting.agent.refresh(inviting.acknowledged.get())).access();
        var code = visit.code(inviting.agent, "");
        var redeemed = Tokens.of(inviting.agent.redeem(code));

        work(process, inviting.agent, access);

        start();
        assertEquals("invalid_grant", inviting.agent.redeem(code).expect(400).json().path("error").asString());
        inviting.agent.refresh(redeemed.refresh()).expect(400);
        families.forEach(this::goesOn);
        invitations(inviting.agent, access);
        onRecord();
    }

    /// Refreshes and invites from all sides until enough was acknowledged; then the kill, in the middle of more of it.
    private void work(Process process, Agent inviting, String access) throws InterruptedException {
        var enough = new CountDownLatch(REFRESHES + BATCHES);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var family : families) {
                threads.submit(() -> untilKilled(() -> {
                    var next = Tokens.of(family.agent.refresh(family.acknowledged.get())).refresh();
                    family.before = family.acknowledged.getAndSet(next);
                    if (refreshes.incrementAndGet() <= REFRESHES) {
                        enough.countDown();
                    }
                }));
            }
            threads.submit(() -> untilKilled(() -> {
                invite(inviting, access);
                if (sent.size() <= BATCHES) {
                    enough.countDown();
                }
            }));
            var inTime = enough.await(30, TimeUnit.SECONDS);
            killed = true;
            kill(process);
            assertTrue(inTime, () -> "only " + refreshes + " refreshes and " + sent.size() + " batches");
        }
    }

    private void untilKilled(Runnable round) {
        while (!killed) {
            try {
                round.run();
            } catch (UncheckedIOException cut) {
                if (!killed) {
                    throw cut;
                }
            }
        }
    }

    private void invite(Agent agent, String access) {
        var email = "kill" + sent.size() + "@example.com";
        var preview = answer(agent, access, "preview", "{\"grant_founding\":false,\"emails\":[\"" + email + "\"]}");
        unanswered = preview;
        var reply = answer(agent, access, "send", confirmation(preview));
        assertEquals(1, reply.path("sent").asInt(), reply::toString);
        sent.add(confirmation(preview));
        unanswered = null;
    }

    private static JsonNode answer(Agent agent, String access, String what, String arguments) {
        var result = Agent.result(agent.call(access, "instainstru_invites_" + what, arguments));
        assertFalse(result.path("isError").asBoolean(), result::toString);
        return result.path("structuredContent");
    }

    private static String confirmation(JsonNode preview) {
        return "{\"confirmation\":" + preview.path("confirmation") + ",\"batch_digest\":"
                + preview.path("batch_digest") + "}";
    }

    /// The newest token that was acknowledged works, and the one before it is dead with its whole family.
    private void goesOn(Family family) {
        var next = Tokens.of(family.agent.refresh(family.acknowledged.get()));
        var last = Tokens.of(family.agent.refresh(next.refresh()));
        family.agent.call(last.access(), "doorwarden_whoami", "{}").expect(200);
        family.agent.refresh(family.before).expect(400);
        family.agent.refresh(last.refresh()).expect(400);
        family.agent.call(last.access(), "doorwarden_whoami", "{}").expect(401);
    }

    private void invitations(Agent agent, String access) throws IOException {
        for (var confirmation : sent) {
            var again = Agent.result(agent.call(access, "instainstru_invites_send", confirmation));
            assertTrue(again.path("isError").asBoolean(), again::toString);
        }
        if (unanswered != null) {
            // Cut off in the middle: it went out, or it did not and may go out now; in no case twice.
            agent.call(access, "instainstru_invites_send", confirmation(unanswered)).expect(200);
            agent.call(access, "instainstru_invites_send", confirmation(unanswered)).expect(200);
        }
        var letters = new ArrayList<String>();
        try (var files = Files.list(state.resolve("marketplace").resolve("outbox"))) {
            for (var file : files.filter(each -> each.toString().endsWith(".eml")).toList()) {
                text(file).lines().filter(line -> line.startsWith("To: ")).forEach(letters::add);
            }
        }
        assertEquals(letters.size(), letters.stream().distinct().count(), letters::toString);
        for (var i = 0; i < sent.size(); i++) {
            var email = "kill" + i + "@example.com";
            assertTrue(letters.stream().anyMatch(to -> to.contains(email)), () -> email + " is not in " + letters);
        }
    }

    private void onRecord() {
        var verified = command("audit", "verify");
        assertTrue(verified.startsWith("whole  "), verified);
        var sends = command("audit", "list", "--json", "--last", "100000").lines().map(Web.JSON::readTree)
                .filter(line -> line.path("thing").asString().equals("instainstru_invites_send"))
                .filter(line -> line.path("outcome").asString().equals("allowed")).count();
        assertTrue(sends >= sent.size(), sends + " of " + sent.size() + " acknowledged batches are on record");
    }

    private String command(String... words) {
        var line = new ArrayList<>(List.of(words));
        line.addAll(2, List.of(FOLDER.toString(), "--set", "state=" + state.toAbsolutePath()));
        var out = new StringWriter();
        assertEquals(0, Doorwarden.run(line.toArray(String[]::new), new PrintWriter(out, true),
                new PrintWriter(out, true)),
                out::toString);
        return out.toString();
    }
}
