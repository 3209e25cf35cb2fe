package io.github.doorwarden.server;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool as it is listed, and what the door must know about it. Schemas stay raw JSON: nothing that an author wrote is
/// dropped.
///
/// @param name            1 to 64 characters of `A-Z a-z 0-9 _ -`
/// @param title           for people; may be empty
/// @param description     for the model; never empty
/// @param inputSchema     JSON Schema 2020-12 with `type: object` at its root
/// @param outputSchema    of `structuredContent`; empty when the tool gives none
/// @param annotations     `readOnlyHint` and so on (MCP, Tool annotations), as they are listed
/// @param scopes          what a caller needs to call it, all of them; empty: any signed-in caller
/// @param readOnly        false when the call may change something: its audit line is on disk before the reply
/// @param deadline        for the whole call
/// @param secretArguments names of arguments that no log and no audit line may carry
/// @param icons           `Icon` objects (2025-11-25 and later, Icons)
/// @param confirm         whether the person must confirm a call after a preview, before it runs
/// @param tasks           whether a call may go on as a task (extension `io.modelcontextprotocol/tasks`); see
///                        [#repeatable]
/// @param conditions      what it asks of a caller beside scopes
/// @param further         members of its definition that have no meaning here, listed as they are; none of those above
/// @param listed          false when it stands in no list: who calls it all the same reaches it, to be told why
public record ToolSpec(String name, String title, String description, ObjectNode inputSchema,
        Optional<ObjectNode> outputSchema,
        ObjectNode annotations, Set<String> scopes, boolean readOnly, Duration deadline, Set<String> secretArguments,
        List<ObjectNode> icons, boolean confirm, TaskSupport tasks, Conditions conditions, ObjectNode further,
        boolean listed) {

    /// What a call of the tool may become for a client that knows tasks.
    public enum TaskSupport {
        /// Always answered directly.
        NEVER,
        /// A task for clients that know tasks, answered directly for others.
        POSSIBLE,
        /// A task always; clients that do not know tasks are refused.
        REQUIRED
    }

    public ToolSpec {
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("A tool's name has 1 to 64 characters of A-Z a-z 0-9 _ -: " + name);
        }
        if (description.isBlank()) {
            throw new IllegalArgumentException("The tool " + name
                    + " has no description. Say in a sentence what it answers.");
        }
        if (!"object".equals(inputSchema.path("type").asString(""))) {
            throw new IllegalArgumentException("The input schema of " + name
                    + " must have \"type\": \"object\" at its root.");
        }
        Objects.requireNonNull(title);
        Objects.requireNonNull(outputSchema);
        Objects.requireNonNull(annotations);
        Objects.requireNonNull(deadline);
        Objects.requireNonNull(tasks);
        Objects.requireNonNull(conditions);
        Objects.requireNonNull(further);
        scopes = Set.copyOf(scopes);
        secretArguments = Set.copyOf(secretArguments);
        icons = List.copyOf(icons);
    }

    /// A tool without icons that runs at once and is answered directly.
    public ToolSpec(String name, String title, String description, ObjectNode inputSchema,
            Optional<ObjectNode> outputSchema, ObjectNode annotations, Set<String> scopes, boolean readOnly,
            Duration deadline, Set<String> secretArguments) {
        this(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly, deadline,
                secretArguments, List.of(), false, TaskSupport.NEVER);
    }

    /// A tool that asks nothing of a caller beside scopes.
    public ToolSpec(String name, String title, String description, ObjectNode inputSchema,
            Optional<ObjectNode> outputSchema, ObjectNode annotations, Set<String> scopes, boolean readOnly,
            Duration deadline, Set<String> secretArguments, List<ObjectNode> icons, boolean confirm,
            TaskSupport tasks) {
        this(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly, deadline,
                secretArguments, icons, confirm, tasks, Conditions.NONE, JsonNodeFactory.instance.objectNode(), true);
    }

    /// Whether a task that was cut off, because the server went down under it, may run again from the start: the tool
    /// changes nothing, or its author says by `idempotentHint: true` among the annotations that doing it twice does no
    /// more than doing it once. Not with secret arguments, because these are not kept. A task that may not run again
    /// has then failed.
    public boolean repeatable() {
        return secretArguments.isEmpty() && (readOnly || annotations.path("idempotentHint").asBoolean(false));
    }

    public ToolSpec withTitle(String value) {
        return new ToolSpec(name, value, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, secretArguments, icons, confirm, tasks, conditions, further,
                listed);
    }

    public ToolSpec withSchemas(ObjectNode input, Optional<ObjectNode> output) {
        return new ToolSpec(name, title, description, input, output, annotations, scopes, readOnly, deadline,
                secretArguments, icons, confirm, tasks, conditions, further,
                listed);
    }

    /// With one more annotation, for example `openWorldHint`.
    public ToolSpec withHint(String hint, boolean value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema,
                annotations.deepCopy().put(hint, value), scopes, readOnly, deadline, secretArguments, icons, confirm,
                tasks, conditions, further,
                listed);
    }

    public ToolSpec withScopes(Set<String> value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, value, readOnly,
                deadline, secretArguments, icons, confirm, tasks, conditions, further,
                listed);
    }

    /// Says it in the annotations too.
    public ToolSpec withReadOnly(boolean value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema,
                annotations.deepCopy().put("readOnlyHint", value), scopes, value, deadline, secretArguments, icons,
                confirm, tasks, conditions, further,
                listed);
    }

    public ToolSpec withDeadline(Duration value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly, value,
                secretArguments, icons, confirm, tasks, conditions, further,
                listed);
    }

    public ToolSpec withSecretArguments(Set<String> value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, value, icons, confirm, tasks, conditions, further,
                listed);
    }

    public ToolSpec withIcons(List<ObjectNode> value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, secretArguments, value, confirm, tasks, conditions, further,
                listed);
    }

    public ToolSpec withConfirm(boolean value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, secretArguments, icons, value, tasks, conditions, further,
                listed);
    }

    public ToolSpec withTasks(TaskSupport value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, secretArguments, icons, confirm, value, conditions, further,
                listed);
    }

    public ToolSpec withConditions(Conditions value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, secretArguments, icons, confirm, tasks, value, further, listed);
    }

    public ToolSpec withFurther(ObjectNode value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, secretArguments, icons, confirm, tasks, conditions, value, listed);
    }

    public ToolSpec withListed(boolean value) {
        return new ToolSpec(name, title, description, inputSchema, outputSchema, annotations, scopes, readOnly,
                deadline, secretArguments, icons, confirm, tasks, conditions, further, value);
    }
}
