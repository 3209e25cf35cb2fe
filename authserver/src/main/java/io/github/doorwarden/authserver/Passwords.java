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

    private static final Argon2Function ARGON2ID = Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);
    private static final int SALT_BYTES = 16;

    private final Semaphore turns;
    private final String nobodys;

    Passwords(int atOnce) {
        turns = new Semaphore(atOnce, true);
        nobodys = encode("the password of nobody");
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
            var hash = stored.orElse(nobodys);
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
        return Password.hash(password).addRandomSalt(SALT_BYTES).with(ARGON2ID).getResult();
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
