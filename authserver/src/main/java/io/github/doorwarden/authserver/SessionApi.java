package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.HalfSignIns.Half;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Signing in by plain JSON, beside OAuth: for programs that speak none, with a person who can read their mail. What
/// comes out is a session: an opaque access token for one resource that ends when a browser's session would, under the
/// policy, the throttles and the record of all others. It is a grant to the client [#CLIENT], so the person finds and
/// ends it on their account page. Safe for use by many threads. See
/// `docs/decisions/0038-bind-a-link-to-the-program-that-asked.md`.
public final class SessionApi {

    /// Id of the client that all sessions are granted to; revoking it shuts this door.
    public static final String CLIENT = "session-api";

    static final String LOGIN = "/auth/login";
    static final String CALLBACK = "/auth/callback";
    static final String VERIFY = "/auth/verify-mfa";
    static final String SERVICE = "/auth/m2m/token";
    static final String DEVELOPMENT = "/auth/token";
    static final String LOGOUT = "/auth/logout";
    /// What `POST /auth/login` answered, in every later step: a link opens nothing for who has seen only the link.
    static final String HANDLE = "Doorwarden-Login";

    /// Keeps the links of programs apart from those of browsers, whose cookie looks like a handle: no cookie has a line
    /// end, and what a browser asks along is the caller's own writing.
    private static final String PROGRAM = "program\n";

    private static final String NOT_OURS = "This sign-in is unknown, was used, took too long, or was begun by another "
            + "program. Begin again with POST " + LOGIN + ".";

    private final AuthServerSettings settings;
    private final Clients clients;
    private final Optional<LinkSender> sender;
    private final BrowserSide browser;
    private final TokenSide tokens;
    private final List<String> demoPeople;
    private final People people;
    private final MagicLinks links;
    private final HalfSignIns halves;
    private final SecondFactors factors;
    private final SessionTokens sessions;
    private final Throttle peers;
    private final Pages pages;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;

