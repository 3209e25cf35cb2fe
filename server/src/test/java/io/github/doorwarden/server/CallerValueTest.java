package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallerValueTest {

    @Test
    void theProvenCallerGivesEach() throws Exception {
        var ada = TestCallers.member("acme", "ada");
        assertEquals("ada", CallerValue.SUBJECT.of(ada));
        assertEquals("ada@example.com", CallerValue.EMAIL.of(ada));
        assertEquals("client-1", CallerValue.CLIENT.of(ada));
        assertEquals("acme", CallerValue.TENANT.of(ada));
    }

    @Test
    void whoHasNoneIsToldSoAndTheValueIsNeverEmpty() {
        for (var value : CallerValue.values()) {
            assertThrows(CallerValue.Absent.class, () -> value.of(Caller.anonymous()), value.key());
        }
        var alone = assertThrows(CallerValue.Absent.class, () -> CallerValue.TENANT.of(TestCallers.user("ada")));
        assertTrue(alone.getMessage().contains("organisation"), alone.getMessage());
        assertThrows(CallerValue.Absent.class, () -> CallerValue.EMAIL.of(TestCallers.service("robot")));
    }

    @Test
    void theConfigurationSpellsThemLikeThis() {
        assertEquals(List.of("caller.subject", "caller.email", "caller.client", "caller.tenant"), CallerValue.keys());
        assertEquals(Optional.of(CallerValue.TENANT), CallerValue.of("caller.tenant"));
        assertEquals(Optional.empty(), CallerValue.of("caller.Tenant"));
    }
}
