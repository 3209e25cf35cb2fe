package io.github.doorwarden.systems.marketplace;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/// The lesson marketplace: a REST API on a loopback port over one SQLite file. [#main] prints `ready <URL>` once it
/// accepts calls and ends with its standard input, so it never outlives the process that started it.
public final class Marketplace implements AutoCloseable {

    private record Health(String status, String service) {}

    private final HttpServer http;
    private final Jobs jobs;
    private final Database database;
    private final FileChannel lockFile;

    private Marketplace(HttpServer http, Jobs jobs, Database database, FileChannel lockFile) {
        this.http = http;
        this.jobs = jobs;
        this.database = database;
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
        // The SQLite driver would otherwise wake a whole logging library, which costs more than everything else here.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        try {
            var marketplace = start(Settings.of(args, System.getenv()), InstantSource.system(), System.err);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                marketplace.close();
                // an orderly end by SIGTERM is a success; Java alone would report 143
                Runtime.getRuntime().halt(0);
            }));
            System.out.println("ready " + marketplace.uri());
            // loads what the first answer needs, now that nobody waits for it
            Json.bytes(new Health("ok", ""));
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
            System.exit(0);
        } catch (Settings.Mistake mistake) {
            System.err.println(mistake.getMessage());
            System.exit(2);
        } catch (IOException | UncheckedIOException | Outage broken) {
            System.err.println("The marketplace cannot start: " + broken.getMessage());
            System.exit(1);
        }
    }

    /// Opens or creates the data folder, takes up unfinished jobs and accepts calls on `127.0.0.1`.
    static Marketplace start(Settings settings, InstantSource clock, PrintStream err) throws IOException {
        var log = new EventLog(err, clock);
        createPrivately(settings.data());
        var lockFile = lock(settings.data());
        var database = Database.open(settings.data().resolve("marketplace.db"));
        Schema.prepare(database, clock.instant());
        Mail mail = settings.smtp().isPresent() ? new SmtpMail(settings.smtp().get()) : new OutboxMail(settings.data()
                .resolve("outbox"));
        var jobs = new Jobs(database, mail, List.of(new InvitationLetter(settings.mailFrom()), new ReplyLetter(
                Settings.SUPPORT)), clock, log);
        var jwts = settings.provider().map(p -> new AccessTokens(new SigningKeys(p.jwks(), clock, log), p.issuer(),
                p.audience(), clock));
        if (jwts.isEmpty() && settings.staticToken().isEmpty()) {
            log.warn("nobody_can_call", Map.of("remedy",
                    "Set WORKOS_JWKS_URL, WORKOS_ISSUER and WORKOS_M2M_AUDIENCE, or MCP_SERVICE_TOKEN."));
        }
        // as the database keeps time
        InstantSource seconds = () -> clock.instant().truncatedTo(ChronoUnit.SECONDS);
        var invites = new Invites(database, jobs, settings.mailFrom(), seconds);
        var meters = new Meters(database);
        var routes = new ArrayList<>(routes(database, invites, meters, seconds));
        routes.addAll(DeskRoutes.of(database, jobs, seconds));
        var api = new Api(routes, new Authentication(jwts, settings.staticToken(), log), new Audit(database, clock),
                meters, log);
        var http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), settings.port()), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", api::handle);
        http.start();
        jobs.start();
        return new Marketplace(http, jobs, database, lockFile);
    }

    private static List<Route> routes(Database database, Invites invites, Meters meters, InstantSource clock) {
        var founding = new Founding(database, clock);
        var instructors = new Instructors(database, clock);
        var profiles = new Profiles(database, clock);
        var searches = new Searches(database, clock);
        var metrics = new Metrics(database, clock);
        return List.of(
                Route.open("/api/v1/health", call -> {
                    database.read(db -> db.number("SELECT 1"));
                    return new Health("ok", "marketplace");
                }),
                Route.open("/openapi.json", call -> resource("openapi.json")),
                Route.open("/metrics", call -> new Route.Text(Meters.CONTENT_TYPE, meters.text())),
                Route.read("founding/funnel-summary", List.of(), call -> founding.summary()),
                Route.read("founding/stuck-instructors", List.of("days", "stage", "limit"),
                call -> founding.stuck(call.params())),
                Route.read("instructors", List.of("status", "category", "is_founding", "limit", "cursor"),
                call -> instructors.list(call.params())),
                Route.read("instructors/coverage", List.of(), call -> instructors.coverage()),
                Route.read("instructors/{identifier}", List.of(), call -> profiles.find(call.path().get("identifier"))),
                Route.read("search/top-queries", Searches.PARAMS, call -> searches.top(call.params())),
                Route.read("search/zero-results", Searches.PARAMS, call -> searches.zeroResults(call.params())),
                Route.write("invites/preview", call -> invites.preview(call.body(), call.caller())),
                Route.write("invites/send", call -> invites.send(call.body(), call.caller())),
                Route.read("metrics/{name}", List.of(), call -> metrics.describe(call.path().get("name"))));
    }

    /// The folder holds people's data and the secrets of invitations: a new one is its owner's alone.
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

    /// Two processes on one folder would deliver the same letters twice.
    private static FileChannel lock(Path data) throws IOException {
        var file = FileChannel.open(data.resolve("marketplace.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        Optional<FileLock> taken;
        try {
            taken = Optional.ofNullable(file.tryLock());
        } catch (OverlappingFileLockException sameProcess) {
            taken = Optional.empty();
        }
        if (taken.isEmpty()) {
            file.close();
            throw new IOException("another marketplace runs on " + data
                    + ". Stop it, or give this one its own --data.");
        }
        return file;
    }

    static byte[] resource(String name) {
        try (var in = Marketplace.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /// Lets running calls end, then stops. A letter on its way is finished or taken up at the next start.
    @Override
    public void close() {
        jobs.close();
        http.stop((int) Limits.DRAIN.toSeconds());
        database.close();
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
