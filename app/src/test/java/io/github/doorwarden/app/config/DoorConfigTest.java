package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The keys about tokens at the door itself.
class DoorConfigTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    /// Each of these keys, away from its default.
    static final String EVERYTHING = """
            authorization:
              scopes: {a: {text: see things}}
              service_tokens: {monitor: {token: 0123456789abcdef0123456789abcdef, scopes: [a], endpoints: [/mcp]}}
              token_cache: {for: 20s, entries: 1000}
            endpoints: {/mcp: {sources: [builtin]}}
            """;

    @TempDir
    private Path folder;

    private Config read(String authorization, Map<String, String> environment) {
        try {
            Files.writeString(folder.resolve(ConfigFile.NAME), "authorization: " + authorization
                    + "\nendpoints: {/mcp: {sources: [builtin]}}\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ConfigFile.read(folder, Map.of(), environment::get);
    }

    private String mistake(String authorization) {
        return assertThrows(ConfigMistakes.class, () -> read(authorization, Map.of())).mistakes().getFirst();
    }

    @Test
    void aServiceTokenComesFromOutsideOrThereIsNone() {
        var yaml = "{scopes: {a: {text: do a}}, service_tokens: {monitor: {token: \"${env:TOKEN:-}\", scopes: [a], "
                + "endpoints: [/mcp]}}}";
        assertEquals(0, read(yaml, Map.of()).authorization().door().serviceTokens().size());
        var token = read(yaml, Map.of("TOKEN", TOKEN)).authorization().door().serviceTokens().getFirst();
        assertEquals("monitor", token.name());
        assertEquals(Set.of("a"), token.scopes());
        assertEquals(Set.of("/mcp"), token.endpoints());
    }

    @Test
    void whatWouldOpenTooMuchOrNothingIsAMistake() {
        assertTrue(mistake("{service_tokens: {m: {token: short}}}").contains("needs 32"));
        assertTrue(mistake("{service_tokens: {m: {token: '" + TOKEN + " '}}}").contains("no bearer token"));
        assertTrue(mistake("{service_tokens: {m: {token: " + TOKEN + "0, scopes: [b]}}}").contains("scope b"));
        assertTrue(mistake("{service_tokens: {m: {token: " + TOKEN + "0, endpoints: [/x]}}}").contains("/x"));
        assertTrue(mistake("{service_tokens: {M: {token: " + TOKEN + "0}}}").contains("a-z"));
        assertTrue(mistake("{mode: off, service_tokens: {m: {token: " + TOKEN + "0}}}").contains("mode: off"));
    }

    @Test
    void verifiedTokensAreKeptAsLongAndAsManyAsToldWithinBounds() {
        var usual = read("{}", Map.of()).authorization().door().limits();
        assertEquals(Duration.ofSeconds(55), usual.cachedFor());
        assertEquals(10_000, usual.cachedTokens());
        var told = read("{token_cache: {for: 20s, entries: 1000}}", Map.of()).authorization().door().limits();
        assertEquals(Duration.ofSeconds(20), told.cachedFor());
        assertEquals(1_000, told.cachedTokens());
        assertTrue(mistake("{token_cache: {for: 1h}}").contains("token_cache.for"));
        assertTrue(mistake("{token_cache: {entries: 0}}").contains("token_cache.entries"));
    }

    @Test
    void aVariableThatIsSetCanStandForAnotherText() {
        var yaml = "{mode: proxied, providers: {p: {client_id: c, issuer: \"${env:D:+https://}${env:D:-"
                + "http://127.0.0.1:9}\"}}}";
        assertEquals("http://127.0.0.1:9", read(yaml, Map.of()).authorization().elsewhere().providers().getFirst()
                .issuer());
        assertEquals("https://d.example", read(yaml, Map.of("D", "d.example")).authorization().elsewhere().providers()
                .getFirst().issuer());
        assertTrue(mistake("{mode: \"${env:D:?off}\"}").contains("not understood"));
    }
}
