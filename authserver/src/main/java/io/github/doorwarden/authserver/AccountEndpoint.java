package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.SignIn;
import java.util.List;
import java.util.Optional;

/// A person's own page: which agents may act for them, where they are signed in, how they sign in. Whatever is seen
/// there can be ended there (OAuth 2.1, consent phishing).
final class AccountEndpoint {

    private static final String AGAIN = "again=1";
    static final String AGENTS = "agent";
    static final String SESSIONS = "session";

    private final AuthServerSettings settings;
    private final Clients clients;
    private final Grants grants;
    private final Sessions sessions;
    private final SecondFactors factors;
    private final Optional<Passkeys> passkeys;
    private final ConnectedAccounts connected;
    private final AccountForms forms;
    private final Pages pages;

    AccountEndpoint(AuthServerSettings settings, Clients clients, Grants grants, Sessions sessions,
            SecondFactors factors, Optional<Passkeys> passkeys, ConnectedAccounts connected, AccountForms forms,
            Pages pages) {
        this.settings = settings;
        this.clients = clients;
        this.grants = grants;
        this.sessions = sessions;
        this.factors = factors;
        this.passkeys = passkeys;
        this.connected = connected;
        this.forms = forms;
        this.pages = pages;
    }

    /// `GET /account`
    Reply show(HttpIn in) {
        var who = forms.session(in);
        if (who.isPresent() && in.query().equals(AGAIN) && !forms.fresh(who.get())) {
            return forms.signInAgain(in);
        }
        return who.map(this::page).orElseGet(() -> forms.signIn(in));
    }

    /// `GET /login`: the account or the sign-in page; with a request under way, on to that.
    Reply login(HttpIn in) {
        return in.query().isEmpty() ? show(in) : pages.seeOther(Onward.path(in.query()));
    }

    /// `POST /account/agents`: the grant and everything issued under it is dead with the next request.
    Reply revoke(HttpIn in) {
        return forms.take(in, AGENTS, false, (who, form) -> {
            var grant = form.one("grant").orElse("");
            if (grants.revokeOwn(who.person().id(), grant, "by the person")) {
                forms.audit.allowed(in, "account/agent-end", who.person().id(), "", grant);
            }
            return pages.seeOther(BrowserSide.ACCOUNT);
        });
    }

    /// `POST /account/agents/confirm`: for what an application may do only for somebody who has just signed in, when it
    /// cannot ask for that itself. The sign-in of a moment ago counts for it, with its second factor if there was one.
    Reply confirm(HttpIn in) {
        return forms.take(in, AGENTS, true, (who, form) -> {
            var grant = form.one("grant").orElse("");
            if (!grants.confirm(who, grant)) {
                return pages.seeOther(BrowserSide.ACCOUNT);
            }
            forms.audit.allowed(in, "account/agent-confirm", who.person().id(), "", grant);
            return pages.notice(200, new Pages.Notice("Confirmed",
                    List.of("Go back to the application and let it try again. It may take a few minutes until it "
                            + "notices.", who.amr().contains(SignIn.SEVERAL)
                            ? "What needs a sign-in that is very fresh may still ask: then sign out and in before."
                            : "You signed in without a second factor. If the application needs one, set one up on "
                            + "your account page, and confirm again."),
                    BrowserSide.ACCOUNT, "Your account", null));
        });
    }

    /// `POST /account/sessions`
    Reply end(HttpIn in) {
        return forms.take(in, SESSIONS, false, (who, form) -> {
            if (sessions.endOwn(who.person().id(), form.one("session").orElse(""))) {
                forms.audit.allowed(in, "account/session-end", who.person().id(), "", "");
            }
            return pages.seeOther(BrowserSide.ACCOUNT);
        });
    }

    private Reply page(Session who) {
        var person = who.person();
        var tokens = new AccountPage.Tokens(FormGuard.token(who.id(), "sign-out"), csrf(who, AGENTS),
                csrf(who, SESSIONS), csrf(who, FactorsEndpoint.PURPOSE), csrf(who, PasskeyEndpoint.PURPOSE),
                csrf(who, ConnectEndpoint.ACCOUNTS));
        return pages.account(new AccountPage(person, tokens, agents(who),
                connected.list(person.id()), sessions.list(who),
                factors.since(person.id()).orElse(null), factors.recoveryCodesLeft(person.id()),
                passkeys.map(keys -> keys.list(person.id())).orElse(List.of()),
                passkeys.isPresent(), passkeys.filter(keys -> forms.fresh(who)).map(keys -> keys.register(who))
                .orElse(null)));
    }

    private static String csrf(Session who, String purpose) {
        return FormGuard.token(who.id(), purpose, "");
    }

    private List<AccountPage.Agent> agents(Session who) {
        return grants.ofPerson(who.person().id()).stream().map(grant -> {
            var client = clients.known(grant.clientId());
            var resource = settings.resource(grant.resource());
            var name = client.map(each -> Text.clean(each.name(), BrowserLimits.NAME_CHARS)).filter(n -> !n.isEmpty());
            var lets = resource.map(each -> Lets.of(each.scopes(), grant.scopes())).orElse(List.of());
            return new AccountPage.Agent(grant.id(), name.orElse("An application without a name"),
                    client.flatMap(Pages::home).orElse(null),
                    resource.map(ProtectedResource::name).orElse(grant.resource()), lets,
                    grant.createdAt(), grant.lastUsedAt().orElse(grant.createdAt()), grant.expiresAt());
        }).toList();
    }
}
