package io.github.doorwarden.transport;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.transport.legacy.Sessions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A small deployment with everything real behind its rows: store, audit log, policy, dispatch. Endpoints: `/mcp`
/// with open methods, `/closed` without, `/off` without authorization; `/play` with things that tell and ask, and
/// `/stateless` with the same, but without authorization and sessions; `/full` like `/closed` but with [TestThings].
/// Tokens are the words `reader` and `writer`,
/// which stand for what their scopes say; any other word is another reader's.
final class TestDoor implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final JsonMapper JSON = JsonMapper.shared();

    final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    final AuditLog audit;
    final TestThings things = new TestThings();
    /// Whether callers of open streams may stay.
    final AtomicBoolean mayStay = new AtomicBoolean(true);
    final Endpoint full;
    final Dispatch fullDispatch;
    final List<Route> rows;
    final Play play = new Play();
    final Dispatch guarded;
    final Endpoint playground;
    final Sessions sessions;

    private final Database database;

    private record Plain(ToolSpec spec, Function<Call, ToolResult> answer) implements Tool {
        @Override
        public ToolResult call(Call call) {
            return answer.apply(call);
        }
    }

    TestDoor(Path folder) {
        this(folder, URI.create("https://tools.example.com"));
    }

    TestDoor(Path folder, URI origin) {
        this(folder, origin, Seal.forThisProcess("session"));
    }

    /// @param seal for sessions: another door with the same one, over the same folder, is another node or a restart
    TestDoor(Path folder, URI origin, Seal seal) {
        this.database = Database.open(folder.resolve("test.db"));
        this.audit = new AuditLog(database);
        InstantSource clock = time::get;
        var policy = new Policy(new Scopes(List.of(new Scopes.Scope("tools:read", "look things up", Set.of(), true),
                new Scopes.Scope("tools:write", "change things", Set.of("tools:read"), false))));
        var open = Set.of("initialize", "notifications/initialized", "server/discover", "tools/list");
        var mixed = new Endpoint("/mcp", origin.resolve("/mcp"), tools(), open, "Ask for a greeting first.");
        var closed = new Endpoint("/closed", origin.resolve("/closed"), tools(), Set.of(), "");
        var off = new Endpoint("/off", origin.resolve("/off"), tools(), Set.of(), "");
        var play = new Endpoint("/play", origin.resolve("/play"), this.play.things(), Set.of(), "");
        var stateless = new Endpoint("/stateless", origin.resolve("/stateless"), this.play.things(), Set.of(), "");
        this.playground = play;
        full = new Endpoint("/full", origin.resolve("/full"), things.all(), Set.of(), "");
        var about = new About("test-door", "The test door", "1.2.3", Duration.ofSeconds(30));
        var tokens = new BearerTokens(verifier(origin), grant -> false, Limits.STANDARD, clock);
        this.guarded = new Dispatch(List.of(mixed, closed, play), ground(policy, clock));
        var everybody = Policy.withoutAuthorization();
        var unguarded = new Dispatch(List.of(off, stateless), ground(everybody, clock));
        this.sessions = new Sessions(seal, new Spent(database), clock, path -> !path.equals("/stateless"));
        var all = new ArrayList<>(McpRoutes.of(List.of(mixed, closed, play), about, callers(tokens), policy, guarded,
                sessions, audit, clock));
        all.addAll(McpRoutes.of(List.of(off, stateless), about, Callers.NOBODY, everybody, unguarded, sessions, audit,
                clock));
        fullDispatch = new Dispatch(List.of(full), ground(policy, clock));
        all.addAll(McpRoutes.of(List.of(full), about, callers(tokens), policy, fullDispatch, sessions, audit, clock));
        all.addAll(RestRoutes.of(List.of(mixed, closed), callers(tokens), policy, guarded, audit, clock));
        all.addAll(RestRoutes.of(List.of(off), Callers.NOBODY, everybody, unguarded, audit, clock));
        this.rows = List.copyOf(all);
    }

    private Dispatch.Ground ground(Policy policy, InstantSource clock) {
        return new Dispatch.Ground(policy, audit, new Spent(database), Seal.forThisProcess("requestState"),
                Seal.forThisProcess("confirmation"), CallLimits.USUAL, clock);
    }

    private Callers callers(BearerTokens tokens) {
        return new Callers() {
            @Override
            public Caller of(HttpIn in, URI resource) {
                return tokens.verify(in, resource);
            }

            @Override
            public boolean mayStay(Caller caller) {
                return mayStay.get();
            }
        };
    }

    private static TokenVerifier verifier(URI origin) {
        var scopes = Map.of("writer", Set.of("tools:write"));
        var known = Set.of("reader", "writer", "elsewhere");
        return token -> {
            var audience = Stream.of("/mcp", "/closed", "/play", "/full").map(path -> origin.resolve(path).toString())
                    .collect(Collectors.toSet());
            return new VerifiedToken(known.contains(token) ? "alice" : token, "client-1", false, Optional.empty(),
                    scopes.getOrDefault(token, Set.of("tools:read")), token.equals("elsewhere") ? Set.of("https://other.example")
                            : audience, Optional.empty(), "jti-" + token, NOW.plus(Duration.ofDays(1)));
        };
    }

    private static List<Tool> tools() {
        return List.of(
                tool("greet", "Greets somebody.", "{\"name\":{\"type\":\"string\"}}", Set.of(), true,
                        call -> ToolResult.text("Hello, " + call.arguments().path("name").asString("you") + "!")),
                tool("rename", "Renames something.", "{}", Set.of("tools:write"), false,
                        call -> ToolResult.text("Renamed.")),
                tool("regional", "Looks something up in a region.",
                        "{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}", Set.of(), true,
                        call -> ToolResult.text("Looked up.")),
                tool("regional_write", "Changes something in a region.",
                        "{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}", Set.of("tools:write"), false,
                        call -> ToolResult.text("Changed.")),
                tool("broken", "Has a bug.", "{}", Set.of(), true, call -> {
                    throw new IllegalStateException("a secret of the house");
                }));
    }

    static Tool tool(String name, String description, String properties, Set<String> scopes, boolean readOnly,
            Function<Call, ToolResult> answer) {
        var schema = (ObjectNode) JSON.readTree("{\"type\":\"object\",\"properties\":" + properties + "}");
        return new Plain(new ToolSpec(name, "", description, schema, Optional.empty(), JSON.createObjectNode(), scopes,
                readOnly, Duration.ofSeconds(10), Set.of()), answer);
    }

    /// One request, straight to the handler of its row.
    Reply send(String method, String path, List<Headers.Field> fields, byte[] body) throws Exception {
        var row = rows.stream().filter(each -> each.method().equals(method) && each.path().equals(path)).findFirst()
                .orElseThrow(() -> new AssertionError("There is no row for " + method + " " + path));
        var recording = new EventStream.Recording();
        var in = new HttpIn(method, path, "", Headers.of(fields), body, "127.0.0.1", "request-1");
        var reply = row.answer(in, recording.stream());
        return reply == Reply.STREAMED ? new Reply(200, recording.head().with("Content-Type", "text/event-stream"),
                recording.bytes()) : reply;
    }

    Reply post(String path, String body, String... namesAndValues) throws Exception {
        return send("POST", path, body, namesAndValues);
    }

    Reply send(String method, String path, String body, String... namesAndValues) throws Exception {
        var fields = new ArrayList<Headers.Field>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Headers.Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return send(method, path, fields, body.getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    static ObjectNode json(Reply reply) {
        return (ObjectNode) JSON.readTree(reply.body());
    }

    @Override
    public void close() {
        audit.close();
        database.close();
    }
}
