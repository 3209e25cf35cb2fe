package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.Cause;
import java.time.InstantSource;
import java.util.List;

/// Signing in with a passkey, adding one and removing one.
final class PasskeyEndpoint {

    static final String PURPOSE = "passkey";

    private final Passkeys passkeys;
    private final Welcome welcome;
    private final FormGuard guard;
    private final AccountForms forms;
    private final Throttle peers;
    private final Pages pages;

    PasskeyEndpoint(Passkeys passkeys, Welcome welcome, FormGuard guard, AccountForms forms, Pages pages,
            InstantSource clock) {
        this.passkeys = passkeys;
        this.welcome = welcome;
        this.guard = guard;
        this.forms = forms;
        this.peers = new Throttle(BrowserLimits.TRIES_PER_PEER, clock);
        this.pages = pages;
    }

    /// `POST /login/passkey`
    Reply signIn(HttpIn in) {
        try {
            guard.sameOrigin(in);                                                         // 403   T3b
            var form = Gate.form(in, Limits.CREDENTIAL_CHARS);                            // 400   T22
            var browser = Cookies.BROWSER.of(in).orElse("");
            var peer = Budget.peer(in.peer());
            var wait = peers.enter(peer);                                                 // 429   T17
            if (wait.isPresent()) {
                return pages.tooMany(in, wait.get(), Onward.path(in.query()));
            }
            var person = passkeys.signIn(passkeys.answer(form, browser, in.query()));     // 403   WebAuthn §7.2
            if (person.isEmpty()) {
                forms.audit.noSignIn(in, "login", "", "passkey", Cause.WRONG_CREDENTIALS,
                        "unknown passkey or wrong answer");
                return pages.notice(403, new Pages.Notice("This passkey does not fit",
                        List.of("It is not known here, or was removed from your account. Sign in another way; you can "
                                + "add it again on your account page."), Onward.path(in.query()), "Sign in",
                        in.requestId()));
            }
            peers.refund(peer);
            return welcome.enter(in, person.get(), Method.PASSKEY, Factors.of(Method.PASSKEY), browser, in.query());
        } catch (OAuthRefused refused) {
            forms.audit.refused(in, "login", "", "", refused.why().error(), Answers.reason(refused.why()));
            return pages.refused(in, refused.why(), Onward.path(in.query()));
        }
    }

    /// `POST /account/passkeys`
    Reply add(HttpIn in) {
        return forms.takeSigned(in, (who, form) -> {
            var answer = passkeys.answer(form, who.id(), in.query());
            var name = Text.clean(form.one("name").orElse(""), BrowserLimits.PASSKEY_NAME_CHARS);
            var id = who.person().id();
            if (!passkeys.add(id, answer, name.isEmpty() ? "Passkey of " + Agents.name(in) : name)) {
                forms.audit.refused(in, "account/passkey-add", id, "", "", "wrong answer, or too many");
                return pages.notice(403, new Pages.Notice("The passkey was not added",
                        List.of("What your device answered was not complete, or it is here already, or you have "
                                + BrowserLimits.PASSKEYS + " of them. Try again, or remove one first."),
                        BrowserSide.ACCOUNT, "Your account", in.requestId()));
            }
            forms.audit.allowed(in, "account/passkey-add", id, "", name);
            return pages.seeOther(BrowserSide.ACCOUNT);
        });
    }

    /// `POST /account/passkeys/remove`
    Reply remove(HttpIn in) {
        return forms.take(in, PURPOSE, true, (who, form) -> {
            if (passkeys.remove(who.person().id(), form.one("passkey").orElse(""))) {
                forms.audit.allowed(in, "account/passkey-remove", who.person().id(), "", "");
            }
            return pages.seeOther(BrowserSide.ACCOUNT);
        });
    }
}
