package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Json;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// The letter of one invitation, which keeps in step what is known of its delivery.
record InvitationLetter(String from) implements Task {

    @Override
    public String kind() {
        return "invitation";
    }

    @Override
    public Mail.Letter letter(Database.Session db, String subject, Instant now) throws SQLException {
        return db.first("SELECT i.id, i.email, p.content FROM invitation i JOIN preview p ON p.batch = i.batch "
                + "WHERE i.id = ?", row -> {
                    var batch = Json.MAPPER.readValue(row.getString(3), Batch.class);
                    return new Mail.Letter(row.getString(1), from, row.getString(2), batch.subject(),
                            batch.text(row.getString(1)), now);
                }, subject).orElseThrow(() -> new IllegalStateException("A job without its invitation."));
    }

    @Override
    public void changed(Database.Session db, String subject, Jobs.State state, String error) throws SQLException {
        db.update("UPDATE invitation SET delivery = ?, error = ? WHERE id = ?", switch (state) {
            case QUEUED -> "pending";
            case RUNNING -> "sending";
            case DONE -> "sent";
            case FAILED -> "failed";
        }, error, subject);
    }

    /// A failed invitation gave its slot back and let the address be invited again.
    @Override
    public Optional<String> obstacle(Database.Session db, String subject, Instant now) throws SQLException {
        var again = db.number("SELECT count(*) FROM invitation o JOIN invitation i ON o.email = i.email AND o.id <> "
                + "i.id WHERE i.id = ? AND o.delivery <> 'failed' AND (o.invited_at >= i.invited_at OR o.accepted_by "
                + "IS NOT NULL)", subject) > 0;
        if (again) {
            return Optional.of("This address was invited again since then, so that letter is the one that counts.");
        }
        if (db.number("SELECT count(*) FROM invitation WHERE id = ? AND expires_at <= ?", subject, now) > 0) {
            return Optional.of("The invitation has expired. Preview a new one.");
        }
        var founding = db.number("SELECT founding FROM invitation WHERE id = ?", subject) == 1;
        return founding && Founding.Slots.count(db, now).availableToInvite() < 1
                ? Optional.of("It promises a founding slot, and none can be promised any more.") : Optional.empty();
    }
}
