package io.github.doorwarden.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A revision of the Model Context Protocol, oldest first; the order of the constants is the order of time.
public enum Revision {
    V2024_11_05("2024-11-05"),
    V2025_03_26("2025-03-26"),
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25"),
    V2026_07_28("2026-07-28");

    private final String date;

    Revision(String date) {
        this.date = date;
    }

    /// As it stands on the wire, for example `2026-07-28`.
    public String date() {
        return date;
    }

    /// 2026-07-28 and later: stateless, no handshake, `_meta` on every request.
    public boolean modern() {
        return compareTo(V2026_07_28) >= 0;
    }

    /// All of them, newest first: every revision is served at every endpoint.
    public static List<String> dates() {
        return Arrays.stream(values()).map(Revision::date).toList().reversed();
    }

    /// The dates for a sentence.
    static String served() {
        return String.join(", ", dates());
    }

    /// The newest revision that opens with `initialize`.
    public static Revision newestLegacy() {
        return V2025_11_25;
    }

    public static Optional<Revision> of(String date) {
        for (var revision : values()) {
            if (revision.date.equals(date)) {
                return Optional.of(revision);
            }
        }
        return Optional.empty();
    }
}