    /// @param sender     empty: people cannot sign in here, programs can
    /// @param demoPeople addresses of those for whom tokens are given out in development
    public SessionApi(AuthServerSettings settings, BrowserSide.Ground ground, Optional<LinkSender> sender,
            BrowserSide browser, TokenSide tokens, OpaqueTokens opaque, List<String> demoPeople,
            Consumer<AuditEvent> audit, InstantSource clock) {
        this.settings = settings;
        this.clients = ground.clients();
        this.sender = sender;
        this.browser = browser;
        this.tokens = tokens;
        this.demoPeople = List.copyOf(demoPeople);
        this.people = new People(ground.database(), clock);
        this.links = new MagicLinks(ground.database(), settings.lifetimes().magicLink(), clock);
        this.halves = new HalfSignIns(ground.database(), clock);
        this.factors = new SecondFactors(ground.database(), ground.masterKey(), clock);
        this.sessions = new SessionTokens(settings, ground.grants(), opaque, clock);
        this.peers = new Throttle(BrowserLimits.TRIES_PER_PEER, clock);
        this.pages = new Pages(settings.name(), SignInElsewhere.NONE);
        this.clock = clock;
        this.audit = audit;
        clients.declare(new NewClient(Optional.of(CLIENT), "Sign-in without a browser", List.of(),
                Set.of(AuthMethod.NONE), Set.of(), Set.of(), Optional.empty()));
    }

    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        if (sender.isPresent()) {
            routes.add(post(LOGIN, this::login));
            routes.add(Route.get(CALLBACK, Cors.NONE, this::callback));
            routes.add(post(VERIFY, this::verify));
            routes.add(post(LOGOUT, this::logout));
        }
        routes.add(post(SERVICE, this::service));
        if (settings.development()) {
            routes.add(post(DEVELOPMENT, this::development));
        }
        return routes;
    }

    private static Route post(String path, Route.Handler handler) {
        return Route.post(path, Limits.FORM_BYTES, Cors.NONE, handler);
    }

    /// One step of a sign-in, with its audit line.
    @FunctionalInterface
    private interface Step {
        Reply take(Trail trail);
    }

    private Reply step(HttpIn in, String event, Step step) {
        var trail = new Trail(in, event, clock, audit);
        try {
            return step.take(trail);
        } catch (OAuthRefused refused) {
            return trail.refused(refused.why());
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    /// `POST /auth/login`: the same answer whether or not anybody has that address.
    private Reply login(HttpIn in) {
        return step(in, "login", trail -> {
            trail.about("link for a program");
            var body = JsonBody.of(in);                                        // invalid_request
            var email = body.needed("email");
            var asked = sessions.asked(body.text("resource"), body.text("scope"));        // invalid_target, …scope
            requireOpen();                                                     // access_denied
            var person = people.byEmail(email);
            var account = person.map(Person::email).orElse(Text.clean(email, BrowserLimits.EMAIL_CHARACTERS)
                    .strip().toLowerCase(Locale.ROOT));
            wait(browser.throttles().links().enter(account), peers.enter(Budget.peer(in.peer())));    // 429   T17
            var handle = Hashes.secret();
            var there = person.filter(known -> !known.disabled());
            var token = links.make(there, PROGRAM + handle, asked.written());
            var link = URI.create(FormGuard.origin(settings.issuer()) + CALLBACK + "?token=" + token);
            there.ifPresent(known -> sender.orElseThrow().sendForProgram(known, link));
            return trail.allowed(Trail.noStore(Reply.json(202, Json.bytes(Json.object().put("login", handle)
                    .put("expires_in", settings.lifetimes().magicLink().toSeconds())
                    .put("message", "If somebody with that address may sign in here, a link is on its way. GET it with "
                            + "the header " + HANDLE + ": the value of login.")))));
        });
    }

    /// `GET /auth/callback`: without the handle it only says what to do, so mail scanners use nothing up, and somebody
    /// who was sent a link that they did not ask for lets nobody in.
    private Reply callback(HttpIn in) {
        if (in.headers().first(HANDLE).isEmpty()) {
            return pages.notice(200, new Pages.Notice("Copy this link into your program",
                    List.of("Copy the address of this page into the program in which you want to sign in.",
                            "If you did not ask for it, close this page: nothing has happened."), null, null, null));
        }
        return step(in, "login", trail -> {
            trail.about("link in a program");
            wait(peers.enter(Budget.peer(in.peer())));                         // 429   T17
            var handle = handle(in);                                           // invalid_request
            var token = Gate.query(in).one("token").filter(MagicLinks::looksRight).orElseThrow(SessionApi::notOurs);
            requireOpen();                                                     // access_denied
            var taken = links.take(token, PROGRAM + handle).orElseThrow(SessionApi::notOurs);       // invalid_grant
            var asked = SessionTokens.Asked.read(taken.query()).orElseThrow(SessionApi::notOurs);
            peers.refund(Budget.peer(in.peer()));
            var person = people.find(taken.personId()).orElseThrow(SessionApi::notOurs);
            if (factors.has(person.id())) {
                var half = halves.begin(new Half(person.id(), Method.MAGIC_LINK), bound(handle, asked));
                return trail.allowed(Trail.noStore(Reply.json(200, Json.bytes(Json.object().put("mfa_required", true)
                        .put("session", half + "." + Hashes.base64Url(asked.written()))
                        .put("message", "Send this session and the code of your authenticator app, or a recovery code, "
                                + "to POST " + VERIFY + ".")))));
            }
            return open(trail, person, Factors.of(Method.MAGIC_LINK), asked);
        });
    }

    /// `POST /auth/verify-mfa`
    private Reply verify(HttpIn in) {
        return step(in, "login", trail -> {
            trail.about("code in a program");
            var body = JsonBody.of(in);                                        // invalid_request
            var parts = body.needed("session").split("\\.", 2);
            var asked = parts.length == 2 ? Hashes.fromBase64Url(parts[1]).flatMap(SessionTokens.Asked::read)
                    : Optional.<SessionTokens.Asked>empty();
            var half = asked.flatMap(what -> halves.find(parts[0], bound(handle(in), what)))
                    .orElseThrow(SessionApi::notOurs);                         // invalid_grant
            wait(browser.throttles().codes().enter(half.personId()));                      // 429   T17
            requireOpen();                                                     // access_denied
            if (!factors.take(half.personId(), body.needed("code"))) {         // invalid_grant   RFC 6238 §5.2
                throw refused(403, "invalid_grant", "That code is not right, or it was used before. Wait for the next "
                        + "one in your app, or use a recovery code.", "wrong or used code of " + half.personId());
            }
            browser.throttles().codes().forget(half.personId());
            if (!halves.end(parts[0])) {
                throw notOurs();
            }
            var person = people.find(half.personId()).orElseThrow(SessionApi::notOurs);
            return open(trail, person, Factors.andCode(Factors.of(half.method())), asked.get());
        });
    }

    /// `POST /auth/m2m/token`: the token endpoint's client credentials in JSON; every check is made there.
    private Reply service(HttpIn in) {
        try {
            return tokens.token(JsonBody.of(in).asForm(in, "client_credentials",
                    List.of("client_id", "client_secret", "resource", "scope")));
        } catch (OAuthRefused refused) {
            return new Trail(in, "token", clock, audit).refused(refused.why());
        }
    }

    /// `POST /auth/token`, in development: a token for a demo person. There is nothing to prove, so it is for this
    /// machine alone; that the deployment is, is what the configuration is held to.
    private Reply development(HttpIn in) {
        return step(in, "login", trail -> {
            trail.about("development");
            if (!settings.development() || !isLoopback(in.peer())) {
                throw refused(403, "access_denied", "Tokens without a sign-in are for development, on this machine "
                        + "alone.", "not from loopback");
            }
            var body = JsonBody.of(in);                                        // invalid_request
            var asked = sessions.asked(body.text("resource"), body.text("scope"));        // invalid_target, …scope
            var email = body.text("email").or(() -> demoPeople.stream().findFirst()).orElse("");
            var person = people.byEmail(email).filter(known -> !known.disabled() && demoPeople.stream()
                    .anyMatch(demo -> demo.equalsIgnoreCase(known.email()))).orElseThrow(() -> refused(400,
                    "invalid_grant", "That is none of the demo people. authorization.demo_people names them.",
                    "no demo person"));
            requireOpen();
            return open(trail, person, Set.of(), asked);
        });
    }

    /// `POST /auth/logout` with the session's token: it ends, on all nodes.
    private Reply logout(HttpIn in) {
        return step(in, "logout", trail -> {
            var field = in.headers().first("Authorization").orElse("");
            sessions.end(field.regionMatches(true, 0, "Bearer ", 0, 7) ? field.substring(7).strip() : "", trail);
            return trail.allowed(Trail.noStore(Reply.empty(204)));
        });
    }

    private Reply open(Trail trail, Person person, Set<String> amr, SessionTokens.Asked asked) {
        trail.client(CLIENT);
        return trail.allowed(Trail.noStore(Reply.json(200, Json.bytes(sessions.open(person, amr, asked, trail)))));
    }

    private void requireOpen() {
        if (clients.known(CLIENT).isEmpty()) {
            throw refused(403, "access_denied", "Signing in this way was switched off by whoever runs this server.",
                    "client " + CLIENT + " is revoked");
        }
    }

    @SafeVarargs
    private static void wait(Optional<Duration>... waits) {
        if (Stream.of(waits).anyMatch(Optional::isPresent)) {
            throw refused(429, "slow_down", "Too many attempts. Wait a minute and try again.", "too many attempts");
        }
    }

    private static String handle(HttpIn in) {
        return in.headers().first(HANDLE).filter(MagicLinks::looksRight).orElseThrow(() -> refused(400,
                "invalid_request", "Send the header " + HANDLE + " with what POST " + LOGIN + " answered as login.",
                "no handle"));
    }

    /// What was asked for cannot be changed between the steps.
    private static String bound(String handle, SessionTokens.Asked asked) {
        return handle + "\n" + asked.written();
    }

    private static boolean isLoopback(String peer) {
        try {
            return InetAddress.ofLiteral(peer).isLoopbackAddress();
        } catch (IllegalArgumentException noLiteral) {
            return false;
        }
    }

    private static OAuthRefused notOurs() {
        return refused(400, "invalid_grant", NOT_OURS, "unknown, used, too old, or of another program");
    }

    static OAuthRefused refused(int status, String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(status, error, description, detail));
    }
}
