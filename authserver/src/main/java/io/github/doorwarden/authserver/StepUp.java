package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.SignIn;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What an authorization request may demand of the sign-in itself: `prompt=login`, `max_age` (OpenID Connect Core
/// §3.1.2.1) and `acr_values` (RFC 9470 §4). Who does not meet it signs in again, or sets a second factor up first.
final class StepUp {

    private static final String AGAIN = "The application asks you to sign in once more, so that it is certainly you.";
    private static final String STRONGER = "What the application wants needs your second factor. Sign in with it.";

    private final LoginEndpoint login;
    private final FactorsEndpoint enrolment;
    private final Predicate<String> hasSecond;
    private final InstantSource clock;

    /// @param hasSecond whether a person has a second factor, by their id
    StepUp(LoginEndpoint login, FactorsEndpoint enrolment, Predicate<String> hasSecond, InstantSource clock) {
        this.login = login;
        this.enrolment = enrolment;
        this.hasSecond = hasSecond;
        this.clock = clock;
    }

    /// The page that has to come first; empty when the session is good enough.
    ///
    /// @throws OAuthRefused as a redirect, when no page may come
    Optional<Reply> first(HttpIn in, Params params, Session who, RegisteredRedirect to) {
        var fresh = fresh(in, params, who, to);
        var strong = !needsSecond(params) || who.amr().contains(SignIn.SEVERAL);
        if (fresh && strong) {
            return Optional.empty();
        }
        if (AuthorizeSteps.silent(params)) {
            throw fresh ? AuthorizeSteps.redirect(to, "unmet_authentication_requirements",
                    "The person has not signed in with a second factor, and prompt=none allows no page.")
                    : AuthorizeSteps.redirect(to, "login_required",
                    "The person has to sign in again, and prompt=none allows no page.");
        }
        if (!strong && !hasSecond.test(who.person().id())) {
            return Optional.of(enrolment.first(in, who));
        }
        return Optional.of(login.again(in, in.query(), strong ? AGAIN : STRONGER));
    }

    private boolean fresh(HttpIn in, Params params, Session who, RegisteredRedirect to) {
        var again = List.of(params.one("prompt").orElse("").split(" +")).contains("login");
        var age = params.one("max_age").map(text -> seconds(text, to));
        if (!again && age.isEmpty()) {
            return true;
        }
        var now = clock.instant();
        var proof = FormGuard.token(who.id(), "signed in for", Onward.bare(in.query()));
        var forThis = Onward.proof(params).filter(given -> Hashes.same(given, proof)).isPresent()
                && !now.isAfter(who.signedInAt().plus(BrowserLimits.FRESH));
        return forThis || !again && !now.isAfter(who.signedInAt().plus(age.orElseThrow()));
    }

    private static Duration seconds(String text, RegisteredRedirect to) {
        if (!text.matches("[0-9]{1,9}")) {
            throw AuthorizeSteps.redirect(to, "invalid_request", "max_age is a number of seconds.");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    /// Values that we do not know are wishes that nobody has to fulfil.
    private static boolean needsSecond(Params params) {
        var values = List.of(params.one("acr_values").orElse("").strip().split(" +"));
        return values.contains(SignIn.TWO_FACTORS) && !values.contains(SignIn.ONE_FACTOR);
    }
}
