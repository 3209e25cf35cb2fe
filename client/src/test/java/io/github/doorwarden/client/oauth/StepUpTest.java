package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More scopes than were had; and where tokens go at all.
class StepUpTest {

    @TempDir
    Path folder;

    private static StubSite.Reply lacks(String scope) {
        return StubSite.Reply.nothing(403).with("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\""
                + scope + "\"");
    }

    private static String scopes(SignedIn site, StubSite.Seen asked) {
        return site.authority.scopesOf.getOrDefault(asked.header("Authorization").replace("Bearer ", ""), "-");
    }

    @Test
    @Covers("CL-6")
    void theUnionIsAskedFor() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.challenge += ", scope=\"read\"";
            site.resource.door = asked -> scopes(site, asked).equals("read") ? lacks("write") : null;
            assertEquals(200, site.call());
            assertEquals(List.of("read", "read write"), site.authority.authorizations().stream()
                    .map(asked -> asked.get("scope")).toList());
            assertEquals(2, site.browser.tabs.size());
        }
    }

    @Test
    @Covers("CL-6")
    void whatIsNeverEnoughIsAskedForAFewTimesAlone() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.door = asked -> scopes(site, asked).equals("-") ? null : lacks("write");
            var authorization = site.open();
            assertEquals(403, site.resource.call(authorization));
            assertEquals(403, site.resource.call(authorization));
            assertTrue(site.browser.tabs.size() <= 3, () -> site.browser.tabs.size() + " sign-ins");
            var before = site.browser.tabs.size();
            assertEquals(403, StubResource.call(authorization, site.resource.address(), "tools/call sub"));
            assertTrue(site.browser.tabs.size() > before, "another operation is another matter");
        }
    }

    @Test
    void eachTimeAnotherScopeEndsToo() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.door = asked -> scopes(site, asked).equals("-") ? null
                    : lacks("s" + site.resource.calls().size());
            assertEquals(403, site.call());
            assertTrue(site.browser.tabs.size() <= 3, () -> site.browser.tabs.size() + " sign-ins");
        }
    }

    @Test
    void a403ForOtherReasonsIsNoReasonToSignIn() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.door = asked -> scopes(site, asked).equals("-") ? null : StubSite.Reply.nothing(403);
            assertEquals(403, site.call());
            site.resource.door = asked -> scopes(site, asked).equals("-") ? null : lacks("");
            assertEquals(403, site.call());
            assertEquals(1, site.browser.tabs.size());
        }
    }

    @Test
    void aTokenThatIsNeverTakenEndsToo() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.door = _ -> StubSite.Reply.nothing(401).with("WWW-Authenticate", site.resource.challenge);
            var authorization = site.open();
            for (var i = 0; i < 3; i++) {
                var failure = assertThrows(ClientFailure.class, () -> site.resource.call(authorization));
                assertTrue(failure.getMessage().contains("refused a token"), failure.getMessage());
            }
            assertEquals(1, site.browser.tabs.size());
            authorization.signOut();
            authorization.signIn();
            assertEquals(2, site.browser.tabs.size(), "who asks for it by name gets another try");
        }
    }

    @Test
    @Covers("CL-10")
    void tokensGoToTheOriginOfTheServerAlone() throws Exception {
        try (var site = new SignedIn(folder)) {
            var authorization = site.open();
            assertEquals(200, site.resource.call(authorization));
            var token = authorization.fields("POST", site.resource.address()).get("Authorization");
            assertEquals(Set.of("Authorization"), authorization.fields("POST", site.resource.address()).keySet());
            for (var other : List.of("https://evil.example/mcp", "http://127.0.0.1:1/mcp",
                    site.resource.address().toString().replace("http:", "https:"),
                    site.resource.address().toString().replace("127.0.0.1", "localhost"))) {
                assertEquals(Map.of(), authorization.fields("POST", URI.create(other)), other);
            }
            assertTrue(token.startsWith("Bearer access-"));
            for (var asked : site.resource.seen) {
                assertEquals("", asked.query());
            }
            assertFalse(site.authority.seen.toString().contains(token));
        }
    }

    @Test
    void nothingSecretIsPrinted() throws Exception {
        try (var site = new SignedIn(folder)) {
            var authorization = site.open();
            assertEquals(200, site.resource.call(authorization));
            var refusal = new Authorization.Refusal(401, Map.of(), authorization.fields("POST",
                    site.resource.address()), "x", 1);
            var vault = new Vault(Folder.at(folder), Discovery.canonical(site.settings.server()) + " ",
                    new KeyPlace(Folder.at(folder), Optional.empty()));
            var all = refusal + " " + vault.read() + authorization.session() + site.settings;
            assertFalse(all.contains("access-") || all.contains("refresh-"), all);
        }
    }
}
