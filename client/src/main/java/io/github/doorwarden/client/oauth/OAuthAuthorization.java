package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// OAuth towards one MCP server (MCP 2025-03-26 to 2026-07-28, Authorization). What always holds: a token goes to the
/// origin of that server alone, in a header, and comes from its own authorization server; of all processes of a person
/// one signs in or renews, and the others wait for it. Safe for use by many threads.
public final class OAuthAuthorization implements Authorization {

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    private final OAuthSettings settings;
    private final TokenSource source;
    /// How often more scopes were asked for, by operation and scopes.
    private final Map<Set<String>, Integer> stepUps = new ConcurrentHashMap<>();

    private OAuthAuthorization(OAuthSettings settings, TokenSource source) {
        this.settings = settings;
        this.source = source;
    }

    /// Nothing is asked yet. What was kept by others is used.
    ///
    /// @throws UncheckedIOException when the folder cannot be made
    public static OAuthAuthorization open(OAuthSettings settings) {
        return open(settings, Limits.REOPEN, Stage.Watch.NOBODY);
    }

    static OAuthAuthorization open(OAuthSettings given, Duration reopen, Stage.Watch watch) {
        var settings = given.withReach(outward(given));
        var client = new TokenClient(settings.reach(), settings.time());
        if (!(settings.grant() instanceof Grant.SignedIn grant)) {
            return new OAuthAuthorization(settings, new GrantedTokens(settings, client));
        }
        try {
            var folder = Folder.at(settings.folder());
            var keychain = settings.keys() == OAuthSettings.Keys.SYSTEM
                    ? Optional.of(Keychain.of(System.getProperty("os.name", ""), folder)) : Optional.<Keychain>empty();
            var vault = new Vault(folder, Discovery.canonical(settings.server()) + " "
                    + grant.identity().prepared().map(ClientIdentity.Prepared::clientId).orElse(""),
                    new KeyPlace(folder, keychain));
            var flow = new CodeFlow(settings, grant, vault, client, reopen, watch);
            return new OAuthAuthorization(settings, new KeptTokens(settings, vault, client, flow, watch));
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + settings.folder() + " cannot be made or made private.", e);
        }
    }

    /// A server elsewhere does not send requests to this machine: they would come from within.
    private static Reach outward(OAuthSettings settings) {
        var reach = settings.reach();
        return Origin.isLoopback(settings.server()) ? reach : request -> {
            if (Origin.isLoopback(request.target())) {
                throw new IOException("a server elsewhere names an address on this machine");
            }
            return reach.send(request);
        };
    }

    @Override
    public Map<String, String> fields(String method, URI target) throws ClientFailure, InterruptedException {
        if (!Origin.same(target, settings.server())) {
            return Map.of();
        }
        var tokens = source.current();
        if (tokens.isEmpty()) {
            return Map.of();
        }
        var fields = new LinkedHashMap<String, String>();
        fields.put("Authorization", tokens.get().field());
        tokens.get().key().ifPresent(key -> fields.put("DPoP", Dpop.of(key).proof(method, target,
                Optional.of(tokens.get().access()), settings.time().instant())));
        return fields;
    }

    @Override
    public boolean renewed(Refusal refusal) throws ClientFailure, InterruptedException {
        var challenges = Challenge.oauth(refusal.headers());
        var fresh = Dpop.keep(settings.server(), refusal.headers());
        var error = Challenge.first(challenges, "error").orElse("");
        if (refusal.status() == 401 && error.equals("use_dpop_nonce") && refusal.sent().containsKey("DPoP")) {
            return fresh && refusal.attempt() <= Limits.ATTEMPTS;  // RFC 9449 §9
        }
        if (refusal.attempt() > Limits.ATTEMPTS) {
            return false;
        }
        if (refusal.status() == 403) {
            return error.equals("insufficient_scope") && mayStepUp(refusal, challenges)
                    && source.renew(refusal, challenges, true);
        }
        return refusal.status() == 401 && source.renew(refusal, challenges, false);
    }

    /// A few times for one operation and what it lacks, and once when it was granted already: then asking a person
    /// again changes nothing.
    private boolean mayStepUp(Refusal refusal, List<Challenge> challenges) throws ClientFailure, InterruptedException {
        var wanted = Wanted.challenged(challenges).orElse(List.of());
        if (wanted.isEmpty()) {
            return false;
        }
        var key = new HashSet<>(wanted);
        key.add("operation " + refusal.operation());
        if (stepUps.size() > Limits.OPERATIONS) {
            stepUps.clear();
        }
        var had = source.current().map(Tokens::scopes).orElse(List.of()).containsAll(wanted);
        return stepUps.merge(key, 1, Integer::sum) <= (had ? 1 : Limits.STEP_UPS);
    }

    /// Signs in now, unless that is done: asks a person, when the grant needs one.
    public Session signIn() throws ClientFailure, InterruptedException {
        return Session.of(source.signIn(challenges()));
    }

    /// What there is; nothing is asked but perhaps a new token.
    public Optional<Session> session() throws ClientFailure, InterruptedException {
        return source.current().map(Session::of);
    }

    /// Forgets the tokens, and has them revoked where that can be asked for.
    ///
    /// @return whether there were any
    public boolean signOut() throws ClientFailure, InterruptedException {
        return source.signOut();
    }

    /// What the server says to somebody without a token.
    private List<Challenge> challenges() throws InterruptedException {
        try {
            var answer = settings.reach().send(new Reach.Request("POST", settings.server(), Map.of("Content-Type",
                    "application/json", "Accept", "application/json, text/event-stream"), Optional.of(PING)));
            return answer.status() == 401 ? Challenge.oauth(answer.headers()) : List.of();
        } catch (IOException none) {
            return List.of();                                     // whoever looks for its metadata next says why
        }
    }
}
