package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.http.Route.Handler;
import io.github.doorwarden.store.Database;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The part of [BrowserSide] that sends people to providers and takes them back. Safe for many threads.
final class ProviderSide {

    /// What the rest of the browser's side has made already.
    record Rooms(Sessions sessions, AuthorizeSteps steps, Consents consents, LoginEndpoint login,
            SecondStepEndpoint second, Welcome welcome, StepUp stepUp, FormGuard guard,
            Answers answers, Pages pages,
            BrowserAudit audit) {}

    private final Sessions sessions;
    private final List<RelyingParty> parties;
    private final UpstreamFlows flows;
    private final ProviderEndpoint provider;
    private final Optional<ProxiedEndpoint> proxied;

    ProviderSide(AuthServerSettings settings, SignInElsewhere elsewhere, Database database, Clients clients,
            Rooms rooms, InstantSource clock) {
        sessions = rooms.sessions;
        var callback = URI.create(settings.issuer() + BrowserSide.CALLBACK);
        parties = elsewhere.providers().stream().map(each -> new RelyingParty(each, elsewhere.calls(), callback, clock))
                .toList();
        flows = new UpstreamFlows(database, clock);
        var people = new UpstreamPeople(database, new People(database, clock), clock);
        provider = new ProviderEndpoint(parties, flows, people, elsewhere.admission(), rooms, clock);
        proxied = elsewhere.only() ? Optional.of(new ProxiedEndpoint(settings, rooms.steps, clients, provider,
                parties.getFirst(), rooms.guard, rooms.answers, rooms.pages, clock)) : Optional.empty();
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (var party : parties) {
            routes.add(Route.post(BrowserSide.WITH + party.settings().name(), BrowserLimits.FORM_BYTES, Cors.NONE,
                    in -> provider.signIn(in, party)));
        }
        if (!parties.isEmpty()) {
            routes.add(Route.get(BrowserSide.CALLBACK, Cors.NONE, provider::handle));
        }
        return routes;
    }

    /// `/authorize`, which in mode `proxied` asks for consent first where nobody has signed in.
    Handler authorize(AuthorizeEndpoint usual) {
        return in -> first(in).map(before -> before.handle(in)).orElseGet(() -> usual.handle(in));
    }

    /// `/consent`, likewise.
    Handler consent(ConsentEndpoint usual) {
        return in -> first(in).map(before -> before.decide(in)).orElseGet(() -> usual.handle(in));
    }

    private Optional<ProxiedEndpoint> first(HttpIn in) {
        return proxied.filter(before -> sessions.of(in).isEmpty());
    }

    /// Whether what nobody can sign in without is there: in mode `proxied` the provider.
    Map<String, BooleanSupplier> needed() {
        return proxied.isPresent() ? Map.of("provider", parties.getFirst()::answers) : Map.of();
    }

    void sweep(Instant now) {
        flows.sweep(now);
    }
}
