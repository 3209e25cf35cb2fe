package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Leads what comes from a server to the request that it is for. A question that does not say which one that is goes to
/// the only one that is open; when there are several, or one that was given up may still be meant, to nobody: no person
/// is asked for another's call. A log message that came on no call's own stream may be about any call, also one of
/// before, so it goes to the log of this program and to no caller. Safe for use by many threads.
final class Traffic implements Transport.Inbox {

    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"?(\\d{1,18})\\b");

    private final String name;
    private final Connection.Listener listener;
    private final Consumer<ClientFailure> over;
    private final Consumer<Message> send;
    private final Map<Long, Pending> open = new ConcurrentHashMap<>();
    private final AtomicLong strange = new AtomicLong();
    private final ServerLog log;
    private volatile ClientFailure ended;

    Traffic(String name, Connection.Listener listener, Consumer<ClientFailure> over, Consumer<Message> send) {
        this.name = name;
        this.listener = listener;
        this.over = over;
        this.send = send;
        this.log = new ServerLog(name, "to no call in particular");
    }

    void begin(long id, Pending pending) throws ClientFailure {
        if (open.size() >= Limits.GIVEN_UP) {
            var stuck = new ClientFailure(Kind.UNREACHABLE, name + " answers nothing any more. Try again in a "
                    + "moment.", null);
            over.accept(stuck);
            throw stuck;
        }
        open.put(id, pending);
        var why = ended;                           // before it was put, nobody could tell it
        if (why != null) {
            open.remove(id);
            throw why;
        }
    }

    void end(long id) {
        open.remove(id);
    }

    /// All that are open and all that come: there is no connection any more.
    void fail(ClientFailure why) {
        ended = why;
        open.values().forEach(pending -> pending.fail(why));
        open.clear();
    }

    long strange() {
        return strange.get();
    }

    @Override
    public void received(Message message, Pending on) {
        switch (message) {
            case Message.Response response -> answer(response, on);
            case Message.Notification notice -> tell(notice, on);
            case Message.Request question -> ask(question, on);
        }
    }

    private void answer(Message.Response response, Pending on) {
        var id = number(response.id());
        var pending = id < 0 ? null : open.get(id);
        if (pending == null || on != null && on != pending || !pending.answer(response)) {
            odd();
        } else if (pending.givenUp()) {
            open.remove(id);
        }
    }

    private static long number(Id id) {
        return id instanceof Id.Number number && number.digits().matches("[0-9]{1,18}")
                ? Long.parseLong(number.digits()) : -1;
    }

    private void odd() {
        if (strange.incrementAndGet() == Limits.MALFORMED) {
            over.accept(new ClientFailure(Kind.UNREACHABLE, name + " sends what is no answer to anything. Try "
                    + "again in a moment; if that stays, tell the administrator.", null));
        }
    }

    private void tell(Message.Notification notice, Pending on) {
        switch (notice.method()) {
            case "notifications/progress" -> {
                var pending = open.get(token(notice.params().path("progressToken")));
                if (pending == null || on != null && on != pending) {
                    strange.incrementAndGet();
                } else {
                    tell(pending, notice);
                }
            }
            case "notifications/message" -> {
                if (on != null && called(on)) {
                    tell(on, notice);
                } else {
                    log.say(logged(notice.params()));
                    listener.told(notice.method(), notice.params());
                }
            }
            case "notifications/tools/list_changed", "notifications/prompts/list_changed",
                    "notifications/resources/list_changed" -> listener.listChanged(notice.method());
            case "notifications/resources/updated" -> listener.resourceChanged(notice.params().path("uri")
                    .asString(""));
            default -> listener.told(notice.method(), notice.params());
        }
    }

    private void tell(Pending pending, Message.Notification notice) {
        if (!pending.tell(notice)) {
            log.say("something that is left out, because it has more than " + Limits.EVENT_CHARS + " characters or "
                    + "comes faster than anybody reads: " + notice.method());
        }
    }

    private static long token(JsonNode token) {
        return token.isIntegralNumber() && token.canConvertToLong() ? token.asLong() : -1;
    }

    /// Whether there is a caller behind it.
    private static boolean called(Pending pending) {
        return pending.talk() != Connection.NEWS && pending.talk() != Connection.NOBODY;
    }

    private static String logged(JsonNode params) {
        var data = params.path("data");
        return params.path("level").asString("") + " " + params.path("logger").asString("") + " "
                + (data.isString() ? data.asString() : data.toString());
    }

    private Pending whose(Pending on) {
        if (on != null) {
            return on;
        }
        var all = open.values().stream().filter(Traffic::called).limit(2).toList();
        return all.size() == 1 && !all.getFirst().givenUp() ? all.getFirst() : null;
    }

    private void ask(Message.Request question, Pending on) {
        switch (question.method()) {
            case "ping" -> reply(new Message.Response(question.id(), JsonNodeFactory.instance.objectNode(), null));
            case "elicitation/create", "sampling/createMessage", "roots/list" -> {
                var pending = whose(on);
                if (pending == null || pending.givenUp() || pending.settled()) {
                    unowned(question);
                } else if (!pending.ask(question)) {
                    reply(Connection.refusal(question.id(), -32600, "Already " + Limits.QUESTIONS + " questions of "
                            + "this call wait for their answers. Ask again when there is one."));
                }
            }
            default -> reply(Connection.refusal(question.id(), -32601, "This client has no such method."));
        }
    }

    /// No person is asked; what needs none may be answered.
    private void unowned(Message.Request question) {
        Thread.ofVirtual().start(() -> send.accept(listener.asked(question.method(), question.params())
                .map(result -> new Message.Response(question.id(), result, null))
                .orElseGet(() -> Connection.refusal(question.id(), -32600, "It cannot be told whose call this "
                        + "question belongs to, so nobody is asked."))));
    }

    /// Not on the thread that reads.
    private void reply(Message.Response response) {
        Thread.ofVirtual().start(() -> send.accept(response));
    }

    @Override
    public void unreadable(String about) {
        odd();
        var found = ID.matcher(about);
        while (found.find()) {
            var pending = open.get(Long.parseLong(found.group(1)));
            if (pending != null) {
                pending.fail(new ClientFailure(Kind.TOO_LARGE, name + " answered with more than "
                        + Limits.MESSAGE_BYTES + " bytes, which is more than is taken. Ask for less.", null));
            }
        }
    }

    @Override
    public void lost(ClientFailure why) {
        over.accept(why);
    }
}
