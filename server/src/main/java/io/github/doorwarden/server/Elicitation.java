package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A question to the person in front of the client (MCP 2025-06-18 and later, Elicitation): a form to fill in, or since
/// 2025-11-25 a page to visit. Passwords and keys are never asked for by a form: the answer passes through the client.
///
/// @param message       says what is asked and why; in a form a URL in it is shown in a form that cannot be clicked
/// @param schema        of the form: an object whose properties are strings, numbers, booleans or enums; empty for a
///                      page
/// @param url           of the page, `https` or on the loopback interface; empty for a form
/// @param elicitationId unguessable, names the visit to the page; empty for a form
public record Elicitation(String message, Optional<ObjectNode> schema, Optional<URI> url, String elicitationId)
        implements Question<Elicitation.Answer> {

    /// @throws IllegalArgumentException with a sentence, for a form that asks for secrets or is not flat, and for a URL
    ///                                  that a client would refuse
    public Elicitation {
        if (message.isBlank()) {
            throw new IllegalArgumentException("A question needs a message that says what is asked and why.");
        }
        if (schema.isPresent() == url.isPresent()) {
            throw new IllegalArgumentException("A question is either a form or a page to visit.");
        }
        schema.ifPresent(FormSchema::check);
        url.ifPresent(page -> {
            var local = "http".equals(page.getScheme()) && List.of("localhost", "127.0.0.1", "[::1]")
                    .contains(String.valueOf(page.getHost()));
            if (page.getHost() == null || page.getUserInfo() != null || !"https".equals(page.getScheme()) && !local
                    || elicitationId.isEmpty()) {
                throw new IllegalArgumentException("A page to visit has an https URL without a user, and an id.");
            }
        });
    }

    /// What the person did.
    public sealed interface Answer {

        /// `content` fits the schema; empty when a page was asked for: then it only says that the person agreed to go.
        record Accepted(ObjectNode content) implements Answer {}

        /// The person said no.
        record Declined() implements Answer {}

        /// The person closed the question without an answer.
        record Cancelled() implements Answer {}

        /// What was filled in; empty when the person did not accept.
        default Optional<ObjectNode> accepted() {
            return this instanceof Accepted yes ? Optional.of(yes.content()) : Optional.empty();
        }
    }

    /// A form.
    ///
    /// @param schema JSON Schema as the specification restricts it: flat, with `type: object`
    public static Elicitation form(String message, ObjectNode schema) {
        return new Elicitation(message, Optional.of(schema), Optional.empty(), "");
    }

    /// A form whose fields are the components of a record, and whose answer is that record.
    ///
    /// @throws IllegalArgumentException with a sentence that names the component that no form can have
    public static <R extends Record> Form<R> form(String message, Class<R> fields) {
        return new Form<>(message, fields);
    }

    /// A page that the person is asked to visit, for what must not pass through the client.
    public static Elicitation visit(String message, URI url, String elicitationId) {
        return new Elicitation(message, Optional.empty(), Optional.of(url), elicitationId);
    }

    @Override
    public String method() {
        return "elicitation/create";
    }

    @Override
    public ObjectNode params(Revision revision) {
        var params = JsonNodeFactory.instance.objectNode();
        if (revision.compareTo(Revision.V2025_11_25) >= 0) {
            params.put("mode", url.isPresent() ? "url" : "form");
        }
        params.put("message", schema.isPresent() ? FormSchema.unclickable(message) : message);
        schema.ifPresent(form -> params.set("requestedSchema", FormSchema.at(form, revision)));
        url.ifPresent(page -> params.put("url", page.toString()));
        if (url.isPresent() && !revision.modern()) {
            params.put("elicitationId", elicitationId);
        }
        return params;
    }

    @Override
    public ObjectNode capability() {
        var capability = JsonNodeFactory.instance.objectNode();
        var elicitation = capability.putObject("elicitation");
        if (url.isPresent()) {
            elicitation.putObject("url");
        }
        return capability;
    }

    /// An empty `elicitation` object stands for forms alone (2025-11-25, Elicitation, Capabilities).
    @Override
    public boolean answerableBy(ObjectNode capabilities) {
        return capabilities.path("elicitation") instanceof ObjectNode declared
                && (url.isPresent() ? declared.path("url").isObject()
                        : declared.path("form").isObject() || !declared.has("url"));
    }

    /// Forms since 2025-06-18; pages, and forms with lists of choices, since 2025-11-25.
    @Override
    public boolean in(Revision revision) {
        return revision.compareTo(url.isPresent() || FormSchema.hasLists(schema.orElseThrow())
                ? Revision.V2025_11_25 : Revision.V2025_06_18) >= 0;
    }

    @Override
    public Answer read(JsonNode result) {
        return switch (result.path("action").asString("")) {
            case "accept" -> new Answer.Accepted(content(result.path("content")));
            case "decline" -> new Answer.Declined();
            case "cancel" -> new Answer.Cancelled();
            default -> throw bad("it has no action of accept, decline or cancel");
        };
    }

    private ObjectNode content(JsonNode content) {
        if (schema.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        // a form without fields is accepted without content, too
        var given = content.isMissingNode() || content.isNull() ? JsonNodeFactory.instance.objectNode() : content;
        if (!(given instanceof ObjectNode filled)) {
            throw bad("it accepts, but its content is no object");
        }
        var misfits = new SchemaCheck("The schema of a form", schema.get()).misfits(filled);
        if (!misfits.isEmpty()) {
            throw bad("its content does not fit the form: " + misfits.stream()
                    .map(misfit -> misfit.path() + ": " + misfit.message()).collect(Collectors.joining("; ")));
        }
        return FormSchema.only(schema.get(), filled);
    }

    private static Refused bad(String why) {
        return new Refused(new Refusal.BadParams("The answer to elicitation/create cannot be used: " + why + "."));
    }
}
