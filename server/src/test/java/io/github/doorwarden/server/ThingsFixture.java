package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools, resources, templates and prompts that a test puts behind `/mcp` and `/other`, over a real store. Every test
/// makes its things first and then a [#node()], or two on the same store.
abstract class ThingsFixture {

    static final JsonMapper JSON = JsonMapper.shared();
    static final Caller ALICE = TestCallers.user("alice", "read");
    static final Caller BOB = TestCallers.user("bob", "read");
    static final Caller WRITER = TestCallers.user("alice", "write");
    static final String ALL = "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{\"tools\":{}},\"roots\":{}}";

    /// What a handler does.
    @FunctionalInterface
    interface Work<R> {
        R of(Call call) throws Exception;
    }

    record MadeTool(ToolSpec spec, Work<ToolResult> work) implements Tool {
        @Override
        public ToolResult call(Call call) throws Exception {
            return work.of(call);
        }
    }

    record MadeResource(Spec spec, Work<List<ObjectNode>> work) implements Resource {
        @Override
        public List<ObjectNode> read(Call call) throws Exception {
            return work.of(call);
        }
    }

    record MadeTemplate(Spec spec, Work<List<ObjectNode>> work, List<String> suggestions) implements ResourceTemplate {
        @Override
        public List<ObjectNode> read(String uri, Call call) throws Exception {
            return work.of(call);
        }

        @Override
        public List<String> complete(String variable, String value, Map<String, String> variables) {
            return suggestions.stream().filter(each -> each.startsWith(value)).toList();
        }
    }

    record MadePrompt(Spec spec, Work<List<ObjectNode>> work) implements Prompt {
        @Override
        public Answer get(Call call) throws Exception {
            return new Answer("", work.of(call));
        }
    }

    @TempDir
    Path folder;
    Database database;
    AuditLog audit;
    volatile Instant now = Instant.parse("2026-11-20T12:00:00Z");
    final Seal states = new Seal(new byte[32], "requestState");
    final Seal confirmations = new Seal(new byte[32], "confirmation");
    final List<Tool> tools = new ArrayList<>();
    final List<Resource> resources = new ArrayList<>();
    final List<ResourceTemplate> templates = new ArrayList<>();
    final List<Prompt> prompts = new ArrayList<>();
    final List<Message.Notification> told = new CopyOnWriteArrayList<>();

