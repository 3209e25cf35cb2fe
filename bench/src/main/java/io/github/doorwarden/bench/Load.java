package io.github.doorwarden.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// The load generator: keep-alive connections in a closed loop, each with one call at a time, all served by the one
/// thread that calls [#run], so that the server keeps the other cores. Every answer is compared with the first one,
/// byte by byte, the id apart; the first one is read as JSON. Not for several threads.
final class Load implements AutoCloseable {

    private static final int FIRST_ID = 100_000_000;
    /// A server that says nothing for so long is down.
    private static final int PATIENCE_MS = 10_000;

    private final Target target;
    private final Selector selector;
    private final List<Connection> connections;
    private final Answers answers = new Answers();
    private int[] latencies = new int[1 << 16];
    private int answered;
    private int wrong;
    private int nextId = FIRST_ID;

    Load(Target target, int connections) {
        this.target = target;
        try {
            selector = Selector.open();
            this.connections = IntStream.range(0, connections).mapToObj(i -> new Connection(target)).toList();
            var template = target.call(target.standalone() ? Optional.empty() : session());
            for (var connection : this.connections) {
                connection.prepare(template, selector);
            }
        } catch (IOException refused) {
            throw new UncheckedIOException("Cannot call " + target.url() + ": " + refused.getMessage(), refused);
        }
    }

    private Optional<String> session() throws IOException {
        var first = connections.getFirst();
        var session = first.ask(target.initialize()).header("mcp-session-id");
        first.ask(target.initialized(session));
        return session;
    }

    /// Calls for so long; `pid` is the server's process, whose CPU time is read before and after.
    ///
    /// @throws IllegalStateException when the very first answer is no result of a tool: then there is nothing to
    ///                               measure
    Sample run(double seconds, OptionalLong pid) {
        answered = 0;
        wrong = 0;
        try {
            var cpu = pid.isPresent() ? Cpu.micros(pid.getAsLong()) : -1;
            var start = System.nanoTime();
            loop(start + (long) (seconds * 1e9));
            var took = (System.nanoTime() - start) / 1e9;
            var used = cpu < 0 ? -1 : Cpu.micros(pid.getAsLong()) - cpu;
            return new Sample(answered, wrong, took, Arrays.copyOf(latencies, answered), used, answers.bytes());
        } catch (IOException broken) {
            throw new UncheckedIOException("The load on " + target.url() + " broke off: " + broken.getMessage(),
                    broken);
        }
    }

    private void loop(long until) throws IOException {
        for (var connection : connections) {
            connection.send(nextId());
        }
        var open = connections.size();
        while (open > 0) {
            if (selector.select(PATIENCE_MS) == 0) {
                throw new IOException("no answer in " + PATIENCE_MS + " ms");
            }
            var keys = selector.selectedKeys();
            for (var key : keys) {
                var connection = (Connection) key.attachment();
                if (!received(connection)) {
                    continue;
                }
                if (System.nanoTime() < until) {
                    connection.send(nextId());
                } else {
                    open--;
                }
            }
            keys.clear();
        }
    }

    /// True when the connection has no call under way any more.
    private boolean received(Connection connection) throws IOException {
        try {
            if (!connection.receive()) {
                return false;
            }
            if (answers.right(connection)) {
                count(System.nanoTime() - connection.sentAt());
            } else {
                wrong++;
            }
        } catch (IOException lost) {
            wrong++;
            connection.reconnect(selector);
        }
        return true;
    }

    private void count(long nanos) {
        if (answered == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * answered);
        }
        latencies[answered++] = (int) Math.min(nanos, Integer.MAX_VALUE);
    }

    private int nextId() {
        nextId = nextId == FIRST_ID * 9 ? FIRST_ID : nextId + 1;
        return nextId;
    }

    @Override
    public void close() {
        try {
            for (var connection : connections) {
                connection.close();
            }
            selector.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
