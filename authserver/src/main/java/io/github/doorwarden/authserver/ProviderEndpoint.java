package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.RelyingParty.Identity;
import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.authserver.UpstreamFlows.Flow;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Admission;
import io.github.doorwarden.identity.Entitlement.Subject;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.identity.SignIn;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signing in at a provider: out through the door with a cookie that says which browser left, and back again.
final class ProviderEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderEndpoint.class);

    private final Map<String, RelyingParty> parties = new LinkedHashMap<>();
    private final UpstreamFlows flows;
    private final UpstreamPeople people;
    private final Admission admission;
    private final ProviderSide.Rooms rooms;
    private final AuthorizeSteps steps;
    private final Answers answers;
    private final Pages pages;
    private final BrowserAudit audit;
    private final Budget begun;

    ProviderEndpoint(List<RelyingParty> parties, UpstreamFlows flows, UpstreamPeople people, Admission admission,
            ProviderSide.Rooms rooms, InstantSource clock) {
        this.begun = new Budget(clock, BrowserLimits.UPSTREAM_FLOWS_PER_PEER_PER_MINUTE, Duration.ofMinutes(1));
        parties.forEach(party -> this.parties.put(party.settings().name(), party));
        this.flows = flows;
        this.people = people;
        this.admission = admission;
        this.rooms = rooms;
        this.steps = rooms.steps();
        this.answers = rooms.answers();
        this.pages = rooms.pages();
        this.audit = rooms.audit();
    }

    /// `POST /login/with/<name>`: somebody wants to sign in there; the request under way travels along.
    Reply signIn(HttpIn in, RelyingParty party) {
        try {
            rooms.guard().sameOrigin(in);                                                         // 403   T3b
            rooms.login().browser(in, Gate.form(in));                                             // 403   T11
            return leave(in, party, "", Optional.empty());
        } catch (OAuthRefused refused) {
            return rooms.login().refused(in, refused.why());
        } catch (ProviderOutage down) {
            return outage(in, down, in.query());
        }
    }

    /// Sends the browser to the provider. Nothing of it, no cookie, no state, exists before this.
    ///
    /// @param approved hash of what the person allowed already; empty: nothing
    /// @throws OAuthRefused   429 for a peer that begins too many
    /// @throws ProviderOutage when the provider cannot be asked where
    Reply leave(HttpIn in, RelyingParty party, String approved, Optional<URI> resource) {
        if (!begun.take(Budget.peer(in.peer()))) {
            throw RelyingParty.refused(429, "temporarily_unavailable", "Too many sign-ins were begun from your "
                    + "network. Try again in a minute.", "too many sign-ins at a provider");
        }
        var browser = Cookies.FLOW.of(in).orElseGet(Hashes::secret);                      // several tabs share it
        var flow = flows.begin(browser, party.settings().name(), in.query(), approved);
        return pages.seeOther(party.authorizationUrl(flow, resource))
                .with("Set-Cookie", Cookies.FLOW.set(browser, BrowserLimits.UPSTREAM_FLOW));
    }

    /// `GET /login/callback`: somebody comes back from a provider.
    Reply handle(HttpIn in) {
        var query = "";
        try {
            var params = Gate.query(in);                                                  // page  T22
            var flow = flow(in, params);                                                  // 403   T3
            query = flow.query();
            var party = party(flow);
            if (params.one("error").isPresent() && !flow.approved().isEmpty()) {
                return refusedThere(in, params, party, flow);                             //       OAuth 2.1 §4.1.2.1
            }
            var identity = party.identity(params, flow);                                  // 403   OpenID Core §3.1.3
            admit(identity);                                                              // 403
            var person = people.of(identity, party.settings().linkByEmail());             // 403
            return welcome(in, flow, person.id(), identity.amr());
        } catch (OAuthRefused refused) {
            audit.refused(in, "login", "", "", "provider", Answers.reason(refused.why()));
            return pages.refused(in, refused.why(), Onward.path(query));
        } catch (ProviderOutage down) {
            return outage(in, down, query);
        }
    }

    private Flow flow(HttpIn in, Params params) {
        var state = params.one("state").filter(text -> text.matches("[A-Za-z0-9_-]{43}"));
        var browser = Cookies.FLOW.of(in);
        if (state.isEmpty() || browser.isEmpty()) {
            throw elsewhere("state or cookie is missing");
        }
        return flows.take(state.get(), browser.get()).orElseThrow(() ->
                elsewhere("state is unknown, used, too old, or of another browser"));
    }

    private static OAuthRefused elsewhere(String detail) {
        return RelyingParty.refused(403, "access_denied", "This sign-in was not begun in this browser, or it has ended "
                + "already, so nobody was signed in. Somebody may have sent you a link to trick you. Start again in "
                + "your application.", detail);
    }

    private RelyingParty party(Flow flow) {
        return Optional.ofNullable(parties.get(flow.provider())).orElseThrow(() -> elsewhere("provider is gone"));
    }

    private void admit(Identity identity) {
        admission.refusal(new Subject(identity.issuer(), identity.subject(), identity.email(), identity.claims()))
                .ifPresent(why -> {
                    throw RelyingParty.refused(403, "access_denied", why, "not admitted: " + identity.subject());
                });
    }

    /// A session, and on with what the person was doing; what they allowed before they left counts now, if it is still
    /// the same. Who has a second factor here as well is asked for it, unless the provider did so already, or the
    /// provider is the only way in and a client has not asked for more.
    private Reply welcome(HttpIn in, Flow flow, String personId, Set<String> amr) {
        var browser = Cookies.BROWSER.of(in).orElseGet(Hashes::secret);
        if (flow.approved().isEmpty()) {
            return amr.contains(SignIn.SEVERAL)
                    ? rooms.welcome().enter(in, personId, Method.PROVIDER, amr, browser, flow.query())
                    : rooms.second().after(in, personId, Method.PROVIDER, browser, flow.query());
        }
        var started = rooms.sessions().start(in, personId, Method.PROVIDER, amr, browser);
        audit.allowed(in, "login", personId, "", "provider");
        var proof = FormGuard.token(started.id(), "signed in for", Onward.bare(flow.query()));
        return approved(asked(in, Onward.path(flow.query(), proof)), flow, session(in, started.cookie()))
                .with("Set-Cookie", started.cookie());
    }

    private Session session(HttpIn in, String cookie) {
        var fresh = new HttpIn("GET", in.path(), "", Headers.NONE.with("Cookie", cookie.split(";", 2)[0]), new byte[0],
                in.peer(), in.requestId());
        return rooms.sessions().of(fresh).orElseThrow(() -> RelyingParty.refused(403, "access_denied",
                "Your account here is disabled. Ask whoever runs this server.", "person is disabled"));
    }

    /// The authorization request with which the person left.
    ///
    /// @param path with its query
    private static HttpIn asked(HttpIn in, String path) {
        return new HttpIn("GET", BrowserSide.AUTHORIZE, path.substring(path.indexOf('?') + 1), in.headers(),
                new byte[0], in.peer(), in.requestId());
    }

    private Reply approved(HttpIn asked, Flow flow, Session who) {
        var params = steps.params(asked);
        var client = steps.client(steps.clientId(params), true).orElseThrow();
        var to = steps.redirect(client, params);
        var back = answers.to(client, to, params);
        try {
            var first = rooms.stepUp().first(asked, params, who, to);    // page     RFC 9470 §4
            if (first.isPresent()) {
                return first.get();
            }
            var request = steps.read(params, client, to);
            KeptResources.requireFor(request, who.person());             // redirect resources kept for some
            if (!Hashes.same(approval(request, flow.query()), flow.approved())) {
                return pages.seeOther(Onward.path(flow.query()));        // the client has changed meanwhile: ask again
            }
            if (answers.affiliations().isOpen(who.person())) {
                return pages.seeOther(Onward.path(flow.query()));        // nobody knew whose choice it would be
            }
            rooms.consents().remember(who.person().id(), request);
            return answers.code(asked, who, request, back, "consent");
        } catch (OAuthRefused refused) {
            return answers.error(asked, Optional.of(who), back, refused.why(), true);
        }
    }

    /// What an approval stands for, as it is kept until the person is back.
    static String approval(AuthorizeRequest request, String query) {
        return Hashes.sha256Base64Url(FormGuard.token("approval", request.transaction(query)));
    }

    /// The provider says no to somebody who came from a client: the client hears of it.
    private Reply refusedThere(HttpIn in, Params answer, RelyingParty party, Flow flow) {
        var asked = asked(in, Onward.path(flow.query()));
        var params = steps.params(asked);
        var client = steps.client(steps.clientId(params), true).orElseThrow();
        var to = steps.redirect(client, params);
        var why = new OAuthRefusal.Redirect(to, "access_denied", party.settings().label()
                + " did not sign the person in.", "the provider answered "
                + Text.clean(answer.one("error").orElse(""), 60));
        return answers.error(asked, Optional.empty(), answers.to(client, to, params), why, true);
    }

    Reply outage(HttpIn in, ProviderOutage down, String query) {
        LOG.atWarn().addKeyValue("request", in.requestId()).addKeyValue("detail", down.detail())
                .log("Nobody can sign in at a provider.");
        audit.refused(in, "login", "", "", "provider", "outage: " + Text.clean(down.detail(), 300));
        return pages.refused(in, new OAuthRefusal.Page(503, "temporarily_unavailable", "The place where you sign in "
                + "does not answer. Nothing was done. Try again in a minute; if it stays, tell whoever runs this "
                + "server.", down.detail()), Onward.path(query));
    }
}
