package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.LoginThrottle.Try;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.Cause;
import java.util.Locale;
import java.util.Optional;

/// Signing in with a password, and out. The forms carry the query of the authorization request under way, if there is
/// one.
final class LoginEndpoint {

    private static final String WRONG = "That address and password do not belong together. Check both and try again.";

    private final People people;
    private final Sessions sessions;
    private final LoginThrottle throttle;
    private final FormGuard guard;
    private final Pages pages;
    private final BrowserAudit audit;
    private final SecondStepEndpoint second;
    private final Ways ways;

    /// How people may sign in beside the password.
    ///
    /// @param passkeys empty: none
    record Ways(boolean links, Optional<Passkeys> passkeys) {}

    LoginEndpoint(People people, Sessions sessions, LoginThrottle throttle, FormGuard guard, Pages pages,
            BrowserAudit audit, SecondStepEndpoint second, Ways ways) {
        this.people = people;
        this.sessions = sessions;
        this.throttle = throttle;
        this.guard = guard;
        this.pages = pages;
        this.audit = audit;
        this.second = second;
        this.ways = ways;
    }

    /// The sign-in page for the request under way.
    Reply ask(HttpIn in) {
        return ask(in, in.query(), 200, new Said(null, null), "");
    }

    /// The sign-in page for somebody who is signed in, and is told why once more.
    Reply again(HttpIn in, String query, String why) {
        return ask(in, query, 200, new Said(null, why), "");
    }

    /// `POST /login`
    Reply signIn(HttpIn in) {
        try {
            guard.sameOrigin(in);                                                         // 403   T3b
            var form = Gate.form(in);                                                     // 400   T22
            var browser = browser(in, form);                                              // 403   T11
            var email = form.one("email").orElse("");
            var password = form.one("password").orElse("");
            var attempt = attempt(in, email, browser);
            var wait = throttle.enter(attempt);                                           // 429   T17
            if (wait.isPresent()) {
                audit.noSignIn(in, "login", "", "password", Cause.TOO_MANY, "too many attempts");
                return pages.tooMany(in, wait.get(), Onward.path(in.query()));
            }
            var person = people.signIn(email, password);                                  // 403   T17
            if (person.isEmpty()) {
                audit.noSignIn(in, "login", people.byEmail(email).map(Person::id).orElse(""), "password",
                        Cause.WRONG_CREDENTIALS, "wrong address or password");
                return ask(in, in.query(), 403, new Said(WRONG, null), email);
            }
            throttle.right(attempt);
            return second.after(in, person.get().id(), Method.PASSWORD, browser, in.query());
        } catch (OAuthRefused refused) {
            return refused(in, refused.why());
        }
    }

    /// `POST /logout`: out, and on with the request under way, for somebody else perhaps.
    Reply signOut(HttpIn in) {
        try {
            guard.sameOrigin(in);                                                         // 403   T3b
            var form = Gate.form(in);                                                     // 400   T22
            var session = sessions.of(in);
            if (session.isPresent()) {
                FormGuard.check(form.one("csrf"), session.get().id(), "sign-out");        // 403   T3b
                audit.allowed(in, "logout", session.get().person().id(), "", "");
            }
            return pages.seeOther(Onward.path(in.query())).with("Set-Cookie", sessions.end(in));
        } catch (OAuthRefused refused) {
            return refused(in, refused.why());
        }
    }

    Reply refused(HttpIn in, OAuthRefusal why) {
        audit.refused(in, "login", "", "", why.error(), Answers.reason(why));
        return pages.refused(in, why, Onward.path(in.query()));
    }

    /// The secret of the browser whose form this is.
    ///
    /// @throws OAuthRefused 403 when the form was made for another browser or another request
    String browser(HttpIn in, Params form) {
        var browser = Cookies.BROWSER.of(in).orElseThrow(() ->
                FormGuard.refused("Your browser did not send the cookie that this page needs, "
                + "so nothing was done. Allow cookies for this address and start again.", "no browser cookie"));
        FormGuard.check(form.one("csrf"), browser, "sign-in", in.query());
        return browser;
    }

    /// @param email as somebody typed it
    Try attempt(HttpIn in, String email, String browser) {
        var person = people.byEmail(email);
        var typed = email.strip().toLowerCase(Locale.ROOT);
        var account = person.map(Person::email).orElse(typed.length() > BrowserLimits.EMAIL_CHARACTERS ? "" : typed);
        return new Try(account, in.peer(), browser, person.filter(p -> sessions.knows(browser, p.id())).isEmpty());
    }

    /// @param problem what was wrong with the last try; null: nothing
    /// @param why     why somebody must sign in at all; null: the usual
    private record Said(String problem, String why) {}

    private Reply ask(HttpIn in, String query, int status, Said said, String email) {
        var had = Cookies.BROWSER.of(in);
        var browser = had.orElseGet(Hashes::secret);
        var page = pages.login(status, new Pages.Login(Onward.with(BrowserSide.LOGIN, query),
                ways.links ? Onward.with(BrowserSide.ASK_LINK, query) : null,
                FormGuard.token(browser, "sign-in", query), said.problem, said.why,
                Text.clean(email, BrowserLimits.EMAIL_CHARACTERS),
                ways.passkeys.map(keys -> keys.ask(browser, query)).orElse(null)));
        return had.isPresent() ? page : page.with("Set-Cookie",
                Cookies.BROWSER.set(browser, BrowserLimits.KNOWN_BROWSER));
    }
}
