package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.SignIn;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A page of figures in a browser, for those whom it is kept for: by the session of the account page, with a second
/// factor where that is asked. It changes nothing, so it has no form.
public final class FiguresEndpoint {

    private static final String STRONGER = "This page needs your second factor. Sign in with it.";

    /// What somebody may see.
    ///
    /// @param tenant of this organisation alone; empty: everything
    public record Sight(Optional<String> tenant) {}

    /// What the figures come from, and whom they are kept for.
    public interface Kept {

        /// @param email of somebody who is signed in
        /// @return empty: nothing
        Optional<Sight> sight(String email);

        /// Whether people need a second factor for it.
        boolean secondFactor();

        /// @throws IllegalArgumentException with a sentence, for a query that cannot be read
        Figures figures(Sight sight, Params query);
    }

    private final Kept kept;
    private final Sessions sessions;
    private final LoginEndpoint login;
    private final FactorsEndpoint enrolment;
    private final Predicate<String> hasSecond;
    private final Pages pages;
    private final BrowserAudit audit;

    FiguresEndpoint(Kept kept, Rooms rooms) {
        this.kept = kept;
        this.sessions = rooms.sessions;
        this.login = rooms.login;
        this.enrolment = rooms.enrolment;
        this.hasSecond = rooms.hasSecond;
        this.pages = rooms.pages;
        this.audit = rooms.audit;
    }

    /// Of [BrowserSide].
    record Rooms(Sessions sessions, LoginEndpoint login, FactorsEndpoint enrolment, Predicate<String> hasSecond,
            Pages pages, BrowserAudit audit) {}

    /// One GET.
    Reply show(HttpIn in) {
        try {
            var query = Gate.query(in);                                                   // 400   T22
            var who = sessions.of(in);
            if (who.isEmpty()) {
                return login.again(in, Onward.toFigures(in.query()), null);
            }
            var sight = kept.sight(who.get().person().email());
            if (sight.isEmpty()) {
                return refused(in, who.get());                                            // 403
            }
            if (kept.secondFactor() && !who.get().amr().contains(SignIn.SEVERAL)) {
                return hasSecond.test(who.get().person().id())
                        ? login.again(in, Onward.toFigures(in.query()), STRONGER) : enrolment.first(in, who.get());
            }
            var figures = kept.figures(sight.get(), query);                               // 400
            audit.allowed(in, "admin/dashboard", who.get().person().id(), "", sight.get().tenant().orElse(""));
            return pages.figures(figures);
        } catch (IllegalArgumentException unreadable) {
            return pages.notice(400, new Pages.Notice("This cannot be shown", List.of(unreadable.getMessage()),
                    in.path(), "Show the usual", in.requestId()));
        } catch (OAuthRefused refused) {
            return pages.refused(in, refused.why(), in.path());
        }
    }

    private Reply refused(HttpIn in, Session who) {
        audit.refused(in, "admin/dashboard", who.person().id(), "", "access_denied", "not one of those who may see it");
        return pages.notice(403, new Pages.Notice("Nothing for you to see here", List.of("These figures are kept for "
                + "the people who administer this server, and you are signed in as " + who.person().email() + ".",
                "Its operator says who they are, under admin in doorwarden.yaml."), BrowserSide.ACCOUNT,
                "Your account", null));
    }
}
