package io.github.doorwarden.systems.marketplace;

import java.time.InstantSource;
import java.util.Optional;

/// The table of who called what and how it ended. Written before the caller hears the answer. Safe for use by many
/// threads.
final class Audit {

    private final Database database;
    private final InstantSource clock;

    Audit(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// @param template the route's path with its variables unnamed by value, so that the table holds no personal data
    ///             of the called-about
    void record(Optional<Principal.Proven> caller, String method, String template, int status) {
        var type = caller.map(c -> c.principal().type()).orElse("none");
        var id = caller.map(c -> c.principal().shortId()).orElse("");
        database.note(db ->
                db.update("INSERT INTO audit (at_millis, principal_type, principal_id, on_behalf_of, method, "
                        + "path_template, status) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?)", clock.millis(), type, id, caller.flatMap(Principal.Proven::onBehalfOf)
                .orElse(null),
                method, template, status));
    }
}
