package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HashesTest {

    @Test
    void noIdLooksLikeAnOptionOfACommand() {
        var ids = Stream.generate(Hashes::id).limit(2_000).distinct().toList();
        assertEquals(2_000, ids.size());
        ids.forEach(id -> assertFalse(id.length() != 22 || id.startsWith("-"), id));
    }
}
