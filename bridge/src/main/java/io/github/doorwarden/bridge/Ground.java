package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Message;
import java.time.Duration;
import java.util.function.Consumer;

/// What every passage stands on.
///
/// @param channel  to the server
/// @param silence  how long a server may give no sign of a request
/// @param patience how long the first request waits for a person who signs in
record Ground(Host host, HttpChannel channel, Remote remote, ToolHeaders tools, Duration silence, Duration patience) {

    /// How long the first request takes at most.
    Duration opening() {
        return silence.compareTo(Limits.OPENING) < 0 ? silence : Limits.OPENING;
    }

    /// The same before another remote.
    Ground at(Remote other) {
        return new Ground(host, channel, other, tools, silence, patience);
    }

    /// Runs on a thread of its own. Whoever waits for what could not be delivered hears of it by a deadline.
    static Thread beside(String name, Sending what) {
        return Thread.ofVirtual().name("bridge " + name).start(() -> {
            try {
                what.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ClientFailure notDelivered) {
                Log.LOG.debug("{}: {}", name, notDelivered.getMessage());
            }
        });
    }

    /// Leads a question of the server's to the host.
    ///
    /// @param call  null when the server does not say what it asks for
    /// @param reply takes the answer to the server
    void ask(Message.Request question, Call call, Consumer<Message.Response> reply) {
        var asked = host.ask(question.id(), call, question.method(), question.params(), answer -> reply.accept(
                new Message.Response(question.id(), answer.result(), answer.error())));
        if (!asked) {
            reply.accept(Faults.answer(question.id(), Faults.INVALID_REQUEST, "Already " + Limits.QUESTIONS
                    + " questions wait for their answers. Ask again when there is one."));
        }
    }

    /// Something that may fail.
    @FunctionalInterface
    interface Sending {
        void run() throws ClientFailure, InterruptedException;
    }
}
