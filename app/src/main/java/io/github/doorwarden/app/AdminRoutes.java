package io.github.doorwarden.app;

import io.github.doorwarden.app.AdminRequest.Unreadable;
import io.github.doorwarden.app.config.AdminConfig;
import io.github.doorwarden.authserver.NewClient;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.watch.Usage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The table of what can be done at `/admin`: the same as by commands. Ids stand in query and body, never in a path:
/// there is nothing about a path that two readers could read differently.
final class AdminRoutes {

    /// A key set with some keys; everything else is smaller.
    static final int BODY_BYTES = 64 * 1024;

    /// A report without a beginning is of a week.
    private static final Duration USAGE_DAYS = Duration.ofDays(7);

    /// What one row does.
    @FunctionalInterface
    interface Work {
        ObjectNode run(Administration administration, AdminRequest asked);
    }

    /// @param event  as the record names it
    /// @param writes whether it changes something, and needs the scope for that
    /// @param takes  parameters of the query of a GET, members of the body of a POST
    record Operation(String method, String path, String event, boolean writes, Set<String> takes, Work work) {}

    /// There is no such thing; the message says what was looked for.
    static final class NotThere extends RuntimeException {

        private static final long serialVersionUID = 1;

        NotThere(String message) {
            super(message, null, false, false);
        }
    }

    private final AdminConfig config;
    private final InstantSource clock;

