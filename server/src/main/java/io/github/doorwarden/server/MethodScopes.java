package io.github.doorwarden.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Scopes that the methods of an endpoint need, beside those of what they work on. Immutable.
///
/// Six methods can be given some, and the others follow one of them: whoever may not read resources may not subscribe
/// to one either. What every client sends before it can do anything (`initialize`, `ping`, `server/discover`, all
/// notifications) needs none, and `completion/complete` needs what its prompt or its template needs. Only [Policy]
/// decides by them; see `docs/decisions/0079-give-methods-scopes-of-their-own.md`.
///
/// @param byMethod by one of [#METHODS]
public record MethodScopes(Map<String, Set<String>> byMethod) {

    /// Of an endpoint where a token is enough for every method.
    public static final MethodScopes NONE = new MethodScopes(Map.of());

    /// The methods that can be given scopes.
    public static final List<String> METHODS = List.of("tools/list", "tools/call", "resources/list", "resources/read",
            "prompts/list", "prompts/get");

    public MethodScopes {
        byMethod.keySet().stream().filter(method -> !METHODS.contains(method)).findFirst().ifPresent(method -> {
            throw new IllegalArgumentException(method + " cannot have scopes of its own. There are "
                    + String.join(", ", METHODS) + ".");
        });
        byMethod = byMethod.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey,
                entry -> Set.copyOf(entry.getValue())));
    }

    /// What a method needs; empty for a method that needs none, known or not.
    public Set<String> of(String method) {
        return byMethod.getOrDefault(leading(method), Set.of());
    }

    /// What a method needs for something that needs scopes itself.
    Set<String> of(String method, Set<String> own) {
        var needed = of(method);
        if (needed.isEmpty() || own.containsAll(needed)) {
            return own;
        }
        var all = new LinkedHashSet<>(needed);
        all.addAll(own);
        return all;
    }

    /// The method whose scopes another one needs.
    private static String leading(String method) {
        return switch (method) {
            case "tasks/get", "tasks/update", "tasks/cancel" -> "tools/call";
            case "resources/templates/list", "skills/list" -> "resources/list";
            case "resources/subscribe", "resources/unsubscribe", "resources/directory/read", "skills/get" ->
                    "resources/read";
            default -> method;
        };
    }
}
