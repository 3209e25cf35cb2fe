package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Subscription;
import io.github.doorwarden.transport.Limits;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// What a session has in memory while it is used: its conversation and its streams. Made when first needed, forgotten
/// when it rests: all that must not be forgotten is in the session's id. Safe for use by many threads.
final class Session {

    /// The stream that no request opened has the number 0.
    private static final int STANDALONE = 0;

    private final SessionId id;
    private final String owner;
    private final Conversation conversation;
    private final Replay replay;
    private final Map<Integer, KeptStream> streams = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final KeptStream standalone;
    private volatile BooleanSupplier mayBeTold = () -> false;
    private Subscription pumped;
    private int users;
    private Instant usedAt = Instant.MIN;

    /// @param owner whose sessions are counted together
    Session(SessionId id, String owner, Conversation conversation, AtomicLong replayed) {
        this.id = id;
        this.owner = owner;
        this.conversation = conversation;
        this.replay = new Replay(replayed);
        this.standalone = new KeptStream(replay, STANDALONE, primes(), null);
        streams.put(STANDALONE, standalone);
    }

    SessionId id() {
        return id;
    }

    String owner() {
        return owner;
    }

    Conversation conversation() {
        return conversation;
    }

    /// Whether streams begin with an event without data, and clients may be sent away for a while.
    boolean primes() {
        return id.revision().compareTo(Revision.V2025_11_25) >= 0;
    }

    /// A stream for what a POST brings about, with its connection.
    KeptStream stream(EventStream connection) {
        var kept = replay.streams();
        streams.values().removeIf(old -> old != standalone && old.isFinished() && !kept.contains(old.number()));
        var stream = new KeptStream(replay, numbers.incrementAndGet(), primes(), connection);
        streams.put(stream.number(), stream);
        return stream;
    }

    /// The stream that a client comes back to.
    ///
    /// @param after the position that it knows, or [#UNHEARD]
    record Resumed(KeptStream stream, long after) {

        /// What no connection has carried yet.
        static final long UNHEARD = -1;
    }

    /// By `Last-Event-ID`; empty for one that leads nowhere. The standalone stream is always there: one of an earlier
    /// memory goes on with what has not been heard.
    Optional<Resumed> resumed(String lastEventId) {
        return replay.cursor(lastEventId).flatMap(cursor -> {
            if (cursor.known()) {
                return Optional.ofNullable(streams.get(cursor.stream()))
                        .filter(stream -> stream.canResume(cursor.position()))
                        .map(stream -> new Resumed(stream, cursor.position()));
            }
            return cursor.stream() == STANDALONE ? Optional.of(new Resumed(standalone, Resumed.UNHEARD))
                    : Optional.empty();
        });
    }

    KeptStream standalone() {
        return standalone;
    }

    /// Brings what changes to the standalone stream, for as long as a connection carries it; what changes meanwhile
    /// waits in the subscription, where the same change is told once.
    ///
    /// @param mayStay whether the caller may be told: asked for each notice
    void tell(Subscription subscription, BooleanSupplier mayStay) {
        mayBeTold = mayStay;
        synchronized (this) {
            if (pumped == subscription) {
                return;
            }
            pumped = subscription;
        }
        Thread.ofVirtual().start(() -> pump(subscription));
    }

    private void pump(Subscription subscription) {
        try {
            while (goesOn(subscription)) {
                subscription.next(Limits.STAY_LOOK.toMillis()).filter(notice -> mayBeTold.getAsBoolean())
                        .ifPresent(notice -> standalone.send(JsonRpc.print(notice)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean goesOn(Subscription subscription) {
        if (standalone.isConnected() && subscription.isOpen()) {
            return true;
        }
        if (pumped == subscription) {
            pumped = null;
        }
        return false;
    }

    /// Both by [Sessions], under its lock.
    void enter() {
        users++;
    }

    void leave(Instant now) {
        users--;
        usedAt = now;
    }

    boolean rests() {
        return users == 0;
    }

    Instant usedAt() {
        return usedAt;
    }

    /// Ends what runs, what waits and every stream.
    void close() {
        conversation.close();
        streams.values().forEach(KeptStream::finish);
        replay.close();
    }
}
