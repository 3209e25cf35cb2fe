package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.authserver.AuthServerSettings.Lifetimes;
import io.github.doorwarden.authserver.AuthServerSettings.Registration;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthServerSettingsTest {

    private static final Scopes NONE = new Scopes(List.of());

    private static ProtectedResource resource(String identifier, boolean forPeople) {
        return new ProtectedResource(URI.create(identifier), "A resource", NONE, forPeople);
    }

    private final AuthServerSettings settings = new AuthServerSettings(URI.create("https://door.example"), "Door",
            List.of(resource("https://api.example/v1", false), resource("https://door.example/mcp", true),
                    resource("https://door.example/other", true)), false, Lifetimes.STANDARD, Registration.STANDARD);

    private String named(String identifier) {
        return settings.resource(identifier).map(found -> found.identifier().toString()).orElse("none");
    }

    @Test
    @Covers("AS-16")
    void spellingsOfOneIdentifierNameOneResource() {
        for (var spelling : List.of("https://door.example/mcp", "https://door.example/mcp/",
                "HTTPS://Door.Example/mcp")) {
            assertEquals("https://door.example/mcp", named(spelling), spelling);
        }
        assertEquals("https://door.example/other", named("https://door.example/other"));
        assertEquals("https://api.example/v1", named("https://api.example/v1"));
    }

    @Test
    @Covers("AS-16")
    void theBareOriginNamesTheFirstEndpoint() {
        assertEquals("https://door.example/mcp", named("https://door.example"));
        assertEquals("https://door.example/mcp", named("https://door.example/"));
    }

    @Test
    @Covers({"AS-16", "T28"})
    void whatIsOnlyNearlyAnIdentifierNamesNothing() {
        for (var near : List.of("https://door.example/MCP", "https://door.example/mcp//", "https://door.example/mcp?x",
                "https://door.example/mcp#x", "http://door.example/mcp", "https://door.example:444/mcp",
                "https://api.example", "https://door.example.evil/mcp", "door.example/mcp", "", "%")) {
            assertTrue(settings.resource(near).isEmpty(), near);
        }
    }
}
