package io.github.doorwarden.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// A resource template without its contents yet; begun by [ResourceTemplate#at]. Immutable: each method answers a new
/// draft.
///
/// ```java
/// ResourceTemplate note = ResourceTemplate.at("notes://{id}", "note").completing("id", notes::idsThatBeginWith)
///         .text((uri, call) -> notes.text(call.arguments().path("id").asString()));
/// ```
public final class TemplateDraft {

    /// Reads the contents. May block; is interrupted at the deadline.
    @FunctionalInterface
    public interface Reader<T> {
        /// @param uri as it was asked for; its variables are the arguments of the call, as strings
        /// @return null when there is no such resource
        T read(String uri, Call call) throws Exception;
    }

    private record Read(ResourceTemplate.Spec spec, Reader<ObjectNode> reader,
            Map<String, Function<String, List<String>>> completions) implements ResourceTemplate {

        @Override
        public List<ObjectNode> read(String uri, Call call) throws Exception {
            var contents = reader.read(uri, call);
            return contents == null ? List.of() : List.of(contents);
        }

        @Override
        public List<String> complete(String variable, String value, Map<String, String> variables) {
            return completions.getOrDefault(variable, typed -> List.of()).apply(value);
        }
    }

    private final ResourceTemplate.Spec spec;
    private final Map<String, Function<String, List<String>>> completions;

    TemplateDraft(ResourceTemplate.Spec spec, Map<String, Function<String, List<String>>> completions) {
        this.spec = spec;
        this.completions = Map.copyOf(completions);
    }

    /// Suggests values of a variable while a person types (MCP, Completion).
    ///
    /// @param suggestions from what was typed so far to values, best first; more than 100 are cut
    public TemplateDraft completing(String variable, Function<String, List<String>> suggestions) {
        var more = new HashMap<>(completions);
        more.put(variable, suggestions);
        return new TemplateDraft(spec, more);
    }

    /// For people, in lists.
    public TemplateDraft title(String value) {
        return with(new ResourceTemplate.Spec(spec.uriTemplate(), spec.name(), value, spec.description(),
                spec.mimeType(),
                spec.annotations(), spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// For the model.
    public TemplateDraft description(String value) {
        return with(new ResourceTemplate.Spec(spec.uriTemplate(), spec.name(), spec.title(), value, spec.mimeType(),
                spec.annotations(), spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// For example `text/markdown`; unless said, text is `text/plain` and bytes are `application/octet-stream`.
    public TemplateDraft mimeType(String value) {
        return with(new ResourceTemplate.Spec(spec.uriTemplate(), spec.name(), spec.title(), spec.description(), value,
                spec.annotations(), spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// `audience`, `priority` and `lastModified` (MCP, schema, Annotations).
    public TemplateDraft annotations(ObjectNode value) {
        return with(new ResourceTemplate.Spec(spec.uriTemplate(), spec.name(), spec.title(), spec.description(),
                spec.mimeType(), value, spec.scopes(), spec.deadline(), spec.icons()));
    }

    /// What a caller needs, all of them.
    public TemplateDraft scopes(String... values) {
        return with(new ResourceTemplate.Spec(spec.uriTemplate(), spec.name(), spec.title(), spec.description(),
                spec.mimeType(), spec.annotations(), Set.of(values), spec.deadline(), spec.icons()));
    }

    public TemplateDraft deadline(Duration value) {
        return with(new ResourceTemplate.Spec(spec.uriTemplate(), spec.name(), spec.title(), spec.description(),
                spec.mimeType(), spec.annotations(), spec.scopes(), value, spec.icons()));
    }

    /// Made by [Content#icon].
    public TemplateDraft icons(ObjectNode... values) {
        return with(new ResourceTemplate.Spec(spec.uriTemplate(), spec.name(), spec.title(), spec.description(),
                spec.mimeType(), spec.annotations(), spec.scopes(), spec.deadline(), List.of(values)));
    }

    private TemplateDraft with(ResourceTemplate.Spec other) {
        return new TemplateDraft(other, completions);
    }

    /// Resources of text.
    public ResourceTemplate text(Reader<String> reader) {
        var typed = spec.mimeType().isEmpty() ? mimeType("text/plain").spec : spec;
        return new Read(typed, (uri, call) -> {
            var text = reader.read(uri, call);
            return text == null ? null : Content.textOf(uri, typed.mimeType(), text);
        }, completions);
    }

    /// Resources of bytes.
    public ResourceTemplate bytes(Reader<byte[]> reader) {
        var typed = spec.mimeType().isEmpty() ? mimeType("application/octet-stream").spec : spec;
        return new Read(typed, (uri, call) -> {
            var bytes = reader.read(uri, call);
            return bytes == null ? null : Content.blobOf(uri, typed.mimeType(), bytes);
        }, completions);
    }
}
