package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.Arguments.Asked;
import io.github.doorwarden.sources.files.Trend.Point;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The course of one figure over periods, of all rows or of the largest groups of a column.
record TrendInquiry(View view, List<Figure> figures) implements Inquiry {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    TrendInquiry(View view) {
        this(view, Figure.of(view));
    }

    private List<Bucket> buckets() {
        return view.tool().buckets().isEmpty() ? List.of(Bucket.MONTH, Bucket.QUARTER, Bucket.YEAR)
                : view.tool().buckets();
    }

    @Override
    public void describe(ObjectNode properties) {
        properties.set("measure", Inquiry.choice(figures.stream().map(Figure::name).toList()).put("description",
                "What the course of is asked for: " + figures.stream().map(figure -> figure.meaning(view))
                .collect(Collectors.joining(", ")) + ". " + figures.getFirst().name() + " unless told."));
        properties.set("bucket", Inquiry.choice(buckets().stream().map(Bucket::key).toList()).put("description",
                "The periods; " + buckets().getFirst().key() + " unless told."));
        if (!view.tool().groupBy().isEmpty()) {
            properties.set("group_by", Inquiry.choice(view.tool().groupBy()).put("description",
                    "One series for each value, at most " + view.tool().series() + "; one series of all rows unless "
                    + "told."));
            properties.set("order_by", Inquiry.choice(SeriesOrder.keys()).put("description",
                    "Which values of group_by come first: " + Arrays.stream(SeriesOrder.values()).map(each ->
                    each.key() + ": those " + each.words()).collect(Collectors.joining("; ")) + ". rows unless told."));
        }
    }

    @Override
    public ObjectNode answer(Session session, Asked asked) throws SQLException, Unanswerable {
        var arguments = asked.arguments();
        var wanted = Inquiry.text(arguments, "measure", figures.stream().map(Figure::name).toList(), figures.getFirst()
                .name());
        var figure = figures.stream().filter(each -> each.name().equals(wanted)).findFirst().orElseThrow();
        var bucket = Bucket.of(Inquiry.text(arguments, "bucket", buckets().stream().map(Bucket::key).toList(), buckets()
                .getFirst().key()));
        var group = Inquiry.text(arguments, "group_by", view.tool().groupBy(), "");
        var order = SeriesOrder.of(Inquiry.text(arguments, "order_by", SeriesOrder.keys(), SeriesOrder.ROWS.key()));
        var used = new LinkedHashSet<>(List.of(figure.column(), view.time().orElseThrow()));
        figure.weight().ifPresent(used::add);
        used.addAll(asked.used());
        if (!group.isEmpty()) {
            used.add(group);
        }
        var facts = Facts.of(session, view, asked, used);
        facts.unit("value", figure.unit(view));
        var answer = JSON.objectNode().put("measure", figure.name()).put("bucket", bucket.key());
        var series = series(session, asked, new Shape(figure, bucket, group, order), facts);
        var most = Math.max(12, Math.min(Limits.POINTS, 2 * Limits.POINTS / Math.max(1, series.size())));
        if (group.isEmpty()) {
            var all = series.values().stream().findFirst().orElse(new Trend(bucket, List.of(), null));
            answer.set("points", all.newest(most));
            answer.set("summary", all.summary());
            if (facts.rows() > 0) {
                all.warnings(view.tool().smallSample()).forEach(facts::warn);
            }
        } else {
            var list = answer.putArray("series");
            series.forEach((value, trend) -> {
                var one = list.addObject();
                one.set(group, value);
                one.set("summary", trend.summary());
                var warnings = one.putArray("warnings");
                trend.warnings(view.tool().smallSample()).forEach(warnings::add);
                one.set("points", trend.newest(most));
            });
        }
        if (series.values().stream().anyMatch(trend -> trend.points().size() > most)) {
            facts.warn("Only the newest " + most + " periods of a series are listed; its summary is of all. Ask for "
                    + "others by filters, for a coarser bucket, or for fewer series.");
        }
        return answer.set("facts", facts.json());
    }

