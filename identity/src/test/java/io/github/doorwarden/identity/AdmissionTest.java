package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

    private static final Admission LIST =
            new Admission(List.of("@corp.example", " Ada@Else.Example ", "kim@else.example"),
            subject -> Optional.empty());

    @ParameterizedTest
    @CsvSource(textBlock = """
            bob@corp.example,            true
            BOB@CORP.EXAMPLE,            true
            bob+news@corp.example,       true
            ada@else.example,            true
            ADA@ELSE.EXAMPLE,            true
            ada+x@else.example,          false
            bob@evilcorp.example,        false
            bob@sub.corp.example,        false
            bob@corp.example.evil.test,  false
            bob@corp.example@evil.test,  false
            bob@evil.test,               false
            corp.example,                false
            @corp.example,               false
            ada@else.example.,           false
            \u212Aate@corp.example,     true
            kim@else.example,            true
            \u212Aim@else.example,      false
            \u0130da@corp.example,      true
            ad\u00c0@else.example,      false
            bob@\u212Aorp.example,      false
            bob@corp.exampl\u212A,      false
            '',                          false
            """)
    void goesByTheWholeAddressOrItsWholeDomain(String email, boolean in) {
        assertEquals(in, LIST.lists(email));
        assertEquals(in, LIST.refusal(new Entitlement.Subject("https://p.example", "s", Optional.of(email)
                .filter(text -> !text.isEmpty()), Claims.NONE)).isEmpty());
        var verifier = LIST.listing(token -> verified(false, email));
        if (in) {
            assertEquals("s", verifier.verify("t").subject());
        } else {
            assertEquals(403, assertThrows(TokenRefused.class, () -> verifier.verify("t")).status());
        }
        assertEquals("s", LIST.listing(token -> verified(true, "")).verify("t").subject(), "a program");
    }

    private static VerifiedToken verified(boolean service, String email) {
        return new VerifiedToken("s", "c", service, Optional.of(email).filter(text -> !text.isEmpty()), Set.of(),
                Set.of(), Optional.empty(), "id", Instant.MAX);
    }
}
