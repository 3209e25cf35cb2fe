package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A question to the person in front of the client, as a form whose fields are the components of a record (MCP
/// 2025-06-18 and later, Elicitation). The answer is the record, or nothing when the person declined or closed the
/// form. Made by [Elicitation#form(String, Class)]. Immutable.
///
/// A form is flat: `String`, `int`, `long`, `double`, `boolean`, enums, `LocalDate`, `Instant`, and since 2025-11-25 a
/// `List` of an enum; `Optional` around any of them makes the field optional. [Title] and [Description] say what a
/// field is, [Range] bounds it.
public final class Form<R extends Record> implements Question<Optional<R>> {

    private final Class<R> type;
    private final RecordShape.Fields fields;
    private final Elicitation elicitation;

    /// @throws IllegalArgumentException with a sentence that names the component that no form can have
    Form(String message, Class<R> type) {
        this.type = type;
        this.fields = RecordShape.of(type);
        var schema = fields.schema();
        schema.remove("additionalProperties");                   // not in the specification's form schemas
        for (var field : fields.fields()) {
            if (!(schema.path("properties").path(field.name()) instanceof ObjectNode property)) {
                throw new IllegalStateException(field.name());
            }
            switch (field.shape()) {
                case RecordShape.Choice choice -> titled(property, "oneOf", choice);
                case RecordShape.Items(RecordShape.Choice choice) ->
                        titled((ObjectNode) property.path("items"), "anyOf", choice);
                default -> { }                                   // judged by Elicitation
            }
        }
        this.elicitation = Elicitation.form(message, schema);
    }

    private static void titled(ObjectNode schema, String word, RecordShape.Choice choice) {
        if (choice.titles().isEmpty()) {
            return;
        }
        schema.remove("enum");
        var options = schema.putArray(word);
        choice.constants().keySet().forEach(name -> options.addObject().put("const", name).put("title",
                choice.titles().getOrDefault(name, name)));
    }

    @Override
    public String method() {
        return elicitation.method();
    }

    @Override
    public ObjectNode params(Revision revision) {
        return elicitation.params(revision);
    }

    @Override
    public ObjectNode capability() {
        return elicitation.capability();
    }

    @Override
    public boolean answerableBy(ObjectNode capabilities) {
        return elicitation.answerableBy(capabilities);
    }

    @Override
    public boolean in(Revision revision) {
        return elicitation.in(revision);
    }

    @Override
    public Optional<R> read(JsonNode result) {
        try {
            return elicitation.read(result).accepted().map(content -> type.cast(fields.read(content, "")));
        } catch (RecordShape.Misfit misfit) {
            throw new Refused(new Refusal.BadParams("The answer to elicitation/create cannot be used: "
                    + misfit.getMessage() + "."));
        }
    }
}
