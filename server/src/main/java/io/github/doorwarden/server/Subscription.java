package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Message;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What one client wants to hear about, and what it has not heard yet. What is told twice before it was heard is heard
/// once; a client that falls too far behind is let go, so that it reads everything anew. Fills from any thread, is
/// emptied by one.
public final class Subscription implements AutoCloseable {

    private final String endpoint;
    private final String owner;
    private final Optional<String> tenant;
    private final Set<Changes.Kind> kinds;
    private final Set<String> uris = ConcurrentHashMap.newKeySet();
    private final Set<String> tasks;
    private final Set<String> visits = new LinkedHashSet<>();
    private final Predicate<String> readable;
    private final AutoCloseable listening;
    private final Runnable ended;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<String, Message.Notification> pending = new LinkedHashMap<>();
    private boolean closed;
    private boolean left;

    /// @param tenant   organisation of whoever listens
    /// @param ended    runs once, when it is closed
    /// @param readable whether this caller may read the resource of a URI; asked again at each change, because what
    ///                 may be read can change
    Subscription(Changes changes, String endpoint, String owner, Optional<String> tenant, Set<Changes.Kind> kinds,
            Set<String> uris,
            Set<String> tasks, Predicate<String> readable, Runnable ended) {
        this.endpoint = endpoint;
        this.owner = owner;
        this.tenant = tenant;
        this.kinds = Set.copyOf(kinds);
        this.uris.addAll(uris);
        this.tasks = Set.copyOf(tasks);
        this.readable = readable;
        this.ended = ended;
        this.listening = changes.listen(this::hear);
    }

    /// Adds a resource (2025-11-25 and earlier, Resources, Subscriptions).
    ///
    /// @return false when there are too many
    public boolean add(String uri) {
        return uris.contains(uri) || uris.size() < Limits.SUBSCRIBED_RESOURCES && uris.add(uri);
    }

    /// Adds a page that this client was sent to; of too many the oldest is forgotten.
    public void awaitVisit(String elicitationId) {
        synchronized (visits) {
            if (visits.add(elicitationId) && visits.size() > Limits.AWAITED_VISITS) {
                visits.remove(visits.iterator().next());
            }
        }
    }

    private boolean awaited(String elicitationId) {
        synchronized (visits) {
            return visits.remove(elicitationId);
        }
    }

    public void remove(String uri) {
        uris.remove(uri);
    }

    void hear(Changes.Change change) {
        switch (change) {
            case Changes.Change.OfList list when kinds.contains(list.kind())
                    && (list.endpoint().isEmpty() || list.endpoint().equals(endpoint)) -> {
                var method = switch (list.kind()) {
                    case TOOLS -> "notifications/tools/list_changed";
                    case PROMPTS -> "notifications/prompts/list_changed";
                    case RESOURCES -> "notifications/resources/list_changed";
                };
                put(method, method, JsonNodeFactory.instance.objectNode());
            }
            case Changes.Change.OfResource resource when uris.contains(resource.uri())
                    && (resource.tenant().isEmpty() || resource.tenant().equals(tenant))
                    && readable.test(resource.uri()) ->
                put("uri " + resource.uri(), "notifications/resources/updated",
                        JsonNodeFactory.instance.objectNode().put("uri", resource.uri()));
            case Changes.Change.OfVisit visit when awaited(visit.elicitationId()) ->
                put("visit " + visit.elicitationId(), "notifications/elicitation/complete",
                        JsonNodeFactory.instance.objectNode().put("elicitationId", visit.elicitationId()));
            case Changes.Change.OfTask task when task.owner().equals(owner) && task.endpoint().equals(endpoint)
                    && tasks.contains(task.taskId()) ->
                put("task " + task.taskId(), "notifications/tasks", task.task().deepCopy());
            default -> { }
        }
    }

    private void put(String key, String method, ObjectNode params) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            pending.remove(key);
            pending.put(key, new Message.Notification(method, params));
            if (pending.size() > Limits.PENDING_NOTICES) {
                closed = true;
            }
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /// The next notification, waiting for it; its parameters may be changed. Empty when the subscription has ended.
    public Optional<Message.Notification> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (pending.isEmpty() && !closed) {
                filled.await();
            }
            return closed ? Optional.empty() : Optional.of(first());
        } finally {
            lock.unlock();
        }
    }

    /// The same for as long as `millis`; empty also when nothing came.
    public Optional<Message.Notification> next(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (pending.isEmpty() && !closed && left > 0) {
                left = filled.awaitNanos(left);
            }
            return closed || pending.isEmpty() ? Optional.empty() : Optional.of(first());
        } finally {
            lock.unlock();
        }
    }

    /// Whether more may come.
    public boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private Message.Notification first() {
        var entry = pending.entrySet().iterator().next();
        pending.remove(entry.getKey());
        return entry.getValue();
    }

    /// Ends it; whoever waits is told.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pending.clear();
            filled.signalAll();
            if (left) {
                return;
            }
            left = true;
        } finally {
            lock.unlock();
        }
        ended.run();
        try {
            listening.close();
        } catch (Exception impossible) {
            throw new IllegalStateException("Ending a subscription failed.", impossible);
        }
    }
}
