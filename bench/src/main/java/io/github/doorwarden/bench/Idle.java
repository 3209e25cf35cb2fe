package io.github.doorwarden.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Streams that only wait: half of them subscriptions of 2026-07-28, half sessions of 2025-11-25 with their stream.
/// Each must hear of a change, one that does not read must hold up nobody, and all must be forgotten when they hang up.
@Command(name = "idle", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 120,
        description = "Opens streams that wait, tells all of them something, and lets them hang up.")
final class Idle implements Callable<Integer> {

    private static final double MEMORY_MIB = 1024;
    /// Sessions that are ended: a server may bound how many one caller ends in a minute.
    private static final int ENDED = 50;
    private static final String HEAD = "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
            + "Accept: application/json, text/event-stream\r\n%sContent-Length: %d\r\n\r\n";
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

    @Option(names = "--streams", paramLabel = "N", defaultValue = "10000", description = "at once (${DEFAULT-VALUE})")
    private int streams;

    @Option(names = "--slow", paramLabel = "N", defaultValue = "20",
            description = "of them that never read (${DEFAULT-VALUE})")
    private int slow;

    @Option(names = "--deployment", paramLabel = "DIR", defaultValue = "conformance",
            description = "what is started; its door must be open (${DEFAULT-VALUE})")
    private Path deployment;

    @Override
    public Integer call() throws Exception {
        try (var door = Door.of(deployment, "", "-Xmx700m"); var server = door.start()) {
            var before = Cpu.residentMiB(server.pid());
            var open = new ArrayList<Raw>();
            var readers = new ArrayList<Raw>();
            var sessions = new ArrayList<String>();
            for (var i = 0; i < streams; i++) {
                var lazy = i % Math.max(1, streams / Math.max(1, slow)) == 0 && open.size() - readers.size() < slow;
                var stream = i % 2 == 0 ? subscription(server.url(), lazy)
                        : session(server.url(), lazy, sessions);
                open.add(stream);
                if (!lazy) {
                    readers.add(stream);
                }
            }
            var waiting = Cpu.residentMiB(server.pid());
            System.out.printf(Locale.ROOT, "RSS MiB: %.0f before, %.0f with %,d streams (%.1f KiB each)%n", before,
                    waiting, streams, (waiting - before) * 1024 / streams);
            var worst = tell(server.url(), readers);
            System.out.printf(Locale.ROOT, "%,d streams heard of a change, the last one %d ms after the call; %d of "
                    + "the %,d do not read%n", readers.size(), worst, open.size() - readers.size(), open.size());
            for (var stream : open) {
                stream.close();
            }
            var ended = sessions.subList(0, Math.min(ENDED, sessions.size()));
            end(server.url(), ended);
            var kept = sessions.size() - ended.size();
            var left = forgotten(server.url(), kept);
            System.out.printf(Locale.ROOT, "%,d are still known after all have hung up and %d sessions were ended; "
                    + "%,d sessions may rest%n", left, ended.size(), kept);
            System.out.printf(Locale.ROOT, "RSS MiB at the end: %.0f%n", Cpu.residentMiB(server.pid()));
            return waiting > MEMORY_MIB || left > kept ? 1 : 0;
        }
    }

    private static Raw subscription(URI url, boolean lazy) throws IOException {
        var stream = new Raw(url, lazy ? 4096 : 0);
        var answer = post(stream, url, "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":"
                        + "{\"toolsListChanged\":true}," + META + "}}");
        if (!answer.stream()) {
            throw new IOException("no subscription: " + answer.head() + "\n" + answer.body());
        }
        while (!answer.body().contains("acknowledged")
                && !new String(stream.chunk(), StandardCharsets.UTF_8).contains("acknowledged")) {
            Thread.onSpinWait();
        }
        return stream;
    }

    private static Raw session(URI url, boolean lazy, List<String> sessions) throws IOException {
        var stream = new Raw(url, lazy ? 4096 : 0);
        var answer = post(stream, url, "", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"idle\","
                + "\"version\":\"1\"}}}");
        var id = answer.field("Mcp-Session-Id");
        if (id.isEmpty()) {
            throw new IOException("no session: " + answer.head());
        }
        sessions.add(id);
        stream.send("GET " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nAccept: "
                + "text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: " + id + "\r\n\r\n",
                new byte[0]);
        stream.receiveHead();
        return stream;
    }

    private static void end(URI url, List<String> sessions) throws IOException {
        try (var connection = new Raw(url)) {
            for (var id : sessions) {
                connection.send("DELETE " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                        + "\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: " + id + "\r\n\r\n", new byte[0]);
                var answer = connection.receive();
                if (answer.status() >= 300) {
                    throw new IOException("a session could not be ended: " + answer.head() + "\n" + answer.body());
                }
            }
        }
    }

    private static Raw.Answer post(Raw stream, URI url, String fields, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        stream.send(String.format(Locale.ROOT, HEAD, url.getPath(), url.getAuthority(), fields, bytes.length), bytes);
        return stream.receive();
    }

    /// Milliseconds until the last reader has heard.
    private static long tell(URI url, List<Raw> readers) throws IOException {
        var began = System.nanoTime();
        try (var caller = new Raw(url)) {
            var answer = post(caller, url, "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\n"
                    + "Mcp-Name: test_trigger_tool_change\r\n", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                    + "\"tools/call\",\"params\":{\"name\":\"test_trigger_tool_change\"," + META + "}}");
            if (answer.status() != 200) {
                throw new IOException("the change could not be made: " + answer.body());
            }
        }
        for (var reader : readers) {
            while (!new String(reader.chunk(), StandardCharsets.UTF_8).contains("tools/list_changed")) {
                Thread.onSpinWait();
            }
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /// How many are left after a while.
    private static int forgotten(URI url, int expected) throws IOException, InterruptedException {
        var left = -1;
        for (var look = 0; look < 40 && left != expected; look++) {
            try (var health = new Raw(url)) {
                health.send("GET /health HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n", new byte[0]);
                var body = health.receive().body();
                var at = body.indexOf("\"streams\":");
                if (at < 0) {
                    throw new IOException("/health does not count streams: " + body);
                }
                left = Integer.parseInt(body.substring(at + 10).replaceAll("(?s)[^0-9].*", ""));
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
        return left;
    }
}
