package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The tags of a tenant, and which of them may suit a record.
final class Tags {

    private final Store store;
    private final Records records;
    private final Nearby nearby;

    Tags(Store store, Records records, Nearby nearby) {
        this.store = store;
        this.records = records;
        this.nearby = nearby;
    }

    Map<String, Object> list(Caller caller, Params params) {
        var kind = params.text("kind").map(Kind::of);
        var limit = params.number("limit", 1, Limits.FEED_ITEMS, Limits.FEED_ITEMS_DEFAULT);
        return Map.of("items", store.read(caller.scope(), tx -> counts(tx, caller, kind, limit)));
    }

    private static List<Map<String, Object>> counts(Tx tx, Caller caller, Optional<Kind> kind, int limit)
            throws SQLException {
        var args = new ArrayList<Object>(List.of(caller.tenant()));
        kind.ifPresent(each -> args.add(each.plural()));
        args.add(limit);
        return tx.query("SELECT tag, count(*) AS uses FROM tag WHERE tenant_id = ?" + (kind.isPresent()
                ? " AND kind = ?" : "") + " GROUP BY tag ORDER BY uses DESC, tag LIMIT ?", row -> {
                var item = new LinkedHashMap<String, Object>();
                item.put("tag", row.getString(1));
                item.put("count", row.getLong(2));
                return item;
            }, args);
    }

    private record Suggested(double score, String reason) {}

    /// Tags whose words are in the record, and tags of the records that are nearest to it.
    Map<String, Object> suggest(Caller caller, Kind kind, String id) {
        return store.read(caller.scope(), tx -> {
            var record = records.get(tx, caller, kind, id);
            var found = new TreeMap<String, Suggested>();
            var words = new HashSet<>(Arrays.asList((record.text(kind.heading()) + " " + record.words())
                    .toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
            for (var count : counts(tx, caller, Optional.empty(), Limits.FEED_ITEMS)) {
                var tag = count.get("tag").toString();
                if (Arrays.stream(tag.split("[-_]")).allMatch(part -> words.contains(part) || words.contains(part
                        + "s") || part.endsWith("s") && words.contains(part.substring(0, part.length() - 1)))) {
                    found.put(tag, new Suggested(0.9, "its words are in the text"));
                }
            }
            for (var near : nearby.of(tx, caller, record)) {
                for (var tag : near.tags()) {
                    found.merge(tag, new Suggested(Math.round(near.score() * 60) / 100.0, "on "
                            + Problem.quote(near.title()) + ", which is like it"), (one, other) ->
                            one.score >= other.score ? one : other);
                }
            }
            record.tags().forEach(found::remove);
            return Map.of("items", found.entrySet().stream().sorted((one, other) ->
                    Double.compare(other.getValue().score, one.getValue().score)).limit(Limits.SUGGESTIONS)
                    .map(each -> {
                        var item = new LinkedHashMap<String, Object>();
                        item.put("tag", each.getKey());
                        item.put("score", each.getValue().score);
                        item.put("reason", each.getValue().reason);
                        return item;
                    }).collect(Collectors.toList()));
        });
    }
}
