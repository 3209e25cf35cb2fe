package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUrisTest {

    private static final List<String> SCHEMES = List.of("cursor", "vscode");
    private static final List<String> REGISTERED =
            List.of("https://app.example/cb", "https://app.example/q?a=1", "http://127.0.0.1/callback",
            "http://localhost/callback", "http://[::1]:9000/callback?x=1",
            "cursor://anysphere.cursor-mcp/oauth/callback", "http://127.0.0.1/");

    @ParameterizedTest
    @ValueSource(strings = {
        "https://app.example/cb", "https://app.example/q?a=1", "cursor://anysphere.cursor-mcp/oauth/callback",
        "http://127.0.0.1/callback", "http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback",
        "http://127.0.0.1:33418/",
        "http://localhost/callback", "http://localhost:54321/callback",
        "http://[::1]/callback?x=1", "http://[::1]:9000/callback?x=1", "http://[::1]:9001/callback?x=1"})
    @Covers({"AS-12", "T8"})
    void matchesTheSameStringAndAnyPortOfThisMachine(String presented) {
        var match = RedirectUris.match(REGISTERED, presented).orElseThrow();
        assertEquals(presented, match.uri().toString());
        assertEquals(presented.startsWith("http://"), match.loopback());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // Case, slashes, dots
        "https://APP.example/cb", "HTTPS://app.example/cb", "https://app.example/CB", "https://app.example/cb/",
                "https://app.example//cb",
        "https://app.example/cb/.", "https://app.example/x/../cb", "https://app.example/x/%2e%2e/cb",
        "https://app.example/%2e/cb",
        "https://app.example/./cb", "https://app.example/c%62", "https://app.example./cb", "https://app.example/cb%2f",
        "https://app.example",
        // Query and fragment
        "https://app.example/cb?", "https://app.example/cb?x=1", "https://app.example/q", "https://app.example/q?a=2",
                "https://app.example/q?a=1&b=2",
        "https://app.example/q?b=2&a=1", "https://app.example/cb#", "https://app.example/cb#x",
        "https://app.example/cb%23x",
        // User information, ports and other hosts
        "https://evil@app.example/cb", "https://app.example@evil.example/cb", "https://app.example:443/cb",
                "https://app.example:8443/cb",
        "https://app.example:/cb", "https://app.example.evil.example/cb", "https://evil.example/cb",
        "https://evilapp.example/cb",
        "https://app.example%2eevil.example/cb", "https://app.example\\@evil.example/cb", "https://app.example\\cb",
        "https:\\\\app.example\\cb",
        "https:/app.example/cb", "https:app.example/cb", "//app.example/cb", "/cb", "cb", "", " ",
        "https://app.example/cb ", " https://app.example/cb",
        "https://app.example/cb\n", "https://app.example/cb\r\nX: y", "https://app.example/cb\t",
        "https://app.example/cb\u0000",
        "https://app。example/cb", "https://ａpp.example/cb", "https://app\u2024example/cb",
        "https://app.example/cb\u200b", "http://app.example/cb",
        "https://*.example/cb", "https://app.example/*",
        // Names and numbers that are not this machine, or another spelling of it
        "http://localhost.evil.example/callback", "http://127.0.0.1.evil.example/callback",
                "http://127.attacker.example/callback",
        "http://localhost@evil.example/callback", "http://127.0.0.1@evil.example/callback",
        "http://evil@127.0.0.1/callback",
        "http://127.0.0.1:80@evil.example/callback", "http://127.1/callback", "http://2130706433/callback",
        "http://0x7f.0.0.1/callback",
        "http://0177.0.0.1/callback", "http://127.0.0.2/callback", "http://0.0.0.0/callback",
        "http://[::ffff:127.0.0.1]/callback?x=1",
        "http://[::ffff:7f00:1]/callback?x=1", "http://[0:0:0:0:0:0:0:1]/callback?x=1",
        "http://[::1%25lo]/callback?x=1", "http://LOCALHOST/callback",
        "http://localhost./callback", "https://localhost/callback", "https://127.0.0.1/callback",
        "http://localhost/callback/",
        "http://localhost/callback?x=1", "http://localhost/callback#x", "http://localhost:99999/callback",
        "http://localhost:0/callback",
        "http://localhost:080/callback", "http://localhost:/callback", "http://localhost:+80/callback",
        "http://localhost:80:80/callback",
        "http://localhost:٨٠/callback", "http://localhost:80\\@evil.example/callback", "http://127.0.0.1",
        "http://127.0.0.1:8080", "http://[::1]/callback",
        "http://localhost/../callback", "http://localhost/x", "ftp://127.0.0.1/callback",
        // Other schemes
        "javascript:alert(1)", "javascript://app.example/cb", "data:text/html,x", "file:///etc/passwd", "vbscript:x",
                "blob:https://app.example/x",
        "about:blank", "cursor://anysphere.cursor-mcp/oauth/callback/", "cursor://evil/oauth/callback",
        "CURSOR://anysphere.cursor-mcp/oauth/callback",
        "vscode://anysphere.cursor-mcp/oauth/callback", "cursor:anysphere.cursor-mcp/oauth/callback"})
    @Covers({"AS-12", "T8"})
    void matchesNothingElse(String presented) {
        assertTrue(RedirectUris.match(REGISTERED, presented).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://app.example/cb", "https://app.example", "https://app.example:8443/cb?x=1&y=%20",
                "https://xn--bcher-kva.example/cb",
        "https://192.0.2.7/cb", "https://[2001:db8::1]/cb", "http://127.0.0.1/", "http://127.0.0.1:33418/",
        "http://localhost/callback",
        "http://[::1]:1/x", "http://localhost", "cursor://anysphere.cursor-mcp/oauth/callback",
        "vscode://dynamicauthprovider/x", "vscode:x",
        "https://chatgpt.com/connector/oauth/abc_123", "https://vscode.dev/redirect", "https://app.example/..x/cb"})
    @Covers("AS-13")
    void mayBeRegistered(String uri) {
        assertEquals("", RedirectUris.whyNot(uri, SCHEMES).orElse(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "http://app.example/cb", "http://127.0.0.2/cb", "http://127.1/cb", "http://localhost.evil.example/cb",
                "http://localhost:70000/cb", "http://0.0.0.0/",
        "https://user:pw@app.example/cb", "https://user@app.example/cb", "https://app.example/cb#f",
        "https://app.example/*", "https://*.example/cb",
        "https://app.example/../cb", "https://app.example/x/%2e%2E/cb", "https://app.example/.",
        "https://app.example\\cb", "https:///cb", "https://",
        "https://app_x.example/cb", "https://-app.example/cb", "https://app..example/cb", "https://app.example:0/cb",
        "https://app.example:99999/cb",
        "https://app.example:/cb", "https://127.1/cb", "https://2130706433/cb", "https://0x7f000001/cb",
        "https://0177.0.0.1/cb", "https://app%2eexample/cb", "HTTPS://app.example/cb",
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "blob:https://a/b",
        "about:blank", "ftp://app.example/cb",
        "myapp://cb", "com.example.app:/cb", "CURSOR://x/y", "cursor://user@x/y", "//app.example/cb", "/cb", "cb", "",
        " ", "https://app.example/c b",
        "https://app.example/ü", "https://app.example/\u202e", "https://app.example/\n", "https://app.example/%zz",
        "https://app.example/<x>"})
    @Covers("AS-13")
    void mayNotBeRegistered(String uri) {
        assertTrue(RedirectUris.whyNot(uri, SCHEMES).isPresent());
    }

    @Test
    @Covers("AS-13")
    void privateSchemesAreOffUnlessTheOperatorAllowsThem() {
        assertTrue(RedirectUris.whyNot("cursor://anysphere.cursor-mcp/oauth/callback", List.of()).isPresent());
    }

    @Test
    @Covers("AS-13")
    void dropsTheRefusedAndKeepsTheRest() {
        var screened = RedirectUris.screen(
                List.of("myapp://cb", "https://app.example/cb", "http://evil.example/", "https://app.example/cb",
                "http://localhost:8787/callback"), SCHEMES);
        assertEquals(List.of("https://app.example/cb", "http://localhost:8787/callback"), screened.accepted());
        assertEquals(2, screened.refused().size());
        assertFalse(screened.refused().toString().contains("evil"), "a reason never repeats what was sent");
        var many = java.util.stream.IntStream.range(0, 50).mapToObj(i -> "https://app.example/" + i).toList();
        assertEquals(Limits.REDIRECT_URIS, RedirectUris.screen(many, SCHEMES).accepted().size());
    }

    /// Whatever is presented: a match is the registered string, or differs in the port of this machine alone.
    @Test
    @Covers("T8")
    void aMatchNeverLeavesTheRegisteredHostAndPath() {
        var random = new Random(20_260_302);
        var pieces = List.of("http://", "https://", "localhost", "127.0.0.1", "[::1]", "app.example", "evil.example",
                ":", ":80", ":9000", "@", "/",
                "/callback", "/cb", "?x=1", "#", "\\", "%2e", "..", ".", "//", "\n", "%00", "ü", "*", "q?a=1",
                "cursor:");
        var matched = 0;
        for (var run = 0; run < 200_000; run++) {
            var known = REGISTERED.get(random.nextInt(REGISTERED.size()));
            var cut = random.nextInt(known.length() + 1);
            var uri = known.substring(0, cut) + random.ints(random.nextInt(3), 0, pieces.size()).mapToObj(pieces::get)
                    .collect(Collectors.joining())
                    + known.substring(Math.min(known.length(), cut + random.nextInt(3)));
            var match = RedirectUris.match(REGISTERED, uri);
            RedirectUris.whyNot(uri, SCHEMES);
            if (match.isPresent()) {
                matched++;
                var host = match.get().uri().getHost();
                assertTrue(REGISTERED.contains(uri) || List.of("localhost", "127.0.0.1", "[::1]").contains(host), uri);
                assertTrue(REGISTERED.stream().anyMatch(one -> one.replaceAll(":\\d+", "")
                        .equals(uri.replaceAll(":\\d+", ""))), uri);
            }
        }
        assertTrue(matched > 100, "the corpus reaches matches: " + matched);
    }
}
