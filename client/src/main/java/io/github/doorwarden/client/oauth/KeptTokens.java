package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Tokens of a sign-in, kept for all processes of a person. Whoever signs in or renews has the turn; all others wait
/// and take what it got.
final class KeptTokens implements TokenSource {

    private interface Work<T> {
        T run() throws ClientFailure, IOException, InterruptedException;
    }

    private final OAuthSettings settings;
    private final Vault vault;
    private final Discovery discovery;
    private final TokenClient client;
    private final CodeFlow flow;
    private final Stage.Watch watch;
    private volatile Tokens memory;
    /// What the last sign-in of this process gave; with the turn.
    private String signedIn = "";
    private Instant hopelessUntil = Instant.MIN;

    KeptTokens(OAuthSettings settings, Vault vault, TokenClient client, CodeFlow flow, Stage.Watch watch) {
        this.settings = settings;
        this.vault = vault;
        this.discovery = new Discovery(settings.server(), settings.reach());
        this.client = client;
        this.flow = flow;
        this.watch = watch;
    }

    @Override
    public Optional<Tokens> current() throws ClientFailure, InterruptedException {
        return kept(() -> {
            if (memory == null) {
                memory = vault.read().tokens().orElse(null);
            }
            var now = memory;
            if (now == null || !now.isOver(settings.time().instant()) || now.refresh().isEmpty()) {
                return Optional.ofNullable(now);
            }
            return inTurn(() -> {
                var saved = vault.read().tokens();
                memory = saved.isEmpty() || !saved.get().isOver(settings.time().instant())
                        ? saved.orElse(null) : refreshed(saved.get()).orElse(saved.get());
                return Optional.ofNullable(memory);
            });
        });
    }

    @Override
    public boolean renew(Authorization.Refusal refusal, List<Challenge> challenges, boolean wider)
            throws ClientFailure, InterruptedException {
        var begin = settings.time().instant();
        var sent = refusal.sent().getOrDefault("Authorization", "");
        return kept(() -> inTurn(() -> {
            var saved = vault.read();
            var other = saved.tokens().filter(one -> !one.field().equals(sent)
                    && !one.isOver(settings.time().instant())
                    && (!wider || one.scopes().containsAll(Wanted.challenged(challenges).orElse(List.of()))));
            if (other.isPresent()) {
                memory = other.get();
                return true;
            }
            if (!wider && sent.equals(signedIn) && refusal.attempt() > 1 && saved.tokens().isPresent() && saved.tokens()
                    .get().scopes().containsAll(Wanted.challenged(challenges).orElse(List.of()))) {
                hopelessUntil = settings.time().instant().plus(Limits.HOPELESS);
            }
            memory = renewed(saved, challenges, !wider && refusal.attempt() == 1, begin);
            return true;
        }));
    }

    @Override
    public Tokens signIn(List<Challenge> challenges) throws ClientFailure, InterruptedException {
        return kept(() -> inTurn(() -> {
            var saved = vault.read();
            var good = saved.tokens().filter(one -> !one.isOver(settings.time().instant())
                    && one.scopes().containsAll(settings.scopes()));
            memory = good.isPresent() ? good.get() : renewed(saved, challenges, true, Instant.MAX);
            return memory;
        }));
    }

    /// With the turn: by the refresh token while the server is still with the same issuer, else by a person.
    ///
    /// @param begin since when it is wanted; of what somebody asked for by name, the end of time
    private Tokens renewed(Saved saved, List<Challenge> challenges, boolean refresh, Instant begin)
            throws ClientFailure, IOException, InterruptedException {
        var found = discovery.find(challenges, issuer -> flow.isPrepared(issuer)
                || saved.tokens().map(Tokens::issuer).filter(issuer::equals).isPresent()
                || saved.registrations().containsKey(issuer));
        var before = saved.tokens().filter(one -> one.issuer().equals(found.server().issuer())
                && one.resource().equals(found.resource()));
        var scopes = Wanted.scopes(found, challenges, before, settings.scopes(), true);
        if (refresh && before.isPresent() && before.get().refresh().isPresent()
                && before.get().scopes().containsAll(Wanted.challenged(challenges).orElse(List.of()))) {
            var fresh = refreshed(before.get());
            if (fresh.isPresent()) {
                return fresh.get();
            }
        }
        requireHope(saved, begin);
        var fresh = flow.run(found, scopes, Wanted.key(settings, found, challenges), Wanted.mustBind(settings, found),
                begin.equals(Instant.MAX));
        signedIn = fresh.field();
        return fresh;
    }

