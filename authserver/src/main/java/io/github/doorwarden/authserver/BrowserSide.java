package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
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

/// Everything of the authorization server that a person's browser sees: `/authorize`, signing in and out, consent. Read
/// [AuthorizeEndpoint] first. Safe for many threads.
public final class BrowserSide {

    static final String AUTHORIZE = "/authorize";
    static final String LOGIN = "/login";
    static final String ASK_LINK = "/login/link";
    static final String LINK = "/link";
    static final String CONSENT = "/consent";
    static final String LOGOUT = "/logout";
    /// Followed by a provider's name.
    static final String WITH = "/login/with/";
    static final String CALLBACK = "/login/callback";
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
    private final SignInElsewhere elsewhere;
    private final List<RelyingParty> parties;
    private final UpstreamFlows flows;
    private final ProviderEndpoint provider;
    private final Optional<ProxiedEndpoint> proxied;

    /// @param links  used in development alone: elsewhere no magic links are offered
    /// @param audit  gets one event for every decision; must not throw
    public BrowserSide(AuthServerSettings settings, Database database, Clients clients, Codes codes, LinkSender links,
            Consumer<AuditEvent> audit, InstantSource clock) {
        this(settings, database, clients, codes, links, SignInElsewhere.NONE, audit, clock);
    }

    /// @param elsewhere providers that people may sign in at
    public BrowserSide(AuthServerSettings settings, Database database, Clients clients, Codes codes, LinkSender links,
            SignInElsewhere elsewhere, Consumer<AuditEvent> audit, InstantSource clock) {
        this.elsewhere = elsewhere;
        development = settings.development() && !elsewhere.only();
        var times = settings.lifetimes();
        var people = new People(database, clock);
        var pages = new Pages(settings.name(), elsewhere);
        var guard = new FormGuard(settings.issuer());
        var trail = new BrowserAudit(audit, clock);
        var steps = new AuthorizeSteps(settings, clients);
        var answers = new Answers(settings.issuer(), codes, pages, trail);
        sessions = new Sessions(database, times.session(), clock);
        magicLinks = new MagicLinks(database, times.magicLink(), clock);
        consents = new Consents(database, times.consent(), clock);
        login = new LoginEndpoint(people, sessions, new LoginThrottle(clock), guard, pages, trail, development);
        link = new LinkEndpoint(settings.issuer(), people, magicLinks, links, login, guard, pages, trail, clock);
        consent = new ConsentEndpoint(settings, steps, sessions, consents, guard, answers, pages, clock);
        authorize = new AuthorizeEndpoint(steps, sessions, login, consent, consents, answers);
        style = pages.styleSheet();
        var callback = URI.create(settings.issuer() + CALLBACK);
        parties = elsewhere.providers().stream().map(each -> new RelyingParty(each, elsewhere.calls(), callback, clock))
                .toList();
        flows = new UpstreamFlows(database, clock);
        provider = new ProviderEndpoint(parties, flows, new UpstreamPeople(database, people, clock),
                elsewhere.admission(), sessions, steps, consents, login, guard, answers, pages, trail);
        proxied = elsewhere.only() ? Optional.of(new ProxiedEndpoint(settings, steps, clients, provider,
                parties.getFirst(), guard, answers, pages, clock)) : Optional.empty();
    }

    /// No page of another origin may read any of these (OAuth 2.1 §3.1).
    public List<Route> routes() {
        var routes = new ArrayList<>(List.of(
                Route.get(AUTHORIZE, Cors.NONE, in -> first(in).map(before -> before.handle(in))
                        .orElseGet(() -> authorize.handle(in))),
                Route.post(CONSENT, BrowserLimits.FORM_BYTES, Cors.NONE, in -> first(in)
                        .map(before -> before.decide(in)).orElseGet(() -> consent.handle(in))),
                Route.get(LOGIN, Cors.NONE, login::account),
                Route.post(LOGOUT, BrowserLimits.FORM_BYTES, Cors.NONE, login::signOut),
                Route.get(STYLE, Cors.NONE, in -> style)));
        if (!elsewhere.only()) {
            routes.add(Route.post(LOGIN, BrowserLimits.FORM_BYTES, Cors.NONE, login::signIn));
        }
        for (var party : parties) {
            routes.add(Route.post(WITH + party.settings().name(), BrowserLimits.FORM_BYTES, Cors.NONE,
                    in -> provider.signIn(in, party)));
        }
        if (!parties.isEmpty()) {
            routes.add(Route.get(CALLBACK, Cors.NONE, provider::handle));
        }
        if (development) {
            routes.add(Route.post(ASK_LINK, BrowserLimits.FORM_BYTES, Cors.NONE, link::ask));
            routes.add(Route.get(LINK, Cors.NONE, link::look));
            routes.add(Route.post(LINK, BrowserLimits.FORM_BYTES, Cors.NONE, link::confirm));
        }
        return List.copyOf(routes);
    }

    /// In mode `proxied`, for a browser in which nobody has signed in.
    private Optional<ProxiedEndpoint> first(HttpIn in) {
        return proxied.filter(before -> sessions.of(in).isEmpty());
    }

    /// Whether what nobody can sign in without is there, for health: in mode `proxied` the provider.
    public Map<String, BooleanSupplier> needed() {
        return elsewhere.only() ? Map.of("provider", parties.getFirst()::answers) : Map.of();
    }

    /// Deletes what has run out by `now`. To be called now and then; every read checks for itself.
    public void sweep(Instant now) {
        sessions.sweep(now);
        magicLinks.sweep(now);
        consents.sweep(now);
        flows.sweep(now);
    }
}
