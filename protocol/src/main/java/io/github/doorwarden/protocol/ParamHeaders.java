package io.github.doorwarden.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The arguments of one tool that clients mirror into `Mcp-Param-…` headers, found by `x-mcp-header` in its input
/// schema (MCP 2026-07-28, Streamable HTTP, Custom headers from tool parameters). Made once per tool; immutable.
public final class ParamHeaders {

    /// Of a tool that mirrors nothing.
    public static final ParamHeaders NONE = new ParamHeaders(List.of());

    private static final String ANNOTATION = "x-mcp-header";
    private static final String PREFIX = "Mcp-Param-";
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
    private static final BigInteger SAFE = BigInteger.TWO.pow(53).subtract(BigInteger.ONE);

    private record Mirrored(String header, List<String> path, String type) {}

    private final List<Mirrored> mirrored;

    private ParamHeaders(List<Mirrored> mirrored) {
        this.mirrored = List.copyOf(mirrored);
    }

    /// @throws IllegalArgumentException when an annotation breaks the rules, with a sentence: clients would hide such a
    ///         tool
    public static ParamHeaders of(ObjectNode inputSchema) {
        var found = new ArrayList<Mirrored>(0);
        collect(inputSchema, List.of(), found);
        var names = new HashSet<String>();
        for (var one : found) {
            if (!names.add(one.header.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("Two arguments are mirrored into the header " + one.header + ".");
            }
        }
        if (found.size() > Limits.MIRRORED_MAX) {
            throw new IllegalArgumentException("A tool may mirror at most " + Limits.MIRRORED_MAX
                    + " arguments into headers.");
        }
        if (count(inputSchema, false) != found.size()) {
            throw new IllegalArgumentException(ANNOTATION
                    + " may stand only where a chain of properties leads, not below items, oneOf, $defs or the like.");
        }
        return new ParamHeaders(found);
    }

    private static void collect(ObjectNode schema, List<String> path, List<Mirrored> found) {
        if (!(schema.path("properties") instanceof ObjectNode properties)) {
            return;
        }
        for (var property : properties.properties()) {
            if (property.getValue() instanceof ObjectNode inner) {
                var here = new ArrayList<>(path);
                here.add(property.getKey());
                if (inner.has(ANNOTATION)) {
                    found.add(mirrored(here, inner));
                }
                collect(inner, here, found);
            }
        }
    }

    private static Mirrored mirrored(List<String> path, ObjectNode property) {
        var name = property.get(ANNOTATION);
        var where = String.join(".", path);
        if (!name.isString() || !name.asString().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException(ANNOTATION + " of " + where + " must be a token of RFC 9110 §5.6.2.");
        }
        var type = property.path("type").asString("");
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(ANNOTATION + " of " + where
                    + " needs the type string, integer or boolean.");
        }
        return new Mirrored(PREFIX + name.asString(), List.copyOf(path), type);
    }

    /// All annotations, wherever they stand. `names`: the members of this object are names of properties, not keywords.
    private static int count(JsonNode node, boolean names) {
        var count = !names && node instanceof ObjectNode object && object.has(ANNOTATION) ? 1 : 0;
        if (node instanceof ObjectNode object) {
            for (var member : object.properties()) {
                if (names || !Set.of("default", "const", "enum", "examples").contains(member.getKey())) {
                    count += count(member.getValue(), !names && "properties".equals(member.getKey()));
                }
            }
        } else {
            for (var element : node) {
                count += count(element, false);
            }
        }
        return count;
    }

    /// Whether the tool mirrors nothing.
    public boolean isEmpty() {
        return mirrored.isEmpty();
    }

    /// Holds the headers of a call against its arguments. A value in the body must be mirrored; what the body does not
    /// have, or has as null, must not be.
    ///
    /// @throws Refused [Refusal.HeaderMismatch]
    public void check(Function<String, List<String>> fields, JsonNode arguments) {
        for (var one : mirrored) {
            var inBody = arguments;
            for (var step : one.path) {
                inBody = inBody.path(step);
            }
            check(fields, one, inBody);
        }
    }

    /// The headers that a client sends with a call.
    public Map<String, String> mirror(JsonNode arguments) {
        var headers = new LinkedHashMap<String, String>();
        for (var one : mirrored) {
            var inBody = arguments;
            for (var step : one.path) {
                inBody = inBody.path(step);
            }
            if (inBody.isValueNode() && !inBody.isNull()) {
                headers.put(one.header, RequestHeaders.encode(inBody.asString()));
            }
        }
        return headers;
    }

    private static void check(Function<String, List<String>> fields, Mirrored one, JsonNode inBody) {
        var where = String.join(".", one.path);
        var values = fields.apply(one.header);
        if (inBody.isMissingNode() || inBody.isNull()) {
            if (!values.isEmpty()) {
                throw RequestHeaders.mismatch("The header " + one.header + " is set, but the argument " + where
                        + " is not.");
            }
            return;
        }
        var header = RequestHeaders.decode(one.header,
                RequestHeaders.one(one.header, values, "This tool wants the argument " + where + " mirrored in it."));
        if (!same(one, header, inBody)) {
            throw RequestHeaders.mismatch("The header " + one.header + " says something else than the argument " + where
                    + ".");
        }
    }

    private static boolean same(Mirrored one, String header, JsonNode inBody) {
        if (inBody.isString()) {
            return header.equals(inBody.asString());
        }
        if (inBody.isBoolean()) {
            return header.equals(inBody.booleanValue() ? "true" : "false");
        }
        if (!inBody.isNumber() || !header.matches("-?[0-9]{1,20}(\\.[0-9]{1,20})?")) {
            return false;
        }
        var value = inBody.decimalValue();
        return value.compareTo(new BigDecimal(header)) == 0 && value.abs().compareTo(new BigDecimal(SAFE)) <= 0;
    }
}
