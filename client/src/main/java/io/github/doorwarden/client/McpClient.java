package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Connection;
import io.github.doorwarden.client.wire.DirectChannel;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.client.wire.Lists;
import io.github.doorwarden.client.wire.Way;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Revision;
import java.net.URI;
import java.nio.file.Path;
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
    private static final int HEADER_MISMATCH = -32020;

    private final String name;
    private final ClientOptions options;
    private final Answers answers;
    private final Connection connection;
    private final News news;
    private final ToolNames tools;
    private final Tasks tasks;
    private final Skills skills = new Skills(this);
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
                    answers.capabilities(false), options.newest()), news);
        } catch (ClientFailure e) {
            throw McpFailure.of(e);
        }
        tools = new ToolNames(connection.revision().modern() && way instanceof Way.Http);
        tasks = new Tasks(connection, this::exchange);
        news.begin(connection, way instanceof Way.Http, tools);
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
        var way = new Way.Stdio(List.of(command), Inherited.with(options.environment()),
                options.folder().toAbsolutePath());
        return open(String.valueOf(Path.of(command[0]).getFileName()), way, options, () -> { });
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
        var begun = begin(tool, arguments, how);
        return switch (begun) {
            case Begun.Done done -> done.result();
            case Begun.Running running -> tasks.await(running.task(), how);
        };
    }

    /// What became of a call.
    public sealed interface Begun {

        record Done(ToolResult result) implements Begun {}

        /// The server made a task of it: [Tasks#await] waits for it.
        record Running(Task task) implements Begun {}
    }

    /// Calls a tool, and does not wait longer when the server makes a task of it.
    public Begun begin(String tool, ObjectNode arguments, CallOptions how) throws McpFailure, InterruptedException {
        if (tools.wanted(connection.revision())) {
            listed();
        }
        try {
            return called(tool, arguments, how);
        } catch (McpFailure.Protocol e) {
            if (e.code() != HEADER_MISMATCH) {
                throw e;
            }
        }
        listed();                                  // its schema has changed; nothing was carried out
        return called(tool, arguments, how);
    }

    /// Whoever may call tools and not list them goes on without.
    private void listed() throws McpFailure, InterruptedException {
        try {
            tools();
        } catch (McpFailure.Permission | McpFailure.Protocol | McpFailure.Execution noList) {
            tools.usable(List.of());
        }
    }

    private Begun called(String tool, ObjectNode arguments, CallOptions how) throws McpFailure, InterruptedException {
        var entry = tools.entry(tool);
        if (entry.headers().isEmpty()) {
            throw McpFailure.protocol("The tool " + tool + " is not called, because its definition breaks the rules of "
                    + "the protocol about headers.");
        }
        var params = JSON.objectNode().put("name", tool);
        params.set("arguments", arguments);
        if (entry.needsTask() && connection.revision() == Revision.V2025_11_25 && options.tasks()) {
            params.putObject("task");
        }
        var result = exchange(how).run("tools/call", params, entry.headers().get().mirror(arguments));
        if (result.path("resultType").asString("").equals("task")) {
            return new Begun.Running(Task.of(result));
        }
        return params.has("task") && result.path("task") instanceof ObjectNode task
                ? new Begun.Running(Task.of(task)) : new Begun.Done(ToolResult.of(result));
    }

    /// Of calls that servers carry out on their own time.
    public Tasks tasks() {
        return tasks;
    }

    public Skills skills() {
        return skills;
    }

    /// From when this returns, changes of a resource are told to the [Listener].
    public void subscribe(String uri) throws McpFailure, InterruptedException {
        try {
            news.subscribe(uri);
        } catch (ClientFailure e) {
            throw McpFailure.of(e);
        }
    }

    public void unsubscribe(String uri) throws McpFailure, InterruptedException {
        try {
            news.unsubscribe(uri);
        } catch (ClientFailure e) {
            throw McpFailure.of(e);
        }
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

    List<ObjectNode> list(String method, String member) throws McpFailure, InterruptedException {
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
