package io.github.doorwarden.sources.files;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The course of one figure: what changed from one period to the next and against the same period a year before, and
/// what the whole looks like. Periods without rows are points without a value. Pure.
final class Trend {

    /// One period.
    ///
    /// @param n     rows behind the value
    /// @param value null when there is none
    /// @param last  the last day that there are rows of; null when there is none
    record Point(LocalDate start, long n, Double value, LocalDate last) {}

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Bucket bucket;
    private final Double whole;
    private final List<Point> points = new ArrayList<>();
    private final Map<LocalDate, Double> values = new LinkedHashMap<>();

    /// @param given in the order of time, without gaps
    /// @param whole the figure of all rows together; null when there is none
    Trend(Bucket bucket, List<Point> given, Double whole) {
        this.bucket = bucket;
        this.whole = whole;
        var next = given.isEmpty() ? null : given.getFirst().start();
        for (var point : given) {
            for (; next.isBefore(point.start()); next = bucket.next(next)) {
                points.add(new Point(next, 0, null, null));
            }
            points.add(point);
            next = bucket.next(point.start());
        }
        points.stream().filter(point -> point.value() != null).forEach(point ->
                values.put(point.start(), point.value()));
    }

    List<Point> points() {
        return List.copyOf(points);
    }

    /// The newest, in the order of time.
    ArrayNode newest(int most) {
        var list = JSON.arrayNode();
        for (var i = Math.max(0, points.size() - most); i < points.size(); i++) {
            var point = points.get(i);
            var object = list.addObject().put("period", bucket.label(point.start())).put("n", point.n());
            object.set("value", Session.number(point.value()));
            var before = i == 0 ? null : points.get(i - 1).value();
            object.set("change", Session.number(before == null || point.value() == null ? null
                    : point.value() - before));
            object.set("change_percent", Session.number(percent(before, point.value())));
            object.set("year_change_percent", Session.number(percent(yearBefore(point), point.value())));
        }
        return list;
    }

    private Double yearBefore(Point point) {
        return bucket.yearBefore(point.start()).map(values::get).orElse(null);
    }

    /// Null when there is nothing to compare, or nothing to compare with.
    private static Double percent(Double before, Double now) {
        return before == null || now == null || before == 0 ? null : rounded((now - before) / Math.abs(before) * 100);
    }

    private static Double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * 100) / 100.0 : null;
    }

    ObjectNode summary() {
        var there = points.stream().filter(point -> point.value() != null).toList();
        var summary = JSON.objectNode().put("n", points.stream().mapToLong(Point::n).sum())
                .put("periods", points.size()).put("periods_without_value", points.size() - there.size());
        if (there.isEmpty()) {
            return summary;
        }
        summary.set("overall", Session.number(whole));
        end(summary, "first", there.getFirst());
        end(summary, "last", there.getLast());
        summary.set("change_percent", Session.number(percent(there.getFirst().value(), there.getLast().value())));
        summary.set("year_change_percent", Session.number(percent(yearBefore(there.getLast()),
                there.getLast().value())));
        end(summary, "least", there.stream().min((a, b) -> Double.compare(a.value(), b.value())).orElseThrow());
        end(summary, "most", there.stream().max((a, b) -> Double.compare(a.value(), b.value())).orElseThrow());
        line(summary);
        summary.set("volatility_percent", Session.number(volatility()));
        return summary;
    }

    private void end(ObjectNode summary, String name, Point point) {
        summary.putObject(name).put("period", bucket.label(point.start()))
                .set("value", Session.number(point.value()));
    }

    /// The straight line that fits best, by least squares: what it rises in one period, and how much of the variance it
    /// explains. Null with fewer than three values.
    private void line(ObjectNode summary) {
        double n = 0;
        double x = 0;
        double y = 0;
        for (var i = 0; i < points.size(); i++) {
            if (points.get(i).value() != null) {
                n++;
                x += i;
                y += points.get(i).value();
            }
        }
        x /= n;
        y /= n;
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (var i = 0; i < points.size(); i++) {
            if (points.get(i).value() != null) {
                xx += (i - x) * (i - x);
                xy += (i - x) * (points.get(i).value() - y);
                yy += (points.get(i).value() - y) * (points.get(i).value() - y);
            }
        }
        summary.set("mean", Session.number(y));
        summary.set("slope_per_period", Session.number(n < 3 ? null : xy / xx));
        summary.set("r_squared", Session.number(n < 3 || yy == 0 ? null : rounded(xy * xy / (xx * yy))));
    }

    /// Standard deviation of the changes from one period to the next, in percent. Null with fewer than three.
    private Double volatility() {
        var changes = new ArrayList<Double>();
        for (var i = 1; i < points.size(); i++) {
            changes.add(percent(points.get(i - 1).value(), points.get(i).value()));
        }
        changes.removeIf(Objects::isNull);
        if (changes.size() < 3) {
            return null;
        }
        var mean = changes.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        return rounded(Math.sqrt(changes.stream().mapToDouble(change -> (change - mean) * (change - mean)).sum()
                / (changes.size() - 1)));
    }

    /// What should keep a reader from concluding too much.
    List<String> warnings(int smallSample) {
        var warnings = new ArrayList<String>();
        var small = points.stream().filter(point -> point.n() > 0 && point.n() < smallSample).count();
        var gaps = points.stream().filter(point -> point.value() == null).count();
        if (small > 0) {
            warnings.add("Small samples: " + small + " of " + points.size() + " periods have fewer than " + smallSample
                    + " rows. Do not read much into their figures.");
        }
        if (gaps > 0) {
            warnings.add(gaps + " of " + points.size() + " periods have no value.");
        }
        if (values.size() < 3) {
            warnings.add("Fewer than three periods have a value: that is no trend.");
        }
        partial().ifPresent(warnings::add);
        return warnings;
    }

    /// A last period whose rows end earlier in it than those of every other one has probably just begun.
    private Optional<String> partial() {
        var dated = points.stream().filter(point -> point.last() != null).toList();
        if (dated.size() < 3) {
            return Optional.empty();
        }
        var end = dated.getLast();
        var others = dated.subList(0, dated.size() - 1).stream().mapToLong(Trend::reach).min().orElseThrow();
        return reach(end) >= others ? Optional.empty() : Optional.of("The last period, " + bucket.label(end.start())
                + ", has rows up to " + end.last() + " only and may not be over.");
    }

    private static long reach(Point point) {
        return point.last().toEpochDay() - point.start().toEpochDay();
    }
}
