package io.github.doorwarden.server;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON Schema (2020-12 unless `$schema` says otherwise), compiled once; checks values without I/O: a `$ref` that
/// leaves the document is never fetched and stops the start. Bounded in steps, depth, looks of a pattern, and messages.
/// `format` is an annotation, as 2020-12 has it. Safe for use by many threads.
final class SchemaCheck {

    private static final ExecutionConfig BOUNDED = ExecutionConfig.builder().maxEvaluationSteps(Limits.SCHEMA_STEPS)
            .maxEvaluationDepth(Limits.SCHEMA_DEPTH).build();

    /// The meta-schemas that were needed until now; their number is that of the dialects.
    private static final Map<String, Schema> RULES = new ConcurrentHashMap<>();

    /// One thing that is wrong with a value.
    ///
    /// @param path    JSON Pointer into the value; empty: the value itself
    /// @param keyword of the schema, for example `required`
    /// @param message a clause, bounded; may name a property that the caller made up
    record Misfit(String path, String keyword, String message) {}

    private final Schema schema;
    private final String known;

    /// @param what names the schema in the sentence that refuses it, for example `The input schema of the tool x`
    /// @throws IllegalArgumentException when it is no schema, or refers to another document
    SchemaCheck(String what, ObjectNode json) {
        try {
            schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, builder -> builder
                    .schemaRegistryConfig(SchemaRegistryConfig.builder().locale(Locale.ROOT)
                    .pathType(PathType.JSON_POINTER)
                            .regularExpressionFactory(SchemaCheck::pattern).build())
                    .schemaLoader(loader -> loader.fetchRemoteResources(false))).getSchema(json.deepCopy());
            schema.initializeValidators();
        } catch (SchemaException e) {
            throw new IllegalArgumentException(what + " cannot be used: " + e.getMessage()
                    + " References to other documents are never fetched; put what they name into $defs.", e);
        }
        known = json.path("properties").propertyNames().stream().collect(Collectors.joining(", "));
    }

    /// The check of a schema that clients will read: it is also held against the rules of its own dialect, because the
    /// compiler passes over a keyword that it cannot use.
    ///
    /// @throws IllegalArgumentException like the constructor, and for a schema that its dialect forbids
    static SchemaCheck published(String what, ObjectNode json) {
        var check = new SchemaCheck(what, json);
        var errors = RULES.computeIfAbsent(json.path("$schema")
                .asString(SpecificationVersion.DRAFT_2020_12.getDialectId()), SchemaCheck::rules)
                .validate(json);
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(what + " cannot be used: " + Text.bounded(errors.getFirst().toString(),
                    Limits.SCHEMA_MESSAGE_CHARS));
        }
        return check;
    }

    private static Schema rules(String dialect) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, builder -> builder
                .schemaLoader(loader -> loader.fetchRemoteResources(false))).getSchema(SchemaLocation.of(dialect));
    }

    /// What is wrong with the value, at most [Limits#SCHEMA_MESSAGES]; empty: it fits.
    List<Misfit> misfits(JsonNode value) {
        List<Error> errors;
        try {
            errors = schema.validate(value, context -> context.setExecutionConfig(BOUNDED));
        } catch (ValidationLimitExceededException | PatternLimit tooMuch) {
            return List.of(new Misfit("", "limit", "is too large or too deep to be checked; send less"));
        }
        if (errors.isEmpty()) {
            return List.of();
        }
        var misfits = new ArrayList<Misfit>();
        for (var error : errors.subList(0, Math.min(errors.size(), Limits.SCHEMA_MESSAGES))) {
            misfits.add(misfit(error));
        }
        return misfits;
    }

    private Misfit misfit(Error error) {
        var path = error.getInstanceLocation().toString();
        var message = switch (error.getKeyword()) {
            case "required" -> "'" + error.getProperty() + "' is missing";
            case "additionalProperties" -> "'" + Text.bounded(error.getProperty(), Limits.ECHOED_NAME_CHARS)
                    + "' is not known" + (path.isEmpty() ? "; known are: " + known : "");
            default -> error.getMessage();
        };
        return new Misfit(Text.bounded(path, Limits.SCHEMA_MESSAGE_CHARS), error.getKeyword(),
                Text.bounded(message, Limits.SCHEMA_MESSAGE_CHARS));
    }

    /// A pattern that a hostile string cannot keep busy.
    private static RegularExpression pattern(String regex) {
        var pattern = Pattern.compile(RegularExpressions.replaceLongformCharacterProperties(
                RegularExpressions.replaceDollarAnchors(regex)));
        return value -> pattern.matcher(new Watched(value, new int[1])).find();
    }

    /// Text that counts how often it is looked at.
    private record Watched(CharSequence text, int[] looks) implements CharSequence {

        @Override
        public char charAt(int index) {
            if (++looks[0] > Limits.PATTERN_LOOKS) {
                throw new PatternLimit();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Watched(text.subSequence(start, end), looks);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class PatternLimit extends RuntimeException {

        private static final long serialVersionUID = 1;

        PatternLimit() {
            super("A pattern looked too often.", null, false, false);
        }
    }
}
