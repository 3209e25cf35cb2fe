package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.Mistake;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final String[] ARGS = {"--data", "somewhere"};

    private static Map<String, String> provider(String jwks) {
        return Map.of("WORKOS_JWKS_URL", jwks, "WORKOS_ISSUER", "https://idp.example/", "WORKOS_M2M_AUDIENCE", "aud");
    }

    @Test
    void everythingAwayFromItsDefault() throws Mistake {
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
    void withoutEnvironmentNobodyIsLetInAndNothingIsMailed() throws Mistake {
        var settings = Settings.of(ARGS, Map.of("MCP_SERVICE_TOKEN", " ", "WORKOS_ISSUER", ""));
        assertTrue(settings.provider().isEmpty() && settings.staticToken().isEmpty() && settings.smtp().isEmpty());
        assertEquals(0, settings.port());
    }

    @Test
    void mistakesAreRefused() {
        assertThrows(Mistake.class, () -> Settings.of(new String[0], Map.of()));
        assertThrows(Mistake.class, () -> Settings.of(new String[] {"--data"}, Map.of()));
        assertThrows(Mistake.class, () -> Settings.of(new String[] {"--data", "d", "--port", "70000"},
                Map.of()));
        assertThrows(Mistake.class, () -> Settings.of(new String[] {"--date", "d"}, Map.of()));
        assertThrows(Mistake.class, () -> Settings.of(ARGS, Map.of("WORKOS_ISSUER", "https://idp.example/")));
        assertThrows(Mistake.class, () -> Settings.of(ARGS, Map.of("SMTP_URL", "http://mail.example")));
    }
}
