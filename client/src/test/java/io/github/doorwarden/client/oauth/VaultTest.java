package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is kept, who can read it, and who has the turn.
@Covers("CL-9")
class VaultTest {

    @TempDir
    Path root;

    private static Saved saved(String secret) {
        return Saved.NOTHING.with(new Tokens(ServerMetadata.assumed("https://a.example"), "https://b.example/mcp",
                secret, Optional.of(Instant.EPOCH), Optional.empty(), List.of("a"), Optional.empty(),
                new Registered(Registered.Kind.DYNAMIC, "id", Optional.of("pw"), "none", Optional.empty(),
                Optional.empty())));
    }

    private Vault vault(String name) throws Exception {
        var folder = Folder.at(root.resolve("kept"));
        return new Vault(folder, name, new KeyPlace(folder, Optional.empty()));
    }

    @Test
    void whatIsKeptIsPrivateAndEncrypted() throws Exception {
        var secret = "canary-access-4711";
        vault("one").write(saved(secret));
        assertEquals(saved(secret), vault("one").read(), "another process reads it");
        assertEquals(Saved.NOTHING, vault("two").read());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("kept"))));
        try (var files = Files.list(root.resolve("kept"))) {
            for (var file : files.toList()) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                        file.toString());
                var text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("canary") || text.contains("b.example"), file.toString());
                assertFalse(file.toString().endsWith(".new"), "nothing half written is left");
            }
        }
    }

    @Test
    void aFolderThatOthersCouldReadIsClosed() throws Exception {
        Files.createDirectory(root.resolve("kept"));
        Files.setPosixFilePermissions(root.resolve("kept"), PosixFilePermissions.fromString("rwxr-xr-x"));
        vault("one");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("kept"))));
    }

    @Test
    void whatWasChangedOrExchangedCountsAsNothing() throws Exception {
        vault("one").write(saved("first"));
        vault("two").write(saved("second"));
        try (var files = Files.list(root.resolve("kept"))) {
            var sealed = files.filter(file -> file.toString().endsWith(".sealed")).toList();
            Files.copy(sealed.get(0), sealed.get(1), StandardCopyOption.REPLACE_EXISTING);
            var known = List.of(vault("one").read(), vault("two").read());
            assertEquals(1, known.stream().filter(Saved.NOTHING::equals).count());
            var bytes = Files.readAllBytes(sealed.get(0));
            bytes[bytes.length / 2] ^= 1;
            Files.write(sealed.get(0), bytes);
            Files.write(sealed.get(1), new byte[] {1, 2});
            assertEquals(Saved.NOTHING, vault("one").read());
            assertEquals(Saved.NOTHING, vault("two").read());
        }
    }

    @Test
    void oneTurnAtATime() throws Exception {
        var first = vault("one").turn(Duration.ZERO).orElseThrow();
        var refused = new boolean[1];
        var trying = Thread.ofVirtual().start(() -> {
            try {
                refused[0] = vault("one").turn(Duration.ofMillis(10)).isEmpty();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        trying.join();
        assertTrue(refused[0]);
        first.close();
        try (var again = vault("one").turn(Duration.ZERO).orElseThrow()) {
            assertFalse(again.toString().isEmpty());
        }
    }

    /// Each system's program, played by a script that keeps what it is told.
    @ParameterizedTest
    @ValueSource(strings = {"Linux", "Mac OS X", "Windows 11"})
    void theKeyIsInTheKeychainAndNeverAnArgument(String system) throws Exception {
        var folder = Folder.at(root.resolve("kept"));
        var key = new KeyPlace(folder, Optional.of(keychain(system, folder))).key();
        assertEquals(32, key.length);
        assertArrayEquals(key, new KeyPlace(folder, Optional.of(keychain(system, folder))).key());
        assertFalse(Files.exists(folder.resolve("key")));
        var arguments = Files.readString(root.resolve("arguments"));
        assertFalse(arguments.contains(Base64.getEncoder().encodeToString(key)), arguments);
    }

    private Keychain keychain(String system, Folder folder) throws Exception {
        var script = root.resolve("keychain");
        // It stores the longest word of what it reads, or prints it when it is asked to find something.
        Files.writeString(script, """
                echo "$@" >> "%1$s/arguments"
                case "$*" in
                  *lookup*|*find-generic*) [ -f "%1$s/stored" ] && cat "%1$s/stored" ;;
                  *Command*) cat ;;
                  *) tr ' ' '\\n' | awk 'length > length(m) { m = $0 } END { print m }' > "%1$s/stored" ;;
                esac
                """.formatted(root));
        return Keychain.of(system, folder, command -> Stream.concat(Stream.of("sh",
                script.toString()), command.stream()).toList());
    }

    @Test
    void withoutAKeychainAPrivateFileHasTo() throws Exception {
        var folder = Folder.at(root.resolve("kept"));
        var none = Keychain.of("Linux", folder, _ -> List.of("there-is-no-such-program"));
        var key = new KeyPlace(folder, Optional.of(none)).key();
        assertArrayEquals(key, new KeyPlace(folder, Optional.empty()).key());
        assertArrayEquals(key, new KeyPlace(folder, Optional.of(keychain("Linux", folder))).key(), "and it stays");
    }
}
