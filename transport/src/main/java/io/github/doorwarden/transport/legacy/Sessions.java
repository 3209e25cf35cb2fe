package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.transport.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The sessions of legacy clients over Streamable HTTP (2025-03-26 to 2025-11-25, Transports, Session management), on
/// all endpoints. Ids say what they stand for, so opening a session costs no memory; what was ended early is known by
/// all nodes together. Safe for use by many threads.
public final class Sessions {

    private static final String KIND = "session";

    private final Seal seal;
    private final Spent spent;
    private final InstantSource clock;
    private final Predicate<String> offered;
    private final int perCaller;
    private final Map<String, Opened> opened = new ConcurrentHashMap<>();
    private final Map<String, Instant> ended = new ConcurrentHashMap<>();
    private final AtomicLong replayed = new AtomicLong();

    /// In the order of use, the one that has rested longest first.
    private final LinkedHashMap<String, Session> live = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Integer> endings = new HashMap<>();
    private Instant looked = Instant.EPOCH;
    private Instant minute = Instant.EPOCH;

    /// What an id was found to say, so that not every request opens it anew.
    private record Opened(SessionId id, String serialHash) {}

    /// @param seal    for the ids, the same on all nodes
    /// @param offered whether the endpoint of a path has sessions; without them nothing is remembered there
    public Sessions(Seal seal, Spent spent, InstantSource clock, Predicate<String> offered) {
        this(seal, spent, clock, offered, Limits.SESSIONS_LIVE_PER_CALLER);
    }

    /// @param perCaller sessions of one caller that may be at work at once: no fewer than the streams that it may have
    public Sessions(Seal seal, Spent spent, InstantSource clock, Predicate<String> offered, int perCaller) {
        this.perCaller = Math.max(perCaller, Limits.SESSIONS_LIVE_PER_CALLER);
        this.seal = seal;
        this.spent = spent;
        this.clock = clock;
        this.offered = offered;
    }

    /// Whether clients of an endpoint get sessions.
    public boolean at(Endpoint endpoint) {
        return offered.test(endpoint.path());
    }

    /// The id of a new session, for the header.
    String open(Endpoint endpoint, Revision revision, ObjectNode capabilities, Caller caller) {
        return SessionId.issue(revision, Declared.bits(capabilities, revision), caller, clock.instant())
                .sealed(seal, endpoint.path());
    }

    /// What an id says.
    ///
    /// @throws LegacyRefused 404 when it is none of ours, of another endpoint or caller, too old, or ended: which of
    ///                       these is nobody's business
    SessionId find(String text, Endpoint endpoint, Caller caller) {
        return opened(text, endpoint).filter(known -> known.id.isFor(caller)
                        && clock.instant().isBefore(known.id.expires()) && !ended.containsKey(known.serialHash))
                .map(Opened::id).orElseThrow(() ->
                new LegacyRefused(404, "There is no such session, or it is over. Send initialize "
                        + "without a session id to begin a new one."));
    }

    private Optional<Opened> opened(String text, Endpoint endpoint) {
        var key = endpoint.path() + ' ' + text;
        var known = opened.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        var found = SessionId.open(text, seal, endpoint.path()).map(id -> new Opened(id, Spent.hash(id.serial())));
        found.ifPresent(one -> {
            if (opened.size() >= Limits.SESSIONS_LIVE) {
                opened.clear();
            }
            opened.put(key, one);
        });
        return found;
    }

    /// The memory of a session, kept until [#leave].
    ///
    /// @param peer where the caller is; tells apart those who are nobody
    /// @throws Refused `TooMany` when this caller, or all together, have as many at work as there may be
    Session enter(SessionId id, Caller caller, String peer, Supplier<Conversation> beginning) {
        var key = key(id, caller);
        var forgotten = new ArrayList<Session>();
        try {
            synchronized (this) {
                var session = live.get(key);
                if (session == null) {
                    var owner = caller.isAnonymous() ? "at " + peer : SessionId.who(caller);
                    makeRoom(owner, forgotten);
                    session = new Session(id, owner, beginning.get(), replayed);
                    live.put(key, session);
                }
                session.enter();
                return session;
            }
        } finally {
            forgotten.forEach(Session::close);
        }
    }

