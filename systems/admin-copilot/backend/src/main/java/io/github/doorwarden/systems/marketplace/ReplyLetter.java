package io.github.doorwarden.systems.marketplace;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// The letter of one answer to a ticket. The answer stands in the ticket whatever becomes of its letter.
record ReplyLetter(String from) implements Task {

    @Override
    public String kind() {
        return "ticket_reply";
    }

    @Override
    public Mail.Letter letter(Database.Session db, String subject, Instant now) throws SQLException {
        return db.first("SELECT m.id, s.email, t.id AS ticket, t.subject, m.text FROM ticket_message m JOIN ticket t "
                + "ON t.id = m.ticket JOIN student s ON s.id = t.student WHERE m.id = ?", row -> new Mail.Letter(
                "reply " + row.getLong("id"), from, row.getString("email"),
                "Re: " + row.getString("subject") + " [" + Ids.TICKET.of(row.getLong("ticket")) + "]",
                row.getString("text") + "\n\nThe InstaInstru team\n", now), Long.parseLong(subject))
                .orElseThrow(() -> new IllegalStateException("A job without its message."));
    }

    @Override
    public void changed(Database.Session db, String subject, Jobs.State state, String error) {
        // the job itself says how far the letter is
    }

    @Override
    public Optional<String> obstacle(Database.Session db, String subject, Instant now) {
        return Optional.empty();
    }
}
