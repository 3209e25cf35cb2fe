package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.store.Database;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Authorization requests that were pushed (RFC 9126), until a person has answered them. Safe for use by many threads
/// and by many nodes on one database.
///
/// A `request_uri` has 256 random bits, is kept as a hash, belongs to one client, and must be opened within its short
/// life. From then on the person has as long as signing in takes, and may load the page again (§4); it leads to one
/// answer, code or refusal, and never to a second.
final class PushedRequests {

    static final String PREFIX = "urn:ietf:params:oauth:request_uri:";

    /// Proof of the client itself: checked when it was pushed, and never kept.
    private static final Set<String> PROOF = Set.of("client_secret", "client_assertion", "client_assertion_type");

    private record Row(String clientId, String parameters, Instant expiresAt, boolean opened, boolean answered) {}

    private final Database database;
    private final InstantSource clock;

    PushedRequests(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Keeps a request that has passed every check; empty when there is no room for one more.
    ///
    /// @param key that was proven beside it, by its thumbprint
    Optional<String> push(Client client, Params params, Optional<String> key) {
        var count = database.first("SELECT COUNT(*) FROM pushed_request", row -> row.getInt(1)).orElse(0);
        if (count >= Limits.PUSHED_AT_MOST) {
            return Optional.empty();
        }
        var form = form(client, params, key);
        if (form.length() > Limits.FORM_BYTES) {                // spelled anew it is longer, and nobody could open it
            throw new OAuthRefused(new OAuthRefusal.Json(413, "invalid_request", "The request is larger than this "
                    + "server keeps. Send less, a shorter state above all.", "pushed request too long when encoded"));
        }
        var uri = PREFIX + Hashes.secret();
        database.update("INSERT INTO pushed_request (uri_hash, client_id, parameters, expires_at) VALUES (?, ?, ?, ?)",
                Hashes.sha256(uri), client.id(), form, clock.instant().plus(Limits.PUSHED_LIFE));
        return Optional.of(uri);
    }

    private static String form(Client client, Params params, Optional<String> key) {
        var values = new HashMap<>(params.values());
        values.keySet().removeAll(PROOF);
        values.put("client_id", List.of(client.id()));
        key.ifPresent(thumbprint -> values.put("dpop_jkt", List.of(thumbprint)));
        return values.entrySet().stream().flatMap(entry -> entry.getValue().stream()
                .map(value -> encode(entry.getKey()) + "=" + encode(value))).collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// The pushed parameters when the query names them; of the query itself nothing counts then but our own marks
    /// (RFC 9126 §4, RFC 9101 §5). A query that names none is left as it is.
    ///
    /// @throws OAuthRefused as a page
    Params opened(Params query) {
        var uri = query.one("request_uri").filter(one -> one.startsWith(PREFIX));
        if (uri.isEmpty()) {
            return query;
        }
        var now = clock.instant();
        var row = find(uri.get()).filter(found -> now.isBefore(found.expiresAt)
                && query.one("client_id").equals(Optional.of(found.clientId))).orElseThrow(() -> page(
                "The request of the application that sent you here has ended. Go back to it and start again."));
        if (row.answered) {
            throw page("You have answered this request already. Go back to the application; if it still waits, start "
                    + "again there.");
        }
        if (!row.opened) {
            database.update("UPDATE pushed_request SET opened_at = ?, expires_at = ? WHERE uri_hash = ? AND opened_at "
                    + "IS NULL", now, now.plus(Limits.PUSHED_AND_OPENED_LIFE), Hashes.sha256(uri.get()));
        }
        var values = new HashMap<String, List<String>>(Gate.parse(row.parameters).values());
        query.values().entrySet().stream().filter(entry -> entry.getKey().startsWith(Onward.OURS))
                .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        return new Params(Map.copyOf(values), true);
    }

    /// Takes the request that a query names, for its one answer. A query that names none may be answered as often as it
    /// comes.
    ///
    /// @return whether this is the first
    boolean answer(HttpIn in) {
        var uri = Gate.query(in).one("request_uri").filter(one -> one.startsWith(PREFIX));
        return uri.isEmpty() || database.update("UPDATE pushed_request SET answered_at = ? WHERE uri_hash = ? AND "
                + "answered_at IS NULL", clock.instant(), Hashes.sha256(uri.get())) == 1;
    }

    private Optional<Row> find(String uri) {
        return database.first("SELECT client_id, parameters, expires_at, opened_at, answered_at FROM pushed_request "
                + "WHERE uri_hash = ?", row -> new Row(row.getString(1), row.getString(2), Rows.time(row, "expires_at"),
                Rows.maybeTime(row, "opened_at").isPresent(), Rows.maybeTime(row, "answered_at").isPresent()),
                Hashes.sha256(uri));
    }

    void sweep(Instant now) {
        database.update("DELETE FROM pushed_request WHERE expires_at < ?", now.minus(Duration.ofMinutes(1)));
    }

    static OAuthRefused page(String description) {
        return new OAuthRefused(new OAuthRefusal.Page(400, "invalid_request_uri", description, "pushed request"));
    }
}
