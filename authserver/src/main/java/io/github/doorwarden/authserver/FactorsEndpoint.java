package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.nayuki.qrcodegen.QrCode;
import java.time.InstantSource;
import java.util.List;

/// Setting up an authenticator app and giving it up again; new recovery codes. Always for somebody who signed in a
/// moment ago.
final class FactorsEndpoint {

    static final String PURPOSE = "factor";
    private static final String WRONG = "That code is not right. Wait for the next one in your app and type it here; "
            + "check that the clock of your phone is right.";

    private final String site;
    private final SecondFactors factors;
    private final Sessions sessions;
    private final Grants grants;
    private final AccountForms forms;
    private final Throttle throttle;
    private final Pages pages;

    FactorsEndpoint(String site, SecondFactors factors, Sessions sessions, Grants grants, AccountForms forms,
            Pages pages, InstantSource clock) {
        this.grants = grants;
        this.site = site;
        this.factors = factors;
        this.sessions = sessions;
        this.forms = forms;
        this.throttle = new Throttle(BrowserLimits.CODES, clock);
        this.pages = pages;
    }

    /// For a request under way that needs a second factor of somebody who has none.
    Reply first(HttpIn in, Session who) {
        return pages.firstFactor(new Pages.FirstFactor(Onward.with(BrowserSide.APP, in.query()), csrf(in, who)));
    }

    /// `POST /account/code`: a new secret, shown once as a QR code.
    Reply begin(HttpIn in) {
        return forms.take(in, PURPOSE, true, (who, form) -> factors.begin(who.person().id())
                .map(secret -> show(in, who, secret, 200, null))
                .orElseGet(() -> pages.seeOther(Onward.path(in.query()))));
    }

    /// `POST /account/code/confirm`: from the first right code on it counts, and whoever had come in without it is out.
    Reply confirm(HttpIn in) {
        return forms.take(in, PURPOSE, true, (who, form) -> {
            var id = who.person().id();
            var wait = throttle.enter(id);                                                // 429   T17
            if (wait.isPresent()) {
                return pages.tooMany(in, wait.get(), BrowserSide.ACCOUNT);
            }
            var secret = factors.begun(id);
            if (secret.isEmpty()) {
                return pages.notice(403, new Pages.Notice("That took too long",
                        List.of("The code on the page was good for a quarter of an hour. Begin again."),
                        BrowserSide.ACCOUNT, "Your account", in.requestId()));
            }
            var codes = factors.confirm(id, form.one("code").orElse(""));
            if (codes.isEmpty()) {
                return show(in, who, secret.get(), 403, WRONG);
            }
            throttle.forget(id);
            sessions.endOthers(who);
            grants.revokeSessions(id, "a second factor was added");
            var started = sessions.strengthen(who, Factors.andCode(who.amr()));
            forms.audit.allowed(in, "account/code-add", id, "", "");
            var proof = FormGuard.token(started.id(), "signed in for", Onward.bare(in.query()));
            return pages.recovery(new Pages.Recovery(codes.get(), Onward.path(in.query(), proof)))
                    .with("Set-Cookie", started.cookie());
        });
    }

    /// `POST /account/code/remove`
    Reply remove(HttpIn in) {
        return forms.take(in, PURPOSE, true, (who, form) -> {
            if (factors.remove(who.person().id())) {
                forms.audit.allowed(in, "account/code-remove", who.person().id(), "", "");
            }
            return pages.seeOther(BrowserSide.ACCOUNT);
        });
    }

    /// `POST /account/recovery`: new codes instead of the old ones.
    Reply renew(HttpIn in) {
        return forms.take(in, PURPOSE, true, (who, form) -> {
            if (!factors.has(who.person().id())) {
                return pages.seeOther(BrowserSide.ACCOUNT);
            }
            forms.audit.allowed(in, "account/recovery-codes", who.person().id(), "", "");
            return pages.recovery(new Pages.Recovery(factors.renewRecovery(who.person().id()), BrowserSide.ACCOUNT));
        });
    }

    private Reply show(HttpIn in, Session who, byte[] secret, int status, String problem) {
        var code = QrCode.encodeText(SecondFactors.uri(site, who.person().email(), secret), QrCode.Ecc.MEDIUM);
        return pages.app(status, new Pages.App(Onward.with(BrowserSide.APP_CONFIRM, in.query()), csrf(in, who),
                code.size, path(code), Totp.base32(secret).replaceAll("(.{4})(?!$)", "$1 "), problem));
    }

    private static String csrf(HttpIn in, Session who) {
        return FormGuard.token(who.id(), PURPOSE, in.query());
    }

    /// The dark squares as an SVG path.
    private static String path(QrCode code) {
        var path = new StringBuilder();
        for (var y = 0; y < code.size; y++) {
            for (var x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M').append(x).append(',').append(y).append("h1v1h-1z");
                }
            }
        }
        return path.toString();
    }
}
