package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Batch;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import tools.jackson.databind.node.JsonNodeFactory;

/// A stdio MCP server that stands for one over HTTP: what a host says goes there, and what comes goes to the host.
/// Every request is answered, by the server or with a sentence about what went wrong. It speaks with the host in the
/// era in which the host speaks, whatever the server's is (MCP, stdio; 2026-07-28, Versioning). For one host.
public final class Bridge implements AutoCloseable {

    private final Host host;
    private final SignIn signIn;
    private final Ground ground;
    private final Opening legacy;
    private final Opening modern;
    private final Map<Id, Call> calls = new ConcurrentHashMap<>();
    /// Whose answers are not written yet; guarded by the calls.
    private int running;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("bridge clock").factory());

    /// @param name    of the server, in sentences
    /// @param silence how long the server may give no sign of a request; empty for what is usual
    /// @param gone    is run when nobody reads what is written to `out` any more
    public Bridge(HttpChannel channel, String name, Optional<Duration> silence, SignIn signIn, OutputStream out,
            Runnable gone) {
        this(channel, name, silence, Limits.SIGN_IN, signIn, out, gone);
    }

    Bridge(HttpChannel channel, String name, Optional<Duration> silence, Duration patience, SignIn signIn,
            OutputStream out, Runnable gone) {
        clock.setRemoveOnCancelPolicy(true);
        this.host = new Host(out, gone);
        this.signIn = signIn;
        this.ground = new Ground(host, channel, new StreamableHttp(channel, name), new ToolHeaders(),
                silence.orElse(Limits.SILENCE), patience);
        this.legacy = new Opening(ground, signIn, false);
        this.modern = new Opening(ground, signIn, true);
    }

    /// Reads what the host says until that ends.
    public void converse(InputStream in) throws IOException {
        var lines = new Lines(in);
        for (var line = lines.next(); line != null; line = lines.next()) {
            if (line == Lines.TOO_LONG) {
                host.send(Faults.answer(null, Faults.INVALID_REQUEST, "A message has more than " + Limits.MESSAGE_BYTES
                        + " bytes, which is more than is taken."));
            } else {
                read(line);
            }
        }
    }

    private void read(byte[] line) {
        try {
            if (!JsonRpc.isBatch(line)) {
                take(JsonRpc.parse(line));
                return;
            }
            for (var part : JsonRpc.batch(line).parts()) {
                switch (part) {
                    case Batch.Part.Whole whole -> take(whole.message());
                    case Batch.Part.Broken broken -> refuse(broken.why());
                }
            }
        } catch (Refused why) {
            refuse(why);
        }
    }

    private void refuse(Refused why) {
        host.send(Faults.answer(why.id().orElse(null), why.why().code(), why.why().message()));
    }

    private void take(Message message) {
        switch (message) {
            case Message.Response answer -> host.answered(answer);
            case Message.Notification notice when notice.method().equals(Methods.CANCELLED.wireName()) ->
                    cancel(notice);
            case Message.Notification notice -> legacy.note(notice);
            case Message.Request request -> begin(request);
        }
    }

    private void begin(Message.Request request) {
        if (calls.size() >= Limits.CALLS) {
            host.send(Faults.answer(request.id(), Faults.INTERNAL, "Already " + Limits.CALLS
                    + " requests run. Wait for "
                    + "their answers."));
            return;
        }
        var silent = request.method().equals(Methods.LISTEN.wireName());
        var call = new Call(request, host, signIn, silent ? Duration.ZERO : ground.silence(), clock);
        if (calls.putIfAbsent(request.id(), call) != null) {
            host.send(Faults.answer(request.id(), Faults.INVALID_REQUEST, "A request with this id runs already. Give "
                    + "each one another."));
            return;
        }
        synchronized (calls) {
            running++;
        }
        call.start(() -> run(request, call));
    }

    private void run(Message.Request request, Call call) {
        Message.Response response;
        try {
            response = (Opening.isModern(request) ? modern : legacy).answer(request, call);
        } catch (ClientFailure e) {
            response = Faults.answer(request.id(), call.why().orElse(e));
        } catch (InterruptedException e) {
            response = Faults.answer(request.id(), call.why().orElseGet(() -> new ClientFailure(Kind.UNREACHABLE,
                    "The bridge is ending.", e)));
        } catch (RuntimeException e) {
            Log.LOG.error("A request failed", e);
            response = Faults.answer(request.id(), Faults.INTERNAL, "This is a fault of the bridge. What it printed on "
                    + "standard error says more; report it.");
        }
        call.end();
        calls.remove(request.id(), call);          // before the answer: from then on the host may use the id again
        if (!call.cancelled()) {
            call.why().ifPresent(why -> tellCancelled(request));
            host.send(response);
        }
        synchronized (calls) {
            running--;
            calls.notifyAll();
        }
    }

    /// Waits a little for the answers to what the host has asked, after it has said its last.
    public void drain() throws InterruptedException {
        var end = System.nanoTime() + Limits.DRAIN.toNanos();
        synchronized (calls) {
            for (var left = Limits.DRAIN.toMillis(); running > 0 && left > 0;
                    left = (end - System.nanoTime()) / 1_000_000) {
                calls.wait(left);
            }
        }
    }

    /// The server is not to go on with what was given up.
    private void tellCancelled(Message.Request request) {
        var params = JsonNodeFactory.instance.objectNode();
        params.set("requestId", JsonRpc.node(request.id()));
        (Opening.isModern(request) ? modern : legacy).cancelled(new Message.Notification(
                Methods.CANCELLED.wireName(), params.put("reason", "Nobody waits for the answer any more.")));
    }

    private void cancel(Message.Notification notice) {
        var call = JsonRpc.idIn(notice.params().path("requestId")).map(calls::get).orElse(null);
        if (call == null || call.request().method().equals(Methods.INITIALIZE.wireName())) {
            return;                                // answered already; initialize cannot be cancelled
        }
        (Opening.isModern(call.request()) ? modern : legacy).cancelled(notice);
        call.cancel();
    }

    /// Says goodbye to the server.
    @Override
    public void close() {
        legacy.close();
        modern.close();
        clock.shutdownNow();
    }
}
