package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.encode;
import static io.github.doorwarden.authserver.Visitor.html;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every page has in common, whatever strangers put on it.
class PagesTest {

    private static final String CALLBACK = "https://agent.example/cb";
    private static final Pattern TAG = Pattern.compile("<[a-zA-Z!/?](\"[^\"]*\"|[^\">])*>");

    @TempDir
    Path folder;

    private House house;
    private Visitor visitor;

    @BeforeEach
    void open() {
        house = new House(folder);
        visitor = new Visitor(house);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static String request(String clientId, String redirect, String more) {
        return "/authorize?response_type=code&client_id=" + encode(clientId) + "&redirect_uri=" + encode(redirect)
                + "&code_challenge="
                + House.CHALLENGE + "&code_challenge_method=S256" + more;
    }

    /// At least one reply of every kind: each route with and without a session, with right and wrong forms, and each
    /// way to end.
    private List<Reply> everyPage() {
        var replies = new ArrayList<Reply>();
        var client = house.dynamic("Agent", CALLBACK);
        var asked = request(client.id(), CALLBACK, "");
        for (var who : List.of(visitor, new Visitor(house).signedIn())) {
            for (var route : house.pages()) {
                for (var query : List.of("", "?" + asked.substring(11), "?token=x", "?client_id=%ff", "?a=b&a=b")) {
                    replies.add(route.method().equals("GET") ? who.get(route.path() + query)
                            : who.post(route.path() + query, "csrf=x"));
                    replies.add(route.method().equals("GET") ? who.get(route.path() + query)
                            : who.post(route.path() + query, "{", Headers.NONE));
                }
            }
            for (var more : List.of("&scope=root", "&prompt=none", "&response_type=token")) {
                replies.add(who.get(asked + more));
            }
        }
        replies.add(visitor.signIn(visitor.get("/login"), "ada@example.org", "wrong"));
        for (var i = 0; i < 6; i++) {
            replies.add(visitor.signIn(visitor.get("/login"), "ada@example.org", "wrong"));
        }
        replies.add(new Visitor(house).post("/login/link", "email=x"));
        var inside = new Visitor(house);
        inside.peer = "192.0.2.9";
        inside.signedIn();
        replies.add(inside.decide(inside.get(asked), "deny"));
        replies.add(inside.decide(inside.get(asked), "allow"));
        replies.add(inside.get("/account"));
        var shown = inside.send("/account/code", inside.get("/account"));
        replies.add(shown);
        replies.add(inside.send("/account/code/confirm", shown, "code", "000000"));
        replies.add(inside.get(asked + "&acr_values=" + encode(SignIn.TWO_FACTORS)));
        replies.add(inside.send("/account/code/confirm", shown, "code", Phone.of(shown, house.clock).code()));
        var device = new DeviceCodes(house.database, house.clock, house.grants).begin(new DeviceCodes.Waiting(
                client.id(), House.ISSUER + "/mcp", Set.of("read")));
        replies.add(inside.get("/device"));
        var ask = inside.send("/device", inside.get("/device"), "user_code", device.user());
        replies.add(ask);
        replies.add(inside.send("/device/decision", ask, "decision", "allow"));
        var second = new Visitor(house);
        second.peer = "192.0.2.10";
        replies.add(second.signIn(second.get("/login")));
        return replies;
    }

    @Test
    @Covers({"T10", "AS-20"})
    void everyPageRefusesToBeFramedScriptedOrKept() {
        var pages = everyPage().stream().filter(r -> r.headers().first("Content-Type").orElse("")
                .startsWith("text/html")).toList();
        assertTrue(pages.size() > 50);
        for (var status : List.of(200, 400, 403, 429)) {
            assertTrue(pages.stream().anyMatch(page -> page.status() == status), "a page with " + status);
        }
        for (var page : pages) {
            var scripted = html(page).contains("<script");
            assertTrue(one(page, "Content-Security-Policy")
                    .matches("default-src 'none'; " + (scripted ? "script-src 'self'; " : "")
                    + "style-src 'self'; img-src 'self' data:; "
                    + "form-action 'self'( https://agent\\.example https:)?; frame-ancestors 'none'; base-uri 'none'"),
                    one(page, "Content-Security-Policy"));
            assertEquals("DENY", one(page, "X-Frame-Options"));
            assertEquals("no-referrer", one(page, "Referrer-Policy"));
            assertEquals("no-store", one(page, "Cache-Control"));
            assertEquals("unsafe-none", one(page, "Cross-Origin-Opener-Policy"));
            assertTrue(html(page).replaceFirst("<script src=\"/assets/passkeys\\.js\\?v=[\\w-]{16}\" defer></script>",
                    "")
                    .matches("(?s)((?!<script|javascript:).)*"), "no script but the one");
            assertFalse(html(page).contains(" style="));
            assertFalse(html(page).contains(" onclick"));
            assertTrue(html(page).contains("<html lang=\"en\">") && html(page).contains("<main>") && html(page)
                    .contains("<h1>"));
        }
    }

    @Test
    @Covers("AS-1")
    void everyRedirectIsA303ThatNobodyKeeps() {
        var redirects = everyPage().stream().filter(r -> r.headers().first("Location").isPresent()).toList();
        assertFalse(redirects.isEmpty());
        for (var redirect : redirects) {
            assertEquals(303, redirect.status());
            assertEquals("no-store", one(redirect, "Cache-Control"));
            assertEquals("no-referrer", one(redirect, "Referrer-Policy"));
        }
    }

    private static String one(Reply page, String header) {
        assertEquals(1, page.headers().all(header).size(), header);
        return page.headers().first(header).orElseThrow();
    }

    @Test
    @Covers("AS-8")
    void noPageIsOpenToOtherOrigins() {
        assertTrue(house.side.routes().stream().allMatch(route -> route.cors() == Cors.NONE && route.hostBound()));
    }

    @Test
    void theConsentFormMayLeadToTheClientAndWhereItLeadsOn() {
        visitor.signedIn();
        assertEquals("https://agent.example https:", formAction(CALLBACK));
        assertEquals("http://127.0.0.1:4711 http://127.0.0.1:* http://localhost:* https:",
                formAction("http://127.0.0.1:4711/cb"));
        assertEquals("http: http://127.0.0.1:* http://localhost:* https:", formAction("http://[::1]:4711/cb"));
        assertEquals("cursor: https:", formAction("cursor://anysphere.cursor-mcp/oauth/callback"));
    }

    private String formAction(String redirect) {
        var policy = one(visitor.get(request(house.dynamic("A", redirect).id(), redirect, "")),
                "Content-Security-Policy");
        return policy.replaceAll(".*form-action 'self' ([^;]*);.*", "$1");
    }

    @Test
    @Covers({"T20", "AS-25"})
    void whatStrangersWriteStaysText() {
        visitor.signedIn();
        var honest = skeletons("Agent");
        for (var payload : List.of("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
                "' autofocus onfocus=alert(1) x='", "<!--", "</title><h1>Hi",
                "${7*7}@if(true)", "&lt;script&gt;", "javascript:alert(1)", "\u202eexe.live\u202c", "a\u2028b\u200bc",
                "Claude\u00a0Allow", "<svg/onload=1>",
                "]]>", "x".repeat(500), "\ud83e\uddf9".repeat(300), "{{x}}", "`+alert(1)+`")) {
            assertEquals(honest, skeletons(payload), payload);
        }
    }

    /// The tags and attributes of each page on which a stranger's text can stand; the text itself is left out.
    private List<List<String>> skeletons(String text) {
        var client = house.dynamic(text, CALLBACK);
        var outside = new Visitor(house);
        outside.peer = "192.0.2." + Math.floorMod(text.hashCode(), 250);
        return Stream.of(
                visitor.get(request(client.id(), CALLBACK, "&state=" + encode(text))),
                visitor.get(request(client.id(), CALLBACK, "&scope=" + encode(text) + "&state=" + encode(text))),
                visitor.get(request(text, CALLBACK, "")),
                visitor.get(request(client.id(), text, "")),
                visitor.get("/link?token=" + encode(text)),
                visitor.send("/device", visitor.get("/device"), "user_code", new DeviceCodes(house.database,
                        house.clock, house.grants).begin(new DeviceCodes.Waiting(client.id(), House.ISSUER + "/mcp",
                        Set.of("read"))).user()),
                visitor.get("/device?user_code=" + encode(text)),
                outside.get(request(client.id(), CALLBACK, "&login_hint=" + encode(text))),
                outside.signIn(outside.get("/login"), text, text)).map(page -> {
                    for (var turning : List.of("\u202e", "\u202c", "\u2028", "\u200b")) {
                        assertFalse(html(page).contains(turning), text);
                    }
                    return TAG.matcher(html(page)).results().map(tag -> tag.group().replaceAll("\"[^\"]*\"", "\"\""))
                            .toList();
                }).toList();
    }

    @Test
    void theStyleSheetIsKeptAndItsAddressChangesWithIt() {
        var style = visitor.get("/assets/doorwarden.css?v=1");
        assertEquals("text/css; charset=utf-8", one(style, "Content-Type"));
        assertEquals("public, max-age=31536000, immutable", one(style, "Cache-Control"));
        var tag = one(style, "ETag").replace("\"", "");
        assertTrue(html(visitor.get("/login")).contains("/assets/doorwarden.css?v=" + tag));
        assertFalse(html(style).contains("url("), "nothing is loaded from anywhere");
    }

    @Test
    @Covers("AS-25")
    void aDocumentIsFetchedAfterSignInAlone() throws Exception {
        var fetches = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var id = "http://127.0.0.1:" + server.getAddress().getPort() + "/agent.json";
        server.createContext("/agent.json", exchange -> {
            fetches.incrementAndGet();
            var json = ("{\"client_id\":\"" + id + "\",\"client_name\":\"Documented\",\"redirect_uris\":[\"" + CALLBACK
                    + "\"]}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
            exchange.close();
        });
        server.start();
        try {
            var asked = request(id, CALLBACK, "");
            var login = visitor.get(asked);
            assertTrue(html(login).contains("<h1>Sign in"));
            assertEquals(0, fetches.get());
            var consent = visitor.get(Visitor.location(visitor.signIn(login)));
            assertEquals(1, fetches.get());
            assertTrue(html(consent).contains("Documented"));
            assertTrue(html(consent).contains("<bdi>127.0.0.1:" + server.getAddress().getPort() + "</bdi>"),
                    "the host of its id");
            assertTrue(Visitor.location(visitor.decide(consent, "allow")).startsWith(CALLBACK + "?code="));
            var missing = visitor.get(request(id.replace("agent", "none"), CALLBACK, ""));
            assertEquals(400, missing.status());
        } finally {
            server.stop(0);
        }
    }
}
