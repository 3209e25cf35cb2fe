package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.Problem;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Invitations in two steps. A preview says what would happen and hands out a confirmation; sending takes the
/// confirmation and does exactly that, once. The claim of a confirmation and the rows of its invitations are one
/// transaction: after it the batch is sent whatever dies, before it nothing has happened.
final class Invites {

    private static final Pattern ADDRESS = Pattern.compile(
            "[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
            + "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}");

    record Recipient(String email) {}

    record Rejected(String email, String problem, String detail) {}

    record Trouble(String code, String detail) {}

    record Message(String from, String subject, String text) {}

    record Preview(boolean sendable, String confirmation, String batchDigest, Instant expiresAt, boolean grantFounding,
            int expiresInDays,
            List<Recipient> recipients, List<Rejected> rejected, List<Trouble> problems, Message message,
            Founding.Slots foundingSlots,
            String nextStep) {}

    record Delivered(String email, String delivery, String detail) {}

    record Sent(String batch, Instant claimedAt, int sent, int queued, int failed, List<Delivered> recipients,
            String nextStep) {}

    private record Held(String batch, String digest, String binding, Batch content, Instant expiresAt,
            Instant usedAt) {}

    private final Database database;
    private final Jobs jobs;
    private final String from;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Invites(Database database, Jobs jobs, String from, InstantSource clock) {
        this.database = database;
        this.jobs = jobs;
        this.from = from;
        this.clock = clock;
    }

    Preview preview(JsonNode body, Principal.Proven caller) {
        var asked = Batch.parse(body);
        var now = clock.instant();
        return database.write(db -> {
            var rejected = new ArrayList<Rejected>();
            var batch = asked.of(accepted(db, asked.emails(), now, rejected));
            var slots = Founding.Slots.count(db, now);
            var troubles = troubles(batch, slots).stream().toList();
            var confirmation = troubles.isEmpty() ? hold(db, batch, caller, now) : null;
            var expires = confirmation == null ? null : now.plus(Limits.CONFIRMATION_LIFE);
            return new Preview(confirmation != null, confirmation, batch.digest(), expires, batch.founding(),
                    batch.expiresInDays(),
                    batch.emails().stream().map(Recipient::new).toList(), rejected, troubles,
                    new Message(from, batch.subject(), batch.text("{personal code}")), slots,
                            nextStep(confirmation != null, batch, rejected));
        });
    }

    private static String nextStep(boolean sendable, Batch batch, List<Rejected> rejected) {
        return sendable ? "Show this to the admin. If they agree, send with this confirmation and batch_digest within "
                + Limits.CONFIRMATION_LIFE.toMinutes() + " minutes: " + batch.emails().size() + " will be invited, "
                + rejected.size()
                + " left out."
                : "Nothing can be sent as it is. Mend what problems and rejected say, then preview again.";
    }

    /// The addresses that may be invited, in lower case; the others go to `rejected` with the reason.
    private static List<String> accepted(Database.Session db, List<String> emails, Instant now,
            List<Rejected> rejected) throws SQLException {
        var accepted = new LinkedHashSet<String>();
        for (var given : emails) {
            var email = given.toLowerCase(Locale.ROOT);
            var wrong = wrong(db, email, now);
            if (wrong.isPresent()) {
                rejected.add(new Rejected(given, wrong.get().code, wrong.get().detail));
            } else if (!accepted.add(email)) {
                rejected.add(new Rejected(given, "duplicate",
                        "This address is in the batch more than once; it gets one invitation."));
            }
        }
        return List.copyOf(accepted);
    }

    private static Optional<Trouble> wrong(Database.Session db, String email, Instant now) throws SQLException {
        if (!ADDRESS.matcher(email).matches() || email.indexOf('@') > 64) {
            return Optional.of(new Trouble("invalid_address", "This is not an e-mail address."));
        }
        var status = db.first("SELECT status FROM instructor WHERE email = ?", row -> row.getString(1), email);
        if (status.isPresent()) {
            return Optional.of(new Trouble("already_registered", "An instructor with this address exists already ("
                    + status.get() + ")."));
        }
        return db.first(
                "SELECT max(invited_at) AS at FROM invitation WHERE email = ? AND delivery <> 'failed' AND "
                + "(invited_at > ? OR expires_at > ?)",
                row -> Optional.ofNullable(Database.time(row, "at")), email, now.minus(Limits.INVITED_RECENTLY), now)
                .flatMap(at -> at).map(at -> new Trouble("invited_recently", "Invited on " + at.toString()
                .substring(0, 10)
                        + "; nobody is invited again within " + Limits.INVITED_RECENTLY.toDays()
                        + " days or while an invitation is open."));
    }

    private static Optional<Trouble> troubles(Batch batch, Founding.Slots slots) {
        if (batch.emails().isEmpty()) {
            return Optional.of(new Trouble("nobody_to_invite", "None of the addresses can be invited."));
        }
        if (batch.founding() && batch.emails().size() > slots.availableToInvite()) {
            return Optional.of(new Trouble("not_enough_founding_slots", "The batch has " + batch.emails().size()
                    + " recipients, but only "
                    + slots.availableToInvite()
                    + " founding slots can still be promised. Shorten the batch, or invite with grant_founding "
                    + "false."));
        }
        return Optional.empty();
    }

