package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The administration of tenants and of who belongs to them.
final class Tenants {

    private final Store store;
    private final TenantSecrets secrets;
    private final Cursors cursors;
    private final Ids ids;
    private final InstantSource clock;

    Tenants(Store store, TenantSecrets secrets, Cursors cursors, Ids ids, InstantSource clock) {
        this.store = store;
        this.secrets = secrets;
        this.cursors = cursors;
        this.ids = ids;
        this.clock = clock;
    }

    static void require(Tx tx, String tenant) throws SQLException {
        if (tx.number("SELECT count(*) FROM tenant WHERE id = ?", tenant) == 0) {
            throw Problems.notFound("tenant");
        }
    }

    Map<String, Object> create(Body body, String by) {
        body.only(Set.of("id", "name", "host"));
        var id = body.needed("id", 40);
        if (!id.matches("[a-z][a-z0-9-]{1,39}")) {
            throw Problem.invalid("'id' must have 2 to 40 characters of a-z 0-9 - and begin with a letter.");
        }
        var name = body.needed("name", Limits.TITLE_CHARS);
        var host = body.text("host", Limits.HOST_CHARS).orElse(id + ".toolbridge.example").toLowerCase(Locale.ROOT);
        if (!host.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")) {
            throw Problem.invalid("'host' must be a host name such as acme.toolbridge.example.");
        }
        return store.write(Scope.PLATFORM, tx -> {
            if (insert(tx, id, name, host, clock.millis()) == 0) {
                throw Problem.conflict("exists", "There is a tenant of this id or host name already. Choose another.");
            }
            secrets.rotate(tx, id, Duration.ZERO, by, "create");
            return read(tx, id);
        });
    }

    static int insert(Tx tx, String id, String name, String host, long now) throws SQLException {
        return tx.update("INSERT INTO tenant (id, name, host, status, created_at, updated_at) VALUES (?, ?, ?, "
                + "'active', ?, ?) ON CONFLICT DO NOTHING", id, name, host, now, now);
    }

    private Map<String, Object> read(Tx tx, String id) throws SQLException {
        var tenant = tx.first("SELECT id, name, host, status, created_at FROM tenant WHERE id = ?", row -> {
            var json = new LinkedHashMap<String, Object>();
            for (var column : List.of("id", "name", "host", "status")) {
                json.put(column, row.getString(column));
            }
            json.put("created_at", Stored.time(row.getLong("created_at")));
            return json;
        }, id).orElseThrow(() -> Problems.notFound("tenant"));
        tenant.put("members", tx.number("SELECT count(*) FROM membership WHERE tenant_id = ?", id));
        tenant.put("secret", secrets.state(tx, id));
        return tenant;
    }

    Map<String, Object> get(String id) {
        return store.read(Scope.PLATFORM, tx -> read(tx, id));
    }

    Map<String, Object> list(Params params) {
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        var after = params.text("cursor").map(text -> cursors.read("*", "tenants", text).getFirst()).orElse("");
        return store.read(Scope.PLATFORM, tx -> {
            var found = tx.query("SELECT id FROM tenant WHERE id > ? ORDER BY id LIMIT ?", row -> row.getString(1),
                    after, limit + 1);
            var items = new java.util.ArrayList<Map<String, Object>>();
            for (var id : found.subList(0, Math.min(limit, found.size()))) {
                items.add(read(tx, id));
            }
            var answer = new LinkedHashMap<String, Object>();
            answer.put("items", items);
            answer.put("next_cursor", found.size() <= limit ? null : cursors.write("*", "tenants",
                    List.of(found.get(limit - 1))));
            return answer;
        });
    }

    /// Suspended: its sessions end, and no call for it is admitted.
    Map<String, Object> status(String id, String status) {
        return store.write(Scope.PLATFORM, tx -> {
            require(tx, id);
            tx.update("UPDATE tenant SET status = ?, updated_at = ? WHERE id = ?", status, clock.millis(), id);
            if (status.equals("suspended")) {
                tx.update("DELETE FROM sync_session WHERE tenant_id = ?", id);
            }
            return read(tx, id);
        });
    }

