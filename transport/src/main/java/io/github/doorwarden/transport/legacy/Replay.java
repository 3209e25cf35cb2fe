package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.transport.Limits;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The last events of one session, for a client that lost a connection (2025-11-25, Transports, Resumability and
/// redelivery). The oldest make room for the newest. Safe for use by many threads.
final class Replay {

    private static final Pattern ID = Pattern.compile("([0-9a-f]{12})-([0-9]{1,9})-([0-9]{1,15})");
    private static final SecureRandom RANDOM = new SecureRandom();

    /// An event that went out, or would have.
    ///
    /// @param position in its stream; the first has 1
    record Event(int stream, long position, byte[] data) {}

    /// What a `Last-Event-ID` of ours says.
    ///
    /// @param known false when it is from a memory that is gone: before a restart, or of another node
    record Cursor(boolean known, int stream, long position) {}

    private final Deque<Event> kept = new ArrayDeque<>();
    private final AtomicLong total;
    private final String epoch = String.format("%012x", RANDOM.nextLong() >>> 16);
    private long bytes;
    private boolean closed;

    /// @param total bytes that all sessions keep together
    Replay(AtomicLong total) {
        this.total = total;
    }

    /// The id of an event: unique in the session, also after a restart, and names its stream.
    String id(Event event) {
        return epoch + "-" + event.stream + "-" + event.position;
    }

    /// Empty for what is no id of ours.
    Optional<Cursor> cursor(String id) {
        var found = ID.matcher(id);
        return found.matches() ? Optional.of(new Cursor(found.group(1).equals(epoch),
                Integer.parseInt(found.group(2)), Long.parseLong(found.group(3)))) : Optional.empty();
    }

    synchronized void keep(Event event) {
        if (closed) {
            return;
        }
        kept.addLast(event);
        add(event.data.length);
        while (!kept.isEmpty() && (kept.size() > Limits.REPLAY_EVENTS || bytes > Limits.REPLAY_BYTES
                || total.get() > Limits.REPLAY_BYTES_TOTAL)) {
            add(-kept.removeFirst().data.length);
        }
    }

    private void add(long more) {
        bytes += more;
        total.addAndGet(more);
    }

    /// The events of a stream after a position, as far as they are kept.
    synchronized List<Event> after(int stream, long position) {
        return kept.stream().filter(event -> event.stream == stream && event.position > position).toList();
    }

    /// The numbers of the streams that something is kept of.
    synchronized Set<Integer> streams() {
        return kept.stream().map(Event::stream).collect(Collectors.toSet());
    }

    synchronized void close() {
        closed = true;
        kept.clear();
        add(-bytes);
    }
}
