package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;

/// UUIDs of version 7 (RFC 9562 §5.7): they sort by the millisecond in which they were made, and within one by the
/// order in this process. Safe for use by many threads.
final class Ids {

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private long last;
    private int within;

    Ids(InstantSource clock) {
        this.clock = clock;
    }

    String next() {
        long millis;
        int order;
        synchronized (this) {
            millis = Math.max(clock.millis(), last);
            within = millis == last ? within + 1 : 0;
            if (within > 0xfff) {
                millis++;
                within = 0;
            }
            last = millis;
            order = within;
        }
        var low = new byte[8];
        random.nextBytes(low);
        low[0] = (byte) (low[0] & 0x3f | 0x80);
        var hex = HexFormat.of().toHexDigits(millis, 12) + "7" + HexFormat.of().toHexDigits(order, 3)
                + HexFormat.of().formatHex(low);
        return hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-"
                + hex.substring(16, 20) + "-" + hex.substring(20);
    }

    /// In small letters, as they are stored.
    static String checked(String field, String text) {
        var id = text.toLowerCase(Locale.ROOT);
        if (!id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw Problem.invalid("'" + field + "' must be an id such as 019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b, not "
                    + Problem.quote(text) + ".");
        }
        return id;
    }
}
