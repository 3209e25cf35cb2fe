package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.util.Optional;

/// `GET /authorize`: a client sends a person here to ask for access. From the query to a page, an error, or a code.
///
/// Nothing about a request under way is kept on the server: the query travels through the forms, which are signed for
/// it, and every step is made again when a form comes back.
final class AuthorizeEndpoint {

    private final AuthorizeSteps steps;
    private final Sessions sessions;
    private final LoginEndpoint login;
    private final ConsentEndpoint consent;
    private final Consents consents;
    private final Answers answers;
    private final StepUp stepUp;

    AuthorizeEndpoint(AuthorizeSteps steps, Sessions sessions, LoginEndpoint login, ConsentEndpoint consent,
            Consents consents, Answers answers, StepUp stepUp) {
        this.steps = steps;
        this.sessions = sessions;
        this.login = login;
        this.consent = consent;
        this.consents = consents;
        this.answers = answers;
        this.stepUp = stepUp;
    }

    Reply handle(HttpIn in) {
        var session = sessions.of(in);
        try {
            var params = steps.params(in);                                // page       OAuth 2.1 §3.1, T22
            var id = steps.clientId(params);                              // page       OAuth 2.1 §4.1.2.1
            var client = steps.client(id, session.isPresent());           // page       CIMD draft-02 §4, T12
            if (client.isEmpty()) {
                return login.ask(in);                                     //            CIMD draft-02 §8.6: first
            }
            var to = steps.redirect(client.get(), params);                // page       OAuth 2.1 §2.3.1, T8
            if (session.isEmpty() && !AuthorizeSteps.silent(params)) {
                return login.ask(in);                                     //            OAuth 2.1 §7.12, AS-15
            }
            return decide(in, params, answers.to(client.get(), to, params), session);
        } catch (OAuthRefused refused) {
            return answers.page(in, session, refused.why(), null);
        }
    }

    private Reply decide(HttpIn in, Params params, WayBack back, Optional<Session> session) {
        try {
            var asked = steps.read(params, back.client(), back.to());     // redirect   OAuth 2.1 §4.1.1, RFC 8707 §2
            var who = session.orElseThrow(() -> AuthorizeSteps.redirect(back.to(), "login_required",
                    "The person has not signed in, and prompt=none allows no page."));
            KeptResources.requireFor(asked, who.person());                // redirect   resources kept for some
            var first = stepUp.first(in, params, who, back.to());         // page       RFC 9470 §4, OIDC Core §3.1.2.1
            if (first.isPresent()) {
                return first.get();
            }
            var spare = consents.spareThePage(in, params, who.person().id(), asked)
                    && !consent.hasChoice(who);
            if (AuthorizeSteps.silent(params) && !(spare && back.trusted())) {
                throw AuthorizeSteps.redirect(back.to(), "consent_required",    // OpenID Connect Core §3.1.2.6, AS-19
                        "The person has to see who asks, and prompt=none allows no page.");
            }
            return spare ? answers.code(in, who, asked, back, "authorize") : consent.ask(in, who, asked);
        } catch (OAuthRefused refused) {
            return answers.error(in, session, back, refused.why(), Onward.marked(params));
        }
    }
}
