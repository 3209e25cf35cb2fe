package io.github.doorwarden.sources.openapi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Which operations of a document become tools without being named one by one. Immutable.
///
/// @param include     an operation that one of these chooses is taken; empty: none
/// @param exclude     unless one of these chooses it too
/// @param prefix      before the names of the tools; may be empty
/// @param allowWrites whether operations other than GET and HEAD are taken
public record Selection(List<Filter> include, List<Filter> exclude, String prefix, boolean allowWrites) {

    public static final Selection NOTHING = new Selection(List.of(), List.of(), "", false);

    public Selection {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        if (!prefix.matches("[A-Za-z0-9_-]{0," + Limits.PREFIX_CHARACTERS + "}")) {
            throw new IllegalArgumentException("The prefix " + prefix + " cannot be one: it has at most "
                    + Limits.PREFIX_CHARACTERS + " of A-Z a-z 0-9 _ -");
        }
    }

    /// Chooses the operations that fit everything that is not empty.
    ///
    /// @param tags       has one of these
    /// @param paths      fits one of these: `*` stands for anything within a segment, `**` for anything
    /// @param methods    is one of these, in any case
    /// @param operations is one of these: operationId, or method and path
    /// @param scopes     that the tools need then, all of them
    /// @param confirm    whether a person confirms each call of those that may change something
    public record Filter(Set<String> tags, List<String> paths, Set<String> methods, Set<String> operations,
            Set<String> scopes, boolean confirm) {

        public Filter {
            tags = new LinkedHashSet<>(tags);
            paths = List.copyOf(paths);
            methods = new LinkedHashSet<>(methods);
            operations = new LinkedHashSet<>(operations);
            scopes = new LinkedHashSet<>(scopes);
            if (tags.isEmpty() && paths.isEmpty() && methods.isEmpty() && operations.isEmpty()) {
                throw new IllegalArgumentException("A choice of operations needs tags, paths, methods or operations; "
                        + "for all of them write paths: [/**].");
            }
        }

        boolean fits(Operation operation) {
            return (tags.isEmpty() || operation.tags().stream().anyMatch(tags::contains))
                    && (paths.isEmpty() || paths.stream().anyMatch(glob -> matches(glob, operation.path())))
                    && (methods.isEmpty() || methods.stream().anyMatch(operation.method()::equalsIgnoreCase))
                    && (operations.isEmpty() || operations.contains(operation.id())
                    || operations.contains(operation.address()));
        }

        private static boolean matches(String glob, String path) {
            var pattern = new StringBuilder();
            for (var i = 0; i < glob.length(); i++) {
                if (glob.startsWith("**", i)) {
                    pattern.append(".*");
                    i++;
                } else {
                    pattern.append(glob.charAt(i) == '*' ? "[^/]*" : Pattern.quote(glob.substring(i, i + 1)));
                }
            }
            return path.matches(pattern.toString());
        }

        /// As an operator wrote it, shortened.
        String shown() {
            var all = new LinkedHashSet<String>(tags);
            all.addAll(paths);
            methods.forEach(method -> all.add(method.toUpperCase(Locale.ROOT)));
            all.addAll(operations);
            return String.join(", ", all);
        }
    }

    /// Whether an operation becomes a tool without being named.
    boolean takes(Operation operation) {
        return mayTake(operation) && include.stream().anyMatch(each -> each.fits(operation))
                && exclude.stream().noneMatch(each -> each.fits(operation));
    }

    /// Whether it may be taken as far as writing goes.
    boolean mayTake(Operation operation) {
        return allowWrites || operation.method().equals("GET") || operation.method().equals("HEAD");
    }
}
