package io.github.doorwarden.systems.toolbridge;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.embeddings.OnnxEmbedder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The API behind toolbridge: records of many tenants on a loopback port, over PostgreSQL or a SQLite file. [#main]
/// prints `ready <URL>` once it accepts calls and ends with its standard input, so it never outlives the process that
/// started it.
public final class ToolBridge implements AutoCloseable {

    private final HttpServer http;
    private final Store store;
    private final Vectors vectors;
    private final Changes changes;
    private final FileChannel lockFile;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    private ToolBridge(HttpServer http, Store store, Vectors vectors, Changes changes, FileChannel lockFile) {
        this.http = http;
        this.store = store;
        this.vectors = vectors;
        this.changes = changes;
        this.lockFile = lockFile;
    }

    /// Exit codes: 0 ended as asked, 1 could not start, 2 told wrongly.
    public static void main(String[] args) {
        // Read by the HTTP server's class when it loads: answers leave at once, and no client can hold a connection
        // half open for long.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "60");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "32768");
        // The drivers would otherwise wake a whole logging library, which costs more than everything else here.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        try {
            var bridge = start(Settings.of(args, System.getenv()), InstantSource.system(), System.err);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                bridge.close();
                // an orderly end by SIGTERM is a success; Java alone would report 143
                Runtime.getRuntime().halt(0);
            }));
            System.out.println("ready " + bridge.uri());
            bridge.startVectors();
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
            System.exit(0);
        } catch (Settings.Mistake mistake) {
            System.err.println(mistake.getMessage());
            System.exit(2);
        } catch (IOException | UncheckedIOException | Outage broken) {
            System.err.println("ToolBridge cannot start: " + broken.getMessage() + (broken.getCause() == null ? ""
                    : " (" + broken.getCause().getMessage() + ")"));
            System.exit(1);
        }
    }

    /// Opens or creates the data folder, migrates the database and accepts calls on `127.0.0.1`. Vectors are not made
    /// before [Vectors#start].
    static ToolBridge start(Settings settings, InstantSource clock, PrintStream err) throws IOException {
        createPrivately(settings.data());
        var lockFile = lock(settings.data());
        try {
            return start(settings, clock, new EventLog(err, clock), lockFile);
        } catch (IOException | RuntimeException broken) {
            lockFile.close();
            throw broken;
        }
    }

    private static ToolBridge start(Settings settings, InstantSource clock, EventLog log, FileChannel lockFile)
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
        var jwts = settings.provider().map(p -> new AccessTokens(new SigningKeys(p.jwks(), clock, log), p.issuer(),
                p.audience(), clock));
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
        var http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), settings.port()), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", api::handle);
        http.start();
        var bridge = new ToolBridge(http, store, vectors, changes, lockFile);
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
    void startVectors() {
        vectors.start();
    }

    /// The folder holds people's data and the master key: a new one is its owner's alone.
    private static void createPrivately(Path data) throws IOException {
        if (Files.isDirectory(data)) {
            return;
        }
        Files.createDirectories(data.toAbsolutePath().getParent());
        if (Files.getFileStore(data.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createDirectory(data,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(data);
        }
    }

    /// Two processes on one SQLite file would forget each other's nonces at a power cut, and fight for its lock.
    private static FileChannel lock(Path data) throws IOException {
        var file = FileChannel.open(data.resolve("toolbridge.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                return file;
            }
        } catch (OverlappingFileLockException sameProcess) {
            // falls through to the same refusal
        }
        file.close();
        throw new IOException("another ToolBridge runs on " + data + ". Stop it, or give this one its own --data.");
    }

    static byte[] resource(String name) {
        try (var in = ToolBridge.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
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
        http.stop((int) Limits.DRAIN.toSeconds());
        store.close();
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
