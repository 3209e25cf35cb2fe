package io.github.doorwarden.systems.toolbridge;

import java.util.ArrayList;
import java.util.List;

/// A piece of a statement and the values that are bound in it.
record Sql(String text, List<Object> args) {

    static Sql of(String text, Object... args) {
        return new Sql(text, List.of(args));
    }

    static Sql joined(String word, List<Sql> parts) {
        var texts = new ArrayList<String>();
        var args = new ArrayList<>();
        for (var part : parts) {
            texts.add(part.text);
            args.addAll(part.args);
        }
        return new Sql("(" + String.join(" " + word + " ", texts) + ")", args);
    }

    /// A pattern for LIKE with `ESCAPE '!'` in which nothing of the text is special.
    static String literal(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }
}
