package io.github.doorwarden.systems.toolbridge;

import java.util.Set;
import java.util.TreeSet;

/// Which fields the bodies of the routes have.
final class Bodies {

    static final Set<String> OF_ARCHIVE = Set.of("archived", "version");

    private Bodies() {}

    static Set<String> ofCreate(Kind kind) {
        var names = new TreeSet<>(Set.of("tags"));
        kind.fields().stream().filter(Field::writable).forEach(each -> names.add(each.name()));
        return names;
    }

    static Set<String> ofChange(Kind kind) {
        var names = new TreeSet<>(Set.of("version"));
        kind.fields().stream().filter(each -> each.writable() && !each.fixed()).forEach(each ->
                names.add(each.name()));
        return names;
    }

    static Set<String> ofProcess(Kind kind) {
        var names = new TreeSet<>(Set.of("action", "version"));
        kind.actions().forEach(each -> each.argument().ifPresent(argument -> names.add(argument.name())));
        return names;
    }
}