    private record Shape(Figure figure, Bucket bucket, String group, SeriesOrder order) {}

    private Map<JsonNode, Trend> series(Session session, Asked asked, Shape shape, Facts facts)
            throws SQLException, Unanswerable {
        var bucket = shape.bucket;
        var most = view.tool().series();
        var points = new LinkedHashMap<JsonNode, List<Point>>();
        var wholes = new HashMap<JsonNode, Double>();
        var twice = new ArrayList<>(asked.where().values());
        twice.addAll(asked.where().values());
        var groups = session.rows(sql(asked, shape), twice, row -> {
            var key = Session.json(row, 1);
            points.computeIfAbsent(key, each -> new ArrayList<>()).add(new Point(bucket.start(row.getLong(2)),
                    row.getLong(3), number(row, 4), LocalDate.parse(row.getString(5))));
            wholes.put(key, number(row, 7));
            return row.getLong(6);
        });
        if (!groups.isEmpty() && groups.getFirst() > most) {
            facts.warn("There are " + groups.getFirst() + " values of " + shape.group + "; the " + most + " "
                    + shape.order.words() + " are here. Name others by a filter, or ask for another order_by.");
        }
        var all = new LinkedHashMap<JsonNode, Trend>();
        for (var each : points.entrySet()) {
            var periods = bucket.count(each.getValue().getFirst().start(), each.getValue().getLast().start());
            if (periods > Limits.PERIODS) {
                throw new Unanswerable("These are " + periods + " periods of a " + bucket.key()
                        + ", and a trend has at "
                        + "most " + Limits.PERIODS + ". Ask for a coarser bucket or a shorter time.");
            }
            all.put(each.getKey(), new Trend(bucket, each.getValue(), wholes.get(each.getKey())));
        }
        return all;
    }

    private static Double number(ResultSet row, int column) throws SQLException {
        var value = Session.json(row, column);
        return value.isNumber() ? value.doubleValue() : null;
    }

    /// The figure of each group and period, and that of the group as a whole, which is not the mean of its periods. The
    /// values of the condition stand in it twice.
    private String sql(Asked asked, Shape shape) {
        var time = Sql.name(view.time().orElseThrow());
        var key = shape.group.isEmpty() ? "0" : Sql.name(shape.group);
        var from = " FROM " + view.table() + asked.where().and(time + " IS NOT NULL", List.of()).sql();
        var most = view.tool().series();
        return "WITH a AS (SELECT " + key + " AS k, " + shape.bucket.sql(time) + " AS b, count("
                + Sql.name(shape.figure.column()) + ") AS n, " + shape.figure.sql() + " AS v, CAST(max(CAST(" + time
                + " AS DATE)) AS VARCHAR) AS last" + from + " GROUP BY 1, 2), "
                + "e AS (SELECT k, CAST(arg_max(v, b) AS DOUBLE) / nullif(arg_min(v, b), 0) AS rise FROM a WHERE v IS "
                + "NOT NULL GROUP BY 1), "
                + "w AS (SELECT " + key + " AS k, count(*) AS rows, " + shape.figure.sql() + " AS whole" + from
                + " GROUP BY 1), "
                + "g AS (SELECT w.k, whole, count(*) OVER () AS groups, row_number() OVER (ORDER BY "
                + shape.order.sql() + ", w.k NULLS LAST) AS place FROM w LEFT JOIN e ON w.k IS NOT DISTINCT FROM e.k "
                + "QUALIFY place <= " + most + ") "
                + "SELECT " + (shape.group.isEmpty() ? "a.k" : view.text("a.k", shape.group)) + ", b, n, v, last, "
                + "groups, whole FROM a JOIN g ON a.k IS NOT DISTINCT FROM g.k ORDER BY place, b LIMIT "
                + most * (Limits.PERIODS + 1L);       // a series that it cuts is too long anyway
    }

    @Override
    public String pages() {
        return "";
    }

    @Override
    public String advice() {
        return "Ask for a coarser bucket, a shorter time, or fewer series by the filters.";
    }
}
