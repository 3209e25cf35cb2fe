package io.github.doorwarden.cli;

import io.github.doorwarden.bridge.Bridge;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.oauth.OAuthSettings;
import io.github.doorwarden.client.wire.DirectChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What `./doorwarden bridge` runs once after each build, in a JVM that records what it loads (`-XX:AOTCacheOutput`,
/// JEP 514): a bridge in front of a server that answers everything alike, with and without a session, as somebody who
/// has signed in nowhere yet.
public final class BridgeRehearsal {

    private static final int ROUNDS = 40;
    private static final String RESULT = "\"result\":{\"protocolVersion\":\"2025-11-25\",\"supportedVersions\":"
            + "[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"},"
            + "\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}],\"content\":[]}";

    private BridgeRehearsal() {}

    /// @param args a folder that is made, written to, and not cleaned up
    public static void main(String[] args) {
        BridgeLog.use();
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            var folder = Files.createDirectories(Path.of(args[0]));
            var endpoint = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/mcp");
            BridgeSignIn.of(BridgeLine.of(List.of("--header", "X-Rehearsal: yes", endpoint.toString()),
                    System::getenv));
            var nobody = OAuthAuthorization.open(OAuthSettings.of(endpoint, folder, InstantSource.system(), "rehearsal")
                    .with(OAuthSettings.Keys.FILE).withoutPerson());
            for (var modern : new boolean[] {false, true}) {
                try (var bridge = new Bridge(new DirectChannel(endpoint, nobody), "rehearsal", Optional.empty(),
                        () -> Optional.empty(), OutputStream.nullOutputStream(), () -> { })) {
                    bridge.converse(new ByteArrayInputStream(said(modern).getBytes(StandardCharsets.UTF_8)));
                    bridge.drain();
                }
            }
        } catch (IOException | InterruptedException | BridgeLine.Mistake e) {
            System.err.println("The rehearsal failed: " + e);
            Runtime.getRuntime().halt(1);
        }
        System.exit(0);
    }

    private static String said(boolean modern) {
        var meta = modern ? "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}" : "\"protocolVersion\":\"2025-11-25\","
                + "\"capabilities\":{},\"clientInfo\":{\"name\":\"h\",\"version\":\"1\"}";
        var all = new StringBuilder(line(0, modern ? "server/discover" : "initialize", meta));
        all.append(modern ? "" : "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
        for (var round = 1; round < ROUNDS; round++) {
            all.append(line(2 * round, "tools/list", meta)).append(line(2 * round + 1, "tools/call",
                    "\"name\":\"t\",\"arguments\":{}," + meta));
        }
        return all.toString();
    }

    private static String line(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + params + "}}\n";
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException ended) {
                return;
            }
        }
    }

    /// One answer for each request of a connection, half of them as a stream of events.
    private static void answer(Socket socket) {
        try (socket) {
            for (var turn = 0;; turn++) {
                var body = body(socket.getInputStream());
                if (body == null) {
                    return;
                }
                var id = body.replaceAll("(?s).*\"id\":([0-9]+).*|.*", "$1");
                var message = "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + RESULT + "}";
                var events = turn % 2 == 1;
                var text = events ? "data: " + message + "\n\n" : message;
                socket.getOutputStream().write((id.isEmpty() ? "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nContent-Type: " + (events ? "text/event-stream" : "application/json")
                                + "\r\nContent-Length: " + text.length() + "\r\n\r\n" + text)
                        .getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException gone) {
            return;                                // the client needs it no more
        }
    }

    private static String body(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = in.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        var length = head.toString().replaceAll("(?is).*content-length: *([0-9]+).*|.*", "$1");
        return new String(in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length)), StandardCharsets.ISO_8859_1);
    }
}
