package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.Arguments.Asked;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What one kind of tool asks of the data. Immutable, for use by many threads.
sealed interface Inquiry permits RowsInquiry, AggregateInquiry, TrendInquiry, DescribeInquiry {

    /// The arguments that come with the kind, beside the filters.
    ///
    /// @param properties of the input schema
    void describe(ObjectNode properties);

    /// @return an object with one list, and the `facts`
    ObjectNode answer(Session session, Asked asked) throws SQLException, Unanswerable;

    /// Name of the list in the answer that the rest of can be asked for; empty when there is no rest.
    String pages();

    /// How to ask for less.
    String advice();

    /// A choice among names.
    static ObjectNode choice(Iterable<String> names) {
        var property = JsonNodeFactory.instance.objectNode().put("type", "string");
        var list = property.putArray("enum");
        names.forEach(list::add);
        return property;
    }

    /// Several of some names, each at most once.
    static ObjectNode choices(Iterable<String> names) {
        var property = JsonNodeFactory.instance.objectNode().put("type", "array").put("uniqueItems", true);
        property.set("items", choice(names));
        return property;
    }

    /// The strings of a list argument, in its order. The schema has refused all others already, for whoever came
    /// through it; here nothing else becomes SQL.
    static List<String> texts(ObjectNode arguments, String name, Collection<String> known, List<String> otherwise)
            throws Unanswerable {
        if (!(arguments.path(name) instanceof ArrayNode list) || list.isEmpty()) {
            return otherwise;
        }
        var texts = new ArrayList<String>();
        for (var each : list) {
            texts.add(known(name, each, known));
        }
        return texts;
    }

    /// One string among some.
    static String text(ObjectNode arguments, String name, Collection<String> known, String otherwise)
            throws Unanswerable {
        var given = arguments.path(name);
        return given.isMissingNode() || given.isNull() ? otherwise : known(name, given, known);
    }

    private static String known(String name, JsonNode given, Collection<String> known) throws Unanswerable {
        if (!given.isString() || !known.contains(given.asString())) {
            throw new Unanswerable("The argument " + name + " names what this tool does not have. "
                    + (known.isEmpty() ? "It has nothing of the kind: leave it out." : "It has "
                    + String.join(", ", known) + "."));
        }
        return given.asString();
    }
}
