package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataDocumentTest {

    private static final String ID = "https://agent.example/client.json";
    private static final AuthServerSettings SETTINGS = Door.settings(AuthServerSettings.Registration.STANDARD);

    private static Client parse(String id, String document) throws DocumentRefused {
        return MetadataDocument.parse(id, document.getBytes(StandardCharsets.UTF_8), SETTINGS);
    }

    private static Client parse(String members) throws DocumentRefused {
        return parse(ID, "{\"client_id\":\"" + ID + "\"," + members + "}");
    }

    @Test
    @Covers("AS-57")
    void chatGptOffersTwoMethodsAndMayUseEither() throws DocumentRefused {
        var id = "https://chatgpt.com/oauth/abc123/client.json";
        var client = parse(id, """
                {"client_id": "https://chatgpt.com/oauth/abc123/client.json", "client_name": "ChatGPT",
                 "client_uri": "https://chatgpt.com/", "redirect_uris": ["https://chatgpt.com/connector/oauth/abc123"],
                 "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                 "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
                 "jwks_uri": "https://chatgpt.com/oauth/jwks.json"}""");
        assertEquals(Set.of("none", "private_key_jwt"), client.authMethods());
        assertEquals(Set.of("authorization_code", "refresh_token"), client.grantTypes());
        assertEquals(Client.Kind.METADATA_DOCUMENT, client.kind());
        assertTrue(RedirectUris.match(client, "https://chatgpt.com/connector/oauth/abc123").isPresent());
        assertFalse(RedirectUris.match(client, "https://chatgpt.com:8443/connector/oauth/abc123").isPresent());
    }

    @Test
    @Covers({"AS-57", "AS-12"})
    void claudeCodeListensOnAnyPortAndClaudeListsGrantTypesThatWeLack() throws DocumentRefused {
        var code = parse("https://claude.ai/oauth/claude-code-client-metadata", """
                {"client_id": "https://claude.ai/oauth/claude-code-client-metadata", "client_name": "Claude Code",
                 "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
                 "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none"}""");
        assertTrue(RedirectUris.match(code, "http://localhost:52913/callback").isPresent());
        assertTrue(RedirectUris.match(code, "http://127.0.0.1:52913/callback").isPresent());
        assertFalse(RedirectUris.match(code, "http://localhost:52913/other").isPresent());
        var desktop = parse("https://claude.ai/oauth/mcp-oauth-client-metadata", """
                {"client_id": "https://claude.ai/oauth/mcp-oauth-client-metadata", "client_name": "Claude",
                 "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"], "token_endpoint_auth_method": "none",
                 "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
                 "response_types": ["code"]}""");
        assertEquals(Set.of("authorization_code", "refresh_token"), desktop.grantTypes());
    }

    @Test
    @Covers("AS-57")
    void vsCodeHasALogoElsewhereAndFourRedirectUris() throws DocumentRefused {
        var client = parse("https://vscode.dev/oauth/client-metadata.json", """
                {"client_id": "https://vscode.dev/oauth/client-metadata.json", "client_name": "Visual Studio Code",
                 "logo_uri": "https://code.visualstudio.example/logo.png", "client_uri": "https://code.visualstudio.com",
                 "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
                 "redirect_uris": ["http://127.0.0.1/", "http://127.0.0.1:33418/", "https://vscode.dev/redirect",
                 "https://insiders.vscode.dev/redirect"], "token_endpoint_auth_method": "none"}""");
        assertEquals(4, client.redirectUris().size());
        assertTrue(RedirectUris.match(client, "http://127.0.0.1:61234/").isPresent());
    }

    @Test
    @Covers({"AS-57", "AS-25"})
    void unknownMembersAreIgnoredAndTheNameIsCleaned() throws DocumentRefused {
        var client = parse("\"redirect_uris\":[\"https://agent.example/cb\",\"http://evil.example/\"],"
                + "\"x\":{\"y\":[1]},"
                + "\"client_name\":\"Agent\\u202e\\n\",\"scope\":\"mcp:read openid\"");
        assertEquals("Agent", client.name());
        assertEquals(Set.of("mcp:read"), client.scopes());
        assertEquals(1, client.redirectUris().size(), "the refused one is dropped");
        assertEquals("agent.example", parse("\"redirect_uris\":[\"https://agent.example/cb\"]").name());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "[]", "", "x", "{\"client_id\":\"https://agent.example/client.json\"}",
        "{\"client_id\":\"https://agent.example/client.json/\",\"redirect_uris\":[\"https://a.example/\"]}",
        "{\"client_id\":\"https://AGENT.example/client.json\",\"redirect_uris\":[\"https://a.example/\"]}",
        "{\"client_id\":1,\"redirect_uris\":[\"https://a.example/\"]}",
        "{\"client_id\":\"https://x.example/\",\"client_id\":\"https://agent.example/client.json\"}"})
    @Covers({"AS-56", "AS-57"})
    void aDocumentOfSomebodyElseOrNoneIsRefused(String document) {
        assertThrows(DocumentRefused.class, () -> parse(ID, document));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"redirect_uris\":[]", "\"redirect_uris\":[\"http://evil.example/\"]",
                "\"redirect_uris\":\"https://a.example/\"",
        "\"redirect_uris\":[\"https://a.example/\"],\"client_secret\":\"x\"",
        "\"redirect_uris\":[\"https://a.example/\"],\"client_secret_expires_at\":0",
        "\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"client_secret_basic\"",
        "\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"client_secret_jwt\"",
        "\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"private_key_jwt\","
                + "\"jwks\":{\"keys\":[]}",
        "\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\"]",
        "\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_methods_supported\":\"none\"",
        "\"redirect_uris\":[\"https://a.example/\"],\"jwks\":{\"keys\":[{\"kty\":\"EC\",\"d\":\"x\"}]}",
        "\"redirect_uris\":[\"https://a.example/\"],\"jwks\":{\"keys\":[{\"kty\":\"oct\",\"k\":\"x\"}]}",
        "\"redirect_uris\":[\"https://a.example/\"],\"jwks\":{\"keys\":[]},\"jwks_uri\":\"https://a.example/\"",
        "\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[\"client_credentials\"]"})
    @Covers("AS-57")
    void whatADocumentMustNotSayIsRefusedWithAReason(String members) {
        var refused = assertThrows(DocumentRefused.class, () -> parse(members));
        assertTrue(refused.getMessage().endsWith("."), refused.getMessage());
        assertFalse(refused.getMessage().contains("a.example"), "nothing of the document is repeated");
    }

    @Test
    @Covers({"AS-57", "AS-57a"})
    void whoOffersAKeyAloneIsHeldToItAndWhoHasNoneMayNotInsist() throws DocumentRefused {
        var keys = ",\"jwks_uri\":\"https://a.example/jwks\"";
        for (var alone : List.of("\"token_endpoint_auth_method\":\"private_key_jwt\"",
                "\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\",\"client_secret_basic\"]")) {
            assertEquals(Set.of("private_key_jwt"),
                    parse("\"redirect_uris\":[\"https://a.example/\"]," + alone + keys).authMethods());
        }
        assertEquals(Set.of("none"), parse("\"redirect_uris\":[\"https://a.example/\"],"
                + "\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\",\"none\"]").authMethods());
        var refused = assertThrows(DocumentRefused.class, () ->
                parse("\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"private_key_jwt\""));
        assertTrue(refused.getMessage().contains("no usable keys"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://agent.example/client.json", "https://agent.example:8443/c",
            "https://agent.example/a?b=c",
        "https://xn--bcher-kva.example/c", "https://agent.example/..c/d", "https://agent.example//c"})
    @Covers("AS-55")
    void mayBeTheIdOfAClient(String id) throws DocumentRefused {
        assertEquals(id, MetadataDocument.url(id, false).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://agent.example/c", "http://127.0.0.1/c", "https://agent.example",
            "https://agent.example/",
        "https://agent.example/?x=y", "https://u:p@agent.example/c", "https://u@agent.example/c",
        "https://agent.example/c#f",
        "https://agent.example/../c", "https://agent.example/./c", "https://agent.example/%2e%2E/c",
        "https://agent.example/a/%2e",
        "https://agent.example/a\\b", "https://agent.example\\@evil.example/c", "https://agent.example/a b",
        "https://agent.example/a\nb",
        "https://agent.example/ü", "https:///c", "https:c", "https://", "https://agent.example:/c",
        "ftp://agent.example/c",
        "HTTPS://agent.example/c", "https://2130706433 /c", "https://agent_x.example /c", "https://a.example/%zz"})
    @Covers("AS-55")
    void mayNotBeTheIdOfAClient(String id) {
        assertThrows(DocumentRefused.class, () -> MetadataDocument.url(id, false));
    }

    @Test
    @Covers("AS-58")
    void thisMachineIsForDevelopmentAlone() throws DocumentRefused {
        assertEquals(9000, MetadataDocument.url("http://127.0.0.1:9000/c", true).getPort());
        assertThrows(DocumentRefused.class, () -> MetadataDocument.url("http://127.0.0.1:9000/c", false));
        assertThrows(DocumentRefused.class, () -> MetadataDocument.url("http://agent.example/c", true));
    }

    @Test
    @Covers("AS-59")
    void theDigestChangesWithWhatConsentIsBoundTo() throws DocumentRefused {
        var uris = "\"redirect_uris\":[\"https://a.example/1\",\"https://a.example/2\"]";
        var digest = parse(uris).digest();
        assertEquals(digest, parse("\"redirect_uris\":[\"https://a.example/2\",\"https://a.example/1\"],"
                + "\"client_name\":\"other\"").digest());
        assertNotEquals(digest, parse("\"redirect_uris\":[\"https://a.example/1\"]").digest());
        assertNotEquals(digest, parse(uris + ",\"jwks_uri\":\"https://a.example/jwks\"").digest());
        assertNotEquals(digest, parse(uris + ",\"jwks\":{\"keys\":[{\"kty\":\"EC\",\"x\":\"1\"}]}").digest());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                             | 300
            no-store                       | 300
            no-cache, max-age=3600         | 300
            max-age=0                      | 300
            max-age=299                    | 300
            public, max-age=3600           | 3600
            MAX-AGE = "7200"               | 7200
            s-maxage=9, max-age=600        | 600
            max-age=99999999               | 86400
            max-age=99999999999999999999   | 86400
            max-age=x                      | 300""")
    @Covers("AS-56")
    void isKeptAsLongAsItSaysWithinBounds(String cacheControl, int seconds) {
        assertEquals(Duration.ofSeconds(seconds),
                MetadataDocuments.keepFor(cacheControl.toLowerCase(java.util.Locale.ROOT)));
    }

    /// A document is a client or refused: whatever a stranger serves.
    @Test
    @Covers("T22")
    void survivesBrokenDocuments() throws DocumentRefused {
        var random = new Random(55);
        var whole = "{\"client_id\":\"" + ID
                + "\",\"redirect_uris\":[\"https://a.example/\"],\"jwks\":{\"keys\":[{\"kty\":\"EC\"}]},"
                + "\"grant_types\":[\"authorization_code\"],\"scope\":\"mcp:read\","
                + "\"token_endpoint_auth_method\":\"none\"}";
        assertEquals(ID, parse(ID, whole).id());
        var taken = 0;
        for (var run = 0; run < 20_000; run++) {
            var bytes = whole.getBytes(StandardCharsets.UTF_8);
            for (var hits = 1 + random.nextInt(3); hits > 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:0nx\\ \u00ff".charAt(random.nextInt(13));
            }
            try {
                MetadataDocument.parse(ID, bytes, SETTINGS);
                taken++;
            } catch (DocumentRefused refused) {
                assertTrue(refused.status() == 400);
            }
        }
        assertTrue(taken > 100, "the corpus reaches documents that are taken: " + taken);
    }
}
