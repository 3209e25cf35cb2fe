package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Problem;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Paying back in two steps. A preview says how much would go to whom and hands out a confirmation; the refund takes it
/// and does exactly that, once. Called again with the same confirmation it answers what was done and does nothing, so
/// whoever has not heard the answer may ask again. The database itself refuses more than was paid.
final class Refunds {

    record Preview(String confirmation, Instant expiresAt, String payment, Bookings.Person student, String method,
            Money paid, Money refundedBefore, Money amount, Money leftAfter, String reason, String nextStep) {}

    record Made(String refund, String payment, Money amount, Money refundedInAll, Money left, Instant refundedAt,
            String refundedBy, boolean repeated, String nextStep) {}

    private record Held(String binding, long payment, long cents, long left, String reason, Instant expiresAt) {}

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Refunds(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// @param body `reason`, and `amount_cents` when not all that is left is meant
    Preview preview(String id, JsonNode body, Principal.Proven caller) {
        var fields = Fields.of(body, "amount_cents", "reason");
        var reason = fields.text("reason", Limits.REASON_CHARS);
        var asked = fields.cents("amount_cents");
        var now = clock.instant();
        return database.write(db -> {
            var payment = Payments.one(db, id);
            var left = payment.amount().cents() - payment.refunded().cents();
            if (left == 0) {
                throw Problem.conflict("all_refunded", "All of " + payment.amount().text() + " of " + id
                        + " was paid back already. Nothing is left.");
            }
            long cents = asked.orElse(left);
            if (cents > left) {
                throw Problem.conflict("more_than_was_paid", "Of " + id + " at most " + Money.usd(left).text()
                        + " can be paid back (amount_cents " + left + "): " + payment.amount().text()
                        + " were paid and " + payment.refunded().text() + " were paid back before.");
            }
            var confirmation = hold(db, new Held(caller.binding(), Ids.PAYMENT.number(id), cents, left, reason,
                    now.plus(Limits.CONFIRMATION_LIFE)), now);
            return new Preview(confirmation, now.plus(Limits.CONFIRMATION_LIFE), id, payment.student(),
                    payment.method(), payment.amount(), payment.refunded(), Money.usd(cents), Money.usd(left - cents),
                    reason, "Show this to the admin. If they agree, refund with this confirmation and amount_cents "
                    + cents + " within " + Limits.CONFIRMATION_LIFE.toMinutes() + " minutes.");
        });
    }

    private String hold(Database.Session db, Held held, Instant now) throws SQLException {
        db.update("DELETE FROM refund_preview WHERE expires_at < ? AND confirmation_hash NOT IN (SELECT confirmation "
                + "FROM refund WHERE confirmation IS NOT NULL)", now.minus(Limits.FORGET_PREVIEWS_AFTER));
        if (db.number("SELECT count(*) FROM refund_preview WHERE binding = ? AND expires_at > ?", held.binding, now)
                >= Limits.OPEN_PREVIEWS) {
            throw Problem.conflict("too_many_previews", "There are " + Limits.OPEN_PREVIEWS
                    + " previews waiting already. Wait until some of them expire.");
        }
        var secret = new byte[32];
        random.nextBytes(secret);
        var confirmation = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        db.update("INSERT INTO refund_preview VALUES (?, ?, ?, ?, ?, ?, ?)", Digests.sha256(confirmation),
                held.binding, held.payment, held.cents, held.left, held.reason, held.expiresAt);
        return confirmation;
    }

    /// @param body `confirmation` and `amount_cents`, both as the preview returned them
    Made refund(JsonNode body, Principal.Proven caller) {
        var fields = Fields.of(body, "confirmation", "amount_cents");
        var hash = Digests.sha256(fields.text("confirmation", 200));
        var cents = fields.cents("amount_cents").orElseThrow(() -> Problem.invalid(
                "'amount_cents' is missing: pass the amount that the preview showed."));
        var now = clock.instant();
        return database.write(db -> {
            var held = db.first("SELECT * FROM refund_preview WHERE confirmation_hash = ?", row -> new Held(
                    row.getString("binding"), row.getLong("payment"), row.getLong("amount_cents"),
                    row.getLong("left_cents"), row.getString("reason"), Database.time(row, "expires_at")), hash)
                    .orElseThrow(() -> Problem.notFound("confirmation_unknown", "There is no such confirmation. Pass "
                    + "it exactly as the preview returned it, or preview again. Nothing was paid back."));
            if (!held.binding.equals(caller.binding())) {
                throw Problem.forbidden("confirmation_foreign", "This confirmation was given to somebody else. Whoever "
                        + "refunds must have previewed. Nothing was paid back.");
            }
            if (held.cents != cents) {
                throw Problem.conflict("amount_changed", "This confirmation is for " + Money.usd(held.cents).text()
                        + ", not for " + Money.usd(cents).text() + ". Nothing was paid back. Pass the amount of the "
                        + "preview, or preview again.");
            }
            var before = made(db, hash, true);
            return before.isPresent() ? before.get() : make(db, hash, held, caller, now);
        });
    }

    private Made make(Database.Session db, String hash, Held held, Principal.Proven caller, Instant now)
            throws SQLException {
        if (!now.isBefore(held.expiresAt)) {
            throw Problem.conflict("confirmation_expired", "This confirmation expired at " + held.expiresAt
                    + ". Nothing was paid back. Preview again.");
        }
        var payment = Payments.one(db, Ids.PAYMENT.of(held.payment));
        if (payment.amount().cents() - payment.refunded().cents() != held.left) {
            throw Problem.conflict("situation_changed", "Since the preview something else was paid back of "
                    + payment.id() + ": " + payment.refunded().text() + " in all by now. Nothing was paid back by "
                    + "this. Preview again.");
        }
        db.update("INSERT INTO refund (payment, amount_cents, currency, reason, refunded_at, refunded_by, "
                + "confirmation) "
                + "VALUES (?, ?, 'USD', ?, ?, ?, ?)", held.payment, held.cents, held.reason, now, caller.by(), hash);
        return made(db, hash, false).orElseThrow();
    }

    private static Optional<Made> made(Database.Session db, String hash, boolean repeated) throws SQLException {
        var found = db.first("SELECT id, payment, amount_cents, refunded_at, refunded_by FROM refund WHERE "
                + "confirmation = ?", row -> new Object[] {row.getLong(1), row.getLong(2), row.getLong(3),
                    Database.time(row, "refunded_at"), row.getString(5)}, hash);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var row = found.get();
        var payment = Payments.one(db, Ids.PAYMENT.of((Long) row[1]));
        return Optional.of(new Made(Ids.REFUND.of((Long) row[0]), payment.id(), Money.usd((Long) row[2]),
                payment.refunded(), Money.usd(payment.amount().cents() - payment.refunded().cents()),
                (Instant) row[3], (String) row[4], repeated, repeated
                ? "This refund was made before; nothing was paid back again."
                : "It is paid back to the " + payment.method() + ". Nothing more is to be done."));
    }
}
