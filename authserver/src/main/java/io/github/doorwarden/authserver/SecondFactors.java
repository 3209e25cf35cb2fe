package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// People's authenticator apps and recovery codes. A code is taken once, on all nodes together: one conditional
/// statement takes its time step, or deletes the recovery code. Safe for many threads.
final class SecondFactors {

    private static final SecureRandom RANDOM = new SecureRandom();
    /// Without the letters and digits that are read for one another.
    private static final String RECOVERY = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private final Database database;
    private final Seal seal;
    private final InstantSource clock;

    SecondFactors(Database database, byte[] masterKey, InstantSource clock) {
        this.database = database;
        this.seal = new Seal(masterKey, "one-time code secret");
        this.clock = clock;
    }

    /// When the person's app was set up; empty: there is none.
    Optional<Instant> since(String personId) {
        return database.first("SELECT confirmed_at FROM totp WHERE person_id = ? AND confirmed_at IS NOT NULL",
                row -> Instant.ofEpochMilli(row.getLong(1)), personId);
    }

    boolean has(String personId) {
        return since(personId).isPresent();
    }

    int recoveryCodesLeft(String personId) {
        return database.first("SELECT count(*) FROM recovery_code WHERE person_id = ?", row -> row.getInt(1), personId)
                .orElse(0);
    }

    /// A new secret that does not count yet; one that does is left alone.
    ///
    /// @return empty when there is an app already
    Optional<byte[]> begin(String personId) {
        var secret = Totp.secret();
        var begun = database.update("INSERT INTO totp (person_id, sealed_secret, created_at) VALUES (?, ?, ?)"
                + " ON CONFLICT (person_id) DO UPDATE SET sealed_secret = excluded.sealed_secret,"
                + " created_at = excluded.created_at WHERE totp.confirmed_at IS NULL",
                personId, seal.seal(secret, context(personId)), clock.instant());
        return begun == 1 ? Optional.of(secret) : Optional.empty();
    }

    /// The secret that was begun and waits for its first code; empty when it was begun too long ago.
    Optional<byte[]> begun(String personId) {
        return secret(personId, "confirmed_at IS NULL AND created_at > "
                + clock.instant().minus(BrowserLimits.ENROLMENT).toEpochMilli());
    }

    /// The app counts from now on, when the code is right.
    ///
    /// @return the person's recovery codes, to be shown once; empty when the code is wrong
    Optional<List<String>> confirm(String personId, String code) {
        var now = clock.instant();
        var step = begun(personId).map(secret -> Totp.matching(secret, digits(code), now));
        if (step.isEmpty() || step.get().isEmpty()) {
            return Optional.empty();
        }
        return database.transaction(tx -> {
            var done = tx.update("UPDATE totp SET confirmed_at = ?, last_step = ? WHERE person_id = ?"
                    + " AND confirmed_at IS NULL", now, step.get().getAsLong(), personId);
            return done == 1 ? Optional.of(recoveryCodes(tx, personId)) : Optional.<List<String>>empty();
        });
    }

    /// Takes a code of the app, or a recovery code.
    boolean take(String personId, String typed) {
        var digits = digits(typed);
        return digits.matches("[0-9]{" + Totp.DIGITS + "}") ? takeStep(personId, digits)
                : takeRecovery(personId, typed);
    }

    private boolean takeStep(String personId, String code) {
        var secret = secret(personId, "confirmed_at IS NOT NULL");
        var step = Totp.matching(secret.orElse(new byte[1]), code, clock.instant());
        return secret.isPresent() && step.isPresent() && database.update(
                "UPDATE totp SET last_step = ? WHERE person_id = ? AND last_step < ?", step.getAsLong(), personId,
                step.getAsLong()) == 1;
    }

    private boolean takeRecovery(String personId, String typed) {
        return database.update("DELETE FROM recovery_code WHERE code_hash = ? AND person_id = ?",
                hash(personId, typed), personId) == 1;
    }

    /// New recovery codes; the old ones are dead.
    List<String> renewRecovery(String personId) {
        return database.transaction(tx -> recoveryCodes(tx, personId));
    }

    /// The person has no app and no recovery codes any more.
    boolean remove(String personId) {
        return database.transaction(tx -> {
            tx.update("DELETE FROM recovery_code WHERE person_id = ?", personId);
            return tx.update("DELETE FROM totp WHERE person_id = ? AND confirmed_at IS NOT NULL", personId) == 1;
        });
    }

    private static List<String> recoveryCodes(Database.Transaction tx, String personId) throws SQLException {
        tx.update("DELETE FROM recovery_code WHERE person_id = ?", personId);
        var codes = new ArrayList<String>();
        for (var i = 0; i < BrowserLimits.RECOVERY_CODES; i++) {
            var code = recoveryCode();
            tx.update("INSERT INTO recovery_code (code_hash, person_id) VALUES (?, ?)", hash(personId, code), personId);
            codes.add(code);
        }
        return codes;
    }

    /// 80 random bits: too many to try them all against a stolen hash.
    private static String recoveryCode() {
        var code = new StringBuilder();
        for (var i = 0; i < 16; i++) {
            code.append(i > 0 && i % 4 == 0 ? "-" : "").append(RECOVERY.charAt(RANDOM.nextInt(RECOVERY.length())));
        }
        return code.toString();
    }

    private static byte[] hash(String personId, String code) {
        return Hashes.sha256(personId + " " + code.toUpperCase(Locale.ROOT).replaceAll("[\\s-]", ""));
    }

    /// As people type them: `123 456`.
    private static String digits(String code) {
        return code.replaceAll("[\\s-]", "");
    }

    private Optional<byte[]> secret(String personId, String condition) {
        return database.first("SELECT sealed_secret FROM totp WHERE person_id = ? AND " + condition,
                row -> row.getBytes(1), personId).flatMap(sealed -> seal.open(sealed, context(personId)));
    }

    private static byte[] context(String personId) {
        return personId.getBytes(StandardCharsets.UTF_8);
    }

    /// What an authenticator app reads (Key URI Format).
    static String uri(String site, String email, byte[] secret) {
        return "otpauth://totp/" + escape(site) + ":" + escape(email) + "?secret=" + Totp.base32(secret) + "&issuer="
                + escape(site);
    }

    private static String escape(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
