package io.github.doorwarden.server;

import java.util.List;
import java.util.Objects;

/// Things written in Java, as a source. They may be exchanged while they are served. Safe for use by many threads.
public final class JavaSource implements Source {

    private final String name;
    private volatile Things things;
    private volatile Listener listener;

    public JavaSource(String name, List<? extends Tool> tools) {
        this(name, Things.of(tools));
    }

    public JavaSource(String name, Things things) {
        this.name = Objects.requireNonNull(name);
        this.things = Objects.requireNonNull(things);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return things;
    }

    @Override
    public void listen(Listener changes) {
        listener = changes;
    }

    /// Offers other things from now on. Running calls end as they began.
    public void offer(Things others) {
        things = Objects.requireNonNull(others);
        var told = listener;
        if (told != null) {
            told.thingsChanged();
        }
    }

    /// Tells those who subscribed to it that a resource reads otherwise now.
    public void resourceChanged(String uri) {
        var told = listener;
        if (told != null) {
            told.resourceChanged(uri);
        }
    }
}
