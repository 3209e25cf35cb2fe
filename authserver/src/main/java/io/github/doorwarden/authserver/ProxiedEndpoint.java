package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.ProviderOutage;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// `GET /authorize` and `POST /consent` in mode `proxied`, for a browser in which nobody has signed in: the consent
/// page comes first, and only after a yes does the browser leave for the provider (MCP Best Practices, Confused Deputy:
/// a provider that remembers consent for our one registration there would otherwise wave any client through; T2a). With
/// a session the embedded endpoints take over.
final class ProxiedEndpoint {

    private final AuthServerSettings settings;
    private final AuthorizeSteps steps;
    private final Clients clients;
    private final ProviderEndpoint provider;
    private final RelyingParty party;
    private final FormGuard guard;
    private final Answers answers;
    private final Pages pages;
    private final InstantSource clock;
    private final Budget unknown;

    ProxiedEndpoint(AuthServerSettings settings, AuthorizeSteps steps, Clients clients, ProviderEndpoint provider,
            RelyingParty party, FormGuard guard, Answers answers, Pages pages, InstantSource clock) {
        this.settings = settings;
        this.steps = steps;
        this.clients = clients;
        this.provider = provider;
        this.party = party;
        this.guard = guard;
        this.answers = answers;
        this.pages = pages;
        this.clock = clock;
        this.unknown = new Budget(clock, BrowserLimits.UNKNOWN_CLIENTS_PER_PEER_PER_MINUTE, Duration.ofMinutes(1));
    }

    /// `GET /authorize`
    Reply handle(HttpIn in) {
        try {
            var params = steps.params(in);                                    // page       OAuth 2.1 §3.1, T22
            var client = client(in, steps.clientId(params));                  // page       OAuth 2.1 §4.1.2.1, T12
            var to = steps.redirect(client, params);                          // page       OAuth 2.1 §2.3.1, T8
            var back = answers.to(client, to, params);
            try {
                var asked = steps.read(params, client, to);                   // redirect   OAuth 2.1 §4.1.1
                if (AuthorizeSteps.silent(params)) {
                    throw AuthorizeSteps.redirect(to, "login_required",
                            "The person has not signed in, and prompt=none allows no page.");
                }
                return ask(in, asked);                                        //            MCP BP, T2a
            } catch (OAuthRefused refused) {
                return answers.error(in, Optional.empty(), back, refused.why(), Onward.marked(params));
            }
        } catch (OAuthRefused refused) {
            return answers.page(in, Optional.empty(), refused.why(), null);
        }
    }

    /// `POST /consent`
    Reply decide(HttpIn in) {
        try {
            guard.sameOrigin(in);                                             // 403 page   T3b
            var form = Gate.form(in);                                         // page       T22
            var params = steps.params(in);
            var client = client(in, steps.clientId(params));
            var to = steps.redirect(client, params);                          // page       T8
            var back = answers.to(client, to, params);
            AuthorizeRequest asked;
            try {
                asked = steps.read(params, client, to);                       // redirect   OAuth 2.1 §4.1.1
            } catch (OAuthRefused refused) {
                return answers.error(in, Optional.empty(), back, refused.why(), true);
            }
            FormGuard.check(form.one("csrf"), browser(in), asked.transaction(in.query()));     // 403 page   T3b
            if (!form.one("decision").equals(Optional.of("allow"))) {
                return answers.error(in, Optional.empty(), back, new OAuthRefusal.Redirect(to, "access_denied",
                        "The person did not allow it.", ""), true);
            }
            return provider.leave(in, party, ProviderEndpoint.approval(asked, in.query()),
                    Optional.of(asked.resource().identifier()));
        } catch (OAuthRefused refused) {
            return answers.page(in, Optional.empty(), refused.why(), Onward.path(in.query()));
        } catch (ProviderOutage down) {
            return provider.outage(in, down, in.query());
        }
    }

    /// Unlike in the embedded mode nobody has signed in when the document of a client is fetched, because they sign in
    /// after they have read what it says. So a peer may cause few fetches.
    private Client client(HttpIn in, String id) {
        if (clients.known(id).isEmpty() && !unknown.take(Budget.peer(in.peer()))) {
            throw RelyingParty.refused(429, "temporarily_unavailable", "Too many unknown applications were asked for "
                    + "from your network. Try again in a minute.", "too many unknown clients");
        }
        return steps.client(id, true).orElseThrow();
    }

    private static String browser(HttpIn in) {
        return Cookies.BROWSER.of(in).orElseThrow(() -> FormGuard.refused("Your browser did not send the cookie that "
                + "this page needs, so nothing was done. Allow cookies for this address and start again.",
                "no browser cookie"));
    }

    private Reply ask(HttpIn in, AuthorizeRequest asked) {
        var had = Cookies.BROWSER.of(in);
        var browser = had.orElseGet(Hashes::secret);
        var client = asked.client();
        var name = Text.clean(client.name(), BrowserLimits.NAME_CHARS);
        var vouching = client.kind() == Client.Kind.PRE_REGISTERED ? "Set up by your administrator" : null;
        var until = LocalDate.ofInstant(clock.instant().plus(settings.lifetimes().grant()), ZoneOffset.UTC);
        var page = pages.consent(new Pages.Consent(name.isEmpty() ? "An application without a name" : name, vouching,
                Pages.home(client).orElse(null), asked.to().host(), asked.to().loopback(), asked.resource().name(),
                Lets.of(asked.resource().scopes(), asked.scopes()), null, party.settings().label(), List.of(),
                until,
                Onward.with(BrowserSide.CONSENT, in.query()),
                FormGuard.token(browser, asked.transaction(in.query())), null, null), asked.to());
        return had.isPresent() ? page : page.with("Set-Cookie",
                Cookies.BROWSER.set(browser, BrowserLimits.KNOWN_BROWSER));
    }
}
