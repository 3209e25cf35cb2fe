package io.github.doorwarden.systems.marketplace;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// What the jobs of one kind do. Stateless; used by the queue's one thread, and by many that ask whether something may
/// be tried again.
sealed interface Task permits InvitationLetter, ReplyLetter {

    /// As the table of jobs has it.
    String kind();

    /// The letter about this row.
    Mail.Letter letter(Database.Session db, String subject, Instant now) throws SQLException;

    /// Inside the transaction in which a job changes its state: what else has to know.
    void changed(Database.Session db, String subject, Jobs.State state, String error) throws SQLException;

    /// Why a failed one cannot be tried again; empty when it can.
    Optional<String> obstacle(Database.Session db, String subject, Instant now) throws SQLException;
}
