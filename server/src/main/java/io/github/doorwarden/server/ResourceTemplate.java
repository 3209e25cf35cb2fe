package io.github.doorwarden.server;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Resources whose URIs follow a pattern (MCP, Resources, Resource templates). Implementations are shared by all calls
/// and must be safe for use by many threads.
public interface ResourceTemplate {

    /// What clients see and what the door must know. Always the same object.
    Spec spec();

    /// Runs like a tool's handler ([Tool#call]). The variables of the URI are the call's arguments, as strings.
    ///
    /// @param uri as it was asked for
    /// @return `ResourceContents` objects as on the wire; empty: there is no such resource
    List<ObjectNode> read(String uri, Call call) throws Exception;

    /// Suggestions for the value of a variable (MCP, Completion), best first; more than 100 are cut.
    ///
    /// @param value     as far as it was typed
    /// @param variables those that are known already
    default List<String> complete(String variable, String value, Map<String, String> variables) {
        return List.of();
    }

    /// Begins a template in Java. Unless told otherwise any signed-in caller may read it, and it has 30 s.
    ///
    /// @param uriTemplate for example `notes://{id}`; see [Spec]
    /// @param name        never empty
    static TemplateDraft at(String uriTemplate, String name) {
        return new TemplateDraft(new Spec(uriTemplate, name, "", ""), Map.of());
    }

    /// @param uriTemplate RFC 6570 level 1: `{name}` stands for one or more characters other than `/`, `?` and `#`, but
    ///                    for those that are percent-encoded; at most two between two slashes
    /// @param name        never empty
    /// @param title       for people; may be empty, like `description` and `mimeType`
    /// @param scopes      what a caller needs, all of them; empty: any signed-in caller
    /// @param icons       `Icon` objects (2025-11-25 and later)
    record Spec(String uriTemplate, String name, String title, String description, String mimeType,
            ObjectNode annotations, Set<String> scopes, Duration deadline, List<ObjectNode> icons) {
        public Spec {
            if (name.isBlank()) {
                throw new IllegalArgumentException("The resource template " + uriTemplate + " has no name.");
            }
            Objects.requireNonNull(title);
            Objects.requireNonNull(description);
            Objects.requireNonNull(mimeType);
            scopes = Set.copyOf(scopes);
            icons = List.copyOf(icons);
        }

        public Spec(String uriTemplate, String name, String description, String mimeType) {
            this(uriTemplate, name, "", description, mimeType, JsonNodeFactory.instance.objectNode(), Set.of(),
                    Duration.ofSeconds(30), List.of());
        }
    }
}
