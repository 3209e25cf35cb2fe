package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks on the person in front of the browser, over real sockets: stolen consent, foreign redirects, frames, fixed
/// sessions, markup in names.
class ConsentAttackTest {

    @TempDir
    static Path folder;
    private static Door door;
    private static Browser ada;
    private static List<Answer> plain;
    private static final Pattern TAG = Pattern.compile("<(?:[^>\"]|\"[^\"]*\")*>");

    @BeforeAll
    static void open() {
        door = Door.open(folder);
        ada = door.signedIn();
        plain = pages("plain");
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static void asksThePerson(Answer page) {
        assertTrue(page.header("Location").isEmpty(), page::toString);
        assertTrue(Browser.has(page.expect(200), "/consent"), page::toString);
    }

    @Test
    @Covers({"T2", "AS-26"})
    void whatAPersonAllowedOneClientOpensNothingForAnother() {
        var browser = door.signedIn();
        door.vouched().tokens(browser, Door.READ);
        var before = door.backend.requests.size();
        var evil = Agent.registered(door.web, door.origin, door.notes, "Reports", "https://evil.example/callback");
        asksThePerson(browser.get(evil.authorizeUrl(Door.READ)));
        asksThePerson(browser.get(evil.authorizeUrl(Door.READ), Browser.CROSS_SITE));
        assertEquals(before, door.backend.requests.size(), "the backend was called before anybody allowed it");
    }

    @Test
    @Covers({"T4", "T9"})
    void consentIsNeverSilentAcrossSites() {
        var browser = door.signedIn();
        var reports = door.vouched();
        reports.tokens(browser, Door.READ);
        asksThePerson(browser.get(reports.authorizeUrl(Door.READ), Browser.CROSS_SITE));
        asksThePerson(browser.get(reports.authorizeUrl(Door.READ), "Sec-Fetch-Site", "same-site"));
        asksThePerson(browser.get(reports.authorizeUrl(Door.READ), "Accept", "text/html"));
        asksThePerson(browser.get(reports.authorizeUrl(Door.WRITE)));
        assertTrue(browser.get(reports.authorizeUrl(Door.READ)).expect(303).location().contains("code="),
                "who came by themselves is spared the page, else the four above prove nothing");
        var native1 = door.agent();
        native1.tokens(browser, Door.READ);
        asksThePerson(browser.get(native1.authorizeUrl(Door.READ)));
    }

    @Test
    @Covers({"T3b", "AS-26"})
    void anApprovalNeedsTheFormOfThisBrowserAndThisRequest() {
        var agent = door.agent();
        var victim = door.signedIn();
        var attacker = door.signedIn();
        var theirs = Browser.form(attacker.get(agent.authorizeUrl("")), "/consent");
        victim.post(theirs.action(), theirs.with("decision", "allow")).expect(403);
        var own = Browser.form(victim.get(agent.authorizeUrl("")), "/consent");
        for (var headers : List.of(List.of("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"),
                List.of("Origin", "null", "Sec-Fetch-Site", "cross-site"), List.of("Origin", "null"),
                List.of("Accept", "text/html"), List.of("Origin", "https://evil.example"))) {
            var answer = victim.post(own.action(), own.with("decision", "allow"), headers.toArray(String[]::new));
            assertTrue(answer.expect(403).header("Location").isEmpty(), answer::toString);
        }
        var other = own.action().replace("state=state-1", "state=state-2");
        assertNotEquals(own.action(), other);
        victim.post(other, own.with("decision", "allow")).expect(403);
        victim.post(own.action(), own.with("decision", "allow")).expect(303);
    }

    /// Of two registered URIs, everything that is not quite one of them.
    private static final List<String> TRICKS = List.of("https://app.example/callback/", "https://app.example/Callback",
            "https://APP.example/callback", "HTTPS://app.example/callback", "https://app.example/callback?",
            "https://app.example/callback?x=1", "https://app.example/callback#x", "https://app.example/callback/..",
            "https://app.example/%2e%2e/callback", "https://app.example/x/../callback", "https://app.example//callback",
            "https://app.example/callback%2f", "https://app.example/callback%00", "https://app.example/callback ",
            "https://app.example:443/callback", "https://app.example:8443/callback", "https://app.example./callback",
            "https://app.example@evil.example/callback", "https://evil.example@app.example/callback",
            "https://app.example.evil.example/callback", "https://app.example\\@evil.example/callback",
            "https://evil.example\\app.example/callback", "https://evil.example/https://app.example/callback",
            "https://evil.example?https://app.example/callback", "https://evil.example#https://app.example/callback",
            "//app.example/callback", "/callback", "callback", "http://app.example/callback",
                    "https:app.example/callback",
            "https:///app.example/callback", "https://app。example/callback", "https://аpp.example/callback",
            "https://app.example/callback\thttps://evil.example", "https://app.example/callback,https://evil.example",
            "https://*.example/callback", "https://app.example/*", "javascript:alert(1)", "data:text/html,x",
            "file:///etc/passwd", "vbscript:x", "about:blank", "blob:https://app.example/1",
                    "ftp://app.example/callback",
            "http://127.0.0.1:7/other", "http://127.0.0.1:7/callback/", "http://127.0.0.1.evil.example/callback",
            "http://127.0.0.1@evil.example/callback", "http://127.0.0.1:7@evil.example/callback",
            "http://localhost:7/callback", "http://localhost.evil.example/callback", "http://127.1/callback",
            "http://2130706433/callback", "http://0x7f000001/callback", "http://127.0.0.2:7/callback",
            "http://[::1]:7/callback", "http://[::ffff:127.0.0.1]:7/callback", "http://0.0.0.0:7/callback",
            "https://127.0.0.1:7/callback", "http://127.0.0.1:99999/callback", "http://127.0.0.1:7/callback?a=b",
            "http://127.0.0.1:7/callback#a", "http://user@127.0.0.1:7/callback", "http://127.0.0.1:/callback",
            "http://127.0.0.1:07/callback", "https://reports.example/callback");

    @Test
    @Covers({"T8", "AS-12"})
    void nobodyIsSentToAnAddressThatIsNotRegistered() {
        var client = Agent.register(door.web, door.origin, "App", "https://app.example/callback",
                "http://127.0.0.1/callback").expect(201).json().path("client_id").asString();
        var browsers = List.of(door.browser(), door.signedIn());
        var wrong = new ArrayList<String>();
        for (var trick : TRICKS) {
            var url = new Agent(door.web, door.origin, door.notes, client, trick).authorizeUrl("");
            for (var browser : browsers) {
                for (var asked : List.of(url, url + "&prompt=none", url.replace("code_challenge=", "no_challenge="))) {
                    var answer = browser.get(asked);
                    if (answer.status() != 400 || answer.header("Location").isPresent()
                            || answer.body().contains("href=\"http")) {
                        wrong.add(trick + " -> " + answer.status() + " " + answer.header("Location").orElse(""));
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        var twice = new Agent(door.web, door.origin, door.notes, client, "https://app.example/callback")
                .authorizeUrl("")
                + "&redirect_uri=" + Web.encode("https://evil.example/");
        assertTrue(browsers.getLast().get(twice).expect(400).header("Location").isEmpty());
        for (var good : List.of("https://app.example/callback", "http://127.0.0.1:7/callback")) {
            asksThePerson(browsers.getLast()
                    .get(new Agent(door.web, door.origin, door.notes, client, good).authorizeUrl("")));
        }
    }

    @Test
    @Covers({"T8", "AS-13"})
    void anAddressThatTwoReadersReadDifferentlyIsNotRegistered() {
        for (var bad : List.of("javascript:alert(1)", "data:text/html,x", "http://evil.example/cb",
                "https://a@evil.example/",
                "https://evil.example/../x", "https://evil.example/%2e%2e/x", "https://evil.example/#x",
                "https://*.example/x", "https://evil.example\\x", "http://127.0.0.1.evil.example/", "relative/path",
                "https://0x7f.1/x", "https://evil.example:99999/", "myapp://x")) {
            var answer = Agent.register(door.web, door.origin, "App", bad).expect(400);
            assertEquals("invalid_redirect_uri", answer.json().path("error").asString(), bad);
            assertFalse(answer.body().contains(bad), "the refusal repeats what it refuses");
        }
    }

    @Test
    @Covers({"T10", "AS-20"})
    void noPageCanBeFramed() {
        var agent = door.agent();
        var stranger = door.browser();
        var known = door.signedIn();
        var bad = Map.of("email", "x", "csrf", "x", "token", "x", "decision", "allow");
        var pages = new ArrayList<>(List.of(stranger.get("/login"), known.get("/login"), stranger.get("/link?token=x"),
                stranger.get(agent.authorizeUrl("")), known.get(agent.authorizeUrl("")), known.get("/authorize"),
                known.get("/authorize?client_id=nobody"), known.get("/authorize?" + "a=b&".repeat(100)),
                known.get(agent.authorizeUrl("nonsense")),
                known.get(agent.authorizeUrl("").replace("redirect_uri=", "redirect_uri=x"))));
        for (var path : List.of("/login", "/login/link", "/link", "/consent", "/logout")) {
            pages.add(stranger.post(path, bad));
            pages.add(known.post(path, bad));
            pages.add(known.post(path, bad, Browser.CROSS_SITE));
            pages.add(door.web.post(door.origin + path, "text/plain", "x"));
        }
        var html = pages.stream().filter(Answer::html).toList();
        assertTrue(html.size() >= 20, "only " + html.size() + " pages were seen");
        for (var page : html) {
            var policy = page.header("Content-Security-Policy").orElse("");
            assertTrue(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
                    page::toString);
            assertEquals("DENY", page.header("X-Frame-Options").orElse(""), page::toString);
            assertEquals("no-store", page.header("Cache-Control").orElse(""), page::toString);
            assertEquals("no-referrer", page.header("Referrer-Policy").orElse(""), page::toString);
        }
    }

    @Test
    @Covers({"T11", "AS-26"})
    void aSessionThatSomebodyFixedBeforeTheSignInIsWorthNothing() {
        var fixed = "F".repeat(43);
        var victim = door.browser();
        victim.cookies.put(Browser.SESSION, fixed);
        var welcome = victim.signIn(victim.get("/login"), Door.EMAIL, Door.PASSWORD).expect(303);
        for (var attribute : List.of("Path=/", "Secure", "HttpOnly", "SameSite=Lax")) {
            assertTrue(welcome.header("Set-Cookie").orElseThrow().contains("; " + attribute), welcome::toString);
        }
        var first = victim.cookies.get(Browser.SESSION);
        assertNotEquals(fixed, first);
        assertTrue(Browser.has(signedInWith(fixed), "/login"), "the fixed id opens nothing");
        assertFalse(Browser.has(signedInWith(first), "/login"), "the new one does");

        var again = door.browser();
        var page = again.get("/login");
        again.cookies.put(Browser.SESSION, first);
        again.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303);
        assertNotEquals(first, again.cookies.get(Browser.SESSION));
        assertTrue(Browser.has(signedInWith(first), "/login"), "the id from before the sign-in is dead");
    }

    private static Answer signedInWith(String session) {
        var browser = door.browser();
        browser.cookies.put(Browser.SESSION, session);
        return browser.get("/login");
    }

    @Test
    @Covers("T11")
    void nobodyIsSignedInWithoutTheFormOfTheirOwnBrowser() {
        var attacker = door.browser();
        var stolen = Browser.form(attacker.get("/login"), "/login");
        var right = Map.of("email", Door.EMAIL, "password", Door.PASSWORD);
        var victim = door.browser();
        victim.post("/login", right).expect(403);
        victim.get("/login");
        victim.post("/login", right).expect(403);
        victim.post("/login", stolen.with("email", Door.EMAIL, "password", Door.PASSWORD)).expect(403);
        var own = Browser.form(victim.get("/login"), "/login").with("email", Door.EMAIL, "password", Door.PASSWORD);
        victim.post("/login", own, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").expect(403);
        assertFalse(victim.cookies.containsKey(Browser.SESSION));
        victim.post("/login", own).expect(303);
        assertTrue(victim.cookies.containsKey(Browser.SESSION));
    }

    @ParameterizedTest
    @Covers("T20")
    @ValueSource(strings = {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg onload=alert(1)>",
        "</title><script>alert(1)</script>", "</h1><form action=https://evil.example><input name=password>",
        "javascript:alert(1)", "&lt;script&gt;alert(1)&lt;/script&gt;", "{{7*7}}${7*7}<%=7*7%>",
                "\" autofocus onfocus=\"x",
        "Bank\u202Eevil\u2066x\u2069", "<!--", "-->", "]]>", "\u2028\u2029<b>x", "%3Cscript%3E", "<base href=//evil>"})
    void nothingThatSomebodySendsBecomesMarkup(String payload) {
        var hostile = pages(payload);
        for (var i = 0; i < plain.size(); i++) {
            var page = hostile.get(i);
            assertEquals(skeleton(plain.get(i)), skeleton(page), payload);
            assertFalse(Pattern.compile("[\u202A-\u202E\u2066-\u2069]").matcher(page.body()).find(), payload);
        }
    }

    /// The pages that show something of a request: consent, errors, the way back, sign-in.
    private static List<Answer> pages(String text) {
        var name = text.codePoints().anyMatch(c -> c >= 0x2028 && c <= 0x202E) ? "x" + text : text;
        var agent = Agent.registered(door.web, door.origin, door.notes, name, "https://app.example/callback");
        agent.state = text;
        var consent = ada.get(agent.authorizeUrl(""));
        var stranger = door.browser();
        var signIn = stranger.get(agent.authorizeUrl(""));
        return List.of(consent, signIn, stranger.signIn(signIn, text, text), ada.decide(consent, "deny"),
                ada.get(agent.authorizeUrl(text)),
                ada.get("/authorize?client_id=" + Web.encode(text) + "&error=" + Web.encode(text)
                        + "&error_description=" + Web.encode(text)),
                ada.get(agent.authorizeUrl("").replace("response_type=code", "response_type=" + Web.encode(text))));
    }

    /// The tags of a page with the names of their attributes: what a browser would build.
    private static String skeleton(Answer page) {
        var tags = new StringBuilder(page.status() + " ");
        var tag = TAG.matcher(page.body());
        while (tag.find()) {
            tags.append(tag.group().replaceAll("\"[^\"]*\"", "\"\"")).append('\n');
        }
        return tags.toString();
    }
}
