package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.util.Optional;

/// What every form of somebody who is signed in passes before it does anything.
final class AccountForms {

    private static final String FRESH = "You are about to change how you sign in. For that, sign in once more, so that "
            + "it is certainly you.";

    /// What a form does.
    interface Work {
        Reply run(Session who, Params form);
    }

    private final Sessions sessions;
    private final LoginEndpoint login;
    private final FormGuard guard;
    private final Pages pages;
    final BrowserAudit audit;

    AccountForms(Sessions sessions, LoginEndpoint login, FormGuard guard, Pages pages, BrowserAudit audit) {
        this.sessions = sessions;
        this.login = login;
        this.guard = guard;
        this.pages = pages;
        this.audit = audit;
    }

    /// @param purpose what the form's token was made for
    /// @param fresh   whether the person must have signed in a moment ago
    Reply take(HttpIn in, String purpose, boolean fresh, Work work) {
        return run(in, fresh, (who, form) -> {
            FormGuard.check(form.one("csrf"), who.id(), purpose, in.query());             // 403   T3b
            return work.run(who, form);
        });
    }

    /// For a form whose token the work itself looks at. Only for somebody who signed in a moment ago.
    Reply takeSigned(HttpIn in, Work work) {
        return run(in, true, work);
    }

    private Reply run(HttpIn in, boolean fresh, Work work) {
        try {
            guard.sameOrigin(in);                                                         // 403   T3b
            var form = Gate.form(in, Limits.CREDENTIAL_CHARS);                            // 400   T22
            var who = sessions.of(in);
            if (who.isEmpty()) {
                return login.again(in, in.query(), null);
            }
            if (fresh && !sessions.fresh(who.get())) {
                return login.again(in, in.query(), FRESH);
            }
            return work.run(who.get(), form);
        } catch (OAuthRefused refused) {
            audit.refused(in, "account", sessions.of(in).map(s -> s.person().id()).orElse(""), "",
                    refused.why().error(), Answers.reason(refused.why()));
            return pages.refused(in, refused.why(), BrowserSide.ACCOUNT);
        }
    }

    Optional<Session> session(HttpIn in) {
        return sessions.of(in);
    }

    boolean fresh(Session session) {
        return sessions.fresh(session);
    }

    /// The sign-in page for somebody who wants to change how they sign in, and then back to the account.
    Reply signInAgain(HttpIn in) {
        return login.again(in, "", FRESH);
    }

    /// The sign-in page, and then back to the account.
    Reply signIn(HttpIn in) {
        return login.again(in, "", null);
    }
}
