package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Requests to a server of an earlier revision, which asks while it works, for a host that is asked by the end of its
/// request (2026-07-28, Multi round-trip requests): the server's request runs on here, and the host's next round finds
/// it by its `requestState`. Safe for use by many threads.
final class Rounds implements AutoCloseable {

    private static final String KEY = "question";
    private static final Set<String> PASSED = Set.of("elicitation/create", "sampling/createMessage", "roots/list");

    private sealed interface Event {

        record Answered(Message.Response response) implements Event {}

        record Failed(ClientFailure why) implements Event {}

        record Asked(Message.Request question) implements Event {}
    }

    /// One request at the server.
    private static final class Running {
        private final Id atServer;
        private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private volatile Thread thread;
        private volatile JsonNode token;
        private volatile Call call;
        private volatile Message.Request question;

        Running(Id atServer) {
            this.atServer = atServer;
        }
    }

    private final LegacySession session;
    private final Map<String, Running> parked = new LinkedHashMap<>();
    private final Map<Id, Running> waitedFor = new ConcurrentHashMap<>();

    Rounds(LegacySession session) {
        this.session = session;
    }

    /// @param params as the server has them
    /// @return with the id of the request
    Message.Response answer(Message.Request request, ObjectNode params, Call call, Host host) throws ClientFailure,
            InterruptedException {
        var state = request.params().path("requestState");
        var running = state.isMissingNode() ? new Running(request.id()) : taken(state.asString(""));
        running.call = call;
        running.token = request.params().path("_meta").path("progressToken");
        waitedFor.put(request.id(), running);
        try {
            if (state.isMissingNode()) {
                running.thread = Ground.beside("call", () -> run(running, new Message.Request(request.id(),
                        request.method(), params), host));
            } else {
                session.tell(answer(running.question, request.params().path("inputResponses").path(KEY)));
            }
            return next(running, request);
        } catch (InterruptedException e) {
            running.thread.interrupt();
            throw e;
        } finally {
            waitedFor.remove(request.id(), running);
        }
    }

    /// The id by which the server knows what the host asked for with this one: that of its first round.
    Id atServer(Id host) {
        var running = waitedFor.get(host);
        return running == null ? host : running.atServer;
    }

    private Message.Response next(Running running, Message.Request request) throws ClientFailure,
            InterruptedException {
        return switch (running.events.take()) {
            case Event.Answered answered -> new Message.Response(request.id(), answered.response.result(),
                    answered.response.error());
            case Event.Failed failed -> throw failed.why;
            case Event.Asked asked -> {
                running.question = asked.question;
                var result = JsonNodeFactory.instance.objectNode().put("resultType", "input_required");
                result.putObject("inputRequests").putObject(KEY).put("method", asked.question.method())
                        .set("params", asked.question.params());
                yield new Message.Response(request.id(), result.put("requestState", park(running)), null);
            }
        };
    }

    private static Message.Response answer(Message.Request question, JsonNode given) {
        return given.isMissingNode() ? Faults.answer(question.id(), Faults.INTERNAL, "The client did not answer.")
                : new Message.Response(question.id(), given, null);
    }

    private void run(Running running, Message.Request request, Host host) throws InterruptedException {
        try {
            running.events.add(new Event.Answered(
                    session.ask(request, running.call, message -> received(running, message, host))));
        } catch (ClientFailure e) {
            running.events.add(new Event.Failed(e));
        }
    }

    private void received(Running running, Message message, Host host) {
        running.call.sign();
        switch (message) {
            case Message.Notification notice when notice.method().equals("notifications/progress") -> {
                if (!running.token.isMissingNode()) {
                    var params = notice.params().deepCopy();
                    params.set("progressToken", running.token);
                    host.send(new Message.Notification(notice.method(), params));
                }
            }
            case Message.Notification notice -> host.send(notice);
            case Message.Request question when PASSED.contains(question.method()) ->
                    running.events.add(new Event.Asked(question));
            case Message.Request question -> Ground.beside("answer", () -> session.tell(strange(question)));
            case Message.Response stray -> Log.LOG.debug("An answer to nothing was left out.");
        }
    }

    /// The answer to a question that is led to nobody.
    static Message.Response strange(Message.Request question) {
        return question.method().equals("ping")
                ? new Message.Response(question.id(), JsonNodeFactory.instance.objectNode(), null)
                : Faults.answer(question.id(), Faults.NO_SUCH_METHOD,
                "This client is asked within its calls alone, for "
                        + String.join(", ", PASSED.stream().sorted().toList()) + ".");
    }

    private String park(Running running) {
        var state = UUID.randomUUID().toString();
        synchronized (parked) {
            if (parked.size() == Limits.PARKED) {
                parked.remove(parked.keySet().iterator().next()).thread.interrupt();
            }
            parked.put(state, running);
        }
        return state;
    }

    private Running taken(String state) throws ClientFailure {
        synchronized (parked) {
            var running = parked.remove(state);
            if (running == null) {
                throw ModernToLegacy.unknownState();
            }
            return running;
        }
    }

    @Override
    public void close() {
        synchronized (parked) {
            parked.values().forEach(running -> running.thread.interrupt());
            parked.clear();
        }
    }
}
