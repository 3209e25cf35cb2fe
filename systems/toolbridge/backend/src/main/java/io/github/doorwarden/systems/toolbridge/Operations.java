package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Many operations in one request: a batch, in which each stands for itself, and a transaction, in which all happen or
/// none.
final class Operations {

    private static final List<String> OPS = List.of("create", "get", "update", "patch", "delete", "archive", "process",
            "tag", "untag");

    /// One operation, read but not run.
    ///
    /// @param id empty with `create` alone; may be `$name` in a transaction
    record Operation(String op, Kind kind, Optional<String> id, Optional<String> as, ObjectNode body) {}

    private final Store store;
    private final Records records;

    Operations(Store store, Records records) {
        this.store = store;
        this.records = records;
    }

    Map<String, Object> batch(Caller caller, Body body, Trace trace) {
        body.only(Set.of("operations"));
        var results = new ArrayList<Map<String, Object>>();
        var failed = 0;
        for (var node : body.list("operations", 1, Limits.OPERATIONS)) {
            var result = new LinkedHashMap<String, Object>();
            try {
                var operation = read(node, false);
                var done = alone(caller, operation);
                result.put("status", operation.op.equals("create") ? 201 : 200);
                result.put("body", done);
            } catch (Refused refused) {
                failed++;
                result.put("status", refused.why().status());
                result.put("body", Problems.body(refused.why(), trace.id()));
            }
            results.add(result);
        }
        return Map.of("results", results, "failed", failed);
    }

    private Map<String, Object> alone(Caller caller, Operation operation) {
        return operation.op.equals("get") ? store.read(caller.scope(), tx -> run(tx, caller, operation))
                : store.write(caller.scope(), tx -> run(tx, caller, operation));
    }

    Map<String, Object> transaction(Caller caller, Body body) {
        body.only(Set.of("operations"));
        var operations = new ArrayList<Operation>();
        for (var node : body.list("operations", 1, Limits.OPERATIONS)) {
            operations.add(at(operations.size(), () -> read(node, true)));
        }
        return store.write(caller.scope(), tx -> {
            var ids = new LinkedHashMap<String, Object>();
            var results = new ArrayList<Map<String, Object>>();
            for (var operation : operations) {
                results.add(at(results.size(), () -> {
                    var done = run(tx, caller, named(operation, ids));
                    operation.as.ifPresent(name -> {
                        if (ids.putIfAbsent(name, done.get("id")) != null) {
                            throw Problem.invalid("The name " + name + " is given twice.");
                        }
                    });
                    return done;
                }));
            }
            return Map.of("results", results, "ids", ids);
        });
    }

    @FunctionalInterface
    private interface Step<T, E extends Exception> {
        T run() throws E;
    }

    private static <T, E extends Exception> T at(int number, Step<T, E> step) throws E {
        try {
            return step.run();
        } catch (Refused refused) {
            throw Problems.at(number, refused.why());
        }
    }

    private static Operation read(JsonNode node, boolean together) {
        if (!node.isObject()) {
            throw Problem.invalid("Each operation must be an object with op and kind.");
        }
        var body = new Body(node);
        body.only(Set.of("op", "kind", "id", "as", "body"));
        var op = body.oneOf("op", OPS).orElseThrow(() -> Problem.invalid("'op' is missing."));
        var kind = Kind.of(body.needed("kind", 64));
        var id = body.text("id", 64);
        if (op.equals("create") == id.isPresent()) {
            throw Problem.invalid(op.equals("create") ? "The server makes the id of what is created; leave 'id' out."
                    : "'id' is missing.");
        }
        var as = body.text("as", 32);
        if (as.isPresent() && (!together || !op.equals("create") || !as.get().matches("[a-z][a-z0-9_]*"))) {
            throw Problem.invalid("'as' names what a create of a transaction makes: letters, digits and _, beginning "
                    + "with a letter.");
        }
        var own = node.has("body") ? node.path("body") : Json.MAPPER.createObjectNode();
        if (!(own instanceof ObjectNode object)) {
            throw Problem.invalid("'body' must be an object.");
        }
        return new Operation(op, kind, id, as, object);
    }

    /// With ids in the place of `$name`.
    private static Operation named(Operation operation, Map<String, Object> ids) {
        var body = operation.body.deepCopy();
        for (var field : operation.kind.fields()) {
            if (field.refers().isPresent() && body.path(field.name()).isString()) {
                body.put(field.name(), id(body.path(field.name()).asString(), ids));
            }
        }
        return new Operation(operation.op, operation.kind, operation.id.map(text -> id(text, ids)), operation.as, body);
    }

    private static String id(String text, Map<String, Object> ids) {
        if (!text.startsWith("$")) {
            return text;
        }
        var known = new HashMap<>(ids).get(text.substring(1));
        if (known == null) {
            throw Problem.invalid("No earlier operation is named " + Problem.quote(text) + ".");
        }
        return known.toString();
    }

    private Map<String, Object> run(Tx tx, Caller caller, Operation operation) throws SQLException {
        var kind = operation.kind;
        var body = new Body(operation.body);
        if (operation.op.equals("create")) {
            return records.create(tx, caller, kind, body).json();
        }
        var id = operation.id.orElseThrow();
        return switch (operation.op) {
            case "get" -> records.get(tx, caller, kind, id).json();
            case "update" -> records.update(tx, caller, kind, id, body, body.version()).json();
            case "patch" -> records.patch(tx, caller, kind, id, body, body.version()).json();
            case "archive" -> records.archive(tx, caller, kind, id, body, body.version()).json();
            case "process" -> records.process(tx, caller, kind, id, body, body.version()).json();
            case "tag" -> records.tag(tx, caller, kind, id, tags(body)).json();
            case "untag" -> records.untag(tx, caller, kind, id, tags(body)).json();
            default -> {
                body.only(Set.of("version"));
                yield records.delete(tx, caller, kind, id, body.version());
            }
        };
    }

    static List<String> tags(Body body) {
        body.only(Set.of("tags"));
        return body.tags(1);
    }
}