    /// Keeps what was told; asks nobody.
    final Outlet outlet = new Outlet() {
        @Override
        public void send(Message.Notification notice) {
            told.add(notice);
        }

        @Override
        public JsonNode ask(String method, ObjectNode params, Duration patience) throws Unreachable {
            throw new Unreachable("Nobody is here.");
        }

        @Override
        public void lasting(Runnable cancel) {
            // nobody leaves
        }
    };

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("store.db"));
        audit = new AuditLog(database);
    }

    @AfterEach
    void close() {
        audit.close();
        database.close();
    }

    static ToolSpec spec(String name, String properties, String... scopes) {
        return new ToolSpec(name, "", "Does it.", object("{\"type\":\"object\",\"properties\":" + properties + "}"),
                Optional.empty(), JSON.createObjectNode(), Set.of(scopes), true, Duration.ofSeconds(20), Set.of());
    }

    void tool(String name, Work<ToolResult> work) {
        tools.add(new MadeTool(spec(name, "{}"), work));
    }

    void resource(String uri, Work<List<ObjectNode>> work, String... scopes) {
        resources.add(new MadeResource(new Resource.Spec(uri, "r", "", "").withScopes(Set.of(scopes)), work));
    }

    void template(String uriTemplate, Work<List<ObjectNode>> work, String... scopes) {
        templates.add(new MadeTemplate(new ResourceTemplate.Spec(uriTemplate, "t", "", "", "", JSON.createObjectNode(),
                Set.of(scopes), Duration.ofSeconds(20), List.of()), work, List.of("python", "pytorch", "rust")));
    }

    void prompt(String name, List<Prompt.Argument> arguments, Work<List<ObjectNode>> work, String... scopes) {
        prompts.add(new MadePrompt(new Prompt.Spec(name, "", "Says it.", arguments, Set.of(scopes),
                Duration.ofSeconds(20), List.of()), work));
    }

    static Prompt.Argument argument(String name, boolean required) {
        return new Prompt.Argument(name, "", "", required);
    }

    static Resource.Spec described(String uri, long size) {
        return new Resource.Spec(uri, "r", "A title", "A description", "text/plain", OptionalLong.of(size),
                object("{\"audience\":[\"user\"],\"priority\":0.5,\"lastModified\":\"2026-07-28T09:30:00Z\"}"),
                Set.of(), Duration.ofSeconds(20), List.of(icon()));
    }

    static ObjectNode icon() {
        return object("{\"src\":\"https://tools.example.com/i.png\",\"mimeType\":\"image/png\",\"sizes\":[\"48x48\"]}");
    }

    Endpoint endpoint(String path) {
        return new Endpoint(path, URI.create("https://tools.example.com" + path),
                new Things(tools, resources, templates, prompts, List.of()), Set.of(), "");
    }

    Dispatch node() {
        return node(CallLimits.USUAL);
    }

    Dispatch node(CallLimits limits) {
        var policy = new Policy(new Scopes(List.of(new Scopes.Scope("read", "read lessons", Set.of(), true),
                new Scopes.Scope("write", "change lessons", Set.of("read"), false))));
        return new Dispatch(List.of(endpoint("/mcp"), endpoint("/other")), new Dispatch.Ground(policy, audit,
                new Spent(database), states, confirmations, limits, () -> now));
    }

    /// One client at a node.
    record Client(ThingsFixture fixture, Dispatch node, Caller caller, String path, Revision revision,
            ObjectNode capabilities, Optional<JsonNode> progressToken, Optional<LogLevel> level, Outlet outlet) {

        Client as(Caller other) {
            return new Client(fixture, node, other, path, revision, capabilities, progressToken, level, outlet);
        }

        Client at(String otherPath) {
            return new Client(fixture, node, caller, otherPath, revision, capabilities, progressToken, level, outlet);
        }

        Client on(Dispatch otherNode) {
            return new Client(fixture, otherNode, caller, path, revision, capabilities, progressToken, level, outlet);
        }

        Client in(Revision other) {
            return new Client(fixture, node, caller, path, other, capabilities, progressToken, level, outlet);
        }

        Client with(String declared) {
            return new Client(fixture, node, caller, path, revision, object(declared), progressToken, level, outlet);
        }

        Client hearing(String token, LogLevel least) {
            return new Client(fixture, node, caller, path, revision, capabilities,
                    Optional.ofNullable(token).map(JSON::readTree), Optional.ofNullable(least), outlet);
        }

        Client by(Outlet other) {
            return new Client(fixture, node, caller, path, revision, capabilities, progressToken, level, other);
        }

        Exchange exchange() {
            return new Exchange(caller, fixture.endpoint(path), revision, capabilities, "req-1", "192.0.2.7",
                    progressToken, level, Optional.empty(), outlet);
        }

        ObjectNode send(String method, String params) {
            return send(method, object(params));
        }

        ObjectNode send(String method, ObjectNode params) {
            return node.answer(exchange(), Methods.request(method, revision),
                    new Message.Request(new Id.Number("1"), method, params));
        }

        ObjectNode call(String tool) {
            return call(tool, "{}");
        }

        ObjectNode call(String tool, String arguments) {
            return send("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
        }

        /// The same request again, with answers.
        ObjectNode retry(String tool, String arguments, ObjectNode asked, String responses) {
            var params = object("{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
            params.set("inputResponses", JSON.readTree(responses));
            params.set("requestState", asked.path("requestState"));
            return send("tools/call", params);
        }
    }

    Client client(Dispatch node) {
        return new Client(this, node, ALICE, "/mcp", Revision.V2026_07_28, object(ALL), Optional.empty(),
                Optional.empty(), outlet);
    }

    Client client() {
        return client(node());
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    static String text(ObjectNode result) {
        return result.path("content").path(0).path("text").asString();
    }

    static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode();
    }

    static <T extends Refusal> T refused(Class<T> type, Executable work) {
        return assertInstanceOf(type, assertThrows(Refused.class, work).why());
    }

    /// Audit lines of an event, newest first, once everything is on disk.
    List<AuditEvent> lines(String event) {
        audit.writeDurably(new AuditEvent(now, "", "mark", "", "", "", "", "", "", "", "", null, Duration.ZERO, ""));
        return audit.newest(1000).stream().map(AuditLog.Line::event).filter(line -> line.event().equals(event))
                .toList();
    }

    int spent() {
        return database.first("SELECT count(*) FROM spent", row -> row.getInt(1)).orElseThrow();
    }
}
