package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// How `/authorize` and the consent form end: with a code, an error for the client, or a page. Each ending is one audit
/// line.
final class Answers {

    private static final String NOTHING_ALLOWED =
            "Nothing was allowed. You can close this page, or go back and let the application know.";

    private final Optional<URI> issuer;
    private final Codes codes;
    private final Affiliations affiliations;
    private final PushedRequests pushed;
    private final Pages pages;
    private final BrowserAudit audit;

    /// @param issuer as answers name it; empty: they do not
    Answers(Optional<URI> issuer, Codes codes, Affiliations affiliations, PushedRequests pushed, Pages pages,
            BrowserAudit audit) {
        this.issuer = issuer;
        this.codes = codes;
        this.affiliations = affiliations;
        this.pushed = pushed;
        this.pages = pages;
        this.audit = audit;
    }

    /// For which organisations it is that people allow something.
    Affiliations affiliations() {
        return affiliations;
    }

    WayBack to(Client client, RegisteredRedirect redirect, Params params) {
        return new WayBack(issuer, client, redirect, params.one("state"));
    }

    /// For the organisation that the person belongs to, if it is one alone.
    ///
    /// @param event `authorize` when it was remembered, `consent` when it was just given
    Reply code(HttpIn in, Session who, AuthorizeRequest asked, WayBack back, String event) {
        return code(in, who, asked, back, event, affiliations.only(who.person()));
    }

    /// @param tenant that it counts for
    Reply code(HttpIn in, Session who, AuthorizeRequest asked, WayBack back, String event, Optional<String> tenant) {
        if (!pushed.answer(in)) {
            return page(in, Optional.of(who), PushedRequests.page("This request was answered a moment ago. Go back to "
                    + "the application; if it still waits, start again there.").why(), null);
        }
        var code = codes.issue(new Codes.Approved(asked.client().id(), who.person().id(), asked.to().uri().toString(),
                asked.challenge(), asked.resource().identifier().toString(), asked.scopes(), who.signedInAt(),
                who.amr(), asked.boundTo(), asked.openId(), tenant));
        audit.allowed(in, event, who.person().id(), asked.client().id(),
                asked.resource().identifier() + " " + String.join(" ", asked.scopes())
                + tenant.map(name -> " for " + name).orElse(""));
        return pages.seeOther(back.code(code));
    }

    /// Sent to the client when somebody vouches for it; otherwise the person decides whether to go there (T21).
    ///
    /// @param afterForm the browser comes from a page whose policy allows no redirect to the client: the person goes
    /// there by a link
    Reply error(HttpIn in, Optional<Session> session, WayBack back, OAuthRefusal why, boolean afterForm) {
        audit.refused(in, "authorize", who(session), back.client().id(), why.error(), reason(why));
        if (back.trusted() && !afterForm) {
            return pages.seeOther(back.error(why));
        }
        return pages.notice(200, new Pages.Notice("The application made a mistake",
                List.of("Its request for access cannot be granted: " + why.description(), NOTHING_ALLOWED),
                back.error(why), "Go back to " + back.receiver(), in.requestId()));
    }

    /// The person said no.
    Reply denied(HttpIn in, Session who, WayBack back) {
        pushed.answer(in);
        var why = new OAuthRefusal.Redirect(back.to(), "access_denied", "The person did not allow it.", "");
        audit.refused(in, "consent", who.person().id(), back.client().id(), why.error(), why.description());
        if (back.trusted()) {
            return pages.seeOther(back.error(why));
        }
        return pages.notice(200, new Pages.Notice("You said no", List.of(NOTHING_ALLOWED), back.error(why),
                "Go back to " + back.receiver(), null));
    }

    /// @param again where the person may start again; null when nothing would change
    Reply page(HttpIn in, Optional<Session> session, OAuthRefusal why, String again) {
        audit.refused(in, "authorize", who(session), "", why.error(), reason(why));
        return pages.refused(in, why, again);
    }

    private static String who(Optional<Session> session) {
        return session.map(s -> s.person().id()).orElse("");
    }

    static String reason(OAuthRefusal why) {
        return why.detail().isEmpty() ? why.description() : why.description() + " (" + why.detail() + ")";
    }
}
