package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.toolbridge.Field.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// From a tree of conditions in JSON to one in SQL: `{"and": […]}`, `{"or": […]}`, `{"not": …}` or
/// `{"field": …, "op": …, "value": …}`. Fields come from the kind's table alone, values are bound, depth and number
/// are bounded. A condition is true or false, never unknown: what is null is unequal to everything.
final class Conditions {

    private static final Set<String> ORDERED = Set.of("lt", "le", "gt", "ge");
    private static final List<Field> BESIDE = List.of(Field.maybe("id", Type.REFERENCE, 0),
            Field.maybe("version", Type.NUMBER, Integer.MAX_VALUE), Field.maybe("created_at", Type.TIME, 0),
            Field.maybe("updated_at", Type.TIME, 0), Field.maybe("created_by", Type.TEXT, Limits.USER_CHARS),
            Field.maybe("updated_by", Type.TEXT, Limits.USER_CHARS));

    private final Kind kind;
    private final Dialect dialect;
    private int left = Limits.CONDITIONS;

    private Conditions(Kind kind, Dialect dialect) {
        this.kind = kind;
        this.dialect = dialect;
    }

    /// @param where absent: everything
    static Sql compile(Kind kind, Dialect dialect, JsonNode where) {
        return where.isMissingNode() || where.isNull() ? Sql.of("TRUE")
                : new Conditions(kind, dialect).tree(where, 1);
    }

    /// A field that may be asked for, with its type.
    static Field field(Kind kind, String name) {
        return found(kind, name).orElseThrow(() -> Problem.invalid(Problem.quote(name) + " is no field of "
                + kind.plural() + ". There are: " + String.join(", ", Stream.concat(kind.fields().stream(),
                BESIDE.stream()).map(Field::name).toList()) + ", tags."));
    }

    private static Optional<Field> found(Kind kind, String name) {
        return Stream.concat(kind.fields().stream(), BESIDE.stream()).filter(each -> each.name().equals(name))
                .findFirst();
    }

    private Sql tree(JsonNode node, int depth) {
        if (depth > Limits.CONDITION_DEPTH) {
            throw Problem.invalid("'where' is more than " + Limits.CONDITION_DEPTH + " levels deep. Make it flatter.");
        }
        if (!node.isObject()) {
            throw Problem.invalid("Each condition in 'where' must be an object.");
        }
        var body = new Body(node);
        if (node.has("and") || node.has("or")) {
            var word = node.has("and") ? "and" : "or";
            body.only(Set.of(word));
            var parts = new ArrayList<Sql>();
            for (var part : body.list(word, 1, Limits.CONDITIONS)) {
                parts.add(tree(part, depth + 1));
            }
            return Sql.joined(word.toUpperCase(Locale.ROOT), parts);
        }
        if (node.has("not")) {
            body.only(Set.of("not"));
            var part = tree(node.path("not"), depth + 1);
            return new Sql("(NOT " + part.text() + ")", part.args());
        }
        if (--left < 0) {
            throw Problem.invalid("'where' has more than " + Limits.CONDITIONS + " conditions.");
        }
        body.only(Set.of("field", "op", "value"));
        if (!node.has("field")) {
            throw Problem.invalid("A condition has and, or, not, or field with op and value.");
        }
        return condition(body.needed("field", 64), body.needed("op", 16), node.path("value"));
    }

    private Sql condition(String name, String op, JsonNode value) {
        if (name.equals("tags")) {
            if (!op.equals("has") || !value.isString()) {
                throw Problem.invalid("Tags take the op has with one tag as value.");
            }
            return tagged(kind, Body.tag(value.asString()));
        }
        var field = field(kind, name);
        var column = "r." + field.name();
        if (ORDERED.contains(op)) {
            if (!Set.of(Type.NUMBER, Type.DAY, Type.TIME).contains(field.type())) {
                throw Problem.invalid("'" + name + "' has no order; take eq, ne or in.");
            }
            var sign = switch (op) {
                case "lt" -> "<";
                case "le" -> "<=";
                case "gt" -> ">";
                default -> ">=";
            };
            return Sql.of("((" + column + " " + sign + " ?) IS TRUE)", given(field, value));
        }
        return switch (op) {
            case "eq" -> Sql.of("((" + column + " = ?) IS TRUE)", given(field, value));
            case "ne" -> Sql.of("((" + column + " = ?) IS NOT TRUE)", given(field, value));
            case "in" -> in(field, column, value);
            case "contains" -> like(field, column, value, "%");
            case "starts_with" -> like(field, column, value, "");
            case "is_null" -> {
                if (!value.isBoolean()) {
                    throw Problem.invalid("is_null takes true or false.");
                }
                yield Sql.of("(" + column + (value.asBoolean() ? " IS NULL)" : " IS NOT NULL)"));
            }
            default -> throw Problem.invalid("There is no op " + Problem.quote(op)
                    + ". There are: eq, ne, lt, le, gt, ge, in, contains, starts_with, is_null, has.");
        };
    }

    static Sql tagged(Kind kind, String tag) {
        return Sql.of("EXISTS (SELECT 1 FROM tag t WHERE t.tenant_id = r.tenant_id AND t.kind = '" + kind.plural()
                + "' AND t.record_id = r.id AND t.tag = ?)", tag);
    }

    private static Object given(Field field, JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            throw Problem.invalid("A condition on '" + field.name() + "' has no value. For null take is_null.");
        }
        return field.type() == Type.TEXT && value.isString() && value.asString().isEmpty() ? ""
                : Body.value(field, value);
    }

    private static Sql in(Field field, String column, JsonNode value) {
        if (!value.isArray() || value.isEmpty() || value.size() > Limits.CONDITION_VALUES) {
            throw Problem.invalid("in takes a list of 1 to " + Limits.CONDITION_VALUES + " values.");
        }
        var args = new ArrayList<>();
        value.forEach(each -> args.add(given(field, each)));
        return new Sql("((" + column + " IN (?" + ", ?".repeat(args.size() - 1) + ")) IS TRUE)", args);
    }

    private Sql like(Field field, String column, JsonNode value, String before) {
        if (field.type() != Type.TEXT || !value.isString() || value.asString().length() > Limits.SEARCH_CHARS) {
            throw Problem.invalid("contains and starts_with are for texts, with a text of at most "
                    + Limits.SEARCH_CHARS + " characters as value.");
        }
        return Sql.of("((" + dialect.lower(column) + " LIKE ? ESCAPE '!') IS TRUE)",
                before + Sql.literal(value.asString().toLowerCase(Locale.ROOT)).replace("\0", "") + "%");
    }
}
