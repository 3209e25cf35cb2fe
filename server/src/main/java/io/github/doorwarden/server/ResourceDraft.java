package io.github.doorwarden.server;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// A resource without its contents yet; begun by [Resource#at]. Immutable: each method answers a new draft.
///
/// ```java
/// Resource today = Resource.at("notes://today", "today").description("What is due today.").mimeType("text/markdown")
///         .scopes("notes:read").text(call -> notes.due(call.caller().subject()));
/// ```
public final class ResourceDraft {

    /// Reads the contents. May block; is interrupted at the deadline.
    @FunctionalInterface
    public interface Reader<T> {
        /// @return null when there is no such resource any more
        T read(Call call) throws Exception;
    }

    private record Read(Resource.Spec spec, Reader<ObjectNode> reader) implements Resource {

        @Override
        public List<ObjectNode> read(Call call) throws Exception {
            var contents = reader.read(call);
            return contents == null ? List.of() : List.of(contents);
        }
    }

    private final Resource.Spec spec;

    ResourceDraft(Resource.Spec spec) {
        this.spec = spec;
    }

    /// For people, in lists.
    public ResourceDraft title(String value) {
        return new ResourceDraft(new Resource.Spec(spec.uri(), spec.name(), value, spec.description(), spec.mimeType(),
                spec.size(), spec.annotations(), spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// For the model.
    public ResourceDraft description(String value) {
        return new ResourceDraft(new Resource.Spec(spec.uri(), spec.name(), spec.title(), value, spec.mimeType(),
                spec.size(), spec.annotations(), spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// For example `text/markdown`; unless said, text is `text/plain` and bytes are `application/octet-stream`.
    public ResourceDraft mimeType(String value) {
        return new ResourceDraft(new Resource.Spec(spec.uri(), spec.name(), spec.title(), spec.description(), value,
                spec.size(), spec.annotations(), spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// `audience`, `priority` and `lastModified` (MCP, schema, Annotations).
    public ResourceDraft annotations(ObjectNode value) {
        return new ResourceDraft(new Resource.Spec(spec.uri(), spec.name(), spec.title(), spec.description(),
                spec.mimeType(), spec.size(), value, spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// What a caller needs, all of them.
    public ResourceDraft scopes(String... values) {
        return new ResourceDraft(spec.withScopes(Set.of(values)));
    }

    public ResourceDraft deadline(Duration value) {
        return new ResourceDraft(new Resource.Spec(spec.uri(), spec.name(), spec.title(), spec.description(),
                spec.mimeType(), spec.size(), spec.annotations(), spec.scopes(), value, spec.icons()));
    }

    /// Made by [Content#icon].
    public ResourceDraft icons(ObjectNode... values) {
        return new ResourceDraft(new Resource.Spec(spec.uri(), spec.name(), spec.title(), spec.description(),
                spec.mimeType(), spec.size(), spec.annotations(), spec.scopes(), spec.deadline(), List.of(values)));
    }

    /// A resource of text.
    public Resource text(Reader<String> reader) {
        var typed = spec.mimeType().isEmpty() ? mimeType("text/plain").spec : spec;
        return new Read(typed, call -> {
            var text = reader.read(call);
            return text == null ? null : Content.textOf(typed.uri(), typed.mimeType(), text);
        });
    }

    /// A resource of bytes.
    public Resource bytes(Reader<byte[]> reader) {
        var typed = spec.mimeType().isEmpty() ? mimeType("application/octet-stream").spec : spec;
        return new Read(typed, call -> {
            var bytes = reader.read(call);
            return bytes == null ? null : Content.blobOf(typed.uri(), typed.mimeType(), bytes);
        });
    }
}
