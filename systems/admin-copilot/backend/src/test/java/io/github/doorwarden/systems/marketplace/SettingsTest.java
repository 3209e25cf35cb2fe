package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final String[] ARGS = {"--data", "somewhere"};

    private static Map<String, String> provider(String jwks) {
        return Map.of("WORKOS_JWKS_URL", jwks, "WORKOS_ISSUER", "https://idp.example/", "WORKOS_M2M_AUDIENCE", "aud");
    }

    @Test
    void everythingAwayFromItsDefault() throws Settings.Mistake {
        var environment = new HashMap<>(provider("https://idp.example/jwks"));
        environment.put("MCP_SERVICE_TOKEN", "very-secret");
        environment.put("SMTP_URL", "smtps://u:p@mail.example:465");
        environment.put("MAIL_FROM", "me@example.com");
        var settings = Settings.of(new String[] {"--port", "8080", "--data", "d"}, environment);
        assertEquals(8080, settings.port());
        assertEquals("aud", settings.provider().orElseThrow().audience());
        assertEquals("mail.example", settings.smtp().orElseThrow().getHost());
        assertEquals("me@example.com", settings.mailFrom());
        assertFalse(settings.toString().contains("very-secret"));
        assertFalse(settings.toString().contains("u:p"));
    }

    @Test
    void withoutEnvironmentNobodyIsLetInAndNothingIsMailed() throws Settings.Mistake {
        var settings = Settings.of(ARGS, Map.of("MCP_SERVICE_TOKEN", " ", "WORKOS_ISSUER", ""));
        assertTrue(settings.provider().isEmpty() && settings.staticToken().isEmpty() && settings.smtp().isEmpty());
        assertEquals(0, settings.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://idp.example/jwks", "http://127.0.0.1.evil.example/jwks", "http://10.0.0.1/jwks",
            "ftp://127.0.0.1/jwks", "no url at all", "file:///etc/passwd"})
    void keysComeByTlsOrFromThisMachine(String url) {
        assertThrows(Settings.Mistake.class, () -> Settings.of(ARGS, provider(url)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:9/jwks", "http://localhost/jwks", "http://[::1]:9/jwks",
            "https://idp.example/jwks"})
    void theseAreFine(String url) throws Settings.Mistake {
        assertTrue(Settings.of(ARGS, provider(url)).provider().isPresent());
    }

    @Test
    void mistakesAreRefused() {
        assertThrows(Settings.Mistake.class, () -> Settings.of(new String[0], Map.of()));
        assertThrows(Settings.Mistake.class, () -> Settings.of(new String[] {"--data"}, Map.of()));
        assertThrows(Settings.Mistake.class, () -> Settings.of(new String[] {"--data", "d", "--port", "70000"},
                Map.of()));
        assertThrows(Settings.Mistake.class, () -> Settings.of(new String[] {"--date", "d"}, Map.of()));
        assertThrows(Settings.Mistake.class, () -> Settings.of(ARGS, Map.of("WORKOS_ISSUER", "https://idp.example/")));
        assertThrows(Settings.Mistake.class, () -> Settings.of(ARGS, Map.of("SMTP_URL", "http://mail.example")));
    }
}
