package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.util.Locale;
import java.util.Set;

/// How every way to sign in ends: with a new session, and on to whatever was under way.
final class Welcome {

    private final Sessions sessions;
    private final Pages pages;
    private final BrowserAudit audit;

    Welcome(Sessions sessions, Pages pages, BrowserAudit audit) {
        this.sessions = sessions;
        this.pages = pages;
        this.audit = audit;
    }

    /// The next page is ours and never a silent yes ([Onward]); it can tell that this person signed in for it.
    ///
    /// @param amr how they proved who they are
    Reply enter(HttpIn in, String personId, Method method, Set<String> amr, String browser, String query) {
        var started = sessions.start(in, personId, method, amr, browser);
        audit.allowed(in, "login", personId, "", (method.name() + (amr.contains("otp") ? " and code" : ""))
                .toLowerCase(Locale.ROOT));
        var proof = FormGuard.token(started.id(), "signed in for", Onward.bare(query));
        return pages.seeOther(Onward.path(query, proof)).with("Set-Cookie", started.cookie());
    }
}
