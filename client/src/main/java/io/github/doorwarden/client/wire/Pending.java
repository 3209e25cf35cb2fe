package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// One request of ours that has no answer yet. Whoever reads the connection puts in what comes for it; the thread that
/// made the request takes it out, so that nobody who is told something slowly holds up the connection.
final class Pending implements HttpChannel.Patience {

    private sealed interface Event {

        record Answer(Message.Response response) implements Event {}

        record Told(Message.Notification notice) implements Event {}

        record Asked(Message.Request request) implements Event {}

        record Failed(ClientFailure why) implements Event {}

        /// A person is waited for.
        record Held() implements Event {}

        record Went() implements Event {}
    }

    final Message.Request request;
    private final String server;
    private final Talk talk;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile boolean givenUp;
    private volatile Runnable leave = () -> { };
    private volatile Runnable then = () -> { };

    /// @param server for sentences
    Pending(Message.Request request, String server, Talk talk) {
        this.request = request;
        this.server = server;
        this.talk = talk;
    }

    /// @return false for a second answer
    boolean answer(Message.Response response) {
        if (!settled.compareAndSet(false, true)) {
            return false;
        }
        events.add(new Event.Answer(response));
        then.run();
        return true;
    }

    /// @param what is done as soon as the answer is there, on the thread that reads; quick
    void then(Runnable what) {
        then = what;
    }

    void fail(ClientFailure why) {
        if (settled.compareAndSet(false, true)) {
            events.add(new Event.Failed(why));
        }
    }

    boolean settled() {
        return settled.get();
    }

    /// Nobody waits any more, but the answer may still come.
    boolean givenUp() {
        return givenUp;
    }

    /// @return false for one that is left out because it is too large, or because too many wait already
    boolean tell(Message.Notification notice) {
        return givenUp || events.size() < Limits.EVENTS && notice.params().toString().length() <= Limits.EVENT_CHARS
                && events.add(new Event.Told(notice));
    }

    /// @return false when too many questions wait already
    boolean ask(Message.Request question) {
        if (questions.incrementAndGet() > Limits.QUESTIONS) {
            questions.decrementAndGet();
            return false;
        }
        return events.add(new Event.Asked(question));
    }

    @Override
    public void hold() {
        events.add(new Event.Held());
    }

    @Override
    public void go() {
        events.add(new Event.Went());
    }

    /// @param how lets go of what carries the answer
    void leaveBy(Runnable how) {
        leave = how;
    }

    void giveUp() {
        givenUp = true;
        leave.run();
    }

    /// Waits for the result, telling and asking what comes before it. The time for which the other side is asked does
    /// not count.
    ///
    /// @param reply sends the answer to a question
    ObjectNode await(Duration within, Consumer<Message.Response> reply) throws ClientFailure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        var held = 0L;                             // since when; 0 while the clock runs
        while (true) {
            var until = held == 0 ? end : held + Limits.PATIENCE.toNanos();
            switch (events.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                case null -> throw new ClientFailure(ClientFailure.Kind.TIMEOUT, server + " did not answer within "
                        + Math.max(1, within.toSeconds()) + " s.", null);
                case Event.Answer answer -> {
                    return result(answer.response);
                }
                case Event.Failed failed -> throw failed.why;
                case Event.Told told -> tell(told.notice.method(), told.notice.params());
                case Event.Asked asked -> {
                    questions.decrementAndGet();
                    var began = System.nanoTime();
                    reply.accept(asked(asked.request));
                    end += System.nanoTime() - began;
                }
                case Event.Held from -> held = System.nanoTime();
                case Event.Went on -> {
                    end += System.nanoTime() - held;
                    held = 0;
                }
            }
        }
    }

    private ObjectNode result(Message.Response response) throws ClientFailure {
        if (response.error() != null) {
            throw error(server, response.error());
        }
        if (response.result() instanceof ObjectNode result) {
            return result;
        }
        throw new ClientFailure(ClientFailure.Kind.MALFORMED, server + " answered with a result that is no object.",
                null);
    }

    /// The server's own sentence, in one bounded line.
    static ClientFailure error(String server, ObjectNode error) {
        var words = error.path("message").asString("").replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        var code = error.path("code").asInt(0);
        return new ClientFailure(ClientFailure.Kind.ERROR, server + " answered with error " + code + (words.isEmpty()
                ? "." : ": " + (words.length() <= Limits.ERROR_CHARS ? words
                        : words.substring(0, Limits.ERROR_CHARS) + "…")), code, error.path("data"), null);
    }

    private void tell(String method, ObjectNode params) {
        switch (method) {
            case "notifications/progress" -> talk.progress(params.path("progress").asDouble(Double.NaN),
                    params.path("total").asDouble(0), params.path("message").asString(""));
            case "notifications/message" -> talk.log(LogLevel.of(params.path("level").asString(""))
                    .orElse(LogLevel.INFO), params.path("logger").asString(""), params.path("data"));
            default -> { }
        }
    }

    private Message.Response asked(Message.Request question) throws InterruptedException {
        try {
            return new Message.Response(question.id(), talk.ask(question.method(), question.params()), null);
        } catch (Talk.Unanswered refused) {
            return Connection.refusal(question.id(), -32601, refused.getMessage());
        }
    }

    Talk talk() {
        return talk;
    }
}
