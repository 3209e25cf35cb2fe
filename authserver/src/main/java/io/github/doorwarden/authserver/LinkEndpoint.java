package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.Cause;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Signing in by a link that is sent to the person: ask, look, confirm.
final class LinkEndpoint {

    private final URI issuer;
    private final People people;
    private final MagicLinks links;
    private final LinkSender sender;
    private final LoginEndpoint login;
    private final SecondStepEndpoint second;
    private final Throttle throttle;
    private final Throttle peers;
    private final FormGuard guard;
    private final Pages pages;
    private final BrowserAudit audit;

    /// @param throttle of links, shared by all doors that send some
    LinkEndpoint(URI issuer, People people, MagicLinks links, LinkSender sender, LoginEndpoint login,
            SecondStepEndpoint second, Throttle throttle, FormGuard guard, Pages pages, BrowserAudit audit,
            InstantSource clock) {
        this.issuer = issuer;
        this.people = people;
        this.links = links;
        this.sender = sender;
        this.login = login;
        this.second = second;
        this.throttle = throttle;
        this.peers = new Throttle(BrowserLimits.TRIES_PER_PEER, clock);
        this.guard = guard;
        this.pages = pages;
        this.audit = audit;
    }

    /// `POST /login/link`: the same answer whether or not anybody has that address.
    Reply ask(HttpIn in) {
        try {
            guard.sameOrigin(in);                                                         // 403   T3b
            var form = Gate.form(in);                                                     // 400   T22
            var browser = login.browser(in, form);                                        // 403   T11
            var email = form.one("email").orElse("");
            var attempt = login.attempt(in, email, browser);
            var wait = Stream.of(throttle.enter(attempt.account()), peers.enter(attempt.peer()))
                    .flatMap(Optional::stream).max(Duration::compareTo);
            if (wait.isPresent()) {                                                       // 429   T17
                audit.noSignIn(in, "login", "", "magic_link", Cause.TOO_MANY, "too many links asked for");
                return pages.tooMany(in, wait.get(), Onward.path(in.query()));
            }
            var person = people.byEmail(email).filter(p -> !p.disabled());
            var token = links.make(person, browser, in.query());
            var link = URI.create(FormGuard.origin(issuer) + BrowserSide.LINK + "?token=" + token);
            person.ifPresent(p -> sender.send(p, link));
            return pages.notice(200, new Pages.Notice("Look for the link",
                    List.of("If somebody with that address may sign in here, a link is on its way. It works once, "
                            + "for a short time, and only in this browser.", "You can close this page."),
                    null, null, null));
        } catch (OAuthRefused refused) {
            return login.refused(in, refused.why());
        }
    }

    /// `GET /link`: only shows a button. Mail scanners and previews open links, and must not use them up.
    Reply look(HttpIn in) {
        try {
            var token = Gate.query(in).one("token").orElse("");
            var browser = Cookies.BROWSER.of(in);
            if (browser.isEmpty()) {
                return elsewhere(in);
            }
            if (!MagicLinks.looksRight(token)) {
                return dead(in);
            }
            return pages.link(new Pages.Link(token, FormGuard.token(browser.get(), "link", token)));
        } catch (OAuthRefused refused) {
            return login.refused(in, refused.why());
        }
    }

    /// `POST /link`
    Reply confirm(HttpIn in) {
        try {
            guard.sameOrigin(in);                                                         // 403   T3b
            var form = Gate.form(in);                                                     // 400   T22
            var token = form.one("token").orElse("");
            var browser = Cookies.BROWSER.of(in);
            if (browser.isEmpty()) {
                return elsewhere(in);
            }
            FormGuard.check(form.one("csrf"), browser.get(), "link", token);              // 403   T11
            var taken = links.take(token, browser.get());
            if (taken.isEmpty()) {
                return dead(in);
            }
            return second.after(in, taken.get().personId(), Method.MAGIC_LINK, browser.get(), taken.get().query());
        } catch (OAuthRefused refused) {
            return login.refused(in, refused.why());
        }
    }

    private Reply dead(HttpIn in) {
        audit.noSignIn(in, "login", "", "magic_link", Cause.WRONG_CREDENTIALS,
                "unknown, used, too old, or of another browser");
        return pages.notice(403, new Pages.Notice("This link does not work any more",
                List.of("A link works once, for a short time, in the browser that asked for it. Ask for a new one."),
                BrowserSide.LOGIN, "Sign in", in.requestId()));
    }

    private Reply elsewhere(HttpIn in) {
        audit.noSignIn(in, "login", "", "magic_link", Cause.WRONG_CREDENTIALS, "opened in another browser");
        return pages.notice(403, new Pages.Notice("Open the link in the other browser",
                List.of("For your safety the link works only in the browser in which you asked for it. Copy it "
                        + "there, or ask for a new one here."), BrowserSide.LOGIN, "Sign in", in.requestId()));
    }
}
