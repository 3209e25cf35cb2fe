package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Outage;
import io.github.doorwarden.upstream.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The secrets that tenants' calls are signed with: sealed in the database, replaced with an overlap, each access
/// written down. A tenant without one of its own is signed for with the usual key, if there is one; without that too,
/// signing is off for it.
final class TenantSecrets {

    private final Store store;
    private final Seal seal;
    private final Optional<SigningKey> usual;
    private final Ids ids;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    TenantSecrets(Store store, Seal seal, Optional<SigningKey> usual, Ids ids, InstantSource clock) {
        this.store = store;
        this.seal = seal;
        this.usual = usual;
        this.ids = ids;
        this.clock = clock;
    }

    /// Empty: none of that name speaks for that tenant now.
    Optional<SigningKey> key(String id, String tenant) {
        return store.read(Scope.PLATFORM, tx -> {
            var own = tx.first("SELECT sealed FROM secret WHERE tenant_id = ? AND key_id = ? AND (accepted_until IS "
                    + "NULL OR accepted_until > ?)", row -> row.getBytes(1), tenant, id, clock.millis());
            if (own.isPresent()) {
                return Optional.of(SigningKey.of(id, open(tenant, id, own.get())));
            }
            return hasOwn(tx, tenant) ? Optional.<SigningKey>empty() : usual.filter(each -> each.id().equals(id));
        });
    }

    private static boolean hasOwn(Tx tx, String tenant) throws SQLException {
        return tx.number("SELECT count(*) FROM secret WHERE tenant_id = ? AND accepted_until IS NULL", tenant) > 0;
    }

    /// Whether calls for a tenant have to be signed.
    boolean isSigned(Tx tx, String tenant) throws SQLException {
        return usual.isPresent() || hasOwn(tx, tenant);
    }

    private String open(String tenant, String id, byte[] sealed) {
        return new String(seal.unseal(purpose(tenant, id), sealed).orElseThrow(() -> new Outage("The secret " + id
                + " cannot be opened: the master key is not the one that it was sealed with.", null)),
                StandardCharsets.US_ASCII);
    }

    private static String purpose(String tenant, String id) {
        return "secret " + tenant + " " + id;
    }

    /// Makes a new one; the one before is accepted for `overlap` more.
    void rotate(Tx tx, String tenant, Duration overlap, String by, String action) throws SQLException {
        var now = clock.millis();
        tx.query("SELECT id FROM tenant WHERE id = ?" + tx.dialect().forUpdate(), row -> 1, tenant);
        tx.update("UPDATE secret SET accepted_until = ? WHERE tenant_id = ? AND accepted_until IS NULL",
                now + overlap.toMillis(), tenant);
        tx.update("DELETE FROM secret WHERE tenant_id = ? AND accepted_until <= ?", tenant, now);
        var suffix = new byte[4];
        var secret = new byte[Limits.SECRET_BYTES];
        random.nextBytes(suffix);
        random.nextBytes(secret);
        var id = tenant + "-" + HexFormat.of().formatHex(suffix);
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        tx.update("INSERT INTO secret (tenant_id, key_id, sealed, created_at) VALUES (?, ?, ?, ?)", tenant, id,
                seal.seal(purpose(tenant, id), text.getBytes(StandardCharsets.US_ASCII)), now);
        audit(tx, tenant, id, action, by);
    }

    private void audit(Tx tx, String tenant, String key, String action, String by) throws SQLException {
        tx.update("INSERT INTO secret_access (id, tenant_id, key_id, action, by_credential, at) VALUES (?, ?, ?, ?, "
                + "?, ?)", ids.next(), tenant, key, action, by, clock.millis());
    }

    /// The secret itself; not handed out unless that is written down.
    Map<String, Object> read(String tenant, String by) {
        return store.write(Scope.PLATFORM, tx -> {
            Tenants.require(tx, tenant);
            var found = tx.first("SELECT key_id, sealed, created_at FROM secret WHERE tenant_id = ? AND accepted_until "
                    + "IS NULL", row -> {
                    var json = new LinkedHashMap<String, Object>();
                    json.put("tenant_id", tenant);
                    json.put("key_id", row.getString(1));
                    json.put("secret", open(tenant, row.getString(1), row.getBytes(2)));
                    json.put("created_at", Stored.time(row.getLong(3)));
                    json.put("due_at", Stored.time(row.getLong(3) + Limits.SECRET_AGE.toMillis()));
                    return json;
                }, tenant).orElseThrow(() -> Problems.notFound("secret"));
            audit(tx, tenant, found.get("key_id").toString(), "read", by);
            return found;
        });
    }

    Map<String, Object> accesses(String tenant) {
        return store.read(Scope.PLATFORM, tx -> {
            Tenants.require(tx, tenant);
            return Map.of("items", tx.query("SELECT at, by_credential, action, key_id FROM secret_access WHERE "
                    + "tenant_id = ? ORDER BY id DESC LIMIT " + Limits.AUDIT_ITEMS, row -> {
                    var json = new LinkedHashMap<String, Object>();
                    json.put("at", Stored.time(row.getLong(1)));
                    json.put("by", row.getString(2));
                    json.put("action", row.getString(3));
                    json.put("key_id", row.getString(4));
                    return json;
                }, tenant));
        });
    }

    /// What everybody may know of it; null when there is none.
    Map<String, Object> state(Tx tx, String tenant) throws SQLException {
        var now = clock.instant();
        var previous = tx.query("SELECT key_id, accepted_until FROM secret WHERE tenant_id = ? AND accepted_until > ? "
                + "ORDER BY accepted_until DESC", row -> Map.of("key_id", row.getString(1), "accepted_until",
                Stored.time(row.getLong(2))), tenant, now.toEpochMilli());
        return tx.first("SELECT key_id, created_at FROM secret WHERE tenant_id = ? AND accepted_until IS NULL", row -> {
            var due = Instant.ofEpochMilli(row.getLong(2)).plus(Limits.SECRET_AGE);
            Map<String, Object> state = new LinkedHashMap<>();
            state.put("key_id", row.getString(1));
            state.put("created_at", Stored.time(row.getLong(2)));
            state.put("due_at", due.toString());
            state.put("overdue", !due.isAfter(now));
            state.put("previous", previous);
            return state;
        }, tenant).orElse(null);
    }

    /// For the health page, which strangers see: a number, and who is told which.
    List<String> warnings() {
        var overdue = store.read(Scope.PLATFORM, tx -> tx.number("SELECT count(*) FROM secret WHERE accepted_until IS "
                + "NULL AND created_at <= ?", clock.millis() - Limits.SECRET_AGE.toMillis()));
        return overdue == 0 ? List.of() : List.of("Secrets older than " + Limits.SECRET_AGE.toDays() + " days: "
                + overdue + ". GET /admin/tenants says whose; rotate them by POST /admin/tenants/{id}/secret/rotate.");
    }
}
