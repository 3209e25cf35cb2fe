package io.github.doorwarden.server;

import io.github.doorwarden.protocol.ParamHeaders;
import io.github.doorwarden.protocol.Revision;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One tool behind one endpoint with everything that can be made ready once: its checks and its JSON. Safe for use by
/// many threads; the JSON is shared and never changed.
final class Offer implements Listing {

    final Tool tool;
    final ToolSpec spec;
    final SchemaCheck input;
    final Optional<SchemaCheck> output;
    final ParamHeaders headers;

    /// @throws IllegalArgumentException when a schema or the deadline cannot be used
    Offer(Tool tool) {
        this.tool = tool;
        this.spec = tool.spec();
        this.input = SchemaCheck.published("The input schema of the tool " + spec.name(), Confirmation.schema(spec));
        this.output = outputSchema().map(schema ->
                SchemaCheck.published("The output schema of the tool " + spec.name(), schema));
        if (!spec.deadline().isPositive() || spec.deadline().compareTo(Limits.DEADLINE) > 0) {
            throw new IllegalArgumentException("The deadline of the tool " + spec.name() + " must be more than nothing "
                    + "and at most " + Limits.DEADLINE + ".");
        }
        try {
            this.headers = ParamHeaders.of(spec.inputSchema());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The tool " + spec.name() + " cannot be served: " + e.getMessage(), e);
        }
    }

    /// None of a tool whose calls are confirmed: the preview is an answer too, and clients hold every answer that is no
    /// error against the schema.
    private Optional<ObjectNode> outputSchema() {
        return spec.confirm() ? Optional.empty() : spec.outputSchema();
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public Set<String> scopes() {
        return spec.scopes();
    }

    @Override
    public Conditions conditions() {
        return spec.conditions();
    }

    @Override
    public boolean listed() {
        return spec.listed();
    }

    /// MCP, schema of each revision, Tool.
    @Override
    public ObjectNode json(Revision revision) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("name", spec.name());
        if (revision.compareTo(Revision.V2025_06_18) >= 0 && !spec.title().isEmpty()) {
            json.put("title", spec.title());
        }
        json.put("description", spec.description());
        Wares.icons(json, spec.icons(), revision);
        json.set("inputSchema", Confirmation.schema(spec));
        if (revision.compareTo(Revision.V2025_06_18) >= 0) {
            outputSchema().filter(schema -> revision.modern() || isObject(schema))
                    .ifPresent(schema -> json.set("outputSchema", schema));
        }
        if (revision.compareTo(Revision.V2025_03_26) >= 0 && !spec.annotations().isEmpty()) {
            json.set("annotations", spec.annotations());
        }
        spec.further().properties().forEach(member -> json.putIfAbsent(member.getKey(), member.getValue()));
        return json;
    }

    /// As it stands in the answer to `tools/call`. Structured content exists since 2025-06-18, and is an object until
    /// 2026-07-28; the text block beside it serves everybody else.
    static ObjectNode json(ToolResult result, Revision revision) {
        var json = JsonNodeFactory.instance.objectNode();
        var content = json.putArray("content");
        result.content().forEach(block -> content.add(Wares.block(block, revision)));
        result.structured().ifPresent(value -> {
            if (content.isEmpty()) {
                content.addObject().put("type", "text").put("text", value.toString());
            }
            if (revision.modern() || value.isObject() && revision.compareTo(Revision.V2025_06_18) >= 0) {
                json.set("structuredContent", value);
            }
        });
        if (result.isError()) {
            json.put("isError", true);
        }
        result.further().properties().forEach(member -> json.putIfAbsent(member.getKey(), member.getValue()));
        return json;
    }

    private static boolean isObject(ObjectNode schema) {
        return "object".equals(schema.path("type").asString(""));
    }
}
