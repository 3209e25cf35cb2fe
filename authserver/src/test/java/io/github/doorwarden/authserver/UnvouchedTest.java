package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.upstream.GuardedFetch;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients get that nobody here has vouched for.
class UnvouchedTest {

    @TempDir
    Path folder;

    private static AuthServerSettings.Registration allowing(Unvouched unvouched) {
        var usual = AuthServerSettings.Registration.STANDARD;
        return new AuthServerSettings.Registration(true, true, List.of(), usual.unusedFor(), 60, 10, unvouched);
    }

    private static AuthServerSettings.Registration reading() {
        return allowing(new Unvouched(Set.of("mcp:read"), List.of(), List.of()));
    }

    private static Client registered(Door door) {
        return door.clients.register(new NewClient(java.util.Optional.empty(), "Stranger",
                List.of("https://app.example/cb"), Set.of(AuthMethod.NONE), GrantType.WITH_A_PERSON, Set.of(),
                java.util.Optional.empty())).orElseThrow().client();
    }

    private static Set<String> asked(Door door, Client client, String scope) {
        var steps = new AuthorizeSteps(door.settings, door.clients, new PushedRequests(door.database, door.clock));
        var params = Gate.parse(Door.form("client_id", client.id(), "response_type", "code", "redirect_uri",
                client.redirectUris().getLast(), "code_challenge", Door.CHALLENGE, "code_challenge_method", "S256",
                "resource", Door.MCP, "scope", scope));
        return steps.read(params, client, steps.redirect(client, params)).scopes();
    }

    @Test
    @Covers("AS-28a")
    void aClientThatNobodyVouchedForAsksForNoMoreThanTheConfigurationAllows() {
        try (var door = Door.open(folder, Door.settings(reading()))) {
            var stranger = registered(door);
            assertEquals(Set.of("mcp:read"), asked(door, stranger, "mcp:read mcp:write"));
            assertEquals("invalid_scope", assertThrows(OAuthRefused.class, () -> asked(door, stranger, "mcp:write"))
                    .why().error());
            assertEquals(Set.of("mcp:write"), asked(door, door.desktop(), "mcp:write"), "the operator vouched for it");
        }
    }

    @Test
    @Covers("AS-28a")
    void whatSuchAClientWasGrantedBeforeIsTakenBackWithItsNextToken() {
        String refresh;
        String all;
        Client stranger;
        try (var door = Door.open(folder)) {
            stranger = registered(door);
            refresh = door.redeem(stranger, door.code(stranger)).text("refresh_token");
            all = door.redeem(stranger, door.code(stranger, "p_ada", "mcp:write")).text("refresh_token");
        }
        try (var door = new Door(folder.resolve("door.db"), new Door.Clock(), Door.settings(reading()))) {
            assertEquals("invalid_scope", door.token("grant_type", "refresh_token", "client_id", stranger.id(),
                    "refresh_token", refresh, "scope", "mcp:write").error());
            assertEquals("mcp:read", door.refresh(stranger, refresh).text("scope"));
            assertEquals("invalid_scope", door.refresh(stranger, all).error());
        }
    }

    @Test
    @Covers("AS-59a")
    void documentsAreTakenFromWhereTheConfigurationSays() {
        var open = Unvouched.ANYTHING;
        assertTrue(open.takes("anybody.example"));
        var listed = new Unvouched(Set.of(), List.of("Good.Example", "*.apps.example"), List.of("bad.apps.example"));
        for (var host : List.of("good.example", "GOOD.example", "good.example.", "one.apps.example",
                "a.b.apps.example")) {
            assertTrue(listed.takes(host), host);
        }
        for (var host : List.of("apps.example", "bad.apps.example", "BAD.apps.example.", "sub.good.example",
                "evilgood.example", "evilapps.example", "good.example.evil", "xn--good-.example", "")) {
            assertFalse(listed.takes(host), host);
        }
        var denied = new Unvouched(Set.of(), List.of(), List.of("*.bad.example"));
        assertTrue(denied.takes("bad.example") && denied.takes("good.example"));
        assertFalse(denied.takes("very.bad.example"));
    }

    @Test
    @Covers({"AS-59a", "T12"})
    void aDocumentFromElsewhereIsNotEvenFetched() {
        var settings = Door.settings(allowing(new Unvouched(Set.of(), List.of("good.example"), List.of())));
        try (var door = Door.open(folder, settings)) {
            var documents = new MetadataDocuments(settings, new GuardedFetch(false), door.clock);
            for (var id : List.of("https://evil.example/client.json", "https://good.example.evil.example/client.json",
                    "https://evil.example./good.example", "https://EVIL.example/x")) {
                var refused = assertThrows(DocumentRefused.class, () -> documents.fetch(id));
                assertTrue(refused.getMessage().contains("takes no applications from"), refused.getMessage());
                assertEquals(403, refused.status());
            }
        }
    }
}
