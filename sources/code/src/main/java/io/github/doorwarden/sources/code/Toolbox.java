package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the tools of a source share: its index, who may know of what, and the form of answers.
record Toolbox(CodeSettings.Tools settings, CodeIndex index, Repositories repositories, Counters counters) {

    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// A tool's name as it is called here.
    String name(String name) {
        return settings.name(name);
    }

    ToolSpec spec(String name, String title, String description, ObjectNode in, ObjectNode out) {
        in.put("additionalProperties", false);
        var about = settings.about().isBlank() ? "" : " The code: " + settings.about().strip();
        return new ToolSpec(name(name), title, description + about, in, Optional.of(out), JSON.objectNode(),
                settings.scopes(name), true, Limits.CALL, Set.of()).withReadOnly(true)
                .withHint("destructiveHint", false).withHint("idempotentHint", true).withHint("openWorldHint", false);
    }

    /// A schema of an object with the members that [#text], [#number] and [#list] add.
    static ObjectNode object(String... required) {
        var object = JSON.objectNode().put("type", "object");
        object.putObject("properties");
        if (required.length > 0) {
            var names = object.putArray("required");
            Set.of(required).stream().sorted().forEach(names::add);
        }
        return object;
    }

    static void text(ObjectNode schema, String name, String description) {
        schema.withObjectProperty("properties").putObject(name).put("type", "string").put("description", description);
    }

    static void number(ObjectNode schema, String name, int least, int most, String description) {
        schema.withObjectProperty("properties").putObject(name).put("type", "integer").put("minimum", least)
                .put("maximum", most).put("description", description);
    }

    static void list(ObjectNode schema, String name, String description) {
        schema.withObjectProperty("properties").putObject(name).put("type", "array").put("description", description)
                .putObject("items").put("type", "object");
    }

    static String text(Call call, String name) {
        return call.arguments().path(name).asString("").strip();
    }

    static int number(Call call, String name, int otherwise) {
        return call.arguments().path(name).asInt(otherwise);
    }

    /// Why a call is not taken: there is nothing that the caller may read, or an argument is beyond its bound; each is
    /// looked for in the index as it stands there, and some work grows with it.
    ///
    /// @param readable the repositories that the caller may read and asked for
    /// @param pattern  whether the path is a [PathFilter]; else it is a whole one
    static Optional<ToolResult> refused(Call call, Set<String> readable, boolean pattern) {
        if (readable.isEmpty()) {
            return Optional.of(noRepository(text(call, "repo")));
        }
        for (var name : List.of("path", "language", "kind", "symbol", "name")) {
            var length = text(call, name).length();
            var most = !name.equals("path") ? Limits.NAME_CHARS : pattern ? Limits.PATTERN_CHARS : Limits.PATH_CHARS;
            if (length > most) {
                return Optional.of(ToolResult.error("The " + name + " has " + length + " characters, and " + most
                        + " are taken. Shorten it, or leave it out."));
            }
        }
        var stars = pattern ? PathFilter.of(text(call, "path")).stars() : 0;
        return stars <= Limits.PATTERN_STARS ? Optional.empty() : Optional.of(ToolResult.error("The path has " + stars
                + " *, and " + Limits.PATTERN_STARS + " are taken. Write a simpler glob, such as src/**/*.java."));
    }

    /// @param advice how to ask for less
    ToolResult answer(ObjectNode answer, int tokens, String advice) {
        return new AnswerBudget(tokens, Optional.empty()).fit(answer, advice) ? ToolResult.structured(answer)
                : ToolResult.error("The answer is too large. " + advice);
    }

    /// What to say when the caller may know of no repository, or not of the one that was asked for.
    private static ToolResult noRepository(String asked) {
        return ToolResult.error(asked.isEmpty() ? "There is no repository that you may read. Ask the administrator "
                + "for its permission." : "There is no repository " + shown(asked) + " that you may read. Leave repo "
                + "out to search all of yours.");
    }

    static String shown(String text) {
        var line = text.replaceAll("\\s+", " ");
        return line.length() <= 100 ? line : line.substring(0, 100) + "…";
    }

    /// Where something lies, for people too.
    ObjectNode place(ObjectNode node, String repository, String path, int from, int to) {
        node.put("repo", repository).put("path", path).put("from", from).put("to", to);
        var link = repositories.permalink(repository, path, from, to, index.status(repository).revision());
        if (!link.isEmpty()) {
            node.put("permalink", link);
        }
        return node;
    }

    /// Lines as they are shown: overlong ones are cut, visibly.
    static String line(String line) {
        return line.length() <= Limits.SHOWN_LINE_CHARS ? line : line.substring(0, Limits.SHOWN_LINE_CHARS) + " […]";
    }
}
