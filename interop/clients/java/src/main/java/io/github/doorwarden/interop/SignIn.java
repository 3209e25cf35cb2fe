package io.github.doorwarden.interop;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpHttpClientTransportAuthorizationErrorHandler;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Somebody signs in through the Java SDK, whose hooks lead to [Authorization]:
/// `SignIn legacy URL REDIRECT_URI CALLS [DOCUMENT]`. What it prints and reads is said in `interop/README.md`.
public final class SignIn {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final Authorization authorization;
    private final McpSyncClient client;
    private final List<CallToolRequest> calls;

    private SignIn(String url, URI redirect, List<CallToolRequest> calls, URI document) {
        this.calls = calls;
        authorization = new Authorization(url, redirect, document, asked -> {
            say(Map.of("authorize", asked.toString()));
            return URI.create(line());
        });
        var endpoint = URI.create(url);
        client = McpClient.sync(HttpClientStreamableHttpTransport.builder(endpoint.resolve("/").toString())
                .endpoint(endpoint.getPath())
                .httpRequestCustomizer((request, method, uri, body, context) -> authorization.sign(request))
                .authorizationErrorHandler(McpHttpClientTransportAuthorizationErrorHandler.fromSync(
                        (request, response, context) -> authorization.refused(request, response)))
                .build())
                .clientInfo(McpSchema.Implementation.builder("interop-java", "1").build())
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .build();
    }

    /// @param args the era, where to sign in, where the person comes back to, the calls, and a metadata document
    public static void main(String[] args) throws IOException {
        var calls = McpJsonDefaults.getMapper().readValue(args[3], new TypeRef<List<CallToolRequest>>() { });
        new SignIn(args[1], URI.create(args[2]), calls, args.length > 4 ? URI.create(args[4]) : null).run();
        System.exit(0);                        // the HTTP client's threads stay for a while
    }

    private void run() {
        var revision = client.initialize().protocolVersion();
        var called = call(calls.getFirst());
        authorization.spoil();
        call(calls.getFirst());
        var refreshed = authorization.refreshed();
        var beyond = calls.stream().skip(1).map(this::call).toList();
        say(Map.of("called", called, "beyond", beyond, "client", authorization.client(), "revision", revision,
                "refreshed", refreshed));
        line();
        try {
            say(Map.of("called", call(calls.getFirst())));
        } catch (RuntimeException refused) {
            say(Map.of("refused", String.valueOf(refused.getMessage())));
        }
    }

    private String call(CallToolRequest call) {
        return ((TextContent) client.callTool(call).content().getFirst()).text();
    }

    private String line() {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Map<String, Object> what) {
        try {
            System.out.println(McpJsonDefaults.getMapper().writeValueAsString(what));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
