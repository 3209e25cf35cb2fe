package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.server.Conditions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Collections;
import java.util.List;

/// What of a server is mounted, and under which rules.
///
/// @param prefix     stands before every name and URI; empty: nothing does
/// @param expose     what is exposed; nothing else is, but for what `tools` names
/// @param withhold   of that, what is not
/// @param tools      changes to single tools, by the names that the server gives them; each is exposed
/// @param scopes     what a caller needs for anything of it
/// @param approve    whether a definition that is new or has changed is held back until somebody approved it
/// @param ask        whether the server may ask the caller's client
/// @param timeout    for one call
/// @param concurrent calls at one time
/// @param maxBytes   of one result
public record McpSettings(String prefix, Choice expose, Choice withhold, Map<String, ToolSettings> tools,
        Set<String> scopes, boolean approve, boolean ask, Duration timeout, int concurrent, int maxBytes) {

    public McpSettings {
        tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
        scopes = Set.copyOf(scopes);
        if (!prefix.matches("([A-Za-z][A-Za-z0-9_-]{0,31})?")) {
            throw new IllegalArgumentException("A prefix begins with a letter and has at most 32 characters of A-Z a-z "
                    + "0-9 _ -: " + prefix);
        }
    }

    /// Everything as the server has it, under a prefix.
    public static McpSettings all(String prefix) {
        var all = List.of("*");
        return new McpSettings(prefix, new Choice(all, all, all), Choice.NOTHING, Map.of(), Set.of(), true, false,
                Duration.ofMinutes(1), 16, 2 * 1024 * 1024);
    }

    /// Patterns for names of tools and prompts and for URIs of resources and templates, each as the server has them; a
    /// `*` stands for anything.
    public record Choice(List<String> tools, List<String> resources, List<String> prompts) {

        public static final Choice NOTHING = new Choice(List.of(), List.of(), List.of());

        public Choice {
            tools = List.copyOf(tools);
            resources = List.copyOf(resources);
            prompts = List.copyOf(prompts);
        }

        static boolean has(List<String> patterns, String name) {
            return patterns.stream().anyMatch(pattern -> matches(pattern, name));
        }

        /// In time that grows with both lengths alone.
        private static boolean matches(String pattern, String name) {
            int p = 0;
            int n = 0;
            int star = -1;
            int mark = 0;
            while (n < name.length()) {
                if (p < pattern.length() && pattern.charAt(p) == '*') {
                    star = p++;
                    mark = n;
                } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
                    p++;
                    n++;
                } else if (star >= 0) {
                    p = star + 1;
                    n = ++mark;
                } else {
                    return false;
                }
            }
            return pattern.substring(p).chars().allMatch(c -> c == '*');
        }
    }

    /// @param title       for people; the server's own when absent
    /// @param description for the model; the server's own when absent
    /// @param scopes      beside those of the source
    /// @param readOnly    whether the door takes it for a tool that changes nothing; the server's own word for it is
    ///                    passed on, but not believed
    /// @param confirm     whether a person must confirm each call
    public record ToolSettings(Optional<String> title, Optional<String> description, Set<String> scopes,
            Optional<Boolean> readOnly, boolean confirm, Conditions conditions) {

        public static final ToolSettings AS_IT_IS = new ToolSettings(Optional.empty(), Optional.empty(), Set.of(),
                Optional.empty(), false, Conditions.NONE);

        public ToolSettings {
            scopes = Set.copyOf(scopes);
        }
    }

    ToolSettings tool(String name) {
        return tools.getOrDefault(name, ToolSettings.AS_IT_IS);
    }

    boolean exposesTool(String name) {
        return tools.containsKey(name) || Choice.has(expose.tools, name) && !Choice.has(withhold.tools, name);
    }

    boolean exposesPrompt(String name) {
        return Choice.has(expose.prompts, name) && !Choice.has(withhold.prompts, name);
    }

    boolean exposesResource(String uri) {
        return Choice.has(expose.resources, uri) && !withholdsResource(uri);
    }

    /// Whether a URI that a caller made up, within a pattern that is exposed, is withheld in any way that a server may
    /// read it: as it stands, with its escapes undone, or with its `..` gone.
    boolean withholdsResource(String uri) {
        var read = uri;
        for (var undone = 0; undone <= Limits.ESCAPES; undone++) {
            if (Choice.has(withhold.resources, read) || Choice.has(withhold.resources, Uris.withoutDots(read))) {
                return true;
            }
            var next = Uris.unescaped(read);
            if (next.equals(read)) {
                return false;
            }
            read = next;
        }
        return !withhold.resources.isEmpty();      // escaped again and again: nobody who means well writes that
    }
}
