package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.Arguments.Asked;
import java.sql.SQLException;
import java.util.List;
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

    /// The strings of a list argument, in its order.
    static List<String> texts(ObjectNode arguments, String name, List<String> otherwise) {
        return arguments.path(name) instanceof ArrayNode list && !list.isEmpty()
                ? list.valueStream().map(each -> each.asString()).toList() : otherwise;
    }
}
