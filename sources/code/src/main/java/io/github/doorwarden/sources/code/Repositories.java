package io.github.doorwarden.sources.code;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Policy;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The repositories of a source, and who may know of which. Immutable.
final class Repositories {

    private final Map<String, CodeSettings.Repository> all = new LinkedHashMap<>();
    private final Policy policy;

    Repositories(CodeSettings settings, Policy policy) {
        this.policy = policy;
        settings.repositories().forEach(repository -> all.put(repository.name(), repository));
    }

    Optional<CodeSettings.Repository> named(String name) {
        return Optional.ofNullable(all.get(name));
    }

    int size() {
        return all.size();
    }

    boolean mayRead(Caller caller, String name) {
        return named(name).filter(repository -> policy.allowsEverything() || policy.allows(caller,
                repository.scopes(), repository.conditions())).isPresent();
    }

    /// Those that the caller may know of; of one that is asked for, that one or none.
    ///
    /// @param asked empty: all
    Set<String> readable(Caller caller, String asked) {
        var readable = new LinkedHashSet<String>();
        all.keySet().stream().filter(name -> (asked.isEmpty() || name.equals(asked)) && mayRead(caller, name))
                .forEach(readable::add);
        return readable;
    }

    /// @return empty when the repository has no template
    String permalink(String repository, String path, int from, int to, String revision) {
        return named(repository).map(CodeSettings.Repository::permalink).filter(template -> !template.isEmpty())
                .map(template -> Permalink.of(template, path, from, to, revision)).orElse("");
    }
}
