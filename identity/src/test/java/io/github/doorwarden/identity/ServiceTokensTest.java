package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceTokensTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final URI DOOR = URI.create("https://door.example/mcp");
    private static final URI SIDE_DOOR = URI.create("https://door.example/side");
    private static final TokenVerifier NONE = token -> {
        throw TokenRefused.invalid("it is not ours", TokenId.of(token));
    };

    private static BearerTokens tokens(ServiceToken... some) {
        return new BearerTokens(new ServiceTokens(List.of(some), List.of(DOOR, SIDE_DOOR), NONE), grant -> true,
                Limits.STANDARD, () -> Instant.parse("2026-11-27T12:00:00Z"));
    }

    @Test
    void isAServiceWithItsScopes() {
        var tokens = tokens(ServiceToken.of("other", "x".repeat(32), Set.of(), Set.of()),
                ServiceToken.of("monitor", TOKEN, Set.of("mcp:read"), Set.of()));
        var caller = tokens.verify(TOKEN, DOOR);
        assertEquals(Caller.Kind.SERVICE, caller.kind());
        assertEquals("service-token:monitor", caller.subject());
        assertEquals("service-token:monitor", caller.clientId());
        assertEquals(Set.of("mcp:read"), caller.scopes());
        assertEquals(Optional.empty(), caller.email());
        assertTrue(caller.tokenId().startsWith("sha256:"), caller.tokenId());
        assertTrue(tokens.mayStay(caller));
        assertEquals(caller, tokens.verify(TOKEN, SIDE_DOOR), "a cached one is the same");
    }

    @Test
    void nothingButTheWholeTokenIsIt() {
        var tokens = tokens(ServiceToken.of("monitor", TOKEN, Set.of(), Set.of()));
        for (var other : List.of(TOKEN.substring(1), TOKEN.substring(0, 31), TOKEN + "0", TOKEN.toUpperCase(),
                TOKEN + "=", "service-token:monitor", TokenId.of(TOKEN).replace(':', '.'))) {
            assertEquals(401, assertThrows(TokenRefused.class, () -> tokens.verify(other, DOOR)).status(), other);
        }
    }

    @Test
    void opensTheEndpointsThatItIsFor() {
        var tokens = tokens(ServiceToken.of("monitor", TOKEN, Set.of(), Set.of("/side")));
        assertEquals("service-token:monitor", tokens.verify(TOKEN, SIDE_DOOR).subject());
        assertEquals(401, assertThrows(TokenRefused.class, () -> tokens.verify(TOKEN, DOOR)).status());
    }

    @Test
    void oneThatCouldBeGuessedOrNotBeSentIsRefused() {
        for (var bad : List.of("", "short", "a".repeat(31), "a".repeat(31) + " ", "a".repeat(40) + "ü",
                "a".repeat(9_000))) {
            assertThrows(IllegalArgumentException.class, () -> ServiceToken.of("monitor", bad, Set.of(), Set.of()),
                    bad);
        }
    }

    @Test
    void neitherTokenNorHashIsPrinted() {
        var printed = ServiceToken.of("monitor", TOKEN, Set.of("mcp:read"), Set.of()).toString();
        assertFalse(printed.contains(TOKEN) || printed.contains(TokenId.of(TOKEN).substring(7)), printed);
    }
}