    Map<String, Object> rotate(String id, Body body, String by) {
        body.only(Set.of("overlap_seconds"));
        var overlap = Duration.ofSeconds(body.number("overlap_seconds", 0, Limits.SECRET_OVERLAP_MAX.toSeconds())
                .orElse(Limits.SECRET_OVERLAP.toSeconds()));
        return store.write(Scope.PLATFORM, tx -> {
            require(tx, id);
            secrets.rotate(tx, id, overlap, by, "rotate");
            return read(tx, id);
        });
    }

    private static Map<String, Object> member(ResultSet row) throws SQLException {
        var json = new LinkedHashMap<String, Object>();
        for (var column : List.of("id", "tenant_id", "email", "user_id", "name", "role")) {
            json.put(column, row.getString(column));
        }
        json.put("created_at", Stored.time(row.getLong("created_at")));
        return json;
    }

    Map<String, Object> members(String tenant) {
        return store.read(Scope.PLATFORM, tx -> {
            require(tx, tenant);
            return Map.of("items", tx.query("SELECT * FROM membership WHERE tenant_id = ? ORDER BY email",
                    Tenants::member, tenant));
        });
    }

    Map<String, Object> addMember(String tenant, Body body) {
        body.only(Set.of("email", "user_id", "name", "role"));
        var email = body.needed("email", Limits.EMAIL_CHARS).strip().toLowerCase(Locale.ROOT);
        if (!email.matches("[^@\\s]+@[^@\\s]+")) {
            throw Problem.invalid("'email' must be an e-mail address.");
        }
        var user = body.text("user_id", Limits.USER_CHARS).orElse(null);
        var name = body.text("name", Limits.USER_CHARS).orElse(email);
        var role = body.oneOf("role", List.of("member", "admin")).orElse("member");
        return store.write(Scope.PLATFORM, tx -> {
            require(tx, tenant);
            var id = "om_" + ids.next();
            if (insertMember(tx, id, tenant, email, user, name, role, clock.millis()) == 0) {
                throw Problem.conflict("exists", "This person belongs to the tenant already.");
            }
            return tx.first("SELECT * FROM membership WHERE id = ?", Tenants::member, id).orElseThrow();
        });
    }

    static int insertMember(Tx tx, String id, String tenant, String email, String user, String name, String role,
            long now) throws SQLException {
        return tx.update("INSERT INTO membership (id, tenant_id, email, user_id, name, role, created_at, updated_at) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", id, tenant, email, user, name, role, now,
                now);
    }

    void removeMember(String tenant, String member) {
        store.write(Scope.PLATFORM, tx -> {
            tx.update("DELETE FROM sync_session WHERE tenant_id = ? AND user_id = (SELECT user_id FROM membership "
                    + "WHERE "
                    + "tenant_id = ? AND id = ?)", tenant, tenant, member);
            if (tx.update("DELETE FROM membership WHERE tenant_id = ? AND id = ?", tenant, member) == 0) {
                throw Problems.notFound("member");
            }
            return null;
        });
    }

    /// A tenant at a glance: numbers, never a record.
    Map<String, Object> dashboard(String id) {
        var dashboard = new LinkedHashMap<String, Object>();
        dashboard.put("tenant", get(id));
        var since = clock.millis() - Duration.ofDays(1).toMillis();
        store.read(new Scope.Tenant(id), tx -> {
            var records = new LinkedHashMap<String, Object>();
            for (var kind : Kind.values()) {
                records.put(kind.plural(), tx.number("SELECT count(*) FROM " + kind.plural()
                        + " WHERE tenant_id = ? AND deleted_at IS NULL", id));
            }
            dashboard.put("records", records);
            dashboard.put("changes_last_24h", tx.number("SELECT count(*) FROM change WHERE tenant_id = ? AND at >= ?",
                    id, since));
            dashboard.put("active_users_last_24h", tx.number("SELECT count(DISTINCT by_user) FROM change WHERE "
                    + "tenant_id = ? AND at >= ?", id, since));
            dashboard.put("open_sessions", tx.number("SELECT count(*) FROM sync_session WHERE tenant_id = ? AND "
                    + "expires_at > ?", id, clock.millis()));
            var last = tx.number("SELECT max(at) FROM change WHERE tenant_id = ?", id);
            dashboard.put("last_change_at", last == 0 ? null : Stored.time(last));
            return null;
        });
        return dashboard;
    }
}
