package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.http.Route.Handler;
import io.github.doorwarden.identity.Organizations;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Everything of the authorization server that a person's browser sees: `/authorize`, signing in and out, consent, the
/// account, devices. Read [AuthorizeEndpoint] first. Safe for many threads.
public final class BrowserSide {

    static final String AUTHORIZE = "/authorize";
    static final String LOGIN = "/login";
    static final String CODE = "/login/code";
    static final String PASSKEY = "/login/passkey";
    static final String ASK_LINK = "/login/link";
    static final String LINK = "/link";
    static final String CONSENT = "/consent";
    static final String LOGOUT = "/logout";
    static final String ACCOUNT = "/account";
    static final String APP = "/account/code";
    static final String APP_CONFIRM = "/account/code/confirm";
    static final String PASSKEYS = "/account/passkeys";
    static final String DEVICE = "/device";
    static final String DEVICE_DECISION = "/device/decision";
    /// Followed by a provider's name.
    static final String WITH = "/login/with/";
    static final String CALLBACK = "/login/callback";
    /// Followed by a handle.
    static final String CONNECT = "/connect/";
    /// Followed by an account's name.
    static final String CONNECT_CALLBACK = "/connect/callback/";
    static final String FIGURES = "/admin/dashboard";
    static final String STYLE = "/assets/doorwarden.css";
    static final String SCRIPT = "/assets/passkeys.js";

    private final List<Route> routes;
    private final Sessions sessions;
    private final HalfSignIns halves;
    private final MagicLinks magicLinks;
    private final Consents consents;
    private final ProviderSide providers;
    private final ConnectedAccounts connected;
    private final Throttles throttles;
    private final FiguresEndpoint.Rooms ofFigures;

    /// @param codes guesses of second factors
    /// @param links that were asked for
    record Throttles(Throttle codes, Throttle links) {}

    /// What both sides of the authorization server stand on.
    ///
    /// @param masterKey     seals what people share with their apps
    /// @param organizations to which people belong; empty: nobody is asked
    public record Ground(Database database, Clients clients, Codes codes, Grants grants, byte[] masterKey,
            Optional<Organizations> organizations) {

        /// Without organisations.
        public Ground(Database database, Clients clients, Codes codes, Grants grants, byte[] masterKey) {
            this(database, clients, codes, grants, masterKey, Optional.empty());
        }

        private Affiliations affiliations() {
            return new Affiliations(organizations);
        }
    }

    /// @param links  empty: no magic links are offered
    /// @param audit  gets one event for every decision; must not throw
    public BrowserSide(AuthServerSettings settings, Ground ground, Optional<LinkSender> links,
            Consumer<AuditEvent> audit, InstantSource clock) {
        this(settings, ground, links, SignInElsewhere.NONE, audit, clock);
    }

    /// @param elsewhere providers that people may sign in at, too or only
    public BrowserSide(AuthServerSettings settings, Ground ground, Optional<LinkSender> sender,
            SignInElsewhere elsewhere, Consumer<AuditEvent> audit, InstantSource clock) {
        this(settings, ground, sender, elsewhere, new ConnectedAccounts(List.of(), settings.issuer(),
                SignInElsewhere.NONE.calls(), ground.database, ground.masterKey, audit, clock), audit, clock);
    }

