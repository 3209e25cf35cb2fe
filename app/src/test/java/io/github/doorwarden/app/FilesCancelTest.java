package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A question that nobody waits for any more ends in the engine, too: seen in the CPU time of the threads that it is
/// worked on, which does not depend on what else the machine does.
final class FilesCancelTest {

    private static final int ROWS = 200_000;
    private static final int COLUMNS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String CALL = "{\"name\":\"profile\",\"arguments\":{}}";
    /// In earlier revisions a connection that ends takes nothing with it.
    private static final String MODERN = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
            + "\"profile\",\"arguments\":{},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    @TempDir
    private Path folder;

    private String yaml(String timeout) throws IOException {
        Files.writeString(folder.resolve("d.csv"), "x\n" + IntStream.range(0, ROWS).mapToObj(i ->
                Integer.toString(i * 7919 % ROWS)).collect(Collectors.joining("\n")));
        var columns = IntStream.range(0, COLUMNS).mapToObj(i -> "c" + i + ": {type: number, from: x}")
                .collect(Collectors.joining(", "));
        return """
                sources:
                  slow:
                    type: files
                    threads: 1
                    question_timeout: %s
                    datasets: {d: {files: [d.csv], columns: {%s}}}
                    tools:
                      profile: {kind: describe, dataset: d, description: Works for long.}
                      quick: {kind: rows, dataset: d, description: Answers at once., columns: [c0], filters:
                        {x: {column: c0}}}
                endpoints: {/mcp: {sources: [slow]}}
                """.formatted(timeout, columns);
    }

    private static long[] desk() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("files-slow-"))
                .mapToLong(Thread::threadId).toArray();
    }

    /// Of all threads that work on questions.
    private static double cpuMillis() {
        return Arrays.stream(desk()).map(ManagementFactory.getThreadMXBean()::getThreadCpuTime).sum() / 1e6;
    }

    private static boolean working() {
        return Thread.getAllStackTraces().entrySet().stream().anyMatch(thread -> thread.getKey().getName()
                .startsWith("files-slow-") && Arrays.stream(thread.getValue()).anyMatch(frame ->
                frame.getClassName().startsWith("io.github.doorwarden.sources.files.")));
    }

    private static void await(String what, BooleanSupplier seen) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!seen.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Polling.pause();
        }
    }

    /// What the whole question takes, asked through the door.
    private static double whole(Deployed deployed) {
        deployed.modern("tools/call", "{\"name\":\"quick\",\"arguments\":{\"x\":1}}");       // the data are there
        var before = cpuMillis();
        assertTrue(Deployed.text(deployed.modern("tools/call", CALL)).contains("\"distinct\":" + ROWS));
        return cpuMillis() - before;
    }

    @Test
    void aClientThatLeavesTakesItsQuestionWithIt() throws Exception {
        try (var deployed = Deployed.at(folder, yaml("5m"))) {
            var whole = whole(deployed);
            var before = cpuMillis();
            try (var client = new Socket(deployed.endpoint.getHost(), deployed.endpoint.getPort())) {
                client.getOutputStream().write(("POST /mcp HTTP/1.1\r\nHost: " + deployed.endpoint.getAuthority()
                        + "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
                        + "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: "
                        + "profile\r\nContent-Length: "
                        + MODERN.length() + "\r\n\r\n" + MODERN)
                        .getBytes(StandardCharsets.US_ASCII));
                await("the question is worked on", FilesCancelTest::working);
            }
            await("the question has ended", () -> !working());
            var spent = cpuMillis() - before;
            assertTrue(spent < whole / 2, spent + " ms of " + whole + " were spent for nobody");
            assertTrue(Deployed.text(deployed.modern("tools/call", "{\"name\":\"quick\",\"arguments\":{\"x\":1}}"))
                    .contains("\"rows_total\":1"), "others are answered as ever");
        }
    }

    @Test
    void theDeadlineEndsTheQuestion() throws Exception {
        double whole;
        try (var deployed = Deployed.at(folder, yaml("5m"))) {
            whole = whole(deployed);
        }
        try (var deployed = Deployed.at(folder, yaml("100ms"))) {
            await("the data are there", () -> Deployed.text(deployed.modern("tools/call",
                    "{\"name\":\"quick\",\"arguments\":{\"x\":1}}")).contains("\"rows_total\":1"));
            var before = cpuMillis();
            var answer = Deployed.text(deployed.modern("tools/call", CALL));
            await("the question has ended", () -> !working());
            var spent = cpuMillis() - before;
            assertTrue(answer.contains("0.1 s") || answer.contains("too long") || answer.contains("longer"), answer);
            assertTrue(spent < whole / 2, spent + " ms of " + whole + " were spent after the deadline");
        }
    }
}
