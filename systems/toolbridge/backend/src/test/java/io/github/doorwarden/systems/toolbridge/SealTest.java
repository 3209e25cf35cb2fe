package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.MovableClock;
import io.github.doorwarden.systems.backend.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {

    @TempDir
    Path folder;

    @Test
    void whatIsSealedOpensUnchangedAndForItsPurposeAlone() throws IOException {
        var seal = Seal.open(folder.resolve("key"));
        var plain = "a secret".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var sealed = seal.seal("secret acme k1", plain);
        assertArrayEquals(plain, Seal.open(folder.resolve("key")).unseal("secret acme k1", sealed).orElseThrow());
        assertTrue(seal.unseal("secret globex k1", sealed).isEmpty());
        assertTrue(Seal.open(folder.resolve("other")).unseal("secret acme k1", sealed).isEmpty());
        for (var i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            changed[i] ^= 1;
            assertTrue(seal.unseal("secret acme k1", changed).isEmpty());
        }
        assertTrue(seal.unseal("secret acme k1", new byte[5]).isEmpty());
        Files.writeString(folder.resolve("key"), "not a key");
        assertThrows(IOException.class, () -> Seal.open(folder.resolve("key")));
    }

    @Test
    void cursorsAreForOneTenantAndOneQuestion() throws IOException {
        var cursors = new Cursors(Seal.open(folder.resolve("key")));
        var cursor = cursors.write("acme", "list notes", List.of("1", "x"));
        assertEquals(List.of("1", "x"), cursors.read("acme", "list notes", cursor));
        assertThrows(Refused.class, () -> cursors.read("globex", "list notes", cursor));
        assertThrows(Refused.class, () -> cursors.read("acme", "list tasks", cursor));
        assertThrows(Refused.class, () -> cursors.read("acme", "list notes", "%%%"));
    }

    @Test
    void idsSortAsTheyAreMade() {
        var clock = new MovableClock();
        var ids = new Ids(clock);
        var last = "";
        for (var i = 0; i < 10_000; i++) {
            var id = ids.next();
            assertTrue(id.compareTo(last) > 0, last + " " + id);
            assertTrue(id.matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), id);
            last = id;
        }
        clock.pass(java.time.Duration.ofSeconds(60));
        assertTrue(ids.next().compareTo(last) > 0);
        assertTrue(new Ids(InstantSource.fixed(clock.instant())).next().startsWith(ids.next().substring(0, 8)));
    }
}
