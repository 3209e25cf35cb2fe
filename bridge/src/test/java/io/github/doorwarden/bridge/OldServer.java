package io.github.doorwarden.bridge;

import io.github.doorwarden.bridge.StubServer.Taken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A server of 2024-11-05, which speaks HTTP+SSE alone: a stream is a session, and what a test says goes on the newest.
final class OldServer implements StubServer.Turn {

    static final String PLACE = "/mcp/messages?session=";

    private final AtomicInteger sessions = new AtomicInteger();
    private final StubServer.Turn turn;
    private final String place;
    private OutputStream stream;
    private CountDownLatch end = new CountDownLatch(1);

    /// @param turn  is taken for each message, after it was accepted
    /// @param place where messages go, before the number of the session
    OldServer(StubServer.Turn turn, String place) {
        this.turn = turn;
        this.place = place;
    }

    @Override
    public void answer(Taken taken) throws Exception {
        var query = taken.http().getRequestURI().getQuery();
        if (taken.method().equals("GET")) {
            listen(taken);
        } else if (query == null) {
            taken.json(405, "");
        } else if (!query.equals("session=" + sessions.get())) {
            taken.json(404, "Could not find session");
        } else {
            taken.accepted();
            turn.answer(taken);
        }
    }

    private void listen(Taken taken) throws Exception {
        try (var out = taken.events()) {
            CountDownLatch until;
            synchronized (this) {
                until = end;
                stream = out;
                var number = sessions.incrementAndGet();
                out.write((": hello\r\n\r\nevent: endpoint\r\ndata: " + place + number + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            until.await();
        }
    }

    /// Puts a message on the stream.
    synchronized void say(String message) throws IOException {
        stream.write(("event: message\ndata: " + message + "\n\n").getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }

    void result(Taken taken, String result) throws IOException {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + taken.message().path("id") + ",\"result\":" + result + "}");
    }

    /// Ends the stream.
    synchronized void lose() {
        end.countDown();
        end = new CountDownLatch(1);
    }

    /// Knows no session any more, with its stream open.
    void forget() {
        sessions.incrementAndGet();
    }
}
