package io.github.doorwarden.systems.marketplace;

import com.nimbusds.jose.JWSAlgorithm;
import io.github.doorwarden.systems.backend.AccessTokens;
import io.github.doorwarden.systems.backend.BackendProcess;
import io.github.doorwarden.systems.backend.DataFolder;
import io.github.doorwarden.systems.backend.EventLog;
import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.LoopbackServer;
import io.github.doorwarden.systems.backend.SigningKeys;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The lesson marketplace: a REST API on a loopback port over one SQLite file. [#main] prints `ready <URL>` once it
/// accepts calls and ends with its standard input, so it never outlives the process that started it.
public final class Marketplace implements BackendProcess.Service {

    private record Health(String status, String service) {}

    private final LoopbackServer http;
    private final Jobs jobs;
    private final Database database;
    private final DataFolder folder;

    private Marketplace(LoopbackServer http, Jobs jobs, Database database, DataFolder folder) {
        this.http = http;
        this.jobs = jobs;
        this.database = database;
        this.folder = folder;
    }

    /// Exit codes: 0 ended as asked, 1 could not start, 2 told wrongly.
    public static void main(String[] args) {
        BackendProcess.run(broken -> "The marketplace cannot start: " + broken.getMessage(),
                () -> start(Settings.of(args, System.getenv()), InstantSource.system(), System.err));
    }

    /// Opens or creates the data folder, takes up unfinished jobs and accepts calls on `127.0.0.1`.
    static Marketplace start(Settings settings, InstantSource clock, PrintStream err) throws IOException {
        var log = new EventLog(err, clock);
        // It holds people's data and the secrets of invitations; two processes on it would deliver the same letters
        // twice.
        var folder = DataFolder.take(settings.data(), "marketplace.lock", "marketplace");
        var database = Database.open(settings.data().resolve("marketplace.db"));
        Schema.prepare(database, clock.instant());
        Mail mail = settings.smtp().isPresent() ? new SmtpMail(settings.smtp().get()) : new OutboxMail(settings.data()
                .resolve("outbox"));
        var jobs = new Jobs(database, mail, List.of(new InvitationLetter(settings.mailFrom()), new ReplyLetter(
                Settings.SUPPORT)), clock, log);
        var jwts = settings.provider().map(p -> new AccessTokens<>(new SigningKeys(p.jwks(), "WORKOS_JWKS_URL",
                clock, log), Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), p.issuer(), p.audience(), clock,
                Principal.Proven::of));
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
        var http = LoopbackServer.start(settings.port(), api::handle);
        jobs.start();
        return new Marketplace(http, jobs, database, folder);
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

    static byte[] resource(String name) {
        try (var in = Marketplace.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public URI uri() {
        return http.uri();
    }

    /// Loads what the first answer needs.
    @Override
    public void afterReady() {
        Json.bytes(new Health("ok", ""));
    }

    /// Lets running calls end, then stops. A letter on its way is finished or taken up at the next start.
    @Override
    public void close() {
        jobs.close();
        http.close();
        database.close();
        folder.close();
    }
}
