package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.HalfSignIns.Half;
import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.Cause;

/// The second step of signing in, for people who have an authenticator app: a code after the password or the link.
final class SecondStepEndpoint {

    private static final String WRONG = "That code is not right, or it was used before. Wait for the next one in your "
            + "app, or use a recovery code.";

    private final SecondFactors factors;
    private final HalfSignIns halves;
    private final Sessions sessions;
    private final Welcome welcome;
    private final Throttle throttle;
    private final FormGuard guard;
    private final Pages pages;
    private final BrowserAudit audit;

    /// @param throttle of codes, shared by all doors that take some
    SecondStepEndpoint(SecondFactors factors, HalfSignIns halves, Sessions sessions, Welcome welcome,
            Throttle throttle, FormGuard guard, Pages pages, BrowserAudit audit) {
        this.factors = factors;
        this.halves = halves;
        this.sessions = sessions;
        this.welcome = welcome;
        this.throttle = throttle;
        this.guard = guard;
        this.pages = pages;
        this.audit = audit;
    }

    /// The first step was right: in, or on to the second.
    Reply after(HttpIn in, String personId, Method method, String browser, String query) {
        if (factors.has(personId)) {
            return ask(200, halves.begin(new Half(personId, method), browser), browser, query, null);
        }
        return welcome.enter(in, personId, method, Factors.of(method), browser, query);
    }

    /// `POST /login/code`
    Reply handle(HttpIn in) {
        try {
            guard.sameOrigin(in);                                                         // 403   T3b
            var form = Gate.form(in);                                                     // 400   T22
            var browser = Cookies.BROWSER.of(in).orElse("");
            var token = form.one("token").orElse("");
            FormGuard.check(form.one("csrf"), browser, "code", token, in.query());        // 403   T11
            var half = halves.find(token, browser).orElse(null);
            if (half == null) {
                return pages.notice(403, new Pages.Notice("That took too long",
                        java.util.List.of("The first step was some minutes ago, or was used already. Sign in again."),
                        Onward.path(in.query()), "Sign in", in.requestId()));
            }
            var wait = throttle.enter(place(half, browser));                                   // 429   T17
            if (wait.isPresent()) {
                audit.noSignIn(in, "login", half.personId(), "code", Cause.TOO_MANY, "too many codes");
                return pages.tooMany(in, wait.get(), Onward.path(in.query()));
            }
            if (!factors.take(half.personId(), form.one("code").orElse(""))) {            // 403   RFC 6238 §5.2
                audit.noSignIn(in, "login", half.personId(), "code", Cause.WRONG_CREDENTIALS, "wrong or used code");
                return ask(403, token, browser, in.query(), WRONG);
            }
            throttle.forget(place(half, browser));
            if (!halves.end(token)) {
                throw FormGuard.refused("This step was taken already in another tab. Start again.", "half taken");
            }
            var amr = Factors.andCode(Factors.of(half.method()));
            return welcome.enter(in, half.personId(), half.method(), amr, browser, in.query());
        } catch (OAuthRefused refused) {
            audit.refused(in, "login", "", "", refused.why().error(), Answers.reason(refused.why()));
            return pages.refused(in, refused.why(), Onward.path(in.query()));
        }
    }

    /// A browser that the person has used before is a place of its own: whoever has stolen the password alone, and
    /// guesses codes, does not keep them out of it.
    private String place(Half half, String browser) {
        return sessions.knows(browser, half.personId()) ? half.personId() + "|" + Hashes.sha256Base64Url(browser)
                : half.personId();
    }

    private Reply ask(int status, String token, String browser, String query, String problem) {
        return pages.code(status, new Pages.Code(Onward.with(BrowserSide.CODE, query),
                FormGuard.token(browser, "code", token, query), token, problem));
    }
}
