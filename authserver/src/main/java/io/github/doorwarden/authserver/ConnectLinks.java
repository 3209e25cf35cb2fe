package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Links to connecting an account. What is behind one is sealed under its handle, of which the database has only the
/// hash; the handle itself says nothing about anybody and opens nothing without the session of the person whom it was
/// made for (MCP 2026-07-28, Elicitation, Safe URL handling; Phishing). Safe for many threads and many processes.
final class ConnectLinks {

    private static final String PURPOSE = "link to connecting an account";

    /// What a link is for.
    ///
    /// @param clientId of the agent that asked; empty: the person began on their own account page
    /// @param use      what the agent wanted to do, for the person
    record Wanted(String personId, String clientId, String account, String use) {}

    /// A new link.
    ///
    /// @param handle the end of its address
    /// @param id     by which whoever asked can tell that it was followed to the end
    record Made(String handle, String id) {

        @Override
        public String toString() {
            return "Made";
        }
    }

    private final Database database;
    private final InstantSource clock;

    ConnectLinks(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    static boolean wellFormed(String handle) {
        return handle.matches("[A-Za-z0-9_-]{43}");
    }

    Made make(Wanted wanted) {
        var made = new Made(Hashes.secret(), Hashes.secret());
        var now = clock.instant();
        var json = Json.object().put("client", wanted.clientId).put("account", wanted.account).put("use", wanted.use);
        var sealed = seal(made.handle).seal(Json.bytes(json), wanted.personId.getBytes(StandardCharsets.UTF_8));
        database.transaction(tx -> {
            tx.update("DELETE FROM connect_link WHERE handle_hash IN (SELECT handle_hash FROM connect_link WHERE "
                    + "person_id = ? ORDER BY made_at DESC, handle_hash LIMIT -1 OFFSET ?)", wanted.personId,
                    Limits.CONNECT_LINKS - 1);
            return tx.update("INSERT INTO connect_link (handle_hash, person_id, ask_hash, sealed, made_at, expires_at) "
                    + "VALUES (?, ?, ?, ?, ?, ?)", Hashes.sha256(made.handle), wanted.personId,
                    Hashes.sha256(made.id), sealed, now, now.plus(Limits.CONNECT_LINK));
        });
        return made;
    }

    private record Row(String personId, byte[] sealed) {}

    /// What a link is for, while it is good.
    Optional<Wanted> find(String handle) {
        if (!wellFormed(handle)) {
            return Optional.empty();
        }
        return database.first("SELECT person_id, sealed FROM connect_link WHERE handle_hash = ? AND expires_at > ? "
                + "AND taken_at IS NULL", row -> new Row(row.getString(1), row.getBytes(2)), Hashes.sha256(handle),
                clock.instant()).flatMap(row -> opened(handle, row));
    }

    private static Optional<Wanted> opened(String handle, Row row) {
        return seal(handle).open(row.sealed, row.personId.getBytes(StandardCharsets.UTF_8)).flatMap(Json::parse)
                .map(json -> new Wanted(row.personId, json.path("client").asString(""),
                        json.path("account").asString(""), json.path("use").asString("")));
    }

    /// Uses it up, once. Whoever is sent away with it may take longer than it holds.
    boolean take(String handle) {
        return database.update("UPDATE connect_link SET taken_at = ? WHERE handle_hash = ? AND taken_at IS NULL",
                clock.instant(), Hashes.sha256(handle)) == 1;
    }

    /// The account is connected.
    void finish(String handle) {
        database.update("UPDATE connect_link SET finished_at = ? WHERE handle_hash = ?", clock.instant(),
                Hashes.sha256(handle));
    }

    /// One question for all of them.
    Set<String> finished(Collection<String> ids, Instant since) {
        var ended = new HashSet<>(database.query("SELECT ask_hash FROM connect_link WHERE finished_at >= ?",
                row -> HexFormat.of().formatHex(row.getBytes(1)), since));
        return ended.isEmpty() ? Set.of() : ids.stream().filter(id ->
                ended.contains(HexFormat.of().formatHex(Hashes.sha256(id)))).collect(Collectors.toSet());
    }

    private static Seal seal(String handle) {
        return new Seal(handle.getBytes(StandardCharsets.US_ASCII), PURPOSE);
    }

    /// Not before whoever was sent away could be back, and whoever asked could hear of it.
    void sweep(Instant now) {
        database.update("DELETE FROM connect_link WHERE expires_at <= ?",
                now.minus(BrowserLimits.UPSTREAM_FLOW).minus(Limits.CONNECT_LINK));
    }
}
