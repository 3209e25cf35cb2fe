package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {

    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /// RFC 6238, Appendix B, the rows of SHA-1.
    @ParameterizedTest
    @CsvSource({"59,94287082", "1111111109,07081804", "1111111111,14050471", "1234567890,89005924",
        "2000000000,69279037", "20000000000,65353130"})
    void itMakesTheCodesOfTheSpecification(long seconds, String code) {
        var step = Totp.step(Instant.ofEpochSecond(seconds));
        assertEquals(code, Totp.code(SECRET, step, 8));
        assertEquals(code.substring(2), Totp.code(SECRET, step));
    }

    @Test
    void aCodeIsGoodOneStepBeforeAndAfterItsOwn() {
        var now = Instant.ofEpochSecond(1_111_111_111);
        var step = Totp.step(now);
        for (var off = -1; off <= 1; off++) {
            assertEquals(OptionalLong.of(step + off), Totp.matching(SECRET, Totp.code(SECRET, step + off), now));
        }
        for (var off : new int[] {-2, 2, 100}) {
            assertTrue(Totp.matching(SECRET, Totp.code(SECRET, step + off), now).isEmpty());
        }
    }

    /// RFC 4648 §10, without padding.
    @ParameterizedTest
    @CsvSource({"f,MY", "fo,MZXQ", "foo,MZXW6", "foob,MZXW6YQ", "fooba,MZXW6YTB", "foobar,MZXW6YTBOI"})
    void theKeyIsWrittenInBase32(String text, String base32) {
        assertEquals(base32, Totp.base32(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void codesHaveTheDigitsOfTheRfcWhateverTheMachineSpeaks() {
        var before = java.util.Locale.getDefault();
        java.util.Locale.setDefault(java.util.Locale.forLanguageTag("fa-IR-u-nu-arabext"));
        try {
            assertTrue(Totp.code(new byte[20], 1).matches("[0-9]{6}"));
        } finally {
            java.util.Locale.setDefault(before);
        }
    }
}
