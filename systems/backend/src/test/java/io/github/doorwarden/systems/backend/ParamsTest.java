package io.github.doorwarden.systems.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParamsTest {

    @Test
    void brokenEncodingsAndEndlessQueriesAreRefused() {
        for (var raw : List.of("a=%zz", "a=%", "%=1", "a=" + "x".repeat(3_000))) {
            assertEquals(422, assertThrows(Refused.class, () -> Params.parse(raw, List.of("a"), 2_048)).why().status(),
                    raw);
        }
    }

    @Test
    void whatIsRepeatedOfTheCallersWordsIsShort() {
        var refused = assertThrows(Refused.class, () ->
                Params.parse("\u0007" + "x".repeat(1_000) + "=1", List.of(), 2_048));
        assertTrue(refused.why().detail().length() < 160, refused.why().detail());
        assertEquals(-1, refused.why().detail().indexOf('\u0007'));
    }

    @Test
    void anEmptyParameterIsNone() {
        assertEquals(Map.of("b", "1"), Params.parse("a=&b=1", List.of("a", "b"), 2_048).values());
        assertEquals(Map.of(), Params.parse(null, List.of(), 2_048).values());
    }
}
