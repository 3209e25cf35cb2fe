package io.github.doorwarden.transport;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Changes;
import io.github.doorwarden.server.Content;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Prompt;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.Skill;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.node.ObjectNode;

/// What stands behind the pipes in these tests: tools that talk, wait and ask, and a resource, with everything real.
final class StdioFixture implements AutoCloseable {

    static final String REMEDY = "Set the token.";
    static final URI RESOURCE = URI.create("https://tools.example.com/mcp");

    record Name(String name) {}

    /// Names of calls that began to wait, and of those that were interrupted.
    final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();
    final BlockingQueue<String> interrupted = new LinkedBlockingQueue<>();
    final CountDownLatch go = new CountDownLatch(1);
    final AuditLog audit;
    private final Database database;
    private final Dispatch dispatch;
    private final Endpoint endpoint;
    private final Policy policy;

    private record Notes(Spec spec) implements Resource {
        @Override
        public List<ObjectNode> read(Call call) {
            return List.of(Content.textOf(spec.uri(), "text/plain", "buy milk"));
        }
    }

    StdioFixture(Path folder, boolean guarded) {
        database = Database.open(folder.resolve("stdio.db"));
        audit = new AuditLog(database);
        policy = guarded ? new Policy(new Scopes(List.of(new Scopes.Scope("tools:read", "look", Set.of(), true))))
                : Policy.withoutAuthorization();
        var open = guarded ? Set.of("initialize", "server/discover", "tools/list", "tools/call") : Set.<String>of();
        var things = new Things(tools(), List.<Resource>of(new Notes(new Resource.Spec("notes://all", "notes", "All.",
                "text/plain"))), List.<ResourceTemplate>of(), List.<Prompt>of(), List.<Skill>of());
        endpoint = new Endpoint("/mcp", RESOURCE, things, open, "");
        dispatch = new Dispatch(List.of(endpoint), new Dispatch.Ground(policy, audit, new Spent(database),
                Seal.forThisProcess("requestState"), Seal.forThisProcess("confirmation"),
                new CallLimits(100_000, 100_000, 1_000), InstantSource.system()));
    }

    Piped pipe() throws IOException {
        var about = new About("stdio-door", "", "1.2.3", Duration.ofSeconds(30));
        var bearer = new StdioEndpoint.Bearer(Caller::anonymous, caller -> true, REMEDY);
        return new Piped((in, out) -> new StdioEndpoint(endpoint, about, bearer, policy, dispatch, audit,
                InstantSource.system(), in, out).run());
    }

    Changes changes() {
        return dispatch.changes();
    }

    private List<Tool> tools() {
        return List.of(
                TestDoor.tool("say", "Says it back.", "{\"text\":{\"type\":\"string\"}}", Set.of("tools:read"),
                        true,
                        call -> ToolResult.text(call.arguments().path("text").asString(""))),
                TestDoor.tool("regional", "Looks something up.",
                        "{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}", Set.of(), true,
                        call -> ToolResult.text("Looked up.")),
                TestDoor.tool("tell", "Tells how far it is.", "{}", Set.of(), true, StdioFixture::tell),
                TestDoor.tool("wait", "Waits until it is interrupted.", "{\"name\":{\"type\":\"string\"}}", Set.of(),
                        true, this::await),
                TestDoor.tool("ask", "Asks for a name.", "{}", Set.of(), true, StdioFixture::ask));
    }

    private static ToolResult tell(Call call) {
        for (var step = 1; step <= 3; step++) {
            call.progress(step, 3, "step " + step);
            call.log(LogLevel.INFO, "step " + step);
        }
        return ToolResult.text("told");
    }

    private ToolResult await(Call call) {
        var name = call.arguments().path("name").asString("");
        call.progress(1, 0, "before");
        waiting.add(name);
        try {
            go.await();
        } catch (InterruptedException e) {
            call.progress(2, 0, "after the end");
            call.log(LogLevel.ERROR, "after the end");
            interrupted.add(name);
        }
        return ToolResult.text("waited");
    }

    private static ToolResult ask(Call call) {
        try {
            var answer = call.ask("name", Elicitation.form("Who are you?", Name.class));
            return ToolResult.text("Hello, " + answer.map(Name::name).orElse("nobody") + "!");
        } catch (InterruptedException e) {
            return ToolResult.error("interrupted");
        }
    }

    @Override
    public void close() {
        go.countDown();
        audit.close();
        database.close();
    }
}
