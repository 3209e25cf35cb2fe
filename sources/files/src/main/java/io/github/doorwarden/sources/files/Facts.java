package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.Arguments.Asked;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What every answer says beside its figures: how many rows they are of, which time they cover, what is missing in
/// them, in which units they are, and which files they come from.
final class Facts {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final View view;
    private final Version version;
    private final boolean bound;
    private final Map<String, Long> missing = new LinkedHashMap<>();
    private final Map<Integer, Long> byFile = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final ObjectNode values = JSON.objectNode();
    private String from;
    private String to;
    private long rows;

    /// @param bound whether the caller sees some rows only, so that what others' files are called is not theirs to know
    private Facts(View view, Version version, boolean bound) {
        this.view = view;
        this.version = version;
        this.bound = bound;
    }

    /// @param used columns that the answer is made of
    static Facts of(Session session, View view, Asked asked, Collection<String> used) throws SQLException {
        var facts = new Facts(view, session.version(), !asked.theirs().equals(Where.ALL));
        facts.warnings.addAll(session.version().notes(view.dataset()));
        facts.count(session, asked.where(), List.copyOf(used));
        if (facts.rows == 0) {
            facts.offer(session, asked);
        }
        return facts;
    }

    private void count(Session session, Where where, List<String> used) throws SQLException {
        var several = view.files() && version.files(view.dataset()).size() > 1;
        var sql = new StringBuilder("SELECT ").append(several ? "_file" : "0").append(", count(*)");
        sql.append(view.time().map(time -> ", " + view.text("min(" + Sql.name(time) + ")", time) + ", "
                + view.text("max(" + Sql.name(time) + ")", time))
                .orElse(", NULL, NULL"));
        used.forEach(column -> sql.append(", count(*) - count(").append(Sql.name(column)).append(")"));
        sql.append(" FROM ").append(view.table()).append(where.sql()).append(several ? " GROUP BY 1 ORDER BY 1" : "");
        session.rows(sql.toString(), where.values(), row -> {
            rows += row.getLong(2);
            byFile.put(row.getInt(1), row.getLong(2));
            from = least(from, row.getString(3), -1);
            to = least(to, row.getString(4), 1);
            for (var i = 0; i < used.size(); i++) {
                missing.merge(used.get(i), row.getLong(i + 5), Long::sum);
            }
            return row;
        });
    }

    /// Dates and times in the form of ISO 8601 are ordered as texts are.
    private static String least(String one, String other, int sign) {
        return one == null ? other : other == null || one.compareTo(other) * sign > 0 ? one : other;
    }

    /// Nothing matches: what there would be, of columns that answers with rows show anyway.
    private void offer(Session session, Asked asked) throws SQLException {
        var offered = asked.used().stream().filter(view::offered).toList();
        warn(offered.isEmpty() ? "No row matches. Ask with fewer filters, or with other values."
                : "No row matches. Look at values for what there is, and ask with fewer filters.");
        for (var column : offered) {
            if (view.column(column).temporal()) {
                session.rows("SELECT " + view.text("min(" + Sql.name(column) + ")", column) + ", "
                        + view.text("max(" + Sql.name(column) + ")", column) + " FROM " + view.table() + asked.theirs()
                        .sql(), asked.theirs().values(), row ->
                        values.putObject(column).put("from", row.getString(1)).put("to", row.getString(2)));
            } else {
                var list = values.putArray(column);
                session.rows("SELECT " + view.read(column) + " FROM " + view.table() + asked.theirs().sql()
                        + " GROUP BY " + Sql.name(column) + " ORDER BY count(*) DESC, 1 LIMIT " + Limits.NAMED_VALUES,
                        asked.theirs().values(), row -> list.add(Session.json(row, 1)));
            }
        }
    }

    long rows() {
        return rows;
    }

    void warn(String sentence) {
        warnings.add(sentence);
    }

    /// @param name of a figure in the answer
    void unit(String name, String unit) {
        if (!unit.isEmpty()) {
            units.put(name, unit);
        }
    }

    ObjectNode json() {
        var json = JSON.objectNode().put("rows_matched", rows);
        view.time().filter(time -> from != null).ifPresent(time -> json.putObject("range").put("column", time)
                .put("from", from).put("to", to));
        var inUnits = json.putObject("units");
        units.forEach(inUnits::put);
        var lacking = json.putObject("missing_values");
        missing.forEach(lacking::put);
        sources(json);
        json.put("loaded", version.loaded().toString());
        if (!values.isEmpty()) {
            json.set("values", values);
        }
        var list = json.putArray("warnings");
        warnings.forEach(list::add);
        return json;
    }

    /// The files; for who sees some rows only, those that have rows of theirs, and nothing of rows that nobody could
    /// read, which may be anybody's.
    private void sources(ObjectNode json) {
        var files = version.files(view.dataset());
        var named = new ArrayList<Integer>();
        for (var i = 0; i < files.size(); i++) {
            var theirs = view.files() && byFile.getOrDefault(i, 0L) > 0;
            if (theirs || !bound && (!view.files() || byFile.containsKey(i) || rows == 0)) {
                named.add(i);
            }
        }
        var sources = json.putArray("sources");
        for (var i : named.subList(0, Math.min(named.size(), Limits.NAMED_FILES))) {
            var file = files.get(i);
            var source = sources.addObject().put("file", file.name())
                    .put("modified", file.modified().truncatedTo(ChronoUnit.SECONDS).toString());
            if (view.files()) {
                source.put("rows", byFile.getOrDefault(i, 0L));
            }
            if (file.rejected() > 0 && !bound) {
                source.put("rows_left_out", file.rejected());
            }
        }
        if (named.size() > Limits.NAMED_FILES) {
            json.put("more_sources", named.size() - Limits.NAMED_FILES);
        }
        var rejected = files.stream().mapToLong(Version.LoadedFile::rejected).sum();
        if (rejected > 0 && !bound) {
            warn(rejected == 1 ? "1 row of the files could not be read and is not in these figures." : rejected
                    + " rows of the files could not be read and are not in these figures.");
        }
    }
}
