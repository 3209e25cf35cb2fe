package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.embeddings.Embedder;
import io.github.doorwarden.embeddings.EmbeddingFailure;
import io.github.doorwarden.systems.backend.EventLog;
import io.github.doorwarden.systems.backend.Outage;
import io.github.doorwarden.systems.backend.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Search by meaning. A thread of its own makes vectors of what has changed, a few texts at a time with pauses, so no
/// request waits for that; only the question itself becomes a vector while somebody waits.
final class Vectors implements AutoCloseable {

    /// @param similarity cosine
    record Near(String kind, String id, double similarity) {}

    private record Text(String kind, String id, long version, String text) {}

    private final Store store;
    private final Embedder embedder;
    private final EventLog log;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("vectors").priority(Thread.MIN_PRIORITY).unstarted(
            this::run);

    Vectors(Store store, Embedder embedder, EventLog log) {
        this.store = store;
        this.embedder = embedder;
        this.log = log;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                var pause = Limits.VECTORS_IDLE;
                try {
                    if (round()) {
                        pause = Limits.VECTORS_PAUSE;
                    }
                } catch (EmbeddingFailure | Outage failed) {
                    log.warn("vectors_failed", Map.of("reason", String.valueOf(failed.getMessage())));
                    pause = Limits.VECTORS_FAILED;
                }
                if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes vectors of a few texts that have none yet, of one tenant.
    ///
    /// @return whether there were any
    boolean round() throws EmbeddingFailure, InterruptedException {
        for (var tenant : store.read(Scope.PLATFORM, tx -> tx.query("SELECT id FROM tenant ORDER BY id", row ->
                row.getString(1)))) {
            var scope = new Scope.Tenant(tenant);
            var texts = store.read(scope, tx -> pending(tx, tenant));
            if (!texts.isEmpty()) {
                var vectors = embedder.embed(texts.stream().map(Text::text).toList(), Limits.VECTORS_WITHIN);
                store.write(scope, tx -> {
                    for (var i = 0; i < texts.size(); i++) {
                        keep(tx, tenant, texts.get(i), vectors.get(i));
                    }
                    return null;
                });
                return true;
            }
        }
        return false;
    }

    private List<Text> pending(Tx tx, String tenant) throws SQLException {
        return tx.query("SELECT t.kind, t.record_id, t.version, t.title, t.body FROM record_text t LEFT JOIN embedding "
                + "e ON e.tenant_id = t.tenant_id AND e.kind = t.kind AND e.record_id = t.record_id WHERE "
                + "t.tenant_id = ? AND (e.version IS NULL OR e.version <> t.version OR e.model <> ?) LIMIT ?", row ->
                new Text(row.getString(1), row.getString(2), row.getLong(3), (row.getString(4) + "\n"
                + row.getString(5)).strip()), tenant, embedder.id(), Limits.VECTOR_BATCH);
    }

    /// Unless the record went meanwhile.
    private void keep(Tx tx, String tenant, Text text, float[] vector) throws SQLException {
        tx.update("INSERT INTO embedding (tenant_id, kind, record_id, version, model, vector) SELECT tenant_id, kind, "
                + "record_id, ?, ?, ? FROM record_text WHERE tenant_id = ? AND kind = ? AND record_id = ? "
                + "ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET version = excluded.version, "
                + "model = excluded.model, vector = excluded.vector", text.version, embedder.id(), bytes(vector),
                tenant, text.kind, text.id);
    }

    Map<String, Object> search(Caller caller, Body body) {
        body.only(Set.of("text", "kinds", "limit"));
        var text = body.needed("text", Limits.SEMANTIC_CHARS);
        var kinds = body.node().has("kinds") ? body.list("kinds", 1, 5).stream().map(each -> Kind.of(each.asString(""))
                .plural()).distinct().toList() : List.<String>of();
        var limit = body.number("limit", 1, Limits.SEMANTIC_ITEMS).orElse((long) Limits.SEMANTIC_ITEMS_DEFAULT);
        float[] wanted;
        try {
            wanted = embedder.embed(List.of(text), Limits.VECTORS_WITHIN).getFirst();
        } catch (EmbeddingFailure e) {
            log.warn("vectors_failed", Map.of("reason", String.valueOf(e.getMessage())));
            throw Problem.unavailable("model_unavailable", "The model that makes vectors does not run. Search by words "
                    + "meanwhile: GET /v1/search.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Outage("Interrupted while a vector was made.", e);
        }
        return store.read(caller.scope(), tx -> {
            var near = nearest(tx, caller, wanted, kinds, limit.intValue());
            var items = new ArrayList<Map<String, Object>>();
            for (var hit : near) {
                tx.first("SELECT title, body FROM record_text WHERE tenant_id = ? AND kind = ? AND record_id = ?",
                        row -> item(hit, row.getString(1), row.getString(2)), caller.tenant(), hit.kind, hit.id)
                        .ifPresent(items::add);
            }
            var all = tx.number("SELECT count(*) FROM record_text WHERE tenant_id = ?", caller.tenant());
            var done = tx.number("SELECT count(*) FROM record_text t JOIN embedding e ON e.tenant_id = t.tenant_id AND "
                    + "e.kind = t.kind AND e.record_id = t.record_id AND e.version = t.version AND e.model = ? WHERE "
                    + "t.tenant_id = ?", embedder.id(), caller.tenant());
            var answer = new LinkedHashMap<String, Object>();
            answer.put("items", items);
            answer.put("model", embedder.id());
            answer.put("indexed", done);
            answer.put("pending", all - done);
            return answer;
        });
    }

    private static Map<String, Object> item(Near hit, String title, String body) {
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", hit.kind);
        item.put("id", hit.id);
        item.put("title", title.isEmpty() ? Stored.heading(body) : title);
        item.put("similarity", Math.round(hit.similarity * 1e4) / 1e4);
        return item;
    }

    /// Records whose vectors are near to that of one; none while it has none.
    List<Near> near(Tx tx, Caller caller, String kind, String id) throws SQLException {
        Optional<float[]> own = tx.first("SELECT vector FROM embedding WHERE tenant_id = ? AND kind = ? AND "
                + "record_id = ? AND model = ?", row -> floats(row.getBytes(1)), caller.tenant(), kind, id,
                embedder.id());
        return own.isEmpty() ? List.of() : nearest(tx, caller, own.get(), List.of(), Limits.SUGGESTIONS + 1).stream()
                .filter(each -> !each.id.equals(id)).toList();
    }

    private List<Near> nearest(Tx tx, Caller caller, float[] wanted, List<String> kinds, int limit)
            throws SQLException {
        var near = tx.query("SELECT kind, record_id, vector FROM embedding WHERE tenant_id = ? AND model = ? "
                + "ORDER BY record_id DESC LIMIT ?", row -> new Near(row.getString(1), row.getString(2),
                product(wanted, floats(row.getBytes(3)))), caller.tenant(), embedder.id(), Limits.VECTORS_COMPARED);
        return near.stream().filter(each -> kinds.isEmpty() || kinds.contains(each.kind)).sorted(
                Comparator.comparingDouble(each -> -each.similarity)).limit(limit).toList();
    }

    /// Vectors have length 1, so it is the cosine.
    private static double product(float[] one, float[] other) {
        var sum = 0.0;
        for (var i = 0; i < Math.min(one.length, other.length); i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static byte[] bytes(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private static float[] floats(byte[] bytes) {
        var vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    @Override
    public void close() {
        closing.countDown();
        if (thread.isAlive()) {
            thread.interrupt();
            try {
                thread.join(Limits.DRAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        embedder.close();
    }
}
