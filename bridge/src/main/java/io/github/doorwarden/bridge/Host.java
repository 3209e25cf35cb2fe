package io.github.doorwarden.bridge;

import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The program that started this one: one message a line goes to it, whole (MCP, stdio). Questions get ids of ours,
/// because those of two sessions of a server may be the same. Safe for use by many threads.
final class Host {

    private static final String PREFIX = "bridge-";

    private record Question(Id server, Call call, Consumer<Message.Response> then) {}

    private final OutputStream out;
    private final Runnable gone;
    private final Map<String, Question> open = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    /// @param gone is run when nobody reads any more
    Host(OutputStream out, Runnable gone) {
        this.out = out;
        this.gone = gone;
    }

    void send(Message message) {
        var bytes = JsonRpc.print(message);
        var line = Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        try {
            synchronized (out) {
                out.write(line);
                out.flush();
            }
        } catch (IOException e) {
            gone.run();
        }
    }

    /// Asks something.
    ///
    /// @param server the id of the question at the server; null when it is one of ours
    /// @param call   that it is asked for; null when the server does not say
    /// @param then   hears the answer, on the thread that reads
    /// @return false when too many are open
    boolean ask(Id server, Call call, String method, ObjectNode params, Consumer<Message.Response> then) {
        if (open.size() >= Limits.QUESTIONS) {
            return false;
        }
        var id = PREFIX + ids.incrementAndGet();
        if (call != null) {
            call.asked(id);
        }
        open.put(id, new Question(server, call, then));
        send(new Message.Request(new Id.Text(id), method, params));
        return true;
    }

    /// Leads an answer of the host to who asked; one to nothing is dropped.
    void answered(Message.Response answer) {
        if (answer.id() instanceof Id.Text id && open.remove(id.value()) instanceof Question question) {
            if (question.call != null) {
                question.call.answered(id.value());
            }
            question.then.accept(answer);
        }
    }

    /// Nobody wants an answer any more.
    void withdraw(String id, String reason) {
        if (open.remove(id) != null) {
            cancelled(id, reason);
        }
    }

    /// The server takes a question of its own back.
    void withdrawn(Id server, String reason) {
        open.entrySet().stream().filter(each -> server.equals(each.getValue().server)).map(Map.Entry::getKey)
                .findFirst().ifPresent(id -> withdraw(id, reason));
    }

    private void cancelled(String id, String reason) {
        send(new Message.Notification("notifications/cancelled", JsonNodeFactory.instance.objectNode()
                .put("requestId", id).put("reason", reason)));
    }
}
