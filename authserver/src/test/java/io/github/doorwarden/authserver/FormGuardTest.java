package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FormGuardTest {

    @Test
    void aBrowserWithoutASecretOfOursIsRefusedAndNoFault() {
        for (var given : new String[] {"x", "", "A".repeat(43)}) {
            var refused = assertThrows(OAuthRefused.class, () -> FormGuard.check(Optional.of(given), "", "code", "t"));
            assertEquals("access_denied", refused.why().error());
        }
        FormGuard.check(Optional.of(FormGuard.token("secret", "code", "t")), "secret", "code", "t");
    }
}
