package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A process of our own, one message a line each way (MCP, stdio). Reading, writing and its standard error have a
/// thread each, because a pipe can block and cannot be interrupted. Closing it ends the process and all that it
/// started.
final class StdioTransport implements Transport {

    private static final byte[] END = {};

    private final String name;
    private final Inbox inbox;
    private final Process process;
    private final BlockingQueue<byte[]> unwritten = new ArrayBlockingQueue<>(Limits.UNWRITTEN);
    private final AtomicBoolean closed = new AtomicBoolean();

    private StdioTransport(String name, Inbox inbox, Process process) {
        this.name = name;
        this.inbox = inbox;
        this.process = process;
    }

    static StdioTransport start(String name, Way.Stdio way, Inbox inbox) throws ClientFailure {
        var builder = new ProcessBuilder(way.command()).directory(way.folder().toFile());
        builder.environment().clear();
        builder.environment().putAll(way.environment());
        try {
            var transport = new StdioTransport(name, inbox, builder.start());
            transport.thread("in", transport::read);
            transport.thread("out", transport::write);
            transport.thread("errors", new StandardError(name, transport.process.getErrorStream())::read);
            return transport;
        } catch (IOException e) {
            // callers read the sentence, and the log alone has the program's path, in the cause
            throw new ClientFailure(Kind.UNREACHABLE, name + " cannot be started: its program does not run. The log "
                    + "says why.", e);
        }
    }

    private void thread(String what, Runnable work) {
        Thread.ofPlatform().daemon().name("mcp-" + name + "-" + what).start(work);
    }

    private void read() {
        try (var in = new BufferedInputStream(process.getInputStream())) {
            while (line(in)) {
                continue;
            }
        } catch (IOException broken) {
            // ends like a process that has ended
        }
        inbox.lost(new ClientFailure(Kind.UNREACHABLE, name + " has ended. Try again in a moment.", null));
    }

    /// @return false at the end
    private boolean line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        var tail = new byte[Limits.ENDS];
        var length = 0L;
        var c = in.read();
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (length < Limits.MESSAGE_BYTES) {
                line.write(c);
            }
            tail[(int) (length++ % tail.length)] = (byte) c;
        }
        if (length > Limits.MESSAGE_BYTES) {
            inbox.unreadable(ends(line.toByteArray(), tail, length));
        } else if (!line.toString(StandardCharsets.UTF_8).isBlank() && c >= 0) {
            inbox.came(line.toByteArray(), null);
        }
        return c >= 0;
    }

    private static String ends(byte[] line, byte[] tail, long length) {
        var end = new StringBuilder();
        for (var i = length; i < length + tail.length; i++) {
            end.append((char) (tail[(int) (i % tail.length)] & 0xFF));
        }
        return new String(line, 0, Limits.ENDS, StandardCharsets.ISO_8859_1) + " … " + end;
    }

    private void write() {
        try (var out = process.getOutputStream()) {
            for (var message = unwritten.take(); message != END; message = unwritten.take()) {
                out.write(message);
                out.write('\n');
                if (unwritten.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException gone) {
            // the reader sees the end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void post(Pending pending, Map<String, String> headers, Duration within) {
        try {
            tell(pending.request, headers);
        } catch (ClientFailure e) {
            pending.fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException {
        if (closed.get() || !process.isAlive()) {
            throw new ClientFailure(Kind.UNREACHABLE, name + " has ended. Try again in a moment.", null);
        }
        if (!unwritten.offer(JsonRpc.print(message), Limits.UNWRITTEN_FOR.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ClientFailure(Kind.BUSY, name + " does not read what it is sent. Try again in a minute.", null);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        var family = new ArrayList<>(process.descendants().toList());
        unwritten.clear();
        unwritten.offer(END);
        try {
            if (!process.waitFor(Limits.END)) {
                family.addAll(process.descendants().toList());
                process.destroy();
                if (!process.waitFor(Limits.END)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
