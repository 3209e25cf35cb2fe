package io.github.doorwarden.server;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How a Java type of a [RecordTool] looks as JSON: its schema, and the ways in and out. A closed set of types; the
/// schema is flat and without `$ref`, because several clients drop or refuse tools whose schema has more
/// (`anyOf`, `$ref`, a root that is no object). All reflection happens when the shape is made. Immutable.
sealed interface RecordShape {

    /// A new schema each time.
    ObjectNode schema();

    /// @throws Misfit when the value, which fits the schema, does not fit the Java type
    Object read(JsonNode value, String path);

    JsonNode write(Object value);

    /// A value that cannot be had as the Java type, in a clause for the model.
    final class Misfit extends RuntimeException {

        private static final long serialVersionUID = 1;

        Misfit(String path, String clause) {
            super(path + " " + clause, null, false, false);
        }
    }

    /// @throws IllegalArgumentException with a sentence that names the component of a type that is not supported
    static Fields of(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type.getName()
                    + " is not a record. Arguments and results of a record tool "
                    + "are records.");
        }
        return new Fields(type, List.of());
    }

    private static RecordShape of(Type type, String where, List<Class<?>> around) {
        if (type instanceof Class<?> c) {
            if (c == String.class || c == LocalDate.class || c == Instant.class) {
                return new Words(c);
            } else if (c == int.class || c == Integer.class || c == long.class || c == Long.class) {
                return new Whole(c == int.class || c == Integer.class);
            } else if (c == double.class || c == Double.class) {
                return new Fraction();
            } else if (c == boolean.class || c == Boolean.class) {
                return new Truth();
            } else if (c.isEnum()) {
                return new Choice(c);
            } else if (c.isRecord() && c.getTypeParameters().length == 0) {
                return new Fields(c, around);
            }
        } else if (type instanceof ParameterizedType p && p.getRawType() == List.class) {
            return new Items(of(p.getActualTypeArguments()[0], where, around));
        }
        throw new IllegalArgumentException("The component " + where + " has the type " + type.getTypeName()
                + ", which a "
                + "record tool does not know. It knows String, int, long, double, boolean, enums, LocalDate, Instant, "
                + "records of these, List of these, and Optional of these around a whole component.");
    }

    /// Text, a date (RFC 3339 full-date) or a moment (RFC 3339 date-time).
    record Words(Class<?> type) implements RecordShape {

        @Override
        public ObjectNode schema() {
            var schema = schemaOf("string");
            if (type != String.class) {
                schema.put("format", type == LocalDate.class ? "date" : "date-time");
            }
            return schema;
        }

        @Override
        public Object read(JsonNode value, String path) {
            try {
                return type == String.class ? value.asString() : type == LocalDate.class
                        ? LocalDate.parse(value.asString())
                        : java.time.OffsetDateTime.parse(value.asString()).toInstant();
            } catch (DateTimeParseException e) {
                throw new Misfit(path, type == LocalDate.class ? "is not a date like 2026-07-28"
                        : "is not a moment like 2026-07-28T09:30:00Z");
            }
        }

        @Override
        public JsonNode write(Object value) {
            return JsonNodeFactory.instance.stringNode(value.toString());
        }
    }

    /// An `int` or a `long`.
    record Whole(boolean narrow) implements RecordShape {

        @Override
        public ObjectNode schema() {
            return schemaOf("integer");
        }

        @Override
        public Object read(JsonNode value, String path) {
            try {
                var number = value.isIntegralNumber() ? value.bigIntegerValue().longValueExact()
                        : value.decimalValue().longValueExact();
                return narrow ? (Object) Math.toIntExact(number) : (Object) number;
            } catch (ArithmeticException e) {
                throw new Misfit(path, "is not a whole number of " + (narrow ? "32" : "64") + " bits");
            }
        }

        @Override
        public JsonNode write(Object value) {
            return JsonNodeFactory.instance.numberNode(((Number) value).longValue());
        }
    }

    /// A `double`.
    record Fraction() implements RecordShape {

        @Override
        public ObjectNode schema() {
            return schemaOf("number");
        }

        @Override
        public Object read(JsonNode value, String path) {
            var number = value.isDouble() ? value.doubleValue() : value.decimalValue().doubleValue();
            if (!Double.isFinite(number)) {
                throw new Misfit(path, "is too large for a number of 64 bits");
            }
            return number;
        }

        @Override
        public JsonNode write(Object value) {
            if (!Double.isFinite((Double) value)) {
                throw new IllegalArgumentException("JSON has no number for " + value);
            }
            return JsonNodeFactory.instance.numberNode((double) (Double) value);
        }
    }

    /// A `boolean`.
    record Truth() implements RecordShape {

        @Override
        public ObjectNode schema() {
            return schemaOf("boolean");
        }

        @Override
        public Object read(JsonNode value, String path) {
            return value.booleanValue();
        }

        @Override
        public JsonNode write(Object value) {
            return JsonNodeFactory.instance.booleanNode((Boolean) value);
        }
    }

    /// An enum, by the names of its constants.
    ///
    /// @param titles of those constants that have one
    record Choice(Map<String, Object> constants, Map<String, String> titles) implements RecordShape {

        Choice(Class<?> type) {
            this(new LinkedHashMap<>(), new LinkedHashMap<>());
            for (var constant : type.getEnumConstants()) {
                var name = ((Enum<?>) constant).name();
                constants.put(name, constant);
                try {
                    var title = type.getDeclaredField(name).getAnnotation(Title.class);
                    if (title != null) {
                        titles.put(name, title.value());
                    }
                } catch (NoSuchFieldException e) {
                    throw new IllegalArgumentException("The enum " + type.getName() + " cannot be read.", e);
                }
            }
        }

        @Override
        public ObjectNode schema() {
            var schema = schemaOf("string");
            var names = schema.putArray("enum");
            constants.keySet().forEach(names::add);
            return schema;
        }

        @Override
        public Object read(JsonNode value, String path) {
            return constants.get(value.asString());
        }

        @Override
        public JsonNode write(Object value) {
            return JsonNodeFactory.instance.stringNode(((Enum<?>) value).name());
        }
    }

    /// A list.
    record Items(RecordShape item) implements RecordShape {

        @Override
        public ObjectNode schema() {
            var schema = schemaOf("array");
            schema.set("items", item.schema());
            return schema;
        }

        @Override
        public Object read(JsonNode value, String path) {
            var items = new ArrayList<>(value.size());
            for (var i = 0; i < value.size(); i++) {
                items.add(item.read(value.get(i), path + "/" + i));
            }
            return List.copyOf(items);
        }

        @Override
        public JsonNode write(Object value) {
            var items = JsonNodeFactory.instance.arrayNode();
            ((List<?>) value).forEach(one -> items.add(item.write(one)));
            return items;
        }
    }

    /// A component of a record.
    record Field(String name, RecordShape shape, boolean optional, MethodHandle get, ObjectNode schema) {}

    /// A record: an object with exactly these members.
    final class Fields implements RecordShape {

        private final List<Field> fields = new ArrayList<>();
        private final MethodHandle create;

        List<Field> fields() {
            return List.copyOf(fields);
        }

        Fields(Class<?> type, List<Class<?>> around) {
            if (around.contains(type) || around.size() == Limits.RECORD_DEPTH) {
                throw new IllegalArgumentException("The record " + type.getName()
                        + " contains itself, or is nested more than "
                        + Limits.RECORD_DEPTH + " deep. A schema without $ref cannot say that.");
            }
            var inside = new ArrayList<>(around);
            inside.add(type);
            try {
                var components = type.getRecordComponents();
                var types = new Class<?>[components.length];
                for (var i = 0; i < components.length; i++) {
                    types[i] = components[i].getType();
                    fields.add(field(type, components[i], inside));
                }
                var constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                create = MethodHandles.lookup().unreflectConstructor(constructor)
                        .asSpreader(Object[].class, types.length)
                        .asType(java.lang.invoke.MethodType.methodType(Object.class, Object[].class));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("The record " + type.getName() + " cannot be read.", e);
            }
        }

        private static Field field(Class<?> owner, RecordComponent component, List<Class<?>> inside)
                throws IllegalAccessException {
            var where = owner.getSimpleName() + "." + component.getName();
            var type = component.getGenericType();
            var optional = type instanceof ParameterizedType p && p.getRawType() == Optional.class;
            var shape = of(optional ? ((ParameterizedType) type).getActualTypeArguments()[0] : type, where, inside);
            var schema = shape.schema();
            var range = component.getAnnotation(Range.class);
            if (range != null) {
                bound(schema, range, where, shape);
            }
            var title = component.getAnnotation(Title.class);
            if (title != null) {
                schema.put("title", title.value());
            }
            var description = component.getAnnotation(Description.class);
            if (description != null) {
                schema.put("description", description.value());
            }
            component.getAccessor().setAccessible(true);
            var get = MethodHandles.lookup().unreflect(component.getAccessor())
                    .asType(java.lang.invoke.MethodType.methodType(Object.class, Object.class));
            return new Field(component.getName(), shape, optional, get, schema);
        }

        private static void bound(ObjectNode schema, Range range, String where, RecordShape shape) {
            var words = switch (shape) {
                case Whole whole -> List.of("minimum", "maximum");
                case Fraction fraction -> List.of("minimum", "maximum");
                case Items items -> List.of("minItems", "maxItems");
                case Words text when text.type == String.class -> List.of("minLength", "maxLength");
                default -> throw new IllegalArgumentException("@Range on " + where
                        + " says nothing: it is for numbers, "
                        + "String and List.");
            };
            if (range.min() != Long.MIN_VALUE) {
                schema.put(words.getFirst(), range.min());
            }
            if (range.max() != Long.MAX_VALUE) {
                schema.put(words.getLast(), range.max());
            }
        }

        @Override
        public ObjectNode schema() {
            var schema = schemaOf("object");
            var properties = schema.putObject("properties");
            var required = JsonNodeFactory.instance.arrayNode();
            for (var field : fields) {
                properties.set(field.name, field.schema.deepCopy());
                if (!field.optional) {
                    required.add(field.name);
                }
            }
            if (!required.isEmpty()) {
                schema.set("required", required);
            }
            return schema.put("additionalProperties", false);
        }

        @Override
        public Object read(JsonNode value, String path) {
            var values = new Object[fields.size()];
            for (var i = 0; i < values.length; i++) {
                var field = fields.get(i);
                var member = value.get(field.name);
                var read = member == null ? null : field.shape.read(member, path + "/" + field.name);
                values[i] = field.optional ? Optional.ofNullable(read) : read;
            }
            try {
                return (Object) create.invokeExact(values);
            } catch (IllegalArgumentException e) {               // the record's own check, in its own words
                throw new Misfit(path.isEmpty() ? "/" : path, "is refused: " + e.getMessage());
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public ObjectNode write(Object value) {
            var object = JsonNodeFactory.instance.objectNode();
            for (var field : fields) {
                try {
                    var member = (Object) field.get.invokeExact(value);
                    if (field.optional) {
                        member = ((Optional<?>) member).orElse(null);
                    }
                    if (member != null) {
                        object.set(field.name, field.shape.write(member));
                    }
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            }
            return object;
        }
    }

    private static ObjectNode schemaOf(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
