package io.github.doorwarden.systems.toolbridge;

import com.nimbusds.jose.JWSAlgorithm;
import io.github.doorwarden.embeddings.OnnxEmbedder;
import io.github.doorwarden.systems.backend.AccessTokens;
import io.github.doorwarden.systems.backend.BackendProcess;
import io.github.doorwarden.systems.backend.DataFolder;
import io.github.doorwarden.systems.backend.EventLog;
import io.github.doorwarden.systems.backend.LoopbackServer;
import io.github.doorwarden.systems.backend.Outage;
import io.github.doorwarden.systems.backend.SigningKeys;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The API behind toolbridge: records of many tenants on a loopback port, over PostgreSQL or a SQLite file. [#main]
/// prints `ready <URL>` once it accepts calls and ends with its standard input, so it never outlives the process that
/// started it.
public final class ToolBridge implements BackendProcess.Service {

    private final LoopbackServer http;
    private final Store store;
    private final Vectors vectors;
    private final Changes changes;
    private final DataFolder folder;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    private ToolBridge(LoopbackServer http, Store store, Vectors vectors, Changes changes, DataFolder folder) {
        this.http = http;
        this.store = store;
        this.vectors = vectors;
        this.changes = changes;
        this.folder = folder;
    }

    /// Exit codes: 0 ended as asked, 1 could not start, 2 told wrongly.
    public static void main(String[] args) {
        BackendProcess.run(broken -> "ToolBridge cannot start: " + broken.getMessage() + (broken.getCause() == null ? ""
                : " (" + broken.getCause().getMessage() + ")"),
                () -> start(Settings.of(args, System.getenv()), InstantSource.system(), System.err));
    }

    /// Opens or creates the data folder, migrates the database and accepts calls on `127.0.0.1`. Vectors are not made
    /// before [#afterReady].
    static ToolBridge start(Settings settings, InstantSource clock, PrintStream err) throws IOException {
        // It holds people's data and the master key. Two processes on one SQLite file would forget each other's nonces
        // at a power cut, and fight for its lock.
        var folder = DataFolder.take(settings.data(), "toolbridge.lock", "ToolBridge");
        try {
            return start(settings, clock, new EventLog(err, clock), folder);
        } catch (IOException | RuntimeException broken) {
            folder.close();
            throw broken;
        }
    }

    private static ToolBridge start(Settings settings, InstantSource clock, EventLog log, DataFolder folder)
            throws IOException {
        var seal = Seal.open(settings.masterKey());
        var store = settings.database().isPresent() ? PostgresStore.open(settings.database().get())
                : SqliteStore.open(settings.data().resolve("toolbridge.db"));
        var ids = new Ids(clock);
        var cursors = new Cursors(seal);
        var secrets = new TenantSecrets(store, seal, settings.signing(), ids, clock);
        if (settings.demo()) {
            Seed.plant(store, settings.demoSecrets() ? secrets : null, clock);
        }
        var jwts = settings.provider().map(p -> new AccessTokens<>(new SigningKeys(p.jwks(), "TOOLBRIDGE_JWKS_URL",
                clock, log), Set.of(JWSAlgorithm.RS256), p.issuer(), p.audience(), clock, Token::of));
        if (jwts.isEmpty()) {
            log.warn("nobody_can_call", Map.of("remedy",
                    "Set TOOLBRIDGE_JWKS_URL, TOOLBRIDGE_ISSUER and TOOLBRIDGE_AUDIENCE."));
        }
        var metrics = new Metrics(log, clock);
        var sessions = new Sessions(store, settings.sessionsPerUser(), clock);
        var records = new Records(ids, clock);
        var vectors = new Vectors(store, settings.model() ? new OnnxEmbedder() : new HashedWords(), log);
        var nearby = new Nearby(vectors);
        var changes = new Changes(store, cursors);
        var routes = Routes.of(new Routes.Services(store, records, new Lists(store, cursors),
                new Operations(store, records), new Search(store, cursors), vectors, new Aggregates(store), changes,
                new Tags(store, records, nearby), new Suggestions(store, records, nearby, clock), sessions,
                new Tenants(store, secrets, cursors, ids, clock), secrets, new Organizations(store), metrics));
        // One insert, of which one of two racers can have the row.
        var authentication = new Authentication(jwts, settings.credentials(), secrets, (nonce, until) -> store.note(
                tx -> tx.update("INSERT INTO nonce (value, forget_at) VALUES (?, ?) ON CONFLICT DO NOTHING", nonce,
                until.toEpochMilli())) == 1, clock);
        var api = new Api(routes, authentication, new Tenancy(store, sessions, secrets, clock), changes, metrics, log);
        var http = LoopbackServer.start(settings.port(), api::handle);
        var bridge = new ToolBridge(http, store, vectors, changes, folder);
        Thread.ofVirtual().name("sweep").start(() -> bridge.sweep(sessions, log));
        return bridge;
    }

    private void sweep(Sessions sessions, EventLog log) {
        try {
            while (!closing.await(Limits.SWEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    sessions.sweep();
                } catch (Outage e) {
                    log.error("sweep_failed", Map.of(), e);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes vectors from now on.
    @Override
    public void afterReady() {
        vectors.start();
    }

    static byte[] resource(String name) {
        try (var in = ToolBridge.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public URI uri() {
        return http.uri();
    }

    /// Lets running calls end, then stops.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        closing.countDown();
        changes.end();
        vectors.close();
        http.close();
        store.close();
        folder.close();
    }
}