    /// The memory of a session, if it has one: only there can somebody wait for a message.
    synchronized Optional<Session> known(SessionId id, Caller caller) {
        return Optional.ofNullable(live.get(key(id, caller)));
    }

    /// What a session of nobody's leaves behind belongs to whoever used it.
    private static String key(SessionId id, Caller caller) {
        return id.serial() + " " + SessionId.who(caller);
    }

    private void makeRoom(String owner, List<Session> forgotten) {
        var own = live.values().stream().filter(session -> session.owner().equals(owner)).count();
        if (own >= perCaller) {
            forgetFirst(session -> session.owner().equals(owner), forgotten);
        } else if (live.size() >= Limits.SESSIONS_LIVE) {
            forgetFirst(session -> true, forgotten);
        }
    }

    private void forgetFirst(Predicate<Session> which, List<Session> forgotten) {
        var first = live.entrySet().stream().filter(entry -> entry.getValue().rests() && which.test(entry.getValue()))
                .findFirst().orElseThrow(() -> new Refused(new Refusal.TooMany("Too many sessions are at work at once. "
                        + "Wait until one of their calls is answered, or close a stream.", 1)));
        forgotten.add(live.remove(first.getKey()));
    }

    /// Forgets what one session of the same caller left behind, so that another has its place.
    ///
    /// @return false when all of them are at work
    boolean forgetOneLike(Session session) {
        var first = new ArrayList<Session>();
        forget(other -> first.isEmpty() && other.rests() && other.owner().equals(session.owner()) && first.add(other));
        return !first.isEmpty();
    }

    synchronized void leave(Session session) {
        session.leave(clock.instant());
    }

    /// Ends a session, on every node: here at once, elsewhere within a second or two.
    void end(SessionId id, Caller caller) {
        var now = clock.instant();
        count(SessionId.who(caller), now);
        spent.take(KIND, id.serial(), id.expires(), now);
        ended.put(Spent.hash(id.serial()), id.expires());
        forget(session -> session.id().serial().equals(id.serial()));
    }

    private synchronized void count(String who, Instant now) {
        if (now.isAfter(minute.plus(Duration.ofMinutes(1)))) {
            minute = now;
            endings.clear();
        }
        if (endings.merge(who, 1, Integer::sum) > Limits.ENDINGS_PER_MINUTE) {
            throw new Refused(new Refusal.TooMany("More than " + Limits.ENDINGS_PER_MINUTE + " sessions were ended "
                    + "within a minute. This one ends by itself a day after it began.", 60));
        }
    }

    private void forget(Predicate<Session> which) {
        var forgotten = new ArrayList<Session>();
        synchronized (this) {
            live.values().removeIf(session -> which.test(session) && forgotten.add(session));
        }
        forgotten.forEach(Session::close);
    }

    /// Learns what other nodes have ended and forgets what rests: to be called every second or so.
    public void tend() {
        var now = clock.instant();
        var from = looked.equals(Instant.EPOCH) ? now.minus(Limits.SESSION_LIFE)
                : looked.minus(Limits.ENDED_OVERLAP);
        spent.since(KIND, from).forEach(hash -> ended.putIfAbsent(hash, now.plus(Limits.SESSION_LIFE)));
        looked = now;
        ended.values().removeIf(now::isAfter);
        forget(session -> !now.isBefore(session.id().expires())
                || ended.containsKey(Spent.hash(session.id().serial()))
                || session.rests() && now.isAfter(session.usedAt().plus(Limits.SESSION_IDLE)));
    }

    /// How many have something in memory, for health and tests.
    public synchronized int live() {
        return live.size();
    }
}
