package io.github.doorwarden.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// HTTP header fields in the order they came. Names are matched without regard to case (RFC 9110 §5.1), values are kept
/// as they are, without the white space around them. Immutable.
public final class Headers {

    public static final Headers NONE = new Headers(List.of());

    private final List<Field> fields;

    public record Field(String name, String value) {}

    private Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    public static Headers of(List<Field> fields) {
        return fields.isEmpty() ? NONE : new Headers(fields);
    }

    /// Takes an immutable list as it is.
    static Headers adopt(Field[] fields) {
        return new Headers(List.of(fields));
    }

    /// A copy with one more field at the end.
    public Headers with(String name, String value) {
        var more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Headers(more);
    }

    /// The first value of a field, empty when the field is absent.
    public Optional<String> first(String name) {
        for (var field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    /// All values of a field, one per line as they came; commas are not split.
    public List<String> all(String name) {
        var values = new ArrayList<String>(1);
        for (var field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                values.add(field.value);
            }
        }
        return values;
    }

    public List<Field> fields() {
        return fields;
    }
}
