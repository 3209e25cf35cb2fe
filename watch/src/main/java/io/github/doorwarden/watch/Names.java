package io.github.doorwarden.watch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Values of one label, of which there may be only so many: the first ones are called by their names, all others
/// [#OTHER]. Memory that a caller could make us use by names is bounded here. Safe for use by many threads.
final class Names {

    static final String OTHER = "(other)";
    static final String NONE = "(none)";

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final int most;

    Names(int most) {
        this.most = most;
    }

    String of(String name) {
        if (name.isEmpty()) {
            return NONE;
        }
        if (known.contains(name)) {
            return name;
        }
        synchronized (known) {
            return known.size() < most && known.add(name) || known.contains(name) ? name : OTHER;
        }
    }
}
