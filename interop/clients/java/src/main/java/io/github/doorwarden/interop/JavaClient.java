package io.github.doorwarden.interop;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The Java SDK as a client program: `JavaClient (http URL | sse URL | stdio COMMAND ARGUMENT...)`. What it prints is
/// said in `interop/README.md`. This SDK has no way to cancel a call, and hands notifications on in any order.
public final class JavaClient {

    /// For one step: a cold server on a busy machine needs a few seconds.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<Double> progress = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> changed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> updated = new LinkedBlockingQueue<>();
    private final McpSyncClient client;

    private JavaClient(McpClientTransport transport) {
        client = McpClient.sync(transport)
                .clientInfo(McpSchema.Implementation.builder("interop-java", "1").build())
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .capabilities(McpSchema.ClientCapabilities.builder().elicitation().sampling().roots(false).build())
                .roots(McpSchema.Root.builder("file:///work").build())
                .elicitation(asked -> McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT)
                        .content(Map.of("username", "ada", "email", "ada@example.com")).build())
                .sampling(asked -> McpSchema.CreateMessageResult
                        .builder(McpSchema.Role.ASSISTANT, "forty-two", "none").build())
                .progressConsumer(told -> progress.add(told.progress()))
                .loggingConsumer(told -> logged.add(told.data()))
                .toolsChangeConsumer(tools -> changed.add("tools"))
                .resourcesUpdateConsumer(contents -> updated.add(contents.getFirst().uri()))
                .build();
    }

    /// @param args the kind of transport, then its address or command
    public static void main(String[] args) {
        var program = new JavaClient(switch (args[0]) {
            case "http" -> http(URI.create(args[1]));
            case "sse" -> sse(URI.create(args[1]));
            default -> stdio(args[1], Arrays.asList(args).subList(2, args.length));
        });
        var revision = program.client.initialize().protocolVersion();
        say("{\"revision\": \"" + revision + "\"}");
        var steps = program.steps();
        if (revision.compareTo("2025-06-18") < 0) {
            steps.remove("elicits");           // over HTTP+SSE this SDK speaks 2024-11-05, which knows no elicitation
        }
        steps.forEach(JavaClient::report);
        program.client.closeGracefully();
        System.exit(0);                        // the HTTP client's threads stay for a while
    }

    private static McpClientTransport http(URI endpoint) {
        return HttpClientStreamableHttpTransport.builder(endpoint.resolve("/").toString())
                .endpoint(endpoint.getPath()).openConnectionOnStartup(true).build();
    }

    private static McpClientTransport sse(URI stream) {
        return HttpClientSseClientTransport.builder(stream.resolve("/").toString())
                .sseEndpoint(stream.getPath()).build();
    }

    private static McpClientTransport stdio(String command, List<String> arguments) {
        var transport = new StdioClientTransport(ServerParameters.builder(command).args(arguments).build(),
                McpJsonDefaults.getMapper());
        transport.setStdErrorHandler(line -> { });
        return transport;
    }

    private Map<String, Callable<Void>> steps() {
        var steps = new LinkedHashMap<String, Callable<Void>>();
        steps.put("lists", this::lists);
        steps.put("calls", () -> same("This is a simple text response for testing.", call("test_simple_text")));
        steps.put("progress", this::hearsProgress);
        steps.put("logs", this::hearsLog);
        steps.put("elicits", () -> same(true, call("test_elicitation", "message", "Who?").contains("\"ada\"")));
        steps.put("samples", () -> same("LLM response: forty-two", call("test_sampling", "prompt", "What?")));
        steps.put("roots", () -> same("Roots: 1", call("test_input_required_result_list_roots")));
        steps.put("reads", this::reads);
        steps.put("prompts", this::prompts);
        steps.put("completes", this::completes);
        steps.put("hears", this::hears);
        return steps;
    }

    private Void lists() {
        return same(true, client.listTools().tools().stream().anyMatch(tool -> tool.name().equals("test_simple_text")));
    }

    private Void hearsProgress() throws InterruptedException {
        client.callTool(CallToolRequest.builder("test_tool_with_progress").arguments(Map.of()).progressToken("p")
                .build());
        return same(Set.of(0.0, 50.0, 100.0), Set.of(next(progress), next(progress), next(progress)));
    }

    private Void hearsLog() throws InterruptedException {
        client.setLoggingLevel(McpSchema.LoggingLevel.INFO);
        call("test_tool_with_logging");
        return same(Set.of("Tool execution started", "Tool processing data", "Tool execution completed"),
                Set.of(next(logged), next(logged), next(logged)));
    }

    private Void reads() {
        same(true, client.listResources().resources().stream().anyMatch(
                resource -> resource.uri().equals("test://static-text")));
        same("This is the content of the static text resource.", read("test://static-text"));
        same("test://template/{id}/data", client.listResourceTemplates().resourceTemplates().getFirst().uriTemplate());
        return same(true, read("test://template/7/data").contains("\"7\""));
    }

    private Void prompts() {
        var name = "test_prompt_with_arguments";
        same(true, client.listPrompts().prompts().stream().anyMatch(prompt -> prompt.name().equals(name)));
        var prompt = client.getPrompt(McpSchema.GetPromptRequest.builder(name)
                .arguments(Map.of("arg1", "one", "arg2", "two")).build());
        return same("Prompt with arguments: arg1='one', arg2='two'",
                ((TextContent) prompt.messages().getFirst().content()).text());
    }

    private Void completes() {
        return same(List.of("test1", "test2"), client.completeCompletion(McpSchema.CompleteRequest.builder(
                McpSchema.PromptReference.builder("test_prompt_with_arguments").build(),
                new McpSchema.CompleteRequest.CompleteArgument("arg1", "test")).build()).completion().values());
    }

    private Void hears() throws InterruptedException {
        var watched = "test://watched-resource";
        client.subscribeResource(McpSchema.SubscribeRequest.builder(watched).build());
        call("test_trigger_tool_change");
        same("tools", next(changed));
        call("test_trigger_resource_change");
        return same(watched, next(updated));
    }

    private String call(String tool, String... arguments) {
        var result = client.callTool(CallToolRequest.builder(tool)
                .arguments(arguments.length == 0 ? Map.of() : Map.of(arguments[0], arguments[1])).build());
        return ((TextContent) result.content().getFirst()).text();
    }

    private String read(String uri) {
        return ((TextResourceContents) client.readResource(McpSchema.ReadResourceRequest.builder(uri).build())
                .contents().getFirst()).text();
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        var next = queue.poll(PATIENCE.toMillis() / 2, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within " + PATIENCE.toSeconds() / 2 + " s");
        }
        return next;
    }

    private static Void same(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
        return null;
    }

    private static void report(String feature, Callable<Void> step) {
        var run = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try {
                run.complete(step.call());
            } catch (Exception | AssertionError failed) {
                run.completeExceptionally(failed);
            }
        });
        try {
            run.get(PATIENCE.toMillis() * 3 / 2, TimeUnit.MILLISECONDS);
            say("{\"feature\": \"" + feature + "\", \"result\": \"ok\"}");
        } catch (ExecutionException failed) {
            say(failure(feature, failed.getCause().getMessage()));
        } catch (TimeoutException late) {
            say(failure(feature, "nothing happened in time"));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String failure(String feature, String why) {
        var note = String.valueOf(why).replaceAll("[\\p{Cntrl}\\\\]", " ").replace('"', '\'');
        return "{\"feature\": \"" + feature + "\", \"result\": \"failed\", \"note\": \"" + note + "\"}";
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
