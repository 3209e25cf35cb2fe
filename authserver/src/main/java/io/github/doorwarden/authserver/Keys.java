package io.github.doorwarden.authserver;

import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys that sign access tokens, by the algorithm of the settings. Kept sealed under the deployment's master key.
/// Safe for use by many threads.
///
/// A new key is published before it signs, and an old one until the last token that it signed has died; so no reader of
/// the key set ever meets a token whose key it cannot get. The first key is made at the first start, which costs up to
/// a second or two; every later start reads it. The next is made when the present one has signed for long enough, when
/// the settings name another algorithm, or when an operator asks for it.
public final class Keys {

    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);
    private static final String COLUMNS =
            "SELECT kid, sealed_jwk, active_from, retired_at, forget_at FROM signing_key ";
    private static final int MASTER_KEY_BYTES_AT_LEAST = 32;

    /// @param opened the private key; never printed
    private record Kept(String kid, JWK opened, JWSSigner signer, Instant activeFrom, Optional<Instant> retiredAt,
            Optional<Instant> forgetAt) {

        boolean published(Instant now) {
            return forgetAt.filter(end -> !now.isBefore(end)).isEmpty();
        }

        boolean signs(Instant now) {
            return !now.isBefore(activeFrom) && retiredAt.filter(end -> !now.isBefore(end)).isEmpty();
        }

        @Override
        public String toString() {
            return "Key[" + kid + "]";
        }
    }

    /// The answer of [#published()] for one state of the keys.
    ///
    /// @param until when the next key is to be forgotten
    private record Published(List<Kept> of, Instant until, JWKSet set) {}

    /// The key that signs now.
    record Signing(String kid, SigningAlgorithm algorithm, JWSSigner signer) {}

    /// A line of the operator's list.
    ///
    /// @param retiredAt it signs no longer from then on
    /// @param forgetAt  it is no longer published from then on
    public record Listed(String kid, SigningAlgorithm algorithm, Instant activeFrom, Optional<Instant> retiredAt,
            Optional<Instant> forgetAt) {

        /// `next`, `signing`, `retired` or `gone`.
        public String state(Instant now) {
            return now.isBefore(activeFrom) ? "next" : retiredAt.isEmpty() || now.isBefore(retiredAt.get()) ? "signing"
                    : forgetAt.isEmpty() || now.isBefore(forgetAt.get()) ? "retired" : "gone";
        }
    }

    private final Database database;
    private final Seal sealing;
    private final byte[] masterKey;
    private final AuthServerSettings settings;
    private final InstantSource clock;
    private final int bits;
    private volatile List<Kept> keys = List.of();
    private volatile Published published = new Published(List.of(), Instant.MAX, new JWKSet());

    /// @param masterKey at least 32 random bytes, kept outside the database
    /// @throws IllegalStateException when the stored keys were sealed under another master key
    public Keys(Database database, byte[] masterKey, AuthServerSettings settings, InstantSource clock) {
        this(database, masterKey, settings, clock, Limits.SIGNING_KEY_BITS);
    }

    /// @param bits of the keys that are made from now on
    Keys(Database database, byte[] masterKey, AuthServerSettings settings, InstantSource clock, int bits) {
        if (masterKey.length < MASTER_KEY_BYTES_AT_LEAST) {
            throw new IllegalArgumentException("The master key needs at least " + MASTER_KEY_BYTES_AT_LEAST
                    + " bytes.");
        }
        this.database = database;
        this.masterKey = masterKey.clone();
        this.sealing = new Seal(masterKey, "signing keys");
        this.settings = settings;
        this.clock = clock;
        this.bits = bits;
        refresh();
        if (keys.stream().noneMatch(key -> key.signs(clock.instant()))) {
            createFirst();
        }
    }

    /// All keys that a token alive now may be signed with, and the next one: public parts alone (RFC 7517 §5). The same
    /// object as long as the keys are the same, by which readers know that what they made of it still holds.
    public JWKSet published() {
        var now = clock.instant();
        var known = published;
        return known.of == keys && now.isBefore(known.until) ? known.set : publish(now);
    }

    private synchronized JWKSet publish(Instant now) {
        var all = keys;
        var alive = all.stream().filter(key -> key.published(now)).toList();
        var set = new JWKSet(alive.stream().<JWK>map(key -> key.opened.toPublicJWK()).toList());
        var until = alive.stream().flatMap(key -> key.forgetAt.stream()).min(Comparator.naturalOrder());
        var same = set.getKeys().equals(published.set.getKeys());
        published = new Published(all, until.orElse(Instant.MAX), same ? published.set : set);
        return published.set;
    }

    Signing signing() {
        var now = clock.instant();
        return keys.stream().filter(key -> key.signs(now)).max(Comparator.comparing(Kept::activeFrom))
                .map(key -> new Signing(key.kid, SigningAlgorithm.of(key.opened), key.signer))
                .orElseThrow(() -> new IllegalStateException("No signing key is active."));
    }

    /// All that are in the database, oldest first.
    public List<Listed> list() {
        refresh();
        return keys.stream().map(key -> new Listed(key.kid, SigningAlgorithm.of(key.opened), key.activeFrom,
                key.retiredAt, key.forgetAt)).toList();
    }

    /// Makes the next key. It is published now and signs once every reader of the key set has had time to see it; the
    /// present one stops then, and disappears when its last token has died.
    ///
    /// @return its `kid`
    public String rotate() {
        return rotate(last -> true).orElseThrow();
    }

    /// Makes the next key when it is time, on one of all nodes.
    void rotateWhenDue() {
        if (keys.stream().max(Comparator.comparing(Kept::activeFrom)).filter(this::due).isPresent()) {
            rotate(this::due);
        }
    }

    private boolean due(Kept last) {
        var end = last.activeFrom.plus(settings.tokens().rotateEvery()).minus(Limits.KEY_PUBLISHED_BEFORE_USE);
        return SigningAlgorithm.of(last.opened) != settings.tokens().algorithm() || !clock.instant().isBefore(end);
    }

    private Optional<String> rotate(Predicate<Kept> when) {
        var next = settings.tokens().algorithm().generate(bits);
        var from = clock.instant().plus(Limits.KEY_PUBLISHED_BEFORE_USE);
        var forget = from.plus(settings.lifetimes().accessToken()).plus(Limits.CLOCK_SKEW);
        var made = database.transaction(tx -> {
            var last = tx.first(COLUMNS + "ORDER BY active_from DESC LIMIT 1", this::read);
            if (last.filter(when.negate()).isPresent()) {
                return false;                                    // another node was first
            }
            tx.update("UPDATE signing_key SET retired_at = ?, forget_at = ? WHERE retired_at IS NULL", from, forget);
            return insert(tx, next, from) == 1;
        });
        refresh();
        if (!made) {
            return Optional.empty();
        }
        LOG.info("The signing key {} is published and signs from {}.", next.getKeyID(), from);
        return Optional.of(next.getKeyID());
    }

    /// A secret that all nodes have and nothing else can tell.
    ///
    /// @param purpose names what it is for
    byte[] secretFor(String purpose) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(masterKey, "HmacSHA256"));
            return mac.doFinal(("doorwarden " + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private void createFirst() {
        var begin = System.nanoTime();
        var key = settings.tokens().algorithm().generate(bits);
        // Two processes that start together on a new database: the first one's key is taken by both.
        database.transaction(tx -> tx.first("SELECT 1 FROM signing_key WHERE retired_at IS NULL", row -> 1).isPresent()
                ? 0
                : insert(tx, key, clock.instant()));
        refresh();
        LOG.info("Made the first signing key ({}) in {} ms. It is kept.", settings.tokens().algorithm(),
                (System.nanoTime() - begin) / 1_000_000);
    }

    private int insert(Database.Transaction tx, JWK key, Instant activeFrom) throws SQLException {
        var sealed = sealing.seal(key.toJSONString().getBytes(StandardCharsets.UTF_8), context(key.getKeyID()));
        return tx.update("INSERT INTO signing_key (kid, sealed_jwk, public_jwk, created_at, active_from) VALUES (?, "
                + "?, ?, ?, ?)",
                key.getKeyID(), sealed, key.toPublicJWK().toJSONString(), clock.instant(), activeFrom);
    }

    /// Takes in what other processes made. Called at start and on a schedule that is shorter than a key is published
    /// before use.
    public void refresh() {
        keys = database.query(COLUMNS + "ORDER BY active_from", this::read);
    }

    private Kept read(ResultSet row) throws SQLException {
        var kid = row.getString("kid");
        var known = keys.stream().filter(key -> key.kid.equals(kid)).findFirst();
        var opened = known.isPresent() ? known.get().opened : open(kid, row.getBytes("sealed_jwk"));
        return new Kept(kid, opened, known.isPresent() ? known.get().signer : SigningAlgorithm.signer(opened),
                Rows.time(row, "active_from"),
                Rows.maybeTime(row, "retired_at"), Rows.maybeTime(row, "forget_at"));
    }

    private JWK open(String kid, byte[] sealed) {
        var json = sealing.open(sealed, context(kid))
                .orElseThrow(() -> new IllegalStateException("The signing keys in the database were "
                + "sealed under another master key. Restore the master key that belongs to this database."));
        try {
            return JWK.parse(new String(json, StandardCharsets.UTF_8));
        } catch (ParseException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static byte[] context(String kid) {
        return kid.getBytes(StandardCharsets.UTF_8);
    }

    void sweep(Instant now) {
        database.update("DELETE FROM signing_key WHERE forget_at < ?", now);
        refresh();
    }
}
