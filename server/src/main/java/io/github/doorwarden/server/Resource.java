package io.github.doorwarden.server;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A resource that clients may read (MCP, Resources). Implementations are shared by all calls and must be safe for use
/// by many threads.
public interface Resource {

    /// What clients see and what the door must know. Always the same object.
    Spec spec();

    /// Runs like a tool's handler ([Tool#call]).
    ///
    /// @return `ResourceContents` objects as on the wire; see [Content#textOf]. Empty: there is no such resource any
    ///         more
    List<ObjectNode> read(Call call) throws Exception;

    /// Begins a resource in Java. Unless told otherwise any signed-in caller may read it, and it has 30 s.
    ///
    /// @param uri  absolute, unique in the deployment
    /// @param name never empty
    static ResourceDraft at(String uri, String name) {
        return new ResourceDraft(new Spec(uri, name, "", ""));
    }

    /// @param uri         absolute, unique in the deployment
    /// @param name        never empty
    /// @param title       for people; may be empty, like `description` and `mimeType`
    /// @param size        in bytes, where it is known
    /// @param annotations `audience`, `priority`, `lastModified`
    /// @param scopes      what a caller needs, all of them; empty: any signed-in caller
    /// @param icons       `Icon` objects (2025-11-25 and later)
    record Spec(String uri, String name, String title, String description, String mimeType, OptionalLong size,
            ObjectNode annotations, Set<String> scopes, Duration deadline, List<ObjectNode> icons) {
        public Spec {
            if (!URI.create(uri).isAbsolute() || uri.length() > Limits.URI_CHARS
                    || uri.chars().anyMatch(c -> c > '~')) {
                throw new IllegalArgumentException("A resource's URI is absolute, has at most " + Limits.URI_CHARS
                        + " characters, and percent-encodes what is not ASCII (RFC 3986): " + uri);
            }
            if (name.isBlank()) {
                throw new IllegalArgumentException("The resource " + uri + " has no name.");
            }
            Objects.requireNonNull(title);
            Objects.requireNonNull(description);
            Objects.requireNonNull(mimeType);
            scopes = Set.copyOf(scopes);
            icons = List.copyOf(icons);
        }

        public Spec(String uri, String name, String description, String mimeType) {
            this(uri, name, "", description, mimeType, OptionalLong.empty(), JsonNodeFactory.instance.objectNode(),
                    Set.of(), Duration.ofSeconds(30), List.of());
        }

        public Spec withSize(OptionalLong value) {
            return new Spec(uri, name, title, description, mimeType, value, annotations, scopes, deadline, icons);
        }

        public Spec withScopes(Set<String> value) {
            return new Spec(uri, name, title, description, mimeType, size, annotations, value, deadline, icons);
        }
    }
}
