package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Attacks on codes and tokens, over real sockets and by many at once.
class TokenAttackTest {

    @TempDir
    static Path folder;
    private static Door door;
    private static Browser ada;

    @BeforeAll
    static void open() {
        door = Door.open(folder);
        ada = door.signedIn();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    /// All begin at the same moment.
    private static List<Answer> atOnce(int many, IntFunction<Answer> call) throws Exception {
        var start = new CyclicBarrier(many);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, many).<Callable<Answer>>mapToObj(i -> () -> {
                start.await();
                return call.apply(i);
            }).toList();
            var answers = new ArrayList<Answer>();
            for (var answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    /// Asks again until it holds, for at most so long.
    private static boolean within(Duration limit, BooleanSupplier holds) {
        var end = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Polling.pause();
        }
        return true;
    }

    @Test
    @Covers({"T6", "AS-14"})
    void noCodeIsGivenWithoutAnS256Challenge() {
        var reports = door.vouched();
        reports.tokens(ada, Door.READ);
        var url = reports.authorizeUrl(Door.READ);
        assertTrue(ada.get(url).location().contains("code="), "else the refusals below prove nothing");
        var challenge = "code_challenge=" + Agent.challenge(reports.verifier);
        for (var bad : List.of(url.replace("&" + challenge, ""), url.replace("_method=S256", "_method=plain"),
                url.replace("&code_challenge_method=S256", ""), url.replace("_method=S256", "_method=s256"),
                url.replace(challenge, "code_challenge=short"), url.replace(challenge, challenge + "="),
                url.replace(challenge, "code_challenge=" + "v".repeat(44)), url + "&code_challenge_method=plain",
                url.replace("response_type=code", "response_type=token"),
                url.replace("response_type=code", "response_type=code+token"))) {
            var answer = ada.get(bad);
            var to = answer.header("Location").orElse("");
            assertFalse(to.contains("code="), bad);
            assertTrue(answer.status() == 400 || to.startsWith(Door.VOUCHED_REDIRECT + "?error="), answer::toString);
        }
    }

    @Test
    @Covers({"T6", "AS-32"})
    void aCodeOpensWithItsOwnVerifierAlone() {
        var agent = door.agent();
        var code = agent.code(ada, "");
        var verifier = agent.verifier;
        var other = door.agent();
        var otherCode = other.code(ada, "");
        var form = agent.redemption(code);
        var wrong = new ArrayList<Answer>();
        for (var bad : List.of("", Agent.newVerifier(), other.verifier, verifier.substring(1), verifier + "x",
                Agent.challenge(verifier), "v".repeat(42), "v".repeat(43), "v".repeat(128), "v".repeat(129),
                verifier.toUpperCase(java.util.Locale.ROOT), verifier + " ")) {
            form.put("code_verifier", bad);
            wrong.add(door.web.form(door.origin + "/token", form));
        }
        form.remove("code_verifier");
        wrong.add(door.web.form(door.origin + "/token", form));
        form.putAll(agent.redemption(otherCode));
        wrong.add(door.web.form(door.origin + "/token", form));
        form.putAll(agent.redemption(code));
        form.put("redirect_uri", "http://127.0.0.1:9/other");
        wrong.add(door.web.form(door.origin + "/token", form));
        form.putAll(agent.redemption(code));
        form.put("resource", door.memo);
        wrong.add(door.web.form(door.origin + "/token", form));
        form.putAll(agent.redemption(code));
        form.put("client_id", other.clientId);
        wrong.add(door.web.form(door.origin + "/token", form));
        for (var answer : wrong) {
            assertFalse(answer.body().contains("access_token"), answer::toString);
            assertEquals(400, answer.status(), answer::toString);
        }
        Tokens.of(agent.redeem(code));
        Tokens.of(other.redeem(otherCode));
    }

    @Test
    @Covers({"T7", "AS-32"})
    void fiftyAtOnceRedeemACodeOnce() throws Exception {
        var agent = door.agent();
        var code = agent.code(ada, "");
        var answers = atOnce(50, i -> agent.redeem(code));
        var won = answers.stream().filter(answer -> answer.status() == 200).toList();
        assertEquals(1, won.size());
        assertEquals(49, answers.stream().filter(a -> a.status() == 400 && a.body().contains("invalid_grant")).count());
        var tokens = Tokens.of(won.getFirst());
        agent.call(tokens.access(), "notes_list", "{}").expect(401);
        agent.refresh(tokens.refresh()).expect(400);
    }

    @Test
    @Covers("T7")
    void aReplayWithoutTheVerifierHurtsNobody() {
        var agent = door.agent();
        var code = agent.code(ada, "");
        var tokens = Tokens.of(agent.redeem(code));
        var replay = agent.redemption(code);
        replay.put("code_verifier", Agent.newVerifier());
        door.web.form(door.origin + "/token", replay).expect(400);
        agent.call(tokens.access(), "notes_list", "{}").expect(200);
        agent.redeem(code).expect(400);
        agent.call(tokens.access(), "notes_list", "{}").expect(401);
    }

    @Test
    @Covers({"T13", "AS-33"})
    void aHundredAtOnceOnTwoNodesGetOneSuccessor() throws Exception {
        try (var second = door.secondNode()) {
            var agent = door.agent();
            var first = agent.tokens(ada, "");
            var nodes = List.of(door.origin, second.origin());
            var answers = atOnce(100, i -> agent.refreshAt(nodes.get(i % 2), first.refresh()));
            var successors = new TreeSet<String>();
            for (var answer : answers) {
                successors.add(Tokens.of(answer).refresh());
            }
            assertEquals(1, successors.size(), "one family, one successor");
            var next = Tokens.of(agent.refreshAt(nodes.get(1), successors.first()));
            agent.call(next.access(), "notes_list", "{}").expect(200);
            agent.refreshAt(nodes.get(0), first.refresh()).expect(400);
            agent.refreshAt(nodes.get(1), next.refresh()).expect(400);
        }
    }

    @Test
    @Covers({"T28", "RS-3"})
    void aTokenOpensItsOwnDoorAlone() {
        var tokens = door.agent().tokens(ada, Door.WRITE);
        var agent = door.agent();
        agent.rpc(door.notes, tokens.access(), Agent.LEGACY, "tools/list", "{}").expect(200);
        for (var method : List.of("tools/list", "initialize", "tools/call")) {
            agent.rpc(door.memo, tokens.access(), Agent.LEGACY, method, "{\"name\":\"memo\"}").expect(401);
        }
        for (var forged : List.of(tokens.access() + "x", tokens.access().substring(1), tokens.refresh(), "a.b.c", "",
                tokens.access().replaceAll("\\.[^.]*$", "."), "eyJhbGciOiJub25lIn0.e30.")) {
            var answer = agent.rpc(door.notes, forged, Agent.LEGACY, "tools/list", "{}");
            assertTrue(answer.status() == 401 || answer.status() == 400, answer::toString);
        }
        door.web.post(door.notes + "?access_token=" + tokens.access(), "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}").expect(401);
    }

    @Test
    @Covers("T27")
    void whatAnOperatorRevokesIsRefusedWithinASecond() {
        var agent = door.agent();
        var tokens = agent.tokens(ada, "");
        agent.call(tokens.access(), "notes_list", "{}").expect(200);
        try (var administration = door.administration()) {
            assertTrue(administration.revokeClient(agent.clientId));
        }
        assertTrue(within(Duration.ofSeconds(3), () -> agent.call(tokens.access(), "notes_list", "{}")
                .status() == 401));
        agent.refresh(tokens.refresh()).expect(401);
        assertTrue(ada.get(agent.authorizeUrl("")).expect(400).header("Location").isEmpty());
    }

    /// No call that begins later than a second after the revocation is let in, though the token is known there.
    @Test
    @Covers("T27a")
    void whatOneNodeRevokesTheOtherRefusesWithinASecond() {
        try (var second = door.secondNode()) {
            var agent = door.agent();
            var there = second.origin() + "/notes";
            for (var way : List.of("by the client", "by the operator")) {
                var tokens = agent.tokens(ada, "");
                agent.rpc(there, tokens.access(), Agent.LEGACY, "tools/list", "{}").expect(200);
                if (way.equals("by the client")) {
                    agent.revoke(tokens.access()).expect(200);
                } else {
                    try (var administration = door.administration()) {
                        assertTrue(administration.revokeClient(agent.clientId));
                    }
                }
                var revoked = System.nanoTime();
                var lastLetIn = new AtomicLong(revoked);
                assertTrue(within(Duration.ofSeconds(10), () -> {
                    var begun = System.nanoTime();
                    var status = agent.rpc(there, tokens.access(), Agent.LEGACY, "tools/list", "{}").status();
                    if (status == 200) {
                        lastLetIn.set(begun);
                    }
                    return status == 401;
                }), way);
                assertTrue(lastLetIn.get() - revoked <= Duration.ofSeconds(1).toNanos(), way + ": let in "
                        + (lastLetIn.get() - revoked) / 1_000_000 + " ms after");
            }
        }
    }

    @Test
    @Covers("AS-34")
    void aServiceIsLetInByItsSecretAlone() {
        var ask = java.util.Map.of("grant_type", "client_credentials", "client_id", "robot", "client_secret",
                "canary-robot-secret-4711-4711-4711-4711", "resource", door.notes);
        var given = door.web.form(door.origin + "/token", ask).expect(200).json();
        assertFalse(given.has("refresh_token"));
        var token = given.path("access_token").asString();
        var who = Agent.result(door.agent().call(token, "doorwarden_whoami", "{}")).path("structuredContent");
        assertEquals("service robot robot", who.path("kind").asString() + " " + who.path("subject").asString() + " "
                + who.path("client").asString());
        door.agent().call(token, "notes_list", "{}").expect(200);
        door.agent().call(token, "notes_add", "{\"text\":\"x\"}").expect(403);
        var guess = new java.util.HashMap<>(ask);
        guess.put("client_secret", "canary-robot-secret-4711-4711-4711-4712");
        door.web.form(door.origin + "/token", guess).expect(401);
    }
}
