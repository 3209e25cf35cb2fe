package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.github.doorwarden.upstream.GuardedFetch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// An authorization server with its real store and everything that a browser sees, on a clock that stands still.
final class House implements AutoCloseable {

    static final String ISSUER = "https://door.example.org";
    static final String PASSWORD = "correct horse battery";
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// A hash says itself what it costs to check, so that of the tests' person need not cost what real ones do.
    private static final Argon2Function QUICK_HASH = Argon2Function.getInstance(64, 1, 1, 32, Argon2.ID);
    private static final int QUICK_KEY_BITS = 2048;
    private static Path template;

    final HandClock clock = new HandClock();
    final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
    final List<URI> links = new CopyOnWriteArrayList<>();
    final AuthServerSettings settings;
    final Database database;
    final Clients clients;
    final Codes codes;
    final Grants grants;
    final People people;
    final BrowserSide side;
    final People.Person ada;

    House(Path folder, boolean development, ProtectedResource... resources) {
        this(folder, development, SignInElsewhere.NONE, resources);
    }

    House(Path folder, Quirks quirks) {
        this(folder, true, SignInElsewhere.NONE, quirks, shop());
    }

    House(Path folder, boolean development, SignInElsewhere elsewhere, ProtectedResource... resources) {
        this(folder, development, elsewhere, Quirks.USUAL, resources);
    }

    private House(Path folder, boolean development, SignInElsewhere elsewhere, Quirks quirks,
            ProtectedResource... resources) {
        settings = new AuthServerSettings(URI.create(ISSUER), "Lesson Marketplace", List.of(resources), development,
                AuthServerSettings.Lifetimes.STANDARD, AuthServerSettings.Registration.STANDARD)
                .with(quirks);
        database = Database.open(copied(folder.resolve("house.db"), settings));
        clients = new Clients(database, settings, new GuardedFetch(development), clock, audit::add);
        grants = new Grants(database, settings, clock, audit::add);
        codes = new Codes(database, settings, clock, grants);
        people = new People(database, clock);
        side = new BrowserSide(settings, new BrowserSide.Ground(database, clients, codes, grants, Door.MASTER_KEY),
                development ? Optional.of((to, link) -> links.add(link)) : Optional.empty(), elsewhere,
                audit::add, clock);
        ada = people.byEmail("ada@example.org").orElseThrow();
    }

    /// Tables, a signing key and Ada: the same for all tests, and so made once.
    private static synchronized Path copied(Path file, AuthServerSettings settings) {
        try {
            if (template == null) {
                var made = Files.createTempDirectory("house").resolve("template.db");
                try (var database = Database.open(made)) {
                    var clock = new HandClock();
                    new People(database, clock).add("ada@example.org", "Ada Lovelace", Optional.empty());
                    database.update("UPDATE person SET password = ?", Password.hash(PASSWORD).addRandomSalt(16)
                            .with(QUICK_HASH).getResult());
                    new Keys(database, Door.MASTER_KEY, settings, clock, QUICK_KEY_BITS);
                }
                template = made;
            }
            Files.createDirectories(file.getParent());
            return Files.copy(template, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    House(Path folder) {
        this(folder, true, shop());
    }

    static ProtectedResource shop() {
        return new ProtectedResource(URI.create("https://door.example.org/mcp"), "Lesson Marketplace",
                new Scopes(List.of(
                new Scopes.Scope("read", "see lessons and prices", Set.of(), true),
                new Scopes.Scope("orders", "see and change your orders", Set.of("read"), false),
                new Scopes.Scope("admin", "refund other people's orders", Set.of("orders"), false))), true);
    }

    /// A client that registered itself.
    Client dynamic(String name, String redirectUri) {
        return clients.register(new NewClient(Optional.empty(), name, List.of(redirectUri), Set.of(AuthMethod.NONE),
                GrantType.WITH_A_PERSON,
                Set.of(), Optional.empty())).orElseThrow().client();
    }

    /// A client that the operator vouches for.
    Client vouched(String redirectUri) {
        return clients.declare(NewClient.forPeople("reports", "Reports", List.of(redirectUri)));
    }

    Reply ask(HttpIn in) {
        var route = side.routes().stream().filter(r -> r.method().equals(in.method()) && r.path().equals(in.path()))
                .findFirst();
        try {
            return route.isEmpty() ? Reply.empty(404) : route.get().answer(in, null);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    List<Route> pages() {
        return side.routes().stream().filter(route -> !route.path().startsWith("/assets/")).toList();
    }

    /// The last audit line, short.
    String lastDecision() {
        var event = audit.getLast();
        return event.event() + " " + event.outcome();
    }

    @Override
    public void close() {
        database.close();
    }
}
