package io.github.doorwarden.systems.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    private static final Arguments.Words WORDS = new Arguments.Words("Usage", "No data.", "No port.");

    private static Optional<Provider> provider(String jwks) throws Mistake {
        return new Environment(Map.of("JWKS", jwks, "ISSUER", "https://idp.example/", "AUDIENCE", "aud")).provider(
                "JWKS", "ISSUER", "AUDIENCE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://idp.example/jwks", "http://127.0.0.1.evil.example/jwks", "http://10.0.0.1/jwks",
            "ftp://127.0.0.1/jwks", "no url at all", "file:///etc/passwd"})
    void keysComeByTlsOrFromThisMachine(String url) {
        assertThrows(Mistake.class, () -> provider(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:9/jwks", "http://localhost/jwks", "http://[::1]:9/jwks",
            "https://idp.example/jwks"})
    void theseAreFine(String url) throws Mistake {
        assertTrue(provider(url).isPresent());
    }

    @Test
    void aProviderIsToldAsAWholeOrNotAtAll() throws Mistake {
        assertTrue(new Environment(Map.of("ISSUER", " ")).provider("JWKS", "ISSUER", "AUDIENCE").isEmpty());
        var half = new Environment(Map.of("ISSUER", "https://idp.example/"));
        assertTrue(assertThrows(Mistake.class, () -> half.provider("JWKS", "ISSUER", "AUDIENCE")).getMessage()
                .startsWith("JWKS, ISSUER and AUDIENCE belong together"));
    }

    @Test
    void numbersKeepTheirBounds() throws Mistake {
        assertEquals(7, Environment.number("SIZE", "7", 1, 7));
        for (var wrong : new String[] {"0", "8", "seven", ""}) {
            assertEquals("SIZE must be a number from 1 to 7.", assertThrows(Mistake.class,
                    () -> Environment.number("SIZE", wrong, 1, 7)).getMessage());
        }
    }

    @Test
    void everyMistakeOfTheCommandLineEndsWithItsUse() throws Mistake {
        var arguments = Arguments.of(new String[] {"--port", "8080", "--data", "d"}, WORDS);
        assertEquals("d 8080", arguments.data() + " " + arguments.port());
        for (var wrong : new String[][] {{}, {"--data"}, {"--date", "d"}}) {
            assertTrue(assertThrows(Mistake.class, () -> Arguments.of(wrong, WORDS)).getMessage().endsWith(
                    ". Usage"));
        }
        assertEquals("No port.", assertThrows(Mistake.class, () -> Arguments.of(new String[] {"--data", "d", "--port",
                "70000"}, WORDS)).getMessage());
    }
}
