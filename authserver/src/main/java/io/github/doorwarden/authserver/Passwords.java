package io.github.doorwarden.authserver;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.text.Normalizer;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage). Checking costs the same whether or not there is
/// a password to check against. Safe for many threads; no more than a few hash at once.
final class Passwords {

    private static final int SALT_BYTES = 16;
    /// Salt and hash are random bytes, with the cost of a real one. A constant, because making one takes a noticeable
    /// part of a start.
    private static final String NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$fSBTrSF5iuPBpnmQkc7ZAA"
            + "$xW63teuNLROdhEH4J+/oT5GaqyI3loKOVkzPXkdfywY";

    /// Keeps 19 MiB from its first use on, so a server where nobody signs in with a password does without.
    private static final class Argon2id {
        static final Argon2Function FUNCTION = Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);
    }

    private final Semaphore turns;

    Passwords(int atOnce) {
        turns = new Semaphore(atOnce, true);
    }

    /// @throws OAuthRefused 503 when too many others hash at the same time
    String hash(String password) {
        takeTurn();
        try {
            return encode(normal(password));
        } finally {
            turns.release();
        }
    }

    /// Without a stored hash it is compared with nobody's, and never matches.
    ///
    /// @throws OAuthRefused 503 when too many others hash at the same time
    boolean matches(String password, Optional<String> stored) {
        takeTurn();
        try {
            var hash = stored.orElse(NOBODYS);
            var right = Password.check(normal(password), hash).with(Argon2Function.getInstanceFromHash(hash));
            return right && stored.isPresent();
        } finally {
            turns.release();
        }
    }

    int waiting() {
        return turns.getQueueLength();
    }

    private static String encode(String password) {
        return Password.hash(password).addRandomSalt(SALT_BYTES).with(Argon2id.FUNCTION).getResult();
    }

    /// The same characters typed on two keyboards may come as different code points (NIST SP 800-63B §3.1.1.2).
    private static String normal(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    private void takeTurn() {
        try {
            if (!turns.tryAcquire(BrowserLimits.HASH_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy("all turns to hash are taken");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy("interrupted");
        }
    }

    private static OAuthRefused busy(String detail) {
        return new OAuthRefused(new OAuthRefusal.Page(503, "temporarily_unavailable",
                "Too many people are signing in at this moment. Please try again in a few seconds.", detail));
    }
}
