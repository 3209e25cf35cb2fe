package io.github.doorwarden.systems.toolbridge;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/// Where a request stands in somebody's trace (W3C Trace Context, level 1). What comes in broken is begun anew.
///
/// @param id   32 hex digits, the same from the client to here
/// @param span 16 hex digits: this request
record Trace(String id, String span, String flags) {

    private static final SecureRandom RANDOM = new SecureRandom();

    static Trace of(Optional<String> traceparent) {
        var parts = traceparent.map(String::strip).orElse("").split("-", -1);
        var known = parts.length >= 4 && parts[0].matches("(?!ff)[0-9a-f]{2}") && (!parts[0].equals("00")
                || parts.length == 4) && parts[1].matches("(?!0{32})[0-9a-f]{32}")
                && parts[2].matches("(?!0{16})[0-9a-f]{16}") && parts[3].matches("[0-9a-f]{2}");
        return new Trace(known ? parts[1] : digits(16), digits(8), known ? parts[3] : "00");
    }

    String traceparent() {
        return "00-" + id + "-" + span + "-" + flags;
    }

    private static String digits(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
