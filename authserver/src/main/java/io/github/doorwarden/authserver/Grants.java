package io.github.doorwarden.authserver;

import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.StoreOutage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All grants, and the short list of revoked ones that every request is checked against. Safe for use by many threads.
///
/// The list is in memory: a revocation in this process counts for the very next request, one by another process on the
/// same database from the next [#listen], which is called twice a second. When that fails for too long, the next
/// request asks itself, and fails as the database does: what may have been revoked is not believed. A grant stays on
/// the list until the last access token issued under it has died.
public final class Grants {

    private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

    private static final String COLUMNS =
            "SELECT id, person_id, client_id, resource, scopes, signed_in_at, created_at, expires_at, "
            + "last_used_at, revoked_at, amr, bound_to, tenant FROM access_grant ";

    private final Database database;
    private final AuthServerSettings settings;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;
    private final Map<String, Instant> revoked = new ConcurrentHashMap<>();
    private volatile Instant heardAt = Instant.MIN;
    private volatile boolean cutOff;

    public Grants(Database database, AuthServerSettings settings, InstantSource clock, Consumer<AuditEvent> audit) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.audit = audit;
        refresh();
    }

    /// Whether tokens under this grant are dead. Called for every request of the resource server, and answered from
    /// memory while that is fresh.
    ///
    /// @throws io.github.doorwarden.store.StoreOutage when nobody knows
    public boolean isRevoked(String grantId) {
        if (unheard()) {
            hear();
        }
        return revoked.containsKey(grantId);
    }

    private boolean unheard() {
        return clock.instant().isAfter(heardAt.plus(Limits.REVOCATIONS_UNHEARD));
    }

    /// One asks, the others wait for the answer.
    private synchronized void hear() {
        if (unheard()) {
            refresh();
        }
    }

    public Optional<Grant> find(String id) {
        return database.first(COLUMNS + "WHERE id = ?", Grants::read, id);
    }

    /// Those that are alive, newest first: for the person's own page.
    public List<Grant> ofPerson(String personId) {
        return database.query(COLUMNS + "WHERE person_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY "
                + "created_at DESC LIMIT ?",
                Grants::read, personId, clock.instant(), Limits.LISTED);
    }

    /// Those that are alive, newest first: for the operator.
    public List<Grant> ofClient(String clientId) {
        return database.query(COLUMNS + "WHERE client_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY "
                + "created_at DESC LIMIT ?",
                Grants::read, clientId, clock.instant(), Limits.LISTED);
    }

    /// Ends a grant and everything issued under it, at once. Doing it again changes nothing.
    ///
    /// @param why for the operator: "by the person", "refresh token reused"
    /// @return whether it was alive until now
    public boolean revoke(String id, String why) {
        var changed = database.transaction(tx -> revokeIn(tx, id, why));
        if (changed) {
            revokedNow(id, why);
        }
        return changed;
    }

    /// As [#revoke], when the grant is this person's; someone else's is left alone.
    public boolean revokeOwn(String personId, String id, String why) {
        return find(id).flatMap(Grant::personId).filter(personId::equals).isPresent() && revoke(id, why);
    }

    /// A newer and perhaps stronger sign-in of the same person counts for this grant from its next token on.
    ///
    /// @return false when it is not this person's, or dead
    boolean confirm(Sessions.Session who, String id) {
        return database.update("UPDATE access_grant SET signed_in_at = ?, amr = ? WHERE id = ? AND person_id = ?"
                + " AND signed_in_at IS NOT NULL AND revoked_at IS NULL AND expires_at > ?", who.signedInAt(),
                Rows.words(who.amr()), id,
                who.person().id(), clock.instant()) == 1;
    }

    /// Those that are alive, by id: for the operator.
    ///
    /// @param personId empty: of anybody, of services too; an empty text: of services alone
    /// @param clientId empty: of any client
    /// @param after    id of the last one of the page before; empty: from the first
    public List<Grant> page(Optional<String> personId, Optional<String> clientId, String after, int count) {
        return database.query(COLUMNS + "WHERE id > ? AND revoked_at IS NULL AND expires_at > ? AND coalesce(?, "
                + "person_id, '') = coalesce(person_id, '') AND coalesce(?, client_id) = client_id ORDER BY id LIMIT ?",
                Grants::read, after, clock.instant(), personId.orElse(null), clientId.orElse(null), count);
    }

    /// Ends everything that a person granted: when they are disabled or lose their device.
    public int revokeOfPerson(String personId, String why) {
        return revokeAll(() -> ofPerson(personId), why);
    }

    /// Ends everything that was granted to a client.
    public int revokeOfClient(String clientId, String why) {
        return revokeAll(() -> ofClient(clientId), why);
    }

    /// Ends the sessions of a person's programs ([SessionApi]), where those in browsers end.
    ///
    /// @return how many
    public int revokeSessions(String personId, String why) {
        return revokeAll(() -> ofPerson(personId).stream().filter(grant -> grant.clientId().equals(SessionApi.CLIENT))
                .toList(), why);
    }

    /// A list has an end, what it is of may have more.
    private int revokeAll(Supplier<List<Grant>> alive, String why) {
        var ended = 0;
        for (var grants = alive.get(); !grants.isEmpty(); grants = alive.get()) {
            ended += (int) grants.stream().filter(grant -> revoke(grant.id(), why)).count();
        }
        return ended;
    }

    /// Inside a transaction of the caller, who calls [#revokedNow] once it is committed.
    boolean revokeIn(Database.Transaction tx, String id, String why) throws SQLException {
        return tx.update("UPDATE access_grant SET revoked_at = ?, revoked_why = ? WHERE id = ? AND revoked_at IS NULL",
                clock.instant(), why, id) == 1;
    }

    void revokedNow(String id, String why) {
        revoked.put(id, clock.instant());
        find(id).ifPresent(grant -> audit.accept(new AuditEvent(clock.instant(), "", "revoke", "allowed",
                grant.personId().isPresent() ? "user" : "service", grant.personId().orElse(grant.clientId()),
                grant.clientId(), "", "",
                "grant " + id, why, null, Duration.ZERO, "")));
    }

    /// @param boundTo thumbprint of the key that its refresh tokens are bound to
    Grant createIn(Database.Transaction tx, Codes.Approved approved, Optional<String> boundTo) throws SQLException {
        var now = clock.instant();
        var grant = new Grant(Hashes.id(), Optional.of(approved.personId()), approved.clientId(), approved.resource(),
                approved.scopes(),
                Optional.of(approved.signedInAt()), approved.amr(), now, now.plus(settings.lifetimes().grant()),
                Optional.of(now), Optional.empty(), boundTo, approved.tenant());
        insert(tx, grant);
        return grant;
    }

    /// The one grant of a service on a resource, made at its first token; scopes follow what it may have now.
    Grant ofService(String clientId, String resource, Set<String> scopes) {
        var now = clock.instant();
        return database.transaction(tx -> {
            var known = tx.first(COLUMNS + "WHERE client_id = ? AND person_id IS NULL AND resource = ? AND "
                    + "revoked_at IS NULL "
                    + "AND expires_at > ?", Grants::read, clientId, resource,
                    now.plus(settings.lifetimes().accessToken()));
            if (known.isPresent()) {
                tx.update("UPDATE access_grant SET last_used_at = ?, scopes = ? WHERE id = ?", now, Rows.words(scopes),
                        known.get().id());
                return known.get();
            }
            var grant = new Grant(Hashes.id(), Optional.empty(), clientId, resource, scopes, Optional.empty(), Set.of(),
                    now, now.plus(settings.lifetimes().grant()), Optional.of(now), Optional.empty(), Optional.empty());
            insert(tx, grant);
            return grant;
        });
    }

    /// The one grant of a person to a client on a resource that somebody else vouches for, made at its first token.
    /// Unlike one that a person gave here, it says nothing of when they signed in.
    Grant ofAssertion(String personId, String clientId, String resource, Set<String> scopes) {
        var now = clock.instant();
        return database.transaction(tx -> {
            var known = tx.first(COLUMNS + "WHERE client_id = ? AND person_id = ? AND signed_in_at IS NULL AND "
                    + "resource "
                    + "= ? AND revoked_at IS NULL AND expires_at > ?", Grants::read, clientId, personId, resource,
                    now.plus(settings.lifetimes().accessToken()));
            if (known.isPresent()) {
                tx.update("UPDATE access_grant SET last_used_at = ?, scopes = ? WHERE id = ?", now, Rows.words(scopes),
                        known.get().id());
                return known.get();
            }
            var grant = new Grant(Hashes.id(), Optional.of(personId), clientId, resource, scopes, Optional.empty(),
                    Set.of(), now, now.plus(settings.lifetimes().grant()), Optional.of(now), Optional.empty(),
                    Optional.empty());
            insert(tx, grant);
            return grant;
        });
    }

    /// Of somebody who has just signed in for themselves, without a client of their own: it ends as a session does.
    Grant ofSession(Sessions.Session who, String clientId, String resource, Set<String> scopes) {
        var now = clock.instant();
        var grant = new Grant(Hashes.id(), Optional.of(who.person().id()), clientId, resource, scopes,
                Optional.of(who.signedInAt()), who.amr(), now, now.plus(settings.lifetimes().session()),
                Optional.of(now), Optional.empty(), Optional.empty());
        database.transaction(tx -> {
            insert(tx, grant);
            return null;
        });
        return grant;
    }

    private static void insert(Database.Transaction tx, Grant grant) throws SQLException {
        tx.update("INSERT INTO access_grant (id, person_id, client_id, resource, scopes, signed_in_at, created_at, "
                + "expires_at, last_used_at, amr, bound_to, tenant) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", grant.id(), grant.personId().orElse(null),
                grant.clientId(), grant.resource(), Rows.words(grant.scopes()), grant.signedInAt().orElse(null),
                grant.createdAt(), grant.expiresAt(), grant.lastUsedAt().orElse(null), Rows.words(grant.amr()),
                grant.boundTo().orElse(null), grant.tenant().orElse(null));
    }

    static Optional<Grant> findIn(Database.Transaction tx, String id) throws SQLException {
        return tx.first(COLUMNS + "WHERE id = ?", Grants::read, id);
    }

    /// [#refresh] on a schedule: that the store cannot be asked is said once, and so is that it can again.
    public void listen() {
        try {
            refresh();
        } catch (StoreOutage outage) {
            if (!cutOff) {
                cutOff = true;
                LOG.error("The store cannot be asked what was revoked. Tokens and sessions that were verified before "
                        + "go on from memory for {} s; after that every request that brings one is answered with 503, "
                        + "and "
                        + "so is every sign-in, until the store is back. Look at its disk and its file.",
                        Limits.REVOCATIONS_UNHEARD.toSeconds(), outage);
            }
            return;
        }
        if (cutOff) {
            cutOff = false;
            LOG.info("The store can be asked again. Sessions go on, but for those that were ended meanwhile.");
        }
    }

    /// Takes in what other processes revoked, and forgets what no living token can name.
    public void refresh() {
        var now = clock.instant();
        var horizon = now.minus(settings.lifetimes().accessToken()).minus(Limits.CLOCK_SKEW);
        database.query("SELECT id, revoked_at FROM access_grant WHERE revoked_at > ?",
                row -> revoked.put(row.getString("id"), Rows.time(row, "revoked_at")), horizon);
        revoked.values().removeIf(at -> !at.isAfter(horizon));
        heardAt = now;
    }

    /// Deletes grants that ended long ago, with their refresh tokens.
    void sweep(Instant now) {
        refresh();
        var gone = now.minus(Limits.DEAD_REFRESH_TOKEN_KEPT).minus(settings.lifetimes().accessToken());
        database.transaction(tx -> {
            tx.update("DELETE FROM refresh_token WHERE grant_id IN (SELECT id FROM access_grant WHERE expires_at < ? "
                    + "OR revoked_at < ?)",
                    gone, gone);
            return tx.update("DELETE FROM access_grant WHERE (expires_at < ? OR revoked_at < ?) "
                    + "AND id NOT IN (SELECT grant_id FROM refresh_token)", gone, gone);
        });
    }

    private static Grant read(ResultSet row) throws SQLException {
        return new Grant(row.getString("id"), Optional.ofNullable(row.getString("person_id")),
                row.getString("client_id"),
                row.getString("resource"), Rows.words(row.getString("scopes")), Rows.maybeTime(row, "signed_in_at"),
                Rows.words(row.getString("amr")),
                Rows.time(row, "created_at"), Rows.time(row, "expires_at"), Rows.maybeTime(row, "last_used_at"),
                Rows.maybeTime(row, "revoked_at"), Optional.ofNullable(row.getString("bound_to")),
                Optional.ofNullable(row.getString("tenant")));
    }
}
