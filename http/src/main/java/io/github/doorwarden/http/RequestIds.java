package io.github.doorwarden.http;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;

/// Makes request ids: 96 random bits, 16 characters that survive being read out and pasted into a search. Safe for all
/// threads.
public final class RequestIds {

    private static final int ID_BYTES = 12;
    /// Asking the system for random bytes costs more than all the rest; one question serves this many ids.
    private static final int IDS_PER_FILL = 64;

    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] pool = new byte[ID_BYTES * IDS_PER_FILL];
    private int used = pool.length;

    public String next() {
        byte[] id;
        lock.lock();
        try {
            if (used == pool.length) {
                random.nextBytes(pool);
                used = 0;
            }
            id = Arrays.copyOfRange(pool, used, used + ID_BYTES);
            used += ID_BYTES;
        } finally {
            lock.unlock();
        }
        return Base64.getUrlEncoder().encodeToString(id);
    }
}
