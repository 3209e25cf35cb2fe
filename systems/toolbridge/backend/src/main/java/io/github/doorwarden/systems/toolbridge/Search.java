package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Full-text search: all the words, best first. SQLite's FTS5 and PostgreSQL's tsvector each in their own language,
/// made of words alone, so that no operator of either can be smuggled in.
final class Search {

    private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    /// @param prefix the word may go on
    private record Word(String text, boolean prefix) {}

    private final Store store;
    private final Cursors cursors;

    Search(Store store, Cursors cursors) {
        this.store = store;
        this.cursors = cursors;
    }

    Map<String, Object> find(Caller caller, Params params) {
        var said = params.text("q").orElseThrow(() -> Problem.invalid("'q' is missing: the words to look for."));
        if (said.length() > Limits.SEARCH_CHARS) {
            throw Problem.invalid("'q' has more than " + Limits.SEARCH_CHARS + " characters.");
        }
        var words = words(said);
        if (words.isEmpty()) {
            throw Problem.invalid("'q' has no letters or digits to look for.");
        }
        var kind = params.text("kind").map(Kind::of);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        var question = "search " + kind.map(Kind::plural).orElse("") + " " + said;
        var from = params.text("cursor").map(cursor -> Integer.parseInt(cursors.read(caller.tenant(), question, cursor)
                .getFirst())).orElse(0);
        var hits = store.read(caller.scope(), tx -> tx.dialect() == Dialect.SQLITE
                ? sqlite(tx, caller, words, kind, limit + 1, from) : postgresql(tx, caller, words, kind, limit + 1,
                from));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("items", hits.subList(0, Math.min(limit, hits.size())));
        var more = hits.size() > limit && from + limit < Limits.SEARCH_DEPTH;
        answer.put("next_cursor", more ? cursors.write(caller.tenant(), question,
                List.of(Integer.toString(from + limit))) : null);
        return answer;
    }

    private static List<Word> words(String said) {
        var words = new ArrayList<Word>();
        var tokens = TOKEN.matcher(said);
        while (tokens.find()) {
            var phrase = tokens.group(1) != null;
            var raw = phrase ? tokens.group(1) : tokens.group(2);
            var text = raw.replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ").strip().toLowerCase(Locale.ROOT);
            if (!text.isEmpty()) {
                words.add(new Word(text, !phrase && raw.endsWith("*")));
            }
        }
        if (words.size() > Limits.SEARCH_WORDS) {
            throw Problem.invalid("'q' has more than " + Limits.SEARCH_WORDS + " words.");
        }
        return words;
    }

    private static List<Map<String, Object>> sqlite(Tx tx, Caller caller, List<Word> words, Optional<Kind> kind,
            int limit, int from) throws SQLException {
        var match = String.join(" ", words.stream().map(each -> "\"" + each.text + "\"" + (each.prefix ? " *" : ""))
                .toList());
        var args = new ArrayList<Object>(List.of(match, caller.tenant()));
        kind.ifPresent(each -> args.add(each.plural()));
        args.addAll(List.of(limit, from));
        return tx.query("SELECT t.kind, t.record_id, t.title, t.body, "
                + "snippet(record_words, -1, '**', '**', '…', 24) AS snippet, -bm25(record_words, 4.0, 1.0) AS score "
                + "FROM record_words JOIN record_text t ON t.n = record_words.rowid WHERE record_words MATCH ? "
                + "AND t.tenant_id = ?" + (kind.isPresent() ? " AND t.kind = ?" : "")
                + " ORDER BY score DESC, t.record_id DESC LIMIT ? OFFSET ?", Search::hit, args);
    }

    private static List<Map<String, Object>> postgresql(Tx tx, Caller caller, List<Word> words, Optional<Kind> kind,
            int limit, int from) throws SQLException {
        var query = String.join(" && ", words.stream().map(each -> each.prefix ? "to_tsquery('english', ?)"
                : "phraseto_tsquery('english', ?)").toList());
        // Letters and digits alone are left in a word; in quotes, nothing of them is an operator.
        var args = new ArrayList<Object>(words.stream().map(each -> each.prefix ? "'" + each.text + "':*" : each.text)
                .toList());
        args.add(caller.tenant());
        kind.ifPresent(each -> args.add(each.plural()));
        args.addAll(List.of(limit, from));
        return tx.query("SELECT t.kind, t.record_id, t.title, t.body, ts_headline('english', "
                + "concat_ws(' — ', nullif(t.title, ''), t.body), q.query, "
                + "'StartSel=**, StopSel=**, MaxWords=24, MinWords=8') AS snippet, "
                + "ts_rank_cd(t.words, q.query) AS score FROM record_text t, (SELECT " + query + " AS query) q "
                + "WHERE t.words @@ q.query AND t.tenant_id = ?" + (kind.isPresent() ? " AND t.kind = ?" : "")
                + " ORDER BY score DESC, t.record_id DESC LIMIT ? OFFSET ?", Search::hit, args);
    }

    private static Map<String, Object> hit(java.sql.ResultSet row) throws SQLException {
        var hit = new LinkedHashMap<String, Object>();
        hit.put("kind", row.getString("kind"));
        hit.put("id", row.getString("record_id"));
        var title = row.getString("title");
        hit.put("title", title.isEmpty() ? Stored.heading(row.getString("body")) : title);
        hit.put("snippet", row.getString("snippet"));
        hit.put("score", Math.round(row.getDouble("score") * 1e6) / 1e6);
        return hit;
    }
}
