package io.github.doorwarden.systems.toolbridge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One named change of state: legal while `field` has one of the values `from`, and then it becomes `to`.
///
/// @param argument what has to be said with it, and which field keeps that
/// @param stamps   a field that takes the time, and one that takes the user; cleared again by actions that name them
///                 under `clears`
record Action(String name, String field, List<?> from, Object to, Optional<Argument> argument, List<Stamp> stamps,
        List<String> clears) {

    /// @param name in the request
    /// @param keeps field that it is written to
    record Argument(String name, String keeps, int max) {}

    /// @param user true: the user's id, false: the time
    record Stamp(String field, boolean user) {}

    static Action flag(String name, String field, boolean to) {
        return new Action(name, field, List.of(!to), to, Optional.empty(), List.of(), List.of());
    }

    static Action state(String name, Object to, String... from) {
        return new Action(name, "status", List.of(from), to, Optional.empty(), List.of(), List.of());
    }

    Action saying(String argument, String keeps, int max) {
        return new Action(name, field, from, to, Optional.of(new Argument(argument, keeps, max)), stamps, clears);
    }

    Action stamping(Stamp... with) {
        return new Action(name, field, from, to, argument, List.of(with), clears);
    }

    Action clearing(String... fields) {
        return new Action(name, field, from, to, argument, stamps, List.of(fields));
    }

    boolean isLegal(Map<String, Object> values) {
        return from.contains(values.get(field));
    }

    /// What the record becomes; `to` null leaves the field as it is.
    Map<String, Object> apply(Map<String, Object> values, Optional<String> said, String user, long now) {
        var next = new LinkedHashMap<>(values);
        clears.forEach(each -> next.put(each, null));
        if (to != null) {
            next.put(field, to);
        }
        argument.ifPresent(each -> next.put(each.keeps, said.orElseThrow()));
        stamps.forEach(each -> next.put(each.field, each.user ? (Object) user : (Object) now));
        return next;
    }
}
