package io.github.doorwarden.server;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.doorwarden.protocol.Revision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON Schema that the specification publishes with a revision, as a judge of what we send.
final class PublishedSchema {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Map<Revision, PublishedSchema> ALL = new ConcurrentHashMap<>();

    private final ObjectNode document;
    private final String definitions;
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

    private PublishedSchema(Revision revision) {
        try (var in = PublishedSchema.class.getResourceAsStream("/mcp-schema/" + revision.date() + ".json")) {
            document = (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        definitions = document.has("$defs") ? "$defs" : "definitions";
    }

    static PublishedSchema of(Revision revision) {
        return ALL.computeIfAbsent(revision, PublishedSchema::new);
    }

    /// What is wrong with a value of a type of the specification; empty: nothing.
    String misfits(String type, JsonNode value) {
        return compiled.computeIfAbsent(type, this::compile).validate(value).stream().map(Object::toString)
                .collect(Collectors.joining("\n"));
    }

    private Schema compile(String type) {
        if (!document.path(definitions).has(type)) {
            throw new IllegalArgumentException("There is no " + type);
        }
        var schema = JSON.createObjectNode();
        schema.set("$schema", document.path("$schema"));
        schema.set(definitions, document.path(definitions));
        schema.put("$ref", "#/" + definitions + "/" + type);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, builder -> builder
                .schemaLoader(loader -> loader.fetchRemoteResources(false))).getSchema(schema);
    }
}
