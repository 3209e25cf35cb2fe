package io.github.doorwarden.sources.sql;

import io.github.doorwarden.sources.sql.Scanner.Part;
import io.github.doorwarden.sources.sql.Scanner.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One statement that the operator wrote: its words go to the database as they stand there, and arguments as values
/// beside it, never as words of it. Immutable.
final class StatementText {

    /// What a driver is given.
    ///
    /// @param sql   with `?` for values
    /// @param values one for each `?`, in their order
    record Compiled(String sql, List<Bound> values) {}

    /// @param value null for NULL; a list for an array
    record Bound(Parameter parameter, Object value) {}

    private final Engine engine;
    private final List<Part> parts;
    private final Map<String, Parameter> parameters;
    private final Map<String, List<Part>> fragments = new LinkedHashMap<>();

    /// @throws IllegalArgumentException with a clause that goes on after the name of the key
    StatementText(String sql, Engine engine, Map<String, Parameter> parameters, boolean write) {
        this.engine = engine;
        this.parameters = parameters;
        var scanned = Scanner.scan(sql, engine);
        this.parts = scanned.parts();
        var words = new ArrayList<Word>(scanned.words());
        var used = new LinkedHashSet<String>();
        for (var part : parts) {
            switch (part) {
                case Part.Text text -> { }
                case Part.Value value -> used.add(known(value.name()));
                case Part.Fragment fragment -> {
                    var when = parameters.containsKey(fragment.name()) ? parameters.get(fragment.name()).settings()
                            .when() : null;
                    if (when == null || when.isEmpty()) {
                        throw new IllegalArgumentException("has {" + fragment.name() + "}, and no parameter "
                                + fragment.name() + " with a when. Give it one, or write :" + fragment.name() + ".");
                    }
                    used.add(fragment.name());
                    words.addAll(fragment(fragment.name(), when.get(), used));
                }
            }
        }
        Lint.check(scanned.words(), write);
        Lint.check(words, write);
        parameters.keySet().stream().filter(name -> !used.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("has no :" + name + ". Use the parameter " + name + ", or remove it.");
        });
        parameters.forEach((name, parameter) -> {
            if (parameter.settings().when().isPresent() && !fragments.containsKey(name)) {
                throw new IllegalArgumentException("has no {" + name + "}. Write it where the when of that parameter "
                        + "belongs.");
            }
        });
    }

    private List<Word> fragment(String name, String sql, Set<String> used) {
        var scanned = Scanner.scan(sql, engine);
        if (scanned.parts().stream().anyMatch(Part.Fragment.class::isInstance)) {
            throw new IllegalArgumentException("has {" + name + "}, whose when has another {…} in it. Fragments have "
                    + "none.");
        }
        scanned.parts().forEach(part -> {
            if (part instanceof Part.Value value) {
                used.add(known(value.name()));
            }
        });
        fragments.put(name, scanned.parts());
        return scanned.words();
    }

    private String known(String name) {
        if (!parameters.containsKey(name)) {
            throw new IllegalArgumentException("has :" + name + ", which is not declared under parameters. Declare it"
                    + (engine == Engine.POSTGRESQL ? ", or write a blank after the colon where a slice of an array is "
                    + "meant." : "."));
        }
        return name;
    }

    /// @param values by the names of the parameters; what is missing is NULL, and its fragment is not there
    Compiled with(Map<String, Object> values) {
        var sql = new StringBuilder();
        var bound = new ArrayList<Bound>();
        for (var part : parts) {
            switch (part) {
                case Part.Text text -> apart(sql, text.sql());
                case Part.Value value -> value(value.name(), values, sql, bound);
                case Part.Fragment fragment -> {
                    sql.append(' ');                             // what stands around it does not grow together
                    if (values.get(fragment.name()) != null) {
                        fragments.get(fragment.name()).forEach(each -> {
                            if (each instanceof Part.Value value) {
                                value(value.name(), values, sql, bound);
                            } else if (each instanceof Part.Text text) {
                                apart(sql, text.sql());
                            }
                        });
                        sql.append('\n');                        // ends a comment that the fragment may end with
                    }
                }
            }
        }
        return new Compiled(sql.toString(), List.copyOf(bound));
    }

    private void value(String name, Map<String, Object> values, StringBuilder sql, List<Bound> bound) {
        var parameter = parameters.get(name);
        var value = values.get(name);
        if (parameter.settings().type() == ParameterType.ARRAY && !engine.arrays()) {
            var items = value instanceof List<?> list ? list : List.of();
            apart(sql, items.isEmpty() ? "NULL" : "?" + ", ?".repeat(items.size() - 1));
            items.forEach(item -> bound.add(new Bound(parameter, item)));
        } else {
            apart(sql, "?");
            bound.add(new Bound(parameter, value));
        }
    }

    /// Two question marks beside each other would be one operator.
    private static void apart(StringBuilder sql, String more) {
        if (!sql.isEmpty() && sql.charAt(sql.length() - 1) == '?' && more.startsWith("?")) {
            sql.append(' ');
        }
        sql.append(more);
    }
}
