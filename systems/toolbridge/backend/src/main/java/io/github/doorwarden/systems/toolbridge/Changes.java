package io.github.doorwarden.systems.toolbridge;

import com.sun.net.httpserver.HttpExchange;
import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.Params;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// What changed, in the order in which it happened: for a tenant's users as a list, and for the gateway as a stream
/// over all tenants (server-sent events, WHATWG HTML §9.2) that goes on where it was cut.
final class Changes {

    private static final String ALL = "*";
    private static final String COLUMNS =
            "SELECT seq, tenant_id, kind, record_id, op, version, at, by_user FROM change WHERE ";

    private record Change(long seq, String tenant, Map<String, Object> json) {}

    private final Store store;
    private final Cursors cursors;
    private final Semaphore streams = new Semaphore(Limits.STREAMS);
    private final Object signal = new Object();
    private long signals;
    private volatile boolean closing;

    Changes(Store store, Cursors cursors) {
        this.store = store;
        this.cursors = cursors;
    }

    Map<String, Object> list(Caller caller, Params params) {
        var kind = params.text("kind").map(Kind::of);
        var limit = params.number("limit", 1, Limits.FEED_ITEMS, Limits.FEED_ITEMS_DEFAULT);
        var asked = params.text("since");
        var since = asked.filter(text -> !text.equals("now")).map(text -> Long.parseLong(cursors.read(caller.tenant(),
                "changes", text).getFirst()));
        return store.read(caller.scope(), tx -> {
            var answer = new LinkedHashMap<String, Object>();
            var last = tx.number("SELECT max(seq) FROM change WHERE tenant_id = ?", caller.tenant());
            var from = since.orElse(asked.isPresent() ? last : 0L);
            var args = new ArrayList<Object>(List.of(caller.tenant(), from));
            kind.ifPresent(each -> args.add(each.plural()));
            args.add(limit + 1);
            var found = tx.query(COLUMNS + "tenant_id = ? AND seq > ?" + (kind.isPresent() ? " AND kind = ?" : "")
                    + " ORDER BY seq LIMIT ?", Changes::change, args);
            var items = found.subList(0, Math.min(limit, found.size()));
            answer.put("items", items.stream().map(each -> with(each, cursor(caller.tenant(), each.seq))).toList());
            answer.put("next_cursor", cursor(caller.tenant(), found.size() > limit ? items.getLast().seq
                    : Math.max(from, last)));
            answer.put("more", found.size() > limit);
            return answer;
        });
    }

    private String cursor(String tenant, long seq) {
        return cursors.write(tenant, "changes", List.of(Long.toString(seq)));
    }

    private static Change change(ResultSet row) throws SQLException {
        var json = new LinkedHashMap<String, Object>();
        json.put("tenant_id", row.getString("tenant_id"));
        json.put("kind", row.getString("kind"));
        json.put("id", row.getString("record_id"));
        json.put("op", row.getString("op"));
        json.put("version", row.getLong("version"));
        json.put("at", Stored.time(row.getLong("at")));
        json.put("by", row.getString("by_user"));
        return new Change(row.getLong("seq"), row.getString("tenant_id"), json);
    }

    private static Map<String, Object> with(Change change, String cursor) {
        var json = new LinkedHashMap<String, Object>();
        json.put("cursor", cursor);
        json.putAll(change.json);
        return json;
    }

    /// Somebody may have changed something in this process.
    void wake() {
        synchronized (signal) {
            signals++;
            signal.notifyAll();
        }
    }

    /// Checks what is asked for, then writes events until the client goes or we end.
    void stream(HttpExchange http, Params params) throws IOException {
        var tenants = params.text("tenants").map(text -> Arrays.stream(text.split(",")).map(String::strip).filter(
                each -> !each.isEmpty()).distinct().limit(Limits.CONDITION_VALUES).toList()).orElse(List.of());
        var last = Optional.ofNullable(http.getRequestHeaders().getFirst("Last-Event-ID"));
        var from = last.isPresent() ? Long.parseLong(cursors.read(ALL, "changes", last.get()).getFirst())
                : store.read(Scope.FEED, tx -> tx.number("SELECT seq FROM feed"));
        if (!streams.tryAcquire()) {
            throw Problems.tooMany("too_many_streams", "There are " + Limits.STREAMS
                    + " streams of changes already. End one that nobody reads.");
        }
        try {
            http.getResponseHeaders().set("Content-Type", "text/event-stream");
            http.getResponseHeaders().set("Cache-Control", "no-store");
            http.sendResponseHeaders(200, 0);
            follow(http.getResponseBody(), tenants, from);
        } finally {
            streams.release();
        }
    }

    private void follow(OutputStream out, List<String> tenants, long from) throws IOException {
        var at = from;
        write(out, "event: ready\nid: " + cursor(ALL, at) + "\ndata: {}\n\n");
        var quiet = System.nanoTime();
        while (!closing) {
            long seen;
            synchronized (signal) {
                seen = signals;
            }
            var found = after(at, tenants);
            for (var change : found) {
                at = change.seq;
                var cursor = cursor(ALL, at);
                write(out, "event: change\nid: " + cursor + "\ndata: " + Json.MAPPER.writeValueAsString(with(change,
                        cursor)) + "\n\n");
            }
            if (!found.isEmpty()) {
                quiet = System.nanoTime();
            } else {
                if (System.nanoTime() - quiet > Limits.STREAM_KEEPALIVE.toNanos()) {
                    write(out, ": still here\n\n");
                    quiet = System.nanoTime();
                }
                await(seen);
            }
        }
    }

    private List<Change> after(long seq, List<String> tenants) {
        var args = new ArrayList<Object>(List.of(seq));
        args.addAll(tenants);
        args.add(Limits.FEED_ITEMS);
        return store.read(Scope.FEED, tx -> tx.query(COLUMNS + "seq > ?" + (tenants.isEmpty() ? ""
                : " AND tenant_id IN (?" + ", ?".repeat(tenants.size() - 1) + ")") + " ORDER BY seq LIMIT ?",
                Changes::change, args));
    }

    private void await(long seen) {
        synchronized (signal) {
            try {
                if (signals == seen && !closing) {
                    signal.wait(Limits.STREAM_POLL.toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closing = true;
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// Streams end; their clients come back.
    void end() {
        closing = true;
        wake();
    }
}
