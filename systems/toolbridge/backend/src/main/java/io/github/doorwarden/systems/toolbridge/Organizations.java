package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which organisations a user belongs to, in the form of WorkOS's API, for whoever has to find that out before a call.
final class Organizations {

    private final Store store;

    Organizations(Store store) {
        this.store = store;
    }

    /// @throws Refused 422 when nothing is asked for
    Map<String, Object> memberships(Params params) {
        var user = params.text("user_id");
        var email = params.text("email").map(text -> text.toLowerCase(Locale.ROOT));
        var organization = params.text("organization_id");
        if (user.isEmpty() && email.isEmpty() && organization.isEmpty()) {
            throw Problem.invalid("Give user_id, email or organization_id.");
        }
        var parts = new ArrayList<Sql>();
        if (user.isPresent() && email.isPresent()) {
            parts.add(Sql.of("(m.user_id = ? OR (m.user_id IS NULL AND m.email = ?))", user.get(), email.get()));
        } else {
            user.ifPresent(text -> parts.add(Sql.of("m.user_id = ?", text)));
            email.ifPresent(text -> parts.add(Sql.of("m.email = ?", text)));
        }
        organization.ifPresent(text -> parts.add(Sql.of("m.tenant_id = ?", text)));
        var statuses = Arrays.stream(params.text("statuses").orElse("active").split(",")).map(String::strip).toList();
        if (!List.of("active", "inactive").containsAll(statuses)) {
            throw Problem.invalid("'statuses' may have active and inactive.");
        }
        if (statuses.size() == 1) {
            parts.add(Sql.of("(t.status = 'active') = ?", statuses.getFirst().equals("active")));
        }
        params.text("after").ifPresent(id -> parts.add(Sql.of("m.id > ?", id)));
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, 10);
        var where = Sql.joined("AND", parts);
        var args = new ArrayList<>(where.args());
        args.add(limit + 1);
        var found = store.read(Scope.PLATFORM, tx -> tx.query("SELECT m.*, t.name AS tenant_name, t.status FROM "
                + "membership m JOIN tenant t ON t.id = m.tenant_id WHERE " + where.text() + " ORDER BY m.id LIMIT ?",
                Organizations::membership, args));
        var page = found.subList(0, Math.min(limit, found.size()));
        var meta = new LinkedHashMap<String, Object>();
        meta.put("before", null);
        meta.put("after", found.size() > limit ? page.getLast().get("id") : null);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("object", "list");
        answer.put("data", page);
        answer.put("list_metadata", meta);
        return answer;
    }

    private static Map<String, Object> membership(java.sql.ResultSet row) throws java.sql.SQLException {
        var json = new LinkedHashMap<String, Object>();
        json.put("object", "organization_membership");
        json.put("id", row.getString("id"));
        json.put("user_id", row.getString("user_id"));
        json.put("organization_id", row.getString("tenant_id"));
        json.put("organization_name", row.getString("tenant_name"));
        json.put("status", row.getString("status").equals("active") ? "active" : "inactive");
        json.put("role", Map.of("slug", row.getString("role")));
        json.put("created_at", Stored.time(row.getLong("created_at")));
        json.put("updated_at", Stored.time(row.getLong("updated_at")));
        return json;
    }

    Map<String, Object> organization(String id) {
        return store.read(Scope.PLATFORM, tx -> tx.first("SELECT id, name, host, created_at, updated_at FROM tenant "
                + "WHERE id = ?", row -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("object", "organization");
                json.put("id", row.getString("id"));
                json.put("name", row.getString("name"));
                json.put("domains", List.of(Map.of("domain", row.getString("host"), "state", "verified")));
                json.put("created_at", Stored.time(row.getLong("created_at")));
                json.put("updated_at", Stored.time(row.getLong("updated_at")));
                return json;
            }, id)).orElseThrow(() -> Problems.notFound("organization"));
    }
}
