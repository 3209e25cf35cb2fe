package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// Whether a server is there.
@Command(name = "health", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden health [OPTIONS] URL", "       doorwarden health [OPTIONS] -- COMMAND..."}, description = {
        "Says whether a server is well.",
        "A line each for the process behind a URL and for MCP. The first asks /health, which Doorwarden has and others "
        + "may not; the second connects and asks for a sign of "
                + "life. A server that wants you to sign in first is there. Exit code 5 when something is down."})
final class HealthCommand implements Callable<Integer> {

    /// For a question that is answered from memory; a person waits.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /// @param state `ok`, `down`, or `none` where there is nothing to be asked
    private record Sign(String what, String state, String about, long millis) {}

    @Override
    public Integer call() {
        server.alone();
        var worst = 0;
        if (!server.isProgram()) {
            worst = Math.max(worst, told(process(server.url().resolve("/health"))));
        }
        return Math.max(worst, told(mcp()));
    }

    private int told(Sign sign) {
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Visible.json(JsonNodeFactory.instance.objectNode().put("what", sign.what)
                    .put("state", sign.state).put("about", sign.about).put("milliseconds", sign.millis)));
        } else {
            out.println(String.format("%-7s  %-4s  %s", sign.what, sign.state, Visible.line(sign.about)
                    + (sign.state.equals("ok") ? ", " + sign.millis + " ms" : "")));
        }
        return sign.state.equals("down") ? ClientCommands.OUTAGE : 0;
    }

    private static Sign process(URI url) {
        var begun = System.nanoTime();
        try (var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            var asked = new FutureTask<>(() -> http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
                    .statusCode());
            Thread.ofVirtual().start(asked);
            try {
                var status = asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                var state = status == 200 ? "ok" : status >= 500 ? "down" : "none";
                return new Sign("process", state, url + " says " + status, millis(begun));
            } finally {
                asked.cancel(true);
                http.shutdownNow();
            }
        } catch (TimeoutException e) {
            return new Sign("process", "down", url + " did not answer within " + PATIENCE.toSeconds() + " s",
                    millis(begun));
        } catch (ExecutionException e) {
            return new Sign("process", "down", url.getRawAuthority() + " cannot be reached. Is it running, and is the "
                    + "address right?", millis(begun));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Sign("process", "down", "it was interrupted", millis(begun));
        }
    }

    private Sign mcp() {
        var begun = System.nanoTime();
        try {
            return server.visit(client -> {
                client.ping();
                var about = client.server();
                return new Sign("mcp", "ok", (about.name() + " " + about.version()).strip() + " speaks MCP "
                        + about.revision().date(), millis(begun));
            });
        } catch (CommandFailure e) {
            var signIn = e.exit() == ClientCommands.AUTHENTICATION;
            return new Sign("mcp", signIn ? "ok" : "down", signIn ? "it answers, and wants you to sign in"
                    : e.getMessage().replace('\n', ' '), millis(begun));
        }
    }

    private static long millis(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }
}
