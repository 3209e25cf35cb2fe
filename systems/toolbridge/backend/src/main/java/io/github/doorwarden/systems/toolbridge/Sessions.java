package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Problem;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sync sessions: one row each, written when it opens and read with every call. See
/// `docs/decisions/0081-keep-sync-sessions-as-rows-by-digest.md`.
final class Sessions {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Store store;
    private final int perUser;
    private final InstantSource clock;

    Sessions(Store store, int perUser, InstantSource clock) {
        this.store = store;
        this.perUser = perUser;
        this.clock = clock;
    }

    /// One statement counts and writes.
    Map<String, Object> open(Caller caller) {
        var random = new byte[16];
        RANDOM.nextBytes(random);
        var id = "ss_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        var now = clock.millis();
        var end = now + Limits.SESSION_LIFE.toMillis();
        var written = store.note(tx -> tx.update("INSERT INTO sync_session (digest, tenant_id, user_id, created_at, "
                + "expires_at) SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM sync_session WHERE tenant_id = ? AND "
                + "user_id = ? AND expires_at > ?) < ?", Digests.sha256(id), caller.tenant(), caller.user(), now, end,
                caller.tenant(), caller.user(), now, perUser));
        if (written == 0) {
            throw Problems.tooMany("too_many_sessions", "You have " + perUser
                    + " sync sessions already. End those that "
                    + "are done with; each ends by itself within " + Limits.SESSION_LIFE.toSeconds() + " s.");
        }
        var session = new LinkedHashMap<String, Object>();
        session.put("id", id);
        session.put("tenant_id", caller.tenant());
        session.put("user_id", caller.user());
        session.put("created_at", Stored.time(now));
        session.put("expires_at", Stored.time(end));
        return session;
    }

    void end(Caller caller, String id) {
        var ended = store.note(tx -> tx.update("DELETE FROM sync_session WHERE digest = ? AND tenant_id = ? AND "
                + "user_id = ?", Digests.sha256(id), caller.tenant(), caller.user()));
        if (ended == 0) {
            throw Problems.notFound("sync session");
        }
    }

    /// Whether the caller may work in it.
    void require(Tx tx, Caller caller, String id) throws SQLException {
        var owner = tx.first("SELECT tenant_id, user_id FROM sync_session WHERE digest = ? AND expires_at > ?", row ->
                new Caller(row.getString(1), row.getString(2)), Digests.sha256(id), clock.millis()).orElseThrow(() ->
                Problems.sessionRequired("This sync session has ended, or never was."));
        if (!owner.equals(caller)) {
            throw Problem.forbidden("session_foreign", "This sync session is another user's, or another "
                    + "organisation's. Open one of your own.");
        }
    }

    /// What has ended, and nonces whose signatures are too old by now anyway.
    void sweep() {
        var now = clock.millis();
        store.note(tx -> tx.update("DELETE FROM sync_session WHERE expires_at <= ?", now)
                + tx.update("DELETE FROM nonce WHERE forget_at <= ?", now));
    }
}