    private String hold(Database.Session db, Batch batch, Principal.Proven caller, Instant now) throws SQLException {
        db.update("DELETE FROM preview WHERE used_at IS NULL AND expires_at < ?",
                now.minus(Limits.FORGET_PREVIEWS_AFTER));
        if (db.number("SELECT count(*) FROM preview WHERE binding = ? AND used_at IS NULL AND expires_at > ?",
                caller.binding(), now)
                >= Limits.OPEN_PREVIEWS) {
            throw Problem.conflict("too_many_previews", "There are " + Limits.OPEN_PREVIEWS
                    + " previews waiting already. Send one of them, or "
                    + "wait until they expire.");
        }
        var secret = new byte[32];
        random.nextBytes(secret);
        var confirmation = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        db.update("INSERT INTO preview VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", Digests.sha256(confirmation), "bat_"
                + token(8), batch.digest(),
                caller.binding(), Json.MAPPER.writeValueAsString(batch), now, now.plus(Limits.CONFIRMATION_LIFE));
        return confirmation;
    }

    private String token(int bytes) {
        var value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }

    /// Claims first, then the queue delivers; what is not delivered within [Limits#SEND_WAIT] goes on in the
    /// background.
    Sent send(JsonNode body, Principal.Proven caller) {
        Batch.refuseUnknown(body, Set.of("confirmation", "batch_digest"));
        var confirmation = text(body, "confirmation");
        var digest = text(body, "batch_digest");
        var now = clock.instant();
        var batch = database.write(db -> claim(db, confirmation, digest, caller, now));
        jobs.await(batch);
        return report(batch, now);
    }

    private static String text(JsonNode body, String name) {
        var value = body.get(name);
        if (value == null || !value.isString() || value.asString().isBlank() || value.asString().length() > 200) {
            throw Problem.invalid("'" + name + "' is missing: pass it as the preview returned it.");
        }
        return value.asString();
    }

    private String claim(Database.Session db, String confirmation, String digest, Principal.Proven caller, Instant now)
            throws SQLException {
        var hash = Digests.sha256(confirmation);
        var held = db.first("SELECT * FROM preview WHERE confirmation_hash = ?",
                row -> new Held(row.getString("batch"), row.getString("digest"),
                row.getString("binding"), Json.MAPPER.readValue(row.getString("content"), Batch.class),
                Database.time(row, "expires_at"),
                Database.time(row, "used_at")), hash)
                .orElseThrow(() -> Problem.notFound("confirmation_unknown",
                "There is no such confirmation. Pass it exactly as the preview returned "
                        + "it, or preview again."));
        if (!held.binding.equals(caller.binding())) {
            throw Problem.forbidden("confirmation_foreign",
                    "This confirmation was given to somebody else. Whoever sends must have previewed: "
                    + "preview the batch yourself.");
        }
        if (held.usedAt != null) {
            throw Problem.conflict("confirmation_used", "This batch was sent already, at " + held.usedAt + " as "
                    + held.batch
                    + ". Nothing was sent again. For other people, preview a new batch.");
        }
        if (!now.isBefore(held.expiresAt)) {
            throw Problem.conflict("confirmation_expired", "This confirmation expired at " + held.expiresAt
                    + "; they live for "
                    + Limits.CONFIRMATION_LIFE.toMinutes() + " minutes. Nothing was sent. Preview again.");
        }
        if (!held.digest.equals(digest)) {
            throw Problem.conflict("batch_changed",
                    "The batch_digest is not that of the previewed batch, so this is not what was confirmed. "
                    + "Nothing was sent. Pass the preview's batch_digest, or preview again.");
        }
        stillSo(db, held.content, now);
        if (db.update("UPDATE preview SET used_at = ? WHERE confirmation_hash = ? AND used_at IS NULL", now,
                hash) != 1) {
            throw new IllegalStateException("A confirmation changed under the write lock.");
        }
        var rows = held.content.emails().stream().map(email -> new Object[] {"inv_" + token(16), held.batch, email,
                held.content.founding() ? 1 : 0,
                now, now.plus(held.content.expiresInDays(), ChronoUnit.DAYS)}).toList();
        db.insertAll("INSERT INTO invitation (id, batch, email, founding, invited_at, expires_at, delivery) "
                + "VALUES (?, ?, ?, ?, ?, ?, 'pending')", rows);
        for (var row : rows) {
            Jobs.add(db, "invitation", (String) row[0], held.batch, now);
        }
        return held.batch;
    }

    /// The previewed batch is sent whole or not at all, so it must still be allowed whole.
    private static void stillSo(Database.Session db, Batch batch, Instant now) throws SQLException {
        var rejected = new ArrayList<Rejected>();
        accepted(db, batch.emails(), now, rejected);
        var trouble = rejected.isEmpty() ? troubles(batch, Founding.Slots.count(db, now)).map(t -> t.detail)
                : Optional.of(rejected.getFirst().email + ": " + rejected.getFirst().detail);
        if (trouble.isPresent()) {
            throw Problem.conflict("situation_changed", "Since the preview something has changed: " + trouble.get()
                    + " Nothing was sent. Preview again.");
        }
    }

    private Sent report(String batch, Instant claimedAt) {
        var recipients = database.read(db ->
                db.query("SELECT email, delivery, error FROM invitation WHERE batch = ? ORDER BY rowid",
                row -> new Delivered(row.getString("email"), switch (row.getString("delivery")) {
                    case "pending", "sending" -> "queued";
                    case String done -> done;
                }, row.getString("error")), batch));
        var sent = count(recipients, "sent");
        var queued = count(recipients, "queued");
        var failed = count(recipients, "failed");
        var next = queued > 0 ? queued
                + " are queued and go out by themselves as soon as the mail server takes them; do not send again."
                : failed > 0 ? "Tell the admin which addresses failed; they can be previewed again."
                : "All invitations are out.";
        return new Sent(batch, claimedAt, sent, queued, failed, recipients, next);
    }

    private static int count(List<Delivered> recipients, String state) {
        return (int) recipients.stream().filter(r -> r.delivery.equals(state)).count();
    }
}
