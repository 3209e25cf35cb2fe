package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The authorization code flow (OAuth 2.1 §4.1), for whoever has the turn. Each step is written down before the next
/// one, so that when this process dies another one goes on: with the same state, verifier and port, without a second
/// tab, and with the code that has already come.
///
/// Two moments cannot be told apart from outside. When a process died while it started the browser, an answer is waited
/// for before the browser is started again. When one died between the redemption of the code and writing the tokens
/// down, the code is spent and the person signs in once more.
final class CodeFlow {

    /// A sign-in that is listened for.
    private record Begun(Loopback listener, SignIn signIn) implements AutoCloseable {

        @Override
        public void close() {
            listener.close();
        }
    }

    private final OAuthSettings settings;
    private final URI redirect;
    private final Vault vault;
    private final Registrar registrar;
    private final TokenClient tokens;
    private final Duration reopen;
    private final Stage.Watch watch;

    CodeFlow(OAuthSettings settings, Grant.SignedIn grant, Vault vault, TokenClient tokens, Duration reopen,
            Stage.Watch watch) {
        this.settings = settings;
        this.redirect = grant.redirect();
        this.vault = vault;
        this.registrar = new Registrar(grant.identity(), settings.reach(), settings.time());
        this.tokens = tokens;
        this.reopen = reopen;
        this.watch = watch;
    }

    boolean isPrepared(String issuer) {
        return registrar.isPrepared(issuer);
    }

    /// Gets tokens, from a person or from what another process left behind, and writes them down.
    ///
    /// @param byName somebody asked for it, so they get a page even where another process has opened one already
    Tokens run(Discovery.Found found, List<String> scopes, Optional<Dpop> key, boolean mustBind, boolean byName)
            throws ClientFailure, IOException, InterruptedException {
        var left = vault.read().signIn().filter(one -> fits(one, found, scopes));
        if (left.isPresent() && left.get().code().isPresent()) {
            try {
                return redeem(left.get(), mustBind);
            } catch (TokenClient.Refused spent) {
                vault.write(vault.read().withoutSignIn());
                left = Optional.empty();
            }
        }
        if (!settings.interactive()) {
            throw Failures.credentials(settings.server().getHost() + " wants somebody to sign in, and nobody can be "
                    + "asked here. Sign in first, from a terminal.");
        }
        if (!found.server().hasS256() || found.server().authorization().isEmpty()) {
            throw fail("The authorization server " + Origin.shown(found.server().issuer()) + " does not say that it "
                    + "protects codes by PKCE with S256, so nobody signs in there. Its operator has to turn that on.");
        }
        try (var begun = begun(left, found, scopes, key)) {
            var until = begun.signIn.started().plus(left.isPresent() ? Limits.TAKE_OVER : Limits.SIGN_IN);
            return redeem(answered(begun, until, byName), mustBind);
        } catch (TokenClient.Refused refused) {
            if (refused.error.equals("invalid_client")) {
                vault.write(vault.read().with(found.server().issuer(), Optional.empty()));
            }
            throw fail("The authorization server " + Origin.shown(found.server().issuer())
                    + " did not give a token for the code it had sent (" + refused.error + "). Sign in again.");
        }
    }

    /// Whether a sign-in that was left behind is the one that is wanted now.
    private boolean fits(SignIn left, Discovery.Found found, List<String> scopes) {
        return left.server().issuer().equals(found.server().issuer()) && left.resource().equals(found.resource())
                && left.scopes().containsAll(scopes)
                && settings.time().instant().isBefore(left.started().plus(Limits.TAKE_OVER));
    }

