package io.github.doorwarden.systems.toolbridge;

import java.util.List;
import java.util.Optional;

/// One field of a kind, which is also the name of its column. What is not `writable` is changed by actions alone; what
/// is `fixed` is set when a record is made and never after.
///
/// @param unset   what it is when nothing is said; null is a value of its own
/// @param choices of a [Type#CHOICE]
/// @param max     characters of a text, or the largest number
/// @param refers  kind of the record that a [Type#REFERENCE] names
record Field(String name, Type type, boolean writable, boolean required, boolean fixed, Object unset,
        List<String> choices, int max, Optional<String> refers) {

    enum Type {
        TEXT, CHOICE, FLAG, NUMBER, DAY, TIME, REFERENCE;

        /// Whether averages make sense.
        boolean isNumber() {
            return this == NUMBER;
        }
    }

    static Field text(String name, int max) {
        return new Field(name, Type.TEXT, true, false, false, "", List.of(), max, Optional.empty());
    }

    static Field title(String name, int max) {
        return new Field(name, Type.TEXT, true, true, false, null, List.of(), max, Optional.empty());
    }

    static Field maybe(String name, Type type, int max) {
        return new Field(name, type, true, false, false, null, List.of(), max, Optional.empty());
    }

    static Field choice(String name, String unset, String... choices) {
        return new Field(name, Type.CHOICE, true, false, false, unset, List.of(choices), 0, Optional.empty());
    }

    static Field reference(String name, String kind) {
        return new Field(name, Type.REFERENCE, true, false, false, null, List.of(), 0, Optional.of(kind));
    }

    /// Changed by actions alone.
    static Field state(String name, String unset, String... choices) {
        return choice(name, unset, choices).byActions();
    }

    static Field flag(String name) {
        return new Field(name, Type.FLAG, false, false, false, false, List.of(), 0, Optional.empty());
    }

    Field byActions() {
        return new Field(name, type, false, required, fixed, unset, choices, max, refers);
    }

    Field forGood() {
        return new Field(name, type, writable, required, true, unset, choices, max, refers);
    }

    Field needed() {
        return new Field(name, type, writable, true, fixed, unset, choices, max, refers);
    }
}