    AdminRoutes(AdminConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    List<Operation> operations() {
        return List.of(
                get("/users", "users", this::users, "id", "cursor", "limit"),
                post("/users", "user-add", this::addUser, "email", "name", "password"),
                post("/users/disable", "user-disable", this::disable, "id"),
                post("/users/enable", "user-enable", this::enable, "id"),
                post("/users/password", "user-password", this::password, "id", "password"),
                post("/users/reset-factors", "user-reset-factors", this::resetFactors, "id"),
                post("/users/delete", "user-delete", this::deleteUser, "id"),
                get("/clients", "clients", this::clients, "id", "cursor", "limit"),
                post("/clients", "client-add", this::addClient, "name", "redirect_uris", "grant_types", "service",
                        "device", "confidential", "scopes", "jwks", "jwks_uri"),
                post("/clients/revoke", "client-revoke", this::revokeClient, "id"),
                post("/clients/delete", "client-delete", this::deleteClient, "id"),
                post("/clients/rotate-secret", "client-rotate-secret", this::rotateSecret, "id"),
                get("/grants", "grants", this::grants, "person", "client", "cursor", "limit"),
                post("/grants/revoke", "grant-revoke", this::revokeGrants, "id", "person", "client"),
                post("/tokens/revoke", "token-revoke", this::revokeToken, "token", "jti"),
                get("/keys", "keys", this::keys),
                post("/keys/rotate", "keys-rotate", (admin, asked) -> AdminJson.object().put("kid",
                        admin.rotateKey())),
                get("/tiers", "tiers", this::tier, "email"),
                get("/audit", "audit", this::audit, "client", "user", "event", "refused", "trace", "since",
                        "cursor", "limit"),
                get("/usage", "usage", this::usage, "since", "by", "tenant"));
    }

    private static Operation get(String path, String event, Work work, String... takes) {
        return new Operation("GET", AdminConfig.PATH + path, "admin/" + event, false, Set.of(takes), work);
    }

    private static Operation post(String path, String event, Work work, String... takes) {
        return new Operation("POST", AdminConfig.PATH + path, "admin/" + event, true, Set.of(takes), work);
    }

    private ObjectNode users(Administration admin, AdminRequest asked) {
        if (asked.text("id").isPresent()) {
            return AdminJson.page(List.of(person(admin, asked, "id")), 1, AdminJson::person, Person::id);
        }
        var limit = asked.limit();
        return AdminJson.page(admin.people().page(asked.cursor(), limit + 1), limit, AdminJson::person, Person::email);
    }

    private static Person person(Administration admin, AdminRequest asked, String member) {
        return admin.person(asked.needed(member)).orElseThrow(() ->
                new NotThere("There is nobody with that address or id."));
    }

    private ObjectNode addUser(Administration admin, AdminRequest asked) {
        return AdminJson.person(admin.addPerson(asked.needed("email"), asked.needed("name"), asked.text("password")));
    }

    private ObjectNode disable(Administration admin, AdminRequest asked) {
        return AdminJson.object().put("grants_revoked", admin.disable(person(admin, asked, "id")));
    }

    private ObjectNode enable(Administration admin, AdminRequest asked) {
        admin.enable(person(admin, asked, "id"));
        return AdminJson.object();
    }

    private ObjectNode password(Administration admin, AdminRequest asked) {
        admin.setPassword(person(admin, asked, "id"), asked.needed("password"));
        return AdminJson.object();
    }

    private ObjectNode resetFactors(Administration admin, AdminRequest asked) {
        admin.resetFactors(person(admin, asked, "id"));
        return AdminJson.object();
    }

    private ObjectNode deleteUser(Administration admin, AdminRequest asked) {
        admin.delete(person(admin, asked, "id"));
        return AdminJson.object();
    }

    private ObjectNode clients(Administration admin, AdminRequest asked) {
        var limit = asked.limit();
        var all = asked.text("id").map(id -> List.of(admin.clients().find(id).orElseThrow(AdminRoutes::noClient)))
                .orElseGet(() -> admin.clients().page(asked.cursor(), limit + 1));
        return AdminJson.page(all, limit, AdminJson::client, listed -> listed.client().id());
    }

    private static NotThere noClient() {
        return new NotThere("There is no client of that id.");
    }

    /// The scopes of the administration itself are handed out on the command line alone: whoever has them for an hour
    /// cannot leave a program behind that has them for good.
    private ObjectNode addClient(Administration admin, AdminRequest asked) {
        var scopes = Set.copyOf(asked.texts("scopes"));
        if (administers(scopes)) {
            throw new Unreadable(400, "The scopes of the administration are given to a client on the command line "
                    + "alone: doorwarden client add.");
        }
        if (scopes.isEmpty()) {                                  // which would mean any, those scopes among them
            scopes = admin.unkeptScopes();
        }
        if (scopes.isEmpty()) {
            throw new Unreadable(400, "This deployment has no scopes that a client could be held to. Add it on the "
                    + "command line: doorwarden client add.");
        }
        var grants = new HashSet<>(asked.texts("grant_types"));
        var redirects = asked.texts("redirect_uris");
        grants.addAll(redirects.isEmpty() ? Set.of() : ClientWish.FOR_PEOPLE);
        grants.addAll(asked.flag("service") ? ClientWish.SERVICE : Set.of());
        grants.addAll(asked.flag("device") ? ClientWish.DEVICE : Set.of());
        var jwks = asked.body().path("jwks");
        var keys = new NewClient.PublicKeys(jwks.isMissingNode() ? Optional.empty() : Optional.of(jwks.toString()),
                asked.text("jwks_uri").map(URI::create));
        var added = admin.addClient(new ClientWish(asked.needed("name"), redirects, grants, asked.flag("confidential"),
                scopes, keys));
        var json = AdminJson.object().put("client_id", added.clientId());
        added.secret().ifPresent(secret -> json.put("client_secret", secret));
        return json;
    }

    private boolean administers(Set<String> scopes) {
        return scopes.contains(config.scope().orElseThrow()) || scopes.contains(config.readScope());
    }

    private ObjectNode revokeClient(Administration admin, AdminRequest asked) {
        if (!admin.revokeClient(asked.needed("id"))) {
            throw noClient();
        }
        return AdminJson.object();
    }

    private ObjectNode deleteClient(Administration admin, AdminRequest asked) {
        if (!admin.deleteClient(asked.needed("id"))) {
            throw noClient();
        }
        return AdminJson.object();
    }

    private ObjectNode rotateSecret(Administration admin, AdminRequest asked) {
        if (admin.clients().find(asked.needed("id")).filter(one -> administers(one.client().scopes())).isPresent()) {
            throw new Unreadable(400, "That client may administer, so its secret is changed on the command line alone: "
                    + "doorwarden client rotate-secret.");
        }
        return AdminJson.object().put("client_secret", admin.rotateSecret(asked.needed("id")).orElseThrow(() ->
                new NotThere("There is no client of that id that has a secret.")));
    }

    private ObjectNode grants(Administration admin, AdminRequest asked) {
        var limit = asked.limit();
        var whose = asked.text("person").map(who -> person(admin, asked, "person").id());
        return AdminJson.page(admin.grants(whose, asked.text("client"), asked.cursor(), limit + 1), limit,
                AdminJson::grant, io.github.doorwarden.authserver.Grant::id);
    }

    private ObjectNode revokeGrants(Administration admin, AdminRequest asked) {
        if (asked.text("id").isPresent()) {
            if (!admin.revokeGrant(asked.needed("id"))) {
                throw new NotThere("There is no living grant of that id.");
            }
            return AdminJson.object().put("grants_revoked", 1);
        }
        var whose = asked.text("person").map(who -> person(admin, asked, "person").id());
        return AdminJson.object().put("grants_revoked", admin.revokeGrants(whose, asked.text("client")));
    }

    private ObjectNode revokeToken(Administration admin, AdminRequest asked) {
        var byValue = asked.text("token");
        var ended = byValue.isPresent() ? admin.revokeToken(byValue.get()).map(alive -> alive ? 1 : 0)
                : admin.revokeTokenId(asked.needed("jti"));
        return AdminJson.object().put("grants_revoked", ended.orElseThrow(() ->
                new NotThere("No such token was issued here, or it was forgotten long ago.")));
    }

    private ObjectNode keys(Administration admin, AdminRequest asked) {
        var json = AdminJson.object();
        var items = json.putArray("items");
        admin.keys().forEach(key -> items.add(AdminJson.key(key, clock.instant())));
        return json;
    }

    private ObjectNode tier(Administration admin, AdminRequest asked) {
        var json = AdminJson.object().put("email", asked.needed("email"));
        admin.tier(asked.needed("email")).ifPresent(place -> json.put("tier", place.tier()).put("why", place.why()));
        return json;
    }

    private ObjectNode audit(Administration admin, AdminRequest asked) {
        var limit = asked.limit();
        var subject = asked.text("user").map(who -> admin.person(who).map(Person::id).orElse(who));
        var before = Optional.of(asked.cursor()).filter(text -> !text.isEmpty()).map(AdminRoutes::number);
        var filter = new AuditLog.Filter(asked.text("client"), subject, asked.text("event"), asked.flag("refused"),
                asked.text("since").map(AdminRoutes::time), asked.text("trace"));
        return AdminJson.page(admin.audit().search(filter, before, limit + 1), limit, AdminJson::line,
                line -> Long.toString(line.seq()));
    }

    private ObjectNode usage(Administration admin, AdminRequest asked) {
        var now = clock.instant();
        var since = asked.text("since").map(AdminRoutes::time).orElse(now.minus(USAGE_DAYS));
        try {
            var by = asked.text("by").map(Usage.By::of).orElse(Usage.By.TOOL);
            return UsageJson.of(Usage.of(admin.audit(), new Usage.Query(since, now, asked.text("tenant")), Set.of(by)),
                    by);
        } catch (IllegalArgumentException unknown) {
            throw new Unreadable(400, unknown.getMessage());
        }
    }

    private static long number(String cursor) {
        if (!cursor.matches("[0-9]{1,18}")) {
            throw new Unreadable(400, "The cursor is none of this server. Take next_cursor of the page before, or "
                    + "begin without one.");
        }
        return Long.parseLong(cursor);
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new Unreadable(400, "since must be a time such as 2026-07-28T09:00:00Z.");
        }
    }
}