    private Begun begun(Optional<SignIn> left, Discovery.Found found, List<String> scopes, Optional<Dpop> key)
            throws ClientFailure, IOException, InterruptedException {
        if (left.isPresent()) {
            var again = Loopback.open(left.get().redirect(), left.get().state(), Limits.REBIND);
            if (again.isPresent()) {
                return new Begun(again.get(), left.get());
            }
        }
        var state = random();
        var issuer = found.server().issuer();
        var kept = registrar.kept(Optional.ofNullable(vault.read().registrations().get(issuer)));
        var listener = listener(kept.flatMap(Registered::redirect).map(URI::create), state);
        try {
            var registered = registrar.registered(found.server(), kept.filter(one ->
                    one.redirect().equals(Optional.of(listener.redirect().toString()))), listener.redirect());
            watch.at(Stage.REGISTERED);
            var verifier = random();
            var address = address(found, registered, state, verifier, scopes, listener.redirect());
            var begun = new SignIn(state, verifier, found.server(), found.resource(), scopes, registered,
                    key.map(Dpop::kept), listener.redirect(), address, settings.time().instant(), Optional.empty(),
                    Optional.empty(), Optional.empty());
            vault.write((registered.kind() == Registered.Kind.DYNAMIC
                    ? vault.read().with(issuer, Optional.of(registered)) : vault.read()).with(begun));
            watch.at(Stage.BEGUN);
            return new Begun(listener, begun);
        } catch (ClientFailure | IOException | InterruptedException | RuntimeException failed) {
            listener.close();
            throw failed;
        }
    }

    /// On the port of the registration where that is free: many servers compare it, though they should not.
    private Loopback listener(Optional<URI> registered, String state)
            throws ClientFailure, IOException, InterruptedException {
        if (registered.isPresent() && redirect.getPort() == 0) {
            var same = Loopback.open(registered.get(), state, Duration.ZERO);
            if (same.isPresent()) {
                return same.get();
            }
        }
        var wanted = Loopback.open(redirect, state, Limits.REBIND);
        if (wanted.isEmpty() && registrar.mayMove()) {
            wanted = Loopback.open(URI.create("http://" + redirect.getHost() + ":0" + redirect.getRawPath()), state,
                    Duration.ZERO);
        }
        return wanted.orElseThrow(() -> Failures.credentials("Another program listens at port " + redirect.getPort()
                + ", where the answer of the sign-in has to come. End it, or have another port registered."));
    }

    private URI address(Discovery.Found found, Registered registered, String state, String verifier,
            List<String> scopes, URI at) throws ClientFailure {
        var query = new LinkedHashMap<String, String>();
        query.put("response_type", "code");
        query.put("client_id", registered.clientId());
        query.put("redirect_uri", at.toString());
        query.put("state", state);
        query.put("code_challenge", Dpop.hash(verifier));
        query.put("code_challenge_method", "S256");
        if (!scopes.isEmpty()) {
            query.put("scope", String.join(" ", scopes));
        }
        if (settings.sayResource()) {
            query.put("resource", found.resource());
        }
        var endpoint = found.server().authorization().orElseThrow();
        var text = endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + TokenClient.encode(query);
        return Origin.safe(text).filter(page -> !Origin.isLoopback(page) || Origin.isLoopback(settings.server()))
                .orElseThrow(() -> Failures.credentials("The authorization server "
                + Origin.shown(found.server().issuer()) + " has its page at an address that no browser is given."));
    }

    private SignIn answered(Begun begun, Instant until, boolean byName)
            throws ClientFailure, IOException, InterruptedException {
        var signIn = begun.signIn;
        var arrived = Optional.<Loopback.Arrived>empty();
        if (signIn.opening().isPresent() && signIn.opened().isEmpty()) {
            arrived = begun.listener.await(reopen);
        }
        if (arrived.isEmpty() && (signIn.opened().isEmpty() || byName)) {
            signIn = opened(signIn);
        } else {
            settings.notices().accept("The sign-in that was begun goes on. If there is no page, open "
                    + signIn.address());
        }
        if (arrived.isEmpty()) {
            arrived = begun.listener.await(Duration.between(settings.time().instant(), until));
        }
        if (arrived.isEmpty()) {
            // Perhaps it no longer knows us and said so on its page: next time we register anew.
            vault.write(vault.read().with(signIn.server().issuer(), Optional.empty()));
            throw fail("Nobody signed in at " + Origin.shown(signIn.server().issuer()) + " in time. Try again.");
        }
        watch.at(Stage.ARRIVED);
        return checked(signIn, arrived.get());
    }

