package io.github.doorwarden.authserver;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Everything of the authorization server that a person's browser sees: `/authorize`, signing in and out, consent. Read
/// [AuthorizeEndpoint] first. Safe for many threads.
public final class BrowserSide {

    static final String AUTHORIZE = "/authorize";
    static final String LOGIN = "/login";
    static final String ASK_LINK = "/login/link";
    static final String LINK = "/link";
    static final String CONSENT = "/consent";
    static final String LOGOUT = "/logout";
    static final String STYLE = "/assets/doorwarden.css";

    private final boolean development;
    private final Sessions sessions;
    private final MagicLinks magicLinks;
    private final Consents consents;
    private final LoginEndpoint login;
    private final LinkEndpoint link;
    private final ConsentEndpoint consent;
    private final AuthorizeEndpoint authorize;
    private final Reply style;

    /// @param links  used in development alone: elsewhere no magic links are offered
    /// @param audit  gets one event for every decision; must not throw
    public BrowserSide(AuthServerSettings settings, Database database, Clients clients, Codes codes, LinkSender links,
            Consumer<AuditEvent> audit, InstantSource clock) {
        development = settings.development();
        var times = settings.lifetimes();
        var people = new People(database, clock);
        var pages = new Pages(settings.name());
        var guard = new FormGuard(settings.issuer());
        var trail = new BrowserAudit(audit, clock);
        var pushed = new PushedRequests(database, clock);
        var steps = new AuthorizeSteps(settings, clients, pushed);
        var answers = new Answers(settings.issuer(), codes, pushed, pages, trail);
        sessions = new Sessions(database, times.session(), clock);
        magicLinks = new MagicLinks(database, times.magicLink(), clock);
        consents = new Consents(database, times.consent(), clock);
        login = new LoginEndpoint(people, sessions, new LoginThrottle(clock), guard, pages, trail, development);
        link = new LinkEndpoint(settings.issuer(), people, magicLinks, links, login, guard, pages, trail, clock);
        consent = new ConsentEndpoint(settings, steps, sessions, consents, guard, answers, pages, clock);
        authorize = new AuthorizeEndpoint(steps, sessions, login, consent, consents, answers);
        style = pages.styleSheet();
    }

    /// No page of another origin may read any of these (OAuth 2.1 §3.1).
    public List<Route> routes() {
        var routes = new ArrayList<>(List.of(
                Route.get(AUTHORIZE, Cors.NONE, authorize::handle),
                Route.post(CONSENT, BrowserLimits.FORM_BYTES, Cors.NONE, consent::handle),
                Route.get(LOGIN, Cors.NONE, login::account),
                Route.post(LOGIN, BrowserLimits.FORM_BYTES, Cors.NONE, login::signIn),
                Route.post(LOGOUT, BrowserLimits.FORM_BYTES, Cors.NONE, login::signOut),
                Route.get(STYLE, Cors.NONE, in -> style)));
        if (development) {
            routes.add(Route.post(ASK_LINK, BrowserLimits.FORM_BYTES, Cors.NONE, link::ask));
            routes.add(Route.get(LINK, Cors.NONE, link::look));
            routes.add(Route.post(LINK, BrowserLimits.FORM_BYTES, Cors.NONE, link::confirm));
        }
        return List.copyOf(routes);
    }

    /// Deletes what has run out by `now`. To be called now and then; every read checks for itself.
    public void sweep(Instant now) {
        sessions.sweep(now);
        magicLinks.sweep(now);
        consents.sweep(now);
    }
}
