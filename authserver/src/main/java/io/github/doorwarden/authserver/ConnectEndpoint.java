package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.ConnectLinks.Wanted;
import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.authserver.UpstreamFlows.Flow;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.identity.ProviderOutage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connecting an account at a third party: the page behind a link that an agent showed, out to the third party, and
/// back. Only the person whom the link was made for can do any of it: the session says who is here, and the link who
/// was asked (MCP 2026-07-28, Elicitation, Phishing; RS-9).
final class ConnectEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectEndpoint.class);
    private static final String EVENT = "account/connect";
    /// No provider that people sign in at is named so: an answer to the one is no answer to the other.
    private static final String KIND = "account:";
    private static final String PURPOSE = "connect";
    static final String ACCOUNTS = "connected accounts";

    private final ConnectedAccounts accounts;
    private final Clients clients;
    private final UpstreamFlows flows;
    private final LoginEndpoint login;
    private final AccountForms forms;
    private final Pages pages;
    private final BrowserAudit audit;

    ConnectEndpoint(ConnectedAccounts accounts, Clients clients, UpstreamFlows flows, LoginEndpoint login,
            AccountForms forms, Pages pages) {
        this.accounts = accounts;
        this.clients = clients;
        this.flows = flows;
        this.login = login;
        this.forms = forms;
        this.pages = pages;
        this.audit = forms.audit;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        if (accounts.parties().isEmpty()) {
            return routes;
        }
        routes.add(Route.get(BrowserSide.CONNECT + "{handle}", Cors.NONE, this::show));
        routes.add(Route.post(BrowserSide.CONNECT + "{handle}", BrowserLimits.FORM_BYTES, Cors.NONE, this::decide));
        accounts.parties().forEach(party -> routes.add(Route.get(BrowserSide.CONNECT_CALLBACK
                + party.settings().name(), Cors.NONE, in -> back(in, party))));
        routes.add(Route.post("/account/connections", BrowserLimits.FORM_BYTES, Cors.NONE, this::begin));
        routes.add(Route.post("/account/connections/end", BrowserLimits.FORM_BYTES, Cors.NONE, this::end));
        return routes;
    }

    /// `GET /connect/<handle>`
    private Reply show(HttpIn in) {
        var who = forms.session(in);
        if (who.isEmpty()) {                                                     // nobody learns what is behind it
            return login.again(in, ConnectLinks.wellFormed(in.segment()) ? Onward.toConnect(in.segment()) : "", null);
        }
        try {
            return page(in.segment(), who.get(), mine(in, who.get()));           // 404, 403   RS-9
        } catch (OAuthRefused refused) {
            return refused(in, who.get().person().id(), "", refused.why());
        } catch (ProviderOutage down) {
            return outage(in, down);
        }
    }

    /// `POST /connect/<handle>`
    private Reply decide(HttpIn in) {
        return forms.take(unnamed(in), PURPOSE + " " + in.segment(), false, (who, form) -> {         // 403   T3b
            try {
                var wanted = mine(in, who);                                      // 404, 403   RS-9
                var party = accounts.party(wanted.account()).orElseThrow();
                if (!form.one("decision").equals(Optional.of("connect"))) {
                    accounts.links().take(in.segment());
                    audit.refused(unnamed(in), EVENT, who.person().id(), wanted.clientId(), wanted.account(),
                            "the person said no");
                    return pages.notice(200, new Pages.Notice("You said no", List.of("Nothing was connected. You can "
                            + "close this page."), BrowserSide.ACCOUNT, "Your account", null));
                }
                var browser = Cookies.FLOW.of(in).orElseGet(Hashes::secret);
                var flow = flows.begin(browser, KIND + wanted.account(), in.segment(), who.person().id());
                return pages.seeOther(party.authorizationUrl(flow))
                        .with("Set-Cookie", Cookies.FLOW.set(browser, BrowserLimits.UPSTREAM_FLOW));
            } catch (ProviderOutage down) {
                return outage(in, down);
            }
        });
    }

    /// `GET /connect/callback/<name>`
    private Reply back(HttpIn in, ThirdPartyClient party) {
        var person = forms.session(in).map(session -> session.person().id()).orElse("");
        var name = party.settings().name();
        try {
            var params = Gate.query(in);                                         // 400        T22
            var flow = flow(in, params, name);                                   // 403        T3
            if (person.isEmpty() || !Hashes.same(flow.approved(), person)) {     // 403        RS-9
                throw elsewhere("the session is not the one of who left");
            }
            if (!accounts.links().take(flow.query())) {                          // 403        once
                throw elsewhere("the link was used");
            }
            accounts.keep(person, name, party.tokens(params, flow));             // 403        RFC 9207 §2.4
            accounts.links().finish(flow.query());
            audit.allowed(in, EVENT, person, "", name);
            return pages.notice(200, new Pages.Notice(party.settings().label() + " is connected",
                    List.of("Go back to your agent and let it go on. You can close this page.",
                            "You can end this on your account page at any time."),
                    BrowserSide.ACCOUNT, "Your account", null));
        } catch (OAuthRefused refused) {
            return refused(in, person, name, refused.why());
        } catch (ProviderOutage down) {
            return outage(in, down);
        }
    }

    /// `POST /account/connections`: from the account page, through the same page as every agent's link.
    private Reply begin(HttpIn in) {
        return forms.take(in, ACCOUNTS, false, (who, form) -> {
            var account = form.one("account").flatMap(accounts::party).map(party -> party.settings().name());
            return pages.seeOther(account.flatMap(name -> accounts.link(who.person().id(), "", name, ""))
                    .map(link -> link.url().getRawPath()).orElse(BrowserSide.ACCOUNT));
        });
    }

    /// `POST /account/connections/end`
    private Reply end(HttpIn in) {
        return forms.take(in, ACCOUNTS, false, (who, form) -> {
            var account = form.one("account").orElse("");
            if (accounts.disconnect(who.person().id(), account)) {
                audit.allowed(in, "account/disconnect", who.person().id(), "", account);
            }
            return pages.seeOther(BrowserSide.ACCOUNT);
        });
    }

    /// What the link is for, when it was made for the person who is here.
    private Wanted mine(HttpIn in, Session who) {
        var wanted = accounts.links().find(in.segment()).filter(each -> accounts.party(each.account()).isPresent())
                .orElseThrow(() -> RelyingParty.refused(404, "not_found", "This link leads nowhere any more: each is "
                        + "good once, for " + Limits.CONNECT_LINK.toMinutes() + " minutes. Let your agent try again, "
                        + "and it shows you a new one; or connect the account on your account page.",
                        "unknown, used or old link"));
        if (!Hashes.same(wanted.personId(), who.person().id())) {
            throw RelyingParty.refused(403, "access_denied", "This link was made for somebody else, so nothing was "
                    + "done, and there is nothing for you to do. Whoever sent it to you may have wanted your account "
                    + "connected to theirs: do not follow such links. If it is yours, sign out and sign in as the "
                    + "person whose agent showed it.", "the link was made for another person");
        }
        return wanted;
    }

    private Reply page(String handle, Session who, Wanted wanted) {
        var party = accounts.party(wanted.account()).orElseThrow();
        var client = clients.known(wanted.clientId());
        var name = client.map(each -> Text.clean(each.name(), BrowserLimits.NAME_CHARS)).filter(n -> !n.isEmpty());
        var agent = wanted.clientId().isEmpty() ? null : name.orElse("An application without a name");
        var vouched = client.filter(each -> each.kind() == Client.Kind.PRE_REGISTERED).isPresent();
        return pages.connect(new Pages.Connect(agent, vouched ? "Set up by your administrator" : null,
                client.flatMap(Pages::home).orElse(null), party.settings().label(), party.host(), wanted.use(),
                party.settings().scopes(), who.person(), BrowserSide.CONNECT + handle,
                FormGuard.token(who.id(), PURPOSE + " " + handle, "")));
    }

    private Flow flow(HttpIn in, Params params, String name) {
        var state = params.one("state").filter(text -> text.matches("[A-Za-z0-9_-]{43}"));
        var browser = Cookies.FLOW.of(in);
        if (state.isEmpty() || browser.isEmpty()) {
            throw elsewhere("state or cookie is missing");
        }
        return flows.take(state.get(), browser.get()).filter(flow -> flow.provider().equals(KIND + name))
                .orElseThrow(() -> elsewhere("state is unknown, used, too old, of another browser or of something "
                        + "else"));
    }

    private static OAuthRefused elsewhere(String detail) {
        return RelyingParty.refused(403, "access_denied", "This was not begun in this browser by the person who is "
                + "signed in here, or it has ended already, so nothing was connected. Somebody may have sent you a "
                + "link to trick you. Start again from your agent or your account page.", detail);
    }

    private Reply refused(HttpIn in, String person, String account, OAuthRefusal why) {
        audit.refused(unnamed(in), EVENT, person, "", account, Answers.reason(why));
        return pages.refused(in, why, BrowserSide.ACCOUNT);
    }

    private Reply outage(HttpIn in, ProviderOutage down) {
        LOG.atWarn().addKeyValue("request", in.requestId()).addKeyValue("detail", down.detail())
                .log("A third party cannot be asked to connect an account.");
        return pages.refused(in, new OAuthRefusal.Page(503, "temporarily_unavailable", "The place where your account "
                + "is does not answer, so nothing was connected. Try again in a minute; if it stays, tell whoever "
                + "runs this server.", down.detail()), BrowserSide.ACCOUNT);
    }

    /// For the record, which has no use for a handle.
    private static HttpIn unnamed(HttpIn in) {
        return new HttpIn(in.method(), in.path().startsWith(BrowserSide.CONNECT_CALLBACK) ? in.path() : "/connect",
                in.segment(), in.query(), in.headers(), in.body(), in.peer(), in.requestId());
    }
}
