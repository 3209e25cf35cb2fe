package io.github.doorwarden.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.doctor.StubServer.Reply;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Servers that answer anything to anything: the doctor always comes to a report, within its bounds.
class HostileServerTest {

    private static final int SERVERS = 40;
    private static final List<Integer> STATUSES = List.of(200, 200, 200, 201, 202, 204, 301, 302, 307, 308, 400, 401,
            401, 403, 404, 405, 406, 418, 421, 429, 500, 503);
    private static final List<String> TEXTS = List.of("", "null", "[]", "7", "\"x\"", "{", "{}", "<html>",
            "{\"error\": {}}", "{\"error\": \"invalid_scope\"}", "{\"result\": []}", "{\"result\": {\"tools\": [1, "
            + "{\"name\": {}}]}}", "{\"client_id\": 1, \"redirect_uris\": 2, \"registration_client_uri\": \"::\"}",
            "{\"issuer\": [], \"authorization_endpoint\": \"http://%zz\", \"token_endpoint\": \"//\"}",
            "{\"resource\": \"mailto:x\", \"authorization_servers\": [\"http://\", 7]}",
            "{\"resource\": 1, \"authorization_servers\": {}}", "data: {\"result\": 1}\n\ndata: [\n\n",
            "\u001b[2J\u202e\u0000", "[".repeat(5000), "x".repeat(100_000));
    private static final List<String> VALUES = List.of("", "x", "*", "Bearer", "Bearer resource_metadata=",
            "Bearer resource_metadata=\"http://%\"", "Bearer resource_metadata=\"::\", scope=\"", "::", "http://%zz",
            "//", "/mcp", "/", "?", "mailto:x", "https://127.0.0.1:1/", "text/event-stream", "application/json",
            "http://127.0.0.1:43111/?error", "Thu, 99 Foo 2026");
    private static final List<String> NAMES = List.of("Location", "WWW-Authenticate", "Content-Type", "Mcp-Session-Id",
            "Access-Control-Allow-Origin", "Access-Control-Allow-Headers", "Content-Encoding", "Allow");

    private static <T> T one(Random chance, List<T> of) {
        return of.get(chance.nextInt(of.size()));
    }

    /// Mostly right, so that it is led far in; then wrong in every way.
    private static Reply answer(Random chance, String origin, Reply right) {
        if (chance.nextInt(4) > 0) {
            return right;
        }
        var reply = chance.nextBoolean() ? right : right.body(one(chance, TEXTS).replace("http://", chance.nextBoolean()
                ? "http://" : origin + "/"));
        if (chance.nextBoolean()) {
            reply = reply.status(one(chance, STATUSES));
        }
        for (var i = chance.nextInt(3); i > 0; i--) {
            reply = reply.with(one(chance, NAMES), one(chance, VALUES));
        }
        return reply.status() == 204 ? reply.body("") : reply;
    }

    @Test
    void whateverAServerAnswersThereIsAReport() {
        var asked = new AtomicLong();
        for (var seed = 0; seed < SERVERS; seed++) {
            var chance = new Random(seed);
            try (var server = StubServer.with((request, right) -> {
                asked.incrementAndGet();
                synchronized (chance) {
                    return answer(chance, request.origin(), right);
                }
            })) {
                var report = Doctors.examine(server, group -> { });
                assertEquals(8, report.verdicts().size());
                assertTrue(report.findings().stream().allMatch(finding -> finding.came().length()
                        <= Limits.QUOTE_CHARACTERS + 2), "seed " + seed);
                assertTrue(!report.toString().contains(Faultless.TOKEN), "seed " + seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(asked.get() > SERVERS * 20L, asked + " questions");
    }
}
