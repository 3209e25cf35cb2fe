package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Sign-ins that are under way at a provider. Each belongs to the browser that began it, by a cookie, and is taken
/// once: an answer that somebody else's browser brings is no answer (T3, CVE-2026-27124). Safe for many threads and for
/// many processes on one database.
final class UpstreamFlows {

    /// @param state    that the provider sends back; 256 bits
    /// @param provider by name
    /// @param nonce    that the ID token must repeat
    /// @param verifier of PKCE towards the provider
    /// @param query    of the authorization request under way; empty: none, somebody just signs in
    /// @param approved hash of what the person allowed before they left; empty: nothing yet
    record Flow(String state, String provider, String nonce, String verifier, String query, String approved) {

        @Override
        public String toString() {
            return "Flow[" + provider + "]";
        }
    }

    private static final String PURPOSE = "sign-in under way";

    private record Row(byte[] browserHash, byte[] sealed) {}

    private final Database database;
    private final InstantSource clock;

    UpstreamFlows(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// A new one, good for [BrowserLimits#UPSTREAM_FLOW] in this browser alone.
    ///
    /// @param browser the value of the cookie [Cookies#FLOW]
    Flow begin(String browser, String provider, String query, String approved) {
        var flow = new Flow(Hashes.secret(), provider, Hashes.secret(), Hashes.secret(), query, approved);
        var json = Json.object().put("provider", provider).put("nonce", flow.nonce).put("verifier", flow.verifier)
                .put("query", query).put("approved", approved);
        var sealed = seal(flow.state).seal(Json.bytes(json), Hashes.sha256(browser));
        database.update("INSERT INTO upstream_flow (state_hash, browser_hash, sealed, expires_at) VALUES (?, ?, ?, ?)",
                Hashes.sha256(flow.state), Hashes.sha256(browser), sealed,
                clock.instant().plus(BrowserLimits.UPSTREAM_FLOW));
        return flow;
    }

    /// Takes the flow of that state, once, when this browser began it. Another browser's attempt does not use it up.
    Optional<Flow> take(String state, String browser) {
        var row = database.first("SELECT browser_hash, sealed FROM upstream_flow WHERE state_hash = ? AND "
                + "expires_at > ?", found -> new Row(found.getBytes(1), found.getBytes(2)), Hashes.sha256(state),
                clock.instant());
        if (row.isEmpty() || !Hashes.same(row.get().browserHash, Hashes.sha256(browser))) {
            return Optional.empty();
        }
        var taken = database.update("DELETE FROM upstream_flow WHERE state_hash = ?", Hashes.sha256(state));
        return taken == 0 ? Optional.empty() : seal(state).open(row.get().sealed, Hashes.sha256(browser))
                .flatMap(Json::parse).map(json -> flow(state, json));
    }

    private static Flow flow(String state, ObjectNode json) {
        return new Flow(state, json.path("provider").asString(), json.path("nonce").asString(),
                json.path("verifier").asString(), json.path("query").asString(), json.path("approved").asString());
    }

    private static Seal seal(String state) {
        return new Seal(state.getBytes(StandardCharsets.US_ASCII), PURPOSE);
    }

    void sweep(Instant now) {
        database.update("DELETE FROM upstream_flow WHERE expires_at <= ?", now);
    }
}
