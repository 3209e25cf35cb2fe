package io.github.doorwarden.client;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A question of a server's to the person who uses this client (MCP, Elicitation).
public sealed interface Elicitation {

    /// As the server asks it: words of another, to be shown as such.
    String message();

    /// The parameters of `elicitation/create` as they came.
    ObjectNode raw();

    /// Fields to fill in.
    ///
    /// @param schema an object with properties that are no objects; each may have a default
    record Form(String message, ObjectNode schema, ObjectNode raw) implements Elicitation {

        /// What is filled in already: the defaults of the schema.
        public ObjectNode defaults() {
            return completed(schema, JsonNodeFactory.instance.objectNode());
        }
    }

    /// A page to visit: what is entered there does not pass through this client.
    ///
    /// @param url `https:`, or `http:` within this machine
    /// @param id  of the visit, before 2026-07-28; else empty
    record Visit(String message, URI url, String id, ObjectNode raw) implements Elicitation {}

    /// What the person says.
    sealed interface Answer {

        /// @param content of a form; what is missing there and has a default is filled in. Empty for a visit
        record Accepted(ObjectNode content) implements Answer {}

        /// The person says no.
        record Declined() implements Answer {}

        /// The person says nothing.
        record Cancelled() implements Answer {}

        static Answer accept() {
            return new Accepted(JsonNodeFactory.instance.objectNode());
        }
    }

    /// Empty for one that no person is asked: a form without fields to show, a page that is not safe to open.
    static Optional<Elicitation> of(ObjectNode params) {
        var message = params.path("message").asString("");
        if (params.path("mode").asString("form").equals("url")) {
            return url(params.path("url").asString("")).map(url -> new Visit(message, url,
                    params.path("elicitationId").asString(""), params));
        }
        return params.path("requestedSchema") instanceof ObjectNode schema
                ? Optional.of(new Form(message, schema, params)) : Optional.empty();
    }

    private static Optional<URI> url(String text) {
        try {
            var url = URI.create(text);
            var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            var host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
            var safe = scheme.equals("https") && url.getHost() != null
                    || scheme.equals("http") && host.matches("localhost|127\\.[0-9.]+|\\[::1]");
            return safe && url.getRawUserInfo() == null ? Optional.of(url) : Optional.empty();
        } catch (IllegalArgumentException noUri) {
            return Optional.empty();
        }
    }

    /// The result of `elicitation/create`.
    default ObjectNode result(Answer answer) {
        var result = JsonNodeFactory.instance.objectNode();
        return switch (answer) {
            case Answer.Accepted yes -> {
                result.put("action", "accept");
                if (this instanceof Form form) {
                    result.set("content", completed(form.schema, yes.content));
                }
                yield result;
            }
            case Answer.Declined no -> result.put("action", "decline");
            case Answer.Cancelled no -> result.put("action", "cancel");
        };
    }

    private static ObjectNode completed(ObjectNode schema, ObjectNode content) {
        var all = content.deepCopy();
        for (var property : schema.path("properties").properties()) {
            JsonNode value = property.getValue().path("default");
            if (!value.isMissingNode() && !all.has(property.getKey())) {
                all.set(property.getKey(), value);
            }
        }
        return all;
    }
}
