package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiersTest {

    private static final Tiers TIERS = new Tiers(List.of(
            new Tiers.Tier("ADMIN", Set.of("kim@else.example"), Set.of(), Set.of()),
            new Tiers.Tier("STAFF", Set.of(), Set.of("corp.example"), Set.of())));

    @ParameterizedTest
    @CsvSource(textBlock = """
            kim@else.example,            ADMIN
            KIM@Else.Example,            ADMIN
            \u212Aim@else.example,      ''
            bob@corp.example,            STAFF
            BOB@CORP.EXAMPLE,            STAFF
            bob@sub.corp.example,        ''
            bob@corp.example@evil.test,  ''
            corp.example,                ''
            @corp.example,               ''
            """)
    void goByTheWholeAddressOrItsWholeDomain(String email, String tier) {
        var wanted = Optional.of(tier).filter(text -> !text.isEmpty());
        assertEquals(wanted, TIERS.ofAddress(email).map(Tiers.Place::tier));
        assertEquals(wanted, TIERS.of(new Caller(Caller.Kind.USER, "s", "c", Optional.of(email), Set.of(),
                Optional.empty(), "id", Instant.MAX)));
    }
}
