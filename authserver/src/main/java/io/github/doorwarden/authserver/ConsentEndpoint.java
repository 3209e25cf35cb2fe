package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/// The consent page, and `POST /consent`, its answer.
final class ConsentEndpoint {

    private final AuthServerSettings settings;
    private final AuthorizeSteps steps;
    private final Sessions sessions;
    private final Consents consents;
    private final Affiliations affiliations;
    private final FormGuard guard;
    private final Answers answers;
    private final Pages pages;
    private final StepUp stepUp;
    private final InstantSource clock;

    ConsentEndpoint(AuthServerSettings settings, AuthorizeSteps steps, Sessions sessions, Consents consents,
            FormGuard guard, Answers answers, Pages pages, StepUp stepUp,
            InstantSource clock) {
        this.settings = settings;
        this.steps = steps;
        this.sessions = sessions;
        this.consents = consents;
        this.affiliations = answers.affiliations();
        this.guard = guard;
        this.answers = answers;
        this.pages = pages;
        this.stepUp = stepUp;
        this.clock = clock;
    }

    /// Whether only the person knows what they allow, whatever they allowed before.
    boolean hasChoice(Session who) {
        return affiliations.isOpen(who.person());
    }

    /// Names everything that the person decides about (MCP 2026-07-28, Security considerations: client and redirect
    /// host; BP Consent UI).
    Reply ask(HttpIn in, Session who, AuthorizeRequest asked) {
        var client = asked.client();
        var name = Text.clean(client.name(), BrowserLimits.NAME_CHARS);
        var vouching = client.kind() == Client.Kind.PRE_REGISTERED ? "Set up by your administrator" : null;
        var until = LocalDate.ofInstant(clock.instant().plus(settings.lifetimes().grant()), ZoneOffset.UTC);
        return pages.consent(new Pages.Consent(name.isEmpty() ? "An application without a name" : name, vouching,
                Pages.home(client).orElse(null), asked.to().host(), asked.to().loopback(), asked.resource().name(),
                Lets.of(asked), who.person(), null, affiliations.choices(who.person()), until,
                Onward.with(BrowserSide.CONSENT, in.query()), FormGuard.token(who.id(), asked.transaction(in.query())),
                Onward.with(BrowserSide.LOGOUT, in.query()), FormGuard.token(who.id(), "sign-out")), asked.to());
    }

    /// Makes every check of `/authorize` again: between the page and its answer the client, the person and the clock
    /// went on.
    Reply handle(HttpIn in) {
        var session = sessions.of(in);
        try {
            guard.sameOrigin(in);                                             // 403 page   T3b
            if (session.isEmpty()) {
                return pages.seeOther(Onward.path(in.query()));               //            signed out in the meantime
            }
            var form = Gate.form(in);                                         // page       T22
            var params = steps.params(in);                                    // page       OAuth 2.1 §3.1
            var client = steps.client(steps.clientId(params), true).orElseThrow();
            var to = steps.redirect(client, params);                          // page       OAuth 2.1 §4.1.2.1, T8
            return decide(in, form, params, answers.to(client, to, params), session.get());
        } catch (OAuthRefused refused) {
            return answers.page(in, session, refused.why(), Onward.path(in.query()));
        }
    }

    private Reply decide(HttpIn in, Params form, Params params, WayBack back, Session who) {
        AuthorizeRequest asked;
        try {
            var first = stepUp.first(in, params, who, back.to());             // page       RFC 9470 §4
            if (first.isPresent()) {
                return first.get();
            }
            asked = steps.read(params, back.client(), back.to());             // redirect   OAuth 2.1 §4.1.1
            KeptResources.requireFor(asked, who.person());                    // redirect   resources kept for some
        } catch (OAuthRefused refused) {
            return answers.error(in, Optional.of(who), back, refused.why(), true);
        }
        FormGuard.check(form.one("csrf"), who.id(), asked.transaction(in.query()));   // 403 page   T3b, A7
        if (!form.one("decision").equals(Optional.of("allow"))) {
            return answers.denied(in, who, back);
        }
        var tenant = affiliations.chosen(who.person(), form);                // page       one of the person's own
        consents.remember(who.person().id(), asked);
        return answers.code(in, who, asked, back, "consent", tenant);
    }
}
