package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.Variables;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Companions start at the same time, but for those that are told where another one is: they wait for it. Safe for use
/// by many threads.
final class CompanionOrder {

    private static final Pattern NAMED = Pattern.compile("\\$\\{companion:([^}]+)}");

    private final Map<String, Set<String>> needs = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<String>> addresses = new LinkedHashMap<>();
    private final Variables variables;

    /// @throws StartFailure when some of them would wait for each other
    CompanionOrder(Collection<Config.CompanionConfig> all, Variables variables) {
        this.variables = variables;
        all.forEach(each -> addresses.put(each.name(), new CompletableFuture<>()));
        all.forEach(each -> needs.put(each.name(), named(each)));
        needs.keySet().forEach(name -> follow(name, List.of()));
    }

    private Set<String> named(Config.CompanionConfig companion) {
        var names = new LinkedHashSet<String>();
        Stream.of(companion.arguments(), companion.environment().values(), companion.set().values())
                .flatMap(Collection::stream).forEach(text -> NAMED.matcher(text).results()
                .map(found -> found.group(1)).filter(addresses::containsKey).forEach(names::add));
        return names;
    }

    private void follow(String name, List<String> before) {
        if (before.contains(name)) {
            throw new StartFailure("Companions wait for each other: " + String.join(", ", before) + ". Each names the "
                    + "address of the next; one of them has to do without.");
        }
        var with = Stream.concat(before.stream(), Stream.of(name)).toList();
        needs.get(name).forEach(next -> follow(next, with));
    }

    /// Starts a companion once all that it names are there.
    ///
    /// @throws StartFailure when one of those could not be started
    Companion start(Config.CompanionConfig companion, Supplier<Companion> starting) {
        var mine = addresses.get(companion.name());
        try {
            for (var needed : needs.get(companion.name())) {
                variables.put("companion:" + needed, addresses.get(needed).join());
            }
            var started = starting.get();
            mine.complete(started.address());
            return started;
        } catch (CompletionException e) {
            mine.completeExceptionally(e.getCause());
            throw e.getCause() instanceof StartFailure failure ? failure : e;
        } catch (RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        }
    }
}
