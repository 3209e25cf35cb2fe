package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.Arguments.Asked;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Figures of groups of rows: by columns, by periods, or of all together.
record AggregateInquiry(View view, List<Figure> figures) implements Inquiry {

    private static final String PERIOD = "period";
    private static final String COUNT = "n";

    AggregateInquiry(View view) {
        this(view, Figure.of(view));
    }

    @Override
    public void describe(ObjectNode properties) {
        var tool = view.tool();
        if (!tool.groupBy().isEmpty()) {
            properties.set("group_by", Inquiry.choices(tool.groupBy()).put("description",
                    "One group for each combination of these; without them, all rows are one."));
        }
        if (!tool.buckets().isEmpty()) {
            properties.set("bucket", Inquiry.choice(tool.buckets().stream().map(Bucket::key).toList()).put(
                    "description", "Groups by periods of " + view.time().orElseThrow() + ", too."));
        }
        if (!figures.isEmpty()) {
            properties.set("measures", Inquiry.choices(names()).put("description", "What to work out: " + figures
                    .stream().map(figure -> figure.meaning(view)).collect(Collectors.joining(", "))
                    + ". All unless told; n, the number of rows, always comes."));
        }
        var orders = new ArrayList<String>(tool.groupBy());
        orders.addAll(tool.buckets().isEmpty() ? List.of(COUNT) : List.of(PERIOD, COUNT));
        orders.addAll(names());
        properties.set("order_by", Inquiry.choice(orders).put("description",
                "What to order by; by the groups unless told. It must be in the answer."));
        properties.putObject("descending").put("type", "boolean").put("description", "Whether the largest, or the "
                + "latest, comes first.");
        Page.describe(properties, tool.limit());
    }

    private List<String> names() {
        return figures.stream().map(Figure::name).toList();
    }

    @Override
    public ObjectNode answer(Session session, Asked asked) throws SQLException, Unanswerable {
        var arguments = asked.arguments();
        var groups = Inquiry.texts(arguments, "group_by", view.tool().groupBy(), List.of());
        var bucket = Inquiry.text(arguments, "bucket", view.tool().buckets().stream().map(Bucket::key).toList(), "");
        var names = Inquiry.texts(arguments, "measures", names(), names());
        var asks = figures.stream().filter(figure -> names.contains(figure.name())).toList();
        var used = new LinkedHashSet<>(groups);
        asks.forEach(figure -> used.add(figure.column()));
        asks.forEach(figure -> figure.weight().ifPresent(used::add));
        used.addAll(asked.used());
        var facts = Facts.of(session, view, asked, used);
        asks.forEach(figure -> facts.unit(figure.name(), figure.unit(view)));
        var page = Page.of(arguments, view.tool().limit(), session.version());
        var list = JsonNodeFactory.instance.arrayNode();
        var total = facts.rows() == 0 ? 0 : groups(session, asked, new Shape(groups, bucket, asks), page, list);
        warnOfSmall(list, groups, !bucket.isEmpty(), facts);
        return page.answer(pages(), list, total, facts, session.version());
    }

    private record Shape(List<String> groups, String bucket, List<Figure> figures) {}

    private long groups(Session session, Asked asked, Shape shape, Page page, ArrayNode list)
            throws SQLException, Unanswerable {
        var columns = new ArrayList<String>();
        var keys = new ArrayList<String>();
        var by = new ArrayList<String>();
        shape.groups.forEach(group -> {
            by.add(Sql.name(group));
            columns.add(view.read(group));                       // after they are formed: words are grouped faster
            keys.add(group);
        });
        if (!shape.bucket.isEmpty()) {
            by.add(Bucket.of(shape.bucket).sql(Sql.name(view.time().orElseThrow())));
            columns.add(by.getLast());
            keys.add(PERIOD);
        }
        var grouped = by.size();
        columns.add("count(*)");
        keys.add(COUNT);
        shape.figures.forEach(figure -> {
            columns.add(figure.sql());
            keys.add(figure.name());
        });
        var sql = "SELECT " + String.join(", ", columns) + ", count(*) OVER () FROM " + view.table()
                + asked.where().sql() + (grouped == 0 ? "" : " GROUP BY " + String.join(", ", by))
                + order(asked.arguments(), keys, grouped) + page.sql();
        var totals = session.rows(sql, asked.where().values(), row -> {
            var object = list.addObject();
            for (var i = 0; i < keys.size(); i++) {
                var value = Session.json(row, i + 1);
                object.set(keys.get(i), i == grouped - 1 && !shape.bucket.isEmpty() && value.isNumber()
                        ? JsonNodeFactory.instance.stringNode(label(Bucket.of(shape.bucket), value.asLong())) : value);
            }
            return row.getLong(keys.size() + 1);
        });
        return totals.isEmpty() ? page.offset() : totals.getFirst();
    }

    private static String label(Bucket bucket, long number) {
        return bucket.label(bucket.start(number));
    }

    private static String order(ObjectNode arguments, List<String> keys, int grouped) throws Unanswerable {
        var by = arguments.path("order_by").asString("");
        var down = arguments.path("descending").asBoolean(false) ? " DESC" : "";
        if (!by.isEmpty() && !keys.contains(by)) {
            throw new Unanswerable("order_by is " + by + ", which is not in the answer. Group by it or ask for it as a "
                    + "measure, or order by one of " + String.join(", ", keys) + ".");
        }
        var order = new ArrayList<String>();
        if (!by.isEmpty()) {
            order.add((keys.indexOf(by) + 1) + down + " NULLS LAST");
        }
        for (var i = 1; i <= grouped; i++) {
            order.add(i + (by.isEmpty() ? down : "") + " NULLS LAST");
        }
        return order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order);
    }

    private void warnOfSmall(ArrayNode list, List<String> groups, boolean bucketed, Facts facts) {
        var small = list.valueStream().filter(each -> each.path(COUNT).asLong() < view.tool().smallSample()).toList();
        if (small.isEmpty()) {
            return;
        }
        var named = small.stream().limit(Limits.NAMED_GROUPS).map(each -> {
            var parts = new ArrayList<String>();
            groups.forEach(group -> parts.add(each.path(group).asString("missing")));
            if (bucketed) {
                parts.add(each.path(PERIOD).asString("missing"));
            }
            return String.join(" ", parts);
        }).filter(name -> !name.isEmpty()).collect(Collectors.joining(", "));
        facts.warn("Small samples: " + small.size() + " of " + list.size() + " groups have fewer than "
                + view.tool().smallSample() + " rows" + (named.isEmpty() ? "" : ", for example " + named)
                + ". Do not read much into their figures.");
    }

    @Override
    public String pages() {
        return "groups";
    }

    @Override
    public String advice() {
        return "Ask for the rest with next_cursor as cursor, or for less with fewer group_by, a coarser bucket or the "
                + "filters.";
    }
}