    private SignIn opened(SignIn signIn) throws IOException, InterruptedException {
        var opening = signIn.opening(settings.time().instant());
        vault.write(vault.read().with(opening));
        watch.at(Stage.OPENING);
        settings.notices().accept("Sign in at " + Origin.shown(signIn.server().issuer())
                + " in the browser. If none opens, go to "
                + signIn.address());
        try {
            settings.browser().open(signIn.address());
        } catch (IOException none) {
            settings.notices().accept("No browser could be opened here.");
        }
        watch.at(Stage.STARTED);
        var opened = opening.opened(settings.time().instant());
        vault.write(vault.read().with(opened));
        watch.at(Stage.OPENED);
        return opened;
    }

    /// RFC 9207 §2.4, before anything else of the answer is looked at: what the wrong one says is not even shown.
    private SignIn checked(SignIn signIn, Loopback.Arrived arrived)
            throws ClientFailure, IOException, InterruptedException {
        var said = arrived.parameters.get("iss");
        var issuer = signIn.server().issuer();
        if (said == null ? signIn.server().issIsSaid() : !said.equals(issuer)) {
            arrived.page("Not signed in", "The answer did not come from where it was asked for. Close this page.");
            throw fail("The answer to the sign-in did not come from " + Origin.shown(issuer)
                    + ", where it was asked for, so it was thrown away. Try again; if it happens again, somebody may "
                    + "be mixing up authorization servers.");
        }
        var code = arrived.parameters.getOrDefault("code", "");
        if (arrived.parameters.containsKey("error") || code.isEmpty()) {
            arrived.page("Not signed in", "The authorization server did not agree. Close this page.");
            var error = Optional.ofNullable(arrived.parameters.get("error")).filter(word ->
                    word.matches("[a-z_]{1,64}")).orElse("no code");
            throw fail("The authorization server " + Origin.shown(issuer) + " did not let us in (" + error + "). "
                    + (error.equals("access_denied") ? "Try again, and agree on its page." : "Try again."));
        }
        var received = signIn.received(code);
        vault.write(vault.read().with(received));
        watch.at(Stage.KEPT);
        arrived.page("The answer has arrived", "Close this page; the program that asked for it goes on.");
        return received;
    }

    private Tokens redeem(SignIn signIn, boolean mustBind)
            throws TokenClient.Refused, ClientFailure, IOException, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", signIn.code().orElseThrow());
        form.put("redirect_uri", signIn.redirect().toString());
        form.put("code_verifier", signIn.verifier());
        form.put("resource", settings.sayResource() ? signIn.resource() : "");
        var fresh = tokens.tokens(new Ask(signIn.server(), signIn.resource(), signIn.scopes(), signIn.registered(),
                authentication(signIn.registered()), signIn.key().map(Dpop::of), mustBind), form, Optional.empty());
        watch.at(Stage.REDEEMED);
        vault.write(vault.read().with(fresh));
        watch.at(Stage.DONE);
        return fresh;
    }

    /// A key is never written down with the rest, so it comes from the settings.
    ClientAuthentication authentication(Registered registered) {
        return registered.kind() == Registered.Kind.PREPARED && settings.grant() instanceof Grant.SignedIn signedIn
                ? signedIn.identity().prepared().map(ClientIdentity.Prepared::authentication)
                .orElse(ClientAuthentication.NONE) : registered.authentication();
    }

    private ClientFailure fail(String sentence) throws IOException, InterruptedException {
        vault.write(vault.read().with(new Saved.Failure(settings.time().instant(), sentence)));
        return Failures.credentials(sentence);
    }

    /// 256 bits: a verifier (RFC 7636 §4.1), and more than enough for a state.
    private static String random() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
