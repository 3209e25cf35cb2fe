package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Connection;
import io.github.doorwarden.client.wire.DirectChannel;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.client.wire.Lists;
import io.github.doorwarden.client.wire.Way;
import io.github.doorwarden.protocol.Meta;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A client of one MCP server of any revision, from 2024-11-05 to 2026-07-28, over HTTP or as a process. Calls block
/// the thread, which may be a virtual one; an interrupt gives a request up and tells the server. What the server asks
/// meanwhile goes to those that [ClientOptions] names. Every answer keeps its JSON as it came. Safe for use by many
/// threads.
public final class McpClient implements AutoCloseable {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String name;
    private final ClientOptions options;
    private final Answers answers;
    private final Connection connection;
    private final News news;
    private final ToolNames tools;
    private final Runnable then;

    private McpClient(String name, Way way, ClientOptions options, Runnable then)
            throws McpFailure, InterruptedException {
        this.name = name;
        this.options = options;
        this.answers = new Answers(options);
        this.then = then;
        this.news = new News(options, answers);
        var info = JSON.objectNode().put("name", options.name()).put("version", options.version());
        try {
            connection = Connection.connect(new Connection.Settings(name, way, true, info,
                    answers.capabilities(false)), news);
        } catch (ClientFailure e) {
            throw McpFailure.of(e);
        }
        tools = new ToolNames(connection.revision().modern() && way instanceof Way.Http);
        news.begin(connection, way instanceof Way.Http);
    }

    /// Connects over HTTP.
    ///
    /// @param endpoint of MCP itself, often ending in `/mcp`
    /// @throws IllegalArgumentException for what is no such address, with a sentence
    public static McpClient connect(URI endpoint, ClientOptions options) throws McpFailure, InterruptedException {
        var channel = new DirectChannel(endpoint, options.authorization());
        return open(endpoint.getRawAuthority(), new Way.Http(channel), options, channel::close);
    }

    /// Connects over HTTP by other means.
    ///
    /// @param name    of the server, in sentences
    /// @param channel stays open when the client is closed
    public static McpClient over(String name, HttpChannel channel, ClientOptions options)
            throws McpFailure, InterruptedException {
        return open(name, new Way.Http(channel), options, () -> { });
    }

    /// Starts a server as a process and connects over its standard input and output. It ends when the client is closed.
    ///
    /// @param command the program and its arguments; no shell reads it
    public static McpClient launch(ClientOptions options, String... command) throws McpFailure, InterruptedException {
        return open(List.of(command).getFirst(), new Way.Stdio(List.of(command), Inherited.with(options.environment()),
                options.folder().toAbsolutePath()), options, () -> { });
    }

    private static McpClient open(String name, Way way, ClientOptions options, Runnable then)
            throws McpFailure, InterruptedException {
        try {
            return new McpClient(name, way, options, then);
        } catch (McpFailure | InterruptedException | RuntimeException e) {
            then.run();
            throw e;
        }
    }

    /// What the server said of itself.
    public ServerInfo server() {
        var said = connection.introduction();
        var info = Json.object(said.path("serverInfo").isObject() ? said.path("serverInfo")
                : said.path("_meta").path(Meta.SERVER_INFO));
        return new ServerInfo(info.path("name").asString(""), info.path("version").asString(""), connection.revision(),
                Json.text(said.path("instructions")), connection.capabilities());
    }

    /// Whether the server answers.
    public void ping() throws McpFailure, InterruptedException {
        request(connection.revision().modern() ? "server/discover" : "ping", JSON.objectNode(), CallOptions.PLAIN);
    }

    /// All tools that can be called, all pages of them.
    public List<Tool> tools() throws McpFailure, InterruptedException {
        return tools.usable(list("tools/list", "tools"));
    }

    /// A tool by its name.
    public Optional<Tool> tool(String name) throws McpFailure, InterruptedException {
        return tools().stream().filter(tool -> tool.name().equals(name)).findFirst();
    }

    public ToolResult call(String tool, ObjectNode arguments) throws McpFailure, InterruptedException {
        return call(tool, arguments, CallOptions.PLAIN);
    }

    /// Calls a tool and waits for its result, also when the server makes a task of it.
    ///
    /// @return what it answered, which may be that it failed ([ToolResult#isError])
    public ToolResult call(String tool, ObjectNode arguments, CallOptions how)
            throws McpFailure, InterruptedException {
        var params = JSON.objectNode().put("name", tool);
        params.set("arguments", arguments);
        return ToolResult.of(exchange(how).run("tools/call", params, Map.of()));
    }

    public List<Resource> resources() throws McpFailure, InterruptedException {
        return list("resources/list", "resources").stream().map(Resource::of).toList();
    }

    public List<ResourceTemplate> templates() throws McpFailure, InterruptedException {
        return list("resources/templates/list", "resourceTemplates").stream().map(ResourceTemplate::of).toList();
    }

    /// What a resource holds; more than one for a resource that has parts.
    public List<ResourceContents> read(String uri) throws McpFailure, InterruptedException {
        var result = request("resources/read", JSON.objectNode().put("uri", uri), CallOptions.PLAIN);
        return Json.all(result.path("contents"), ResourceContents::of);
    }

    public List<Prompt> prompts() throws McpFailure, InterruptedException {
        return list("prompts/list", "prompts").stream().map(Prompt::of).toList();
    }

    public Prompt.Result prompt(String name, Map<String, String> arguments) throws McpFailure, InterruptedException {
        var params = JSON.objectNode().put("name", name);
        var given = params.putObject("arguments");
        new LinkedHashMap<>(arguments).forEach(given::put);
        return Prompt.Result.of(request("prompts/get", params, CallOptions.PLAIN));
    }

    /// What the server proposes for an argument that has been begun.
    public Completion complete(Completion.Of of, String argument, String begun)
            throws McpFailure, InterruptedException {
        return Completion.of(request("completion/complete", Completion.params(of, argument, begun),
                CallOptions.PLAIN));
    }

    /// Any request, for what has no method here.
    ///
    /// @param params without what every request of the revision carries, which is added
    /// @return the complete result as it came
    public ObjectNode request(String method, ObjectNode params, CallOptions how)
            throws McpFailure, InterruptedException {
        return exchange(how).run(method, params, Map.of());
    }

    private Exchange exchange(CallOptions how) {
        return new Exchange(connection, options, answers, how);
    }

    private List<ObjectNode> list(String method, String member) throws McpFailure, InterruptedException {
        try {
            return Lists.all(connection, name, method, member, exchange(CallOptions.PLAIN));
        } catch (ClientFailure e) {
            throw McpFailure.of(e);
        }
    }

    /// Ends the connection, and the process if there is one.
    @Override
    public void close() {
        news.end();
        connection.close();
        then.run();
    }
}
