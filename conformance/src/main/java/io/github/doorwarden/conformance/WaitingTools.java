package io.github.doorwarden.conformance;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tools by which a client shows that its cancelling arrives: one waits, the other says how that ended. The suite knows
/// nothing of them; `scripts/interop` does.
final class WaitingTools {

    /// Longer than any client waits before it cancels.
    private static final long WAIT_SECONDS = 20;
    /// Longer than cancelling takes on a busy machine.
    private static final long PATIENCE_SECONDS = 10;

    private final Map<String, CompletableFuture<String>> ends = new ConcurrentHashMap<>();

    List<Tool> all() {
        return List.of(
                AskingTools.withText("test_wait", "name", "Says that it began, then waits to be cancelled.", this::end),
                AskingTools.withText("test_waited", "name", "Says how the wait of that name ended.", call ->
                        ToolResult.text(ended(call).completeOnTimeout("still waiting", PATIENCE_SECONDS,
                                TimeUnit.SECONDS).join())));
    }

    private ToolResult end(Call call) throws InterruptedException {
        try {
            call.progress(0, 1, "Waiting");
            new CountDownLatch(1).await(WAIT_SECONDS, TimeUnit.SECONDS);
            ended(call).complete("not cancelled");
            return ToolResult.text("Nobody cancelled.");
        } catch (InterruptedException cancelled) {
            ended(call).complete("cancelled");
            throw cancelled;
        }
    }

    private CompletableFuture<String> ended(Call call) {
        return ends.computeIfAbsent(call.arguments().path("name").asString(), name -> new CompletableFuture<>());
    }
}
