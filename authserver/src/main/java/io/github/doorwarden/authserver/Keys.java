package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys that sign access tokens: RSA, 3072 bits, RS256 (RFC 9068 §2.1 makes it the one that every resource server
/// has). Kept sealed under the deployment's master key. Safe for use by many threads.
///
/// A new key is published before it signs, and an old one until the last token that it signed has died; so no reader of
/// the key set ever meets a token whose key it cannot get. The first key is made at the first start, which costs up to
/// a second or two; every later start reads it.
public final class Keys {

    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);
    private static final int MASTER_KEY_BYTES_AT_LEAST = 32;

    /// @param opened the private key; never printed
    private record Kept(String kid, RSAKey opened, RSASSASigner signer, Instant activeFrom, Optional<Instant> retiredAt,
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
    record Signing(String kid, RSASSASigner signer) {}

    private final Database database;
    private final Seal sealing;
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
                .map(key -> new Signing(key.kid, key.signer))
                .orElseThrow(() -> new IllegalStateException("No signing key is active."));
    }

    /// Makes the next key. It is published now and signs once every reader of the key set has had time to see it; the
    /// present one stops then, and disappears when its last token has died.
    ///
    /// @return its `kid`
    public String rotate() {
        var next = generate();
        var from = clock.instant().plus(Limits.KEY_PUBLISHED_BEFORE_USE);
        var forget = from.plus(settings.lifetimes().accessToken()).plus(Limits.CLOCK_SKEW);
        database.transaction(tx -> {
            tx.update("UPDATE signing_key SET retired_at = ?, forget_at = ? WHERE retired_at IS NULL", from, forget);
            return insert(tx, next, from);
        });
        refresh();
        LOG.info("The signing key {} is published and signs from {}.", next.getKeyID(), from);
        return next.getKeyID();
    }

    private void createFirst() {
        var begin = System.nanoTime();
        var key = generate();
        // Two processes that start together on a new database: the first one's key is taken by both.
        database.transaction(tx -> tx.first("SELECT 1 FROM signing_key WHERE retired_at IS NULL", row -> 1).isPresent()
                ? 0
                : insert(tx, key, clock.instant()));
        refresh();
        LOG.info("Made the first signing key (RSA-{}) in {} ms. It is kept.", bits,
                (System.nanoTime() - begin) / 1_000_000);
    }

    private RSAKey generate() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            var pair = generator.generateKeyPair();
            return new RSAKey.Builder((RSAPublicKey) pair.getPublic()).privateKey((RSAPrivateKey) pair.getPrivate())
                    .keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.RS256).keyIDFromThumbprint().build();
        } catch (NoSuchAlgorithmException | JOSEException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private int insert(Database.Transaction tx, RSAKey key, Instant activeFrom) throws SQLException {
        var sealed = sealing.seal(key.toJSONString().getBytes(StandardCharsets.UTF_8), context(key.getKeyID()));
        return tx.update("INSERT INTO signing_key (kid, sealed_jwk, public_jwk, created_at, active_from) VALUES (?, "
                + "?, ?, ?, ?)",
                key.getKeyID(), sealed, key.toPublicJWK().toJSONString(), clock.instant(), activeFrom);
    }

    /// Takes in what other processes made. Called at start and on a schedule that is shorter than a key is published
    /// before use.
    public void refresh() {
        keys = database.query("SELECT kid, sealed_jwk, active_from, retired_at, forget_at FROM signing_key ORDER BY "
                + "active_from", this::read);
    }

    private Kept read(ResultSet row) throws SQLException {
        var kid = row.getString("kid");
        var known = keys.stream().filter(key -> key.kid.equals(kid)).findFirst();
        var opened = known.isPresent() ? known.get().opened : open(kid, row.getBytes("sealed_jwk"));
        return new Kept(kid, opened, known.isPresent() ? known.get().signer : signer(opened),
                Rows.time(row, "active_from"),
                Rows.maybeTime(row, "retired_at"), Rows.maybeTime(row, "forget_at"));
    }

    private RSAKey open(String kid, byte[] sealed) {
        var json = sealing.open(sealed, context(kid))
                .orElseThrow(() -> new IllegalStateException("The signing keys in the database were "
                + "sealed under another master key. Restore the master key that belongs to this database."));
        try {
            return RSAKey.parse(new String(json, StandardCharsets.UTF_8));
        } catch (ParseException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static RSASSASigner signer(RSAKey key) {
        try {
            return new RSASSASigner(key);
        } catch (JOSEException broken) {
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
