package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.tidy.Covers;
import org.junit.jupiter.api.Test;

class PlainTextTest {

    @Test
    @Covers({"AS-25", "T20"})
    void nothingInvisibleOrTurningRemains() {
        assertEquals("Claude", PlainText.of("\u202eClaude\u202c", 80));
        assertEquals("Claude Code", PlainText.of("  Claude\r\n\t\u00a0 Code\u0000 ", 80));
        assertEquals("ab", PlainText.of("a\u200b\u200d\ufeff\u2066b\ue000\udb40", 80));
        assertEquals("Kärcher 掃除 🧹", PlainText.of("Kärcher 掃除 🧹", 80));
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertEquals("🧹".repeat(79) + "…", PlainText.of("🧹".repeat(200), 80));
        assertEquals("🧹".repeat(80), PlainText.of("🧹".repeat(80), 80));
    }
}