    /// @param connected accounts that people may connect
    public BrowserSide(AuthServerSettings settings, Ground ground, Optional<LinkSender> sender,
            SignInElsewhere elsewhere, ConnectedAccounts connected, Consumer<AuditEvent> audit, InstantSource clock) {
        this.connected = connected;
        var links = sender.filter(any -> !elsewhere.only());
        var database = ground.database;
        var times = settings.lifetimes();
        var people = new People(database, clock);
        var pages = new Pages(settings.name(), elsewhere);
        var guard = new FormGuard(settings.issuer());
        var trail = new BrowserAudit(audit, clock);
        var pushed = new PushedRequests(database, clock);
        var steps = new AuthorizeSteps(settings, ground.clients, pushed);
        var answers = new Answers(settings.issInAnswers(), ground.codes, ground.affiliations(), pushed, pages,
                trail);
        var factors = new SecondFactors(database, ground.masterKey, clock);
        var passkeys = passkeys(settings, database, clock).filter(any -> !elsewhere.only());
        throttles = new Throttles(new Throttle(BrowserLimits.CODES, clock), new Throttle(BrowserLimits.LINKS, clock));
        sessions = new Sessions(database, times.session(), clock);
        halves = new HalfSignIns(database, clock);
        magicLinks = new MagicLinks(database, times.magicLink(), clock);
        consents = new Consents(database, times.consent(), clock);
        var welcome = new Welcome(sessions, pages, trail);
        var second = new SecondStepEndpoint(factors, halves, sessions, welcome, throttles.codes, guard, pages, trail);
        var login = new LoginEndpoint(people, sessions, new LoginThrottle(clock), guard, pages, trail, second,
                new LoginEndpoint.Ways(links.isPresent(), passkeys));
        var forms = new AccountForms(sessions, login, guard, pages, trail);
        var app = new FactorsEndpoint(settings.name(), factors, sessions, ground.grants, forms, pages, clock);
        Predicate<String> hasSecond = id -> factors.has(id) || passkeys.filter(keys -> keys.has(id)).isPresent();
        var stepUp = new StepUp(login, app, hasSecond, clock);
        ofFigures = new FiguresEndpoint.Rooms(sessions, login, app, hasSecond, pages, trail);
        var consent = new ConsentEndpoint(settings, steps, sessions, consents, guard, answers, pages, stepUp, clock);
        var authorize = new AuthorizeEndpoint(steps, sessions, login, consent, consents, answers, stepUp);
        var account = new AccountEndpoint(settings, ground.clients, ground.grants, sessions, factors, passkeys,
                connected, forms, pages);
        var device = new DeviceEndpoint(settings, ground.clients, new DeviceCodes(database, clock, ground.grants),
                login, forms, pages, clock);
        providers = new ProviderSide(settings, elsewhere, database, ground.clients, new ProviderSide.Rooms(sessions,
                steps, consents, login, second, welcome, stepUp, guard, answers, pages, trail), clock);
        var all = new ArrayList<>(providers.routes());
        all.addAll(new ConnectEndpoint(connected, ground.clients, new UpstreamFlows(database, clock), login, forms,
                pages).routes());
        if (!elsewhere.only()) {
            all.add(form(LOGIN, login::signIn));
        }
        all.addAll(List.of(
                Route.get(AUTHORIZE, Cors.NONE, providers.authorize(authorize)),
                form(CONSENT, providers.consent(consent)),
                Route.get(LOGIN, Cors.NONE, account::login), form(CODE, second::handle),
                form(LOGOUT, login::signOut),
                form(APP, app::begin), form(APP_CONFIRM, app::confirm), form("/account/code/remove", app::remove),
                form("/account/recovery", app::renew)));
        all.addAll(settings.agents().offers(GrantType.DEVICE) ? ofDevices(device) : List.of());
        all.addAll(ofAccount(account));
        links.ifPresent(by -> all.addAll(ofLinks(new LinkEndpoint(settings.issuer(), people, magicLinks, by,
                login, second, throttles.links, guard, pages, trail, clock))));
        passkeys.ifPresent(keys -> all.addAll(ofPasskeys(new PasskeyEndpoint(keys, welcome, guard, forms, pages,
                clock), pages.passkeyScript())));
        all.add(fixed(STYLE, pages.styleSheet()));
        routes = List.copyOf(all);
    }

    private static Optional<Passkeys> passkeys(AuthServerSettings settings, Database database, InstantSource clock) {
        return Passkeys.at(settings.issuer(), settings.name(), database, clock);
    }

    private static List<Route> ofAccount(AccountEndpoint account) {
        return List.of(Route.get(ACCOUNT, Cors.NONE, account::show), form("/account/agents", account::revoke),
                form("/account/agents/confirm", account::confirm), form("/account/sessions", account::end));
    }

    private static List<Route> ofLinks(LinkEndpoint link) {
        return List.of(form(ASK_LINK, link::ask), Route.get(LINK, Cors.NONE, link::look), form(LINK, link::confirm));
    }

    private static List<Route> ofDevices(DeviceEndpoint device) {
        return List.of(Route.get(DEVICE, Cors.NONE, device::show), form(DEVICE, device::look),
                form(DEVICE_DECISION, device::decide));
    }

    private static List<Route> ofPasskeys(PasskeyEndpoint passkey, Reply script) {
        return List.of(form(PASSKEY, passkey::signIn), form(PASSKEYS, passkey::add),
                form("/account/passkeys/remove", passkey::remove), fixed(SCRIPT, script));
    }

    private static Route fixed(String path, Reply reply) {
        return Route.get(path, Cors.NONE, in -> reply);
    }

    private static Route form(String path, Handler handler) {
        return Route.post(path, BrowserLimits.FORM_BYTES, Cors.NONE, handler);
    }

    /// No page of another origin may read any of these (OAuth 2.1 §3.1).
    public List<Route> routes() {
        return routes;
    }

    /// A page of figures, for those whom it is kept for.
    public Route figures(FiguresEndpoint.Kept kept) {
        return Route.get(FIGURES, Cors.NONE, new FiguresEndpoint(kept, ofFigures)::show);
    }

    /// Shared with the doors beside this one: whoever tries there has no more tries here.
    Throttles throttles() {
        return throttles;
    }

    /// Whether what nobody can sign in without is there, by its name; for health.
    public Map<String, BooleanSupplier> needed() {
        return providers.needed();
    }

    /// Deletes what has run out by `now`. To be called now and then; every read checks for itself.
    public void sweep(Instant now) {
        sessions.sweep(now);
        halves.sweep(now);
        magicLinks.sweep(now);
        consents.sweep(now);
        providers.sweep(now);
        connected.sweep(now);
    }
}