    /// Nobody is asked again for what has just failed.
    private void requireHope(Saved saved, Instant begin) throws ClientFailure {
        if (begin.equals(Instant.MAX)) {
            return;
        }
        var now = settings.time().instant();
        if (now.isBefore(hopelessUntil)) {
            throw Failures.credentials(settings.server().getHost() + " refused a token that had just been made for it "
                    + "by its own authorization server. Its operator has to look into that; sign in again afterwards.");
        }
        if (saved.failure().isPresent() && (saved.failure().get().at().isAfter(begin)
                || now.isBefore(saved.failure().get().at().plus(Limits.QUIET)))) {
            throw Failures.credentials(saved.failure().get().sentence());
        }
    }

    /// @return empty when the server does not take the refresh token any more, which is forgotten then
    private Optional<Tokens> refreshed(Tokens before) throws ClientFailure, IOException, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", before.refresh().orElseThrow());
        form.put("resource", settings.sayResource() ? before.resource() : "");
        try {
            var fresh = client.tokens(ask(before), form, Optional.of(before));
            vault.write(vault.read().with(fresh));
            return Optional.of(fresh);
        } catch (TokenClient.Refused refused) {
            var saved = vault.read().with(before.withoutRefresh());
            vault.write(refused.error.equals("invalid_client") ? saved.with(before.issuer(), Optional.empty()) : saved);
            return Optional.empty();
        }
    }

    private Ask ask(Tokens tokens) {
        return new Ask(tokens.server(), tokens.resource(), tokens.scopes(), tokens.registered(),
                flow.authentication(tokens.registered()), tokens.key().map(Dpop::of), tokens.key().isPresent());
    }

    @Override
    public boolean signOut() throws ClientFailure, InterruptedException {
        return kept(() -> inTurn(() -> {
            var saved = vault.read();
            memory = null;
            vault.write(saved.withoutTokens().withoutSignIn());
            if (saved.tokens().isPresent() && saved.tokens().get().server().revocation().isPresent()) {
                var tokens = saved.tokens().get();
                URI at = tokens.server().revocation().get();
                client.revoke(at, ask(tokens), tokens.refresh().orElse(tokens.access()));
            }
            return saved.tokens().isPresent();
        }));
    }

    private <T> T inTurn(Work<T> work) throws ClientFailure, IOException, InterruptedException {
        try (var _ = turn()) {
            watch.at(Stage.TURN);
            return work.run();
        }
    }

    /// Waits for it, and not in silence: a person wants to know which page is meant.
    private Turn turn() throws ClientFailure, IOException, InterruptedException {
        var soon = vault.turn(Limits.TURN_IN_SILENCE);
        if (soon.isPresent()) {
            return soon.get();
        }
        var host = settings.server().getHost();
        var signIn = vault.read().signIn().filter(one -> settings.time().instant().isBefore(one.started()
                .plus(Limits.TAKE_OVER)));
        settings.notices().accept(signIn.map(one -> "Another process of yours signs in to " + host + ", for this one "
                + "too. Look for its page in the browser; if there is none, open " + one.address()).orElse("Another "
                + "process of yours gets a token for " + host + ", for this one too."));
        return vault.turn(Limits.TURN).orElseThrow(() -> Failures.credentials("Another process is signing in to "
                + host + " and does not come to an end. End it, and try again."));
    }

    private <T> T kept(Work<T> work) throws ClientFailure, InterruptedException {
        try {
            return work.run();
        } catch (IOException disk) {
            throw Failures.credentials("What is kept of the sign-in to " + settings.server().getHost()
                    + " cannot be read or written in " + settings.folder() + ". Look at that folder's permissions and "
                    + "at the room that is left.", disk);
        }
    }
}
