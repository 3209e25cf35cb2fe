package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.body;
import static io.github.doorwarden.authserver.Visitor.form;
import static io.github.doorwarden.authserver.Visitor.html;
import static io.github.doorwarden.authserver.Visitor.location;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signing in, by password and by link, and out.
class SignInTest {

    private static final String QUERY = "client_id=x&state=1";

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

    @Test
    @Covers("AS-26")
    void cookiesBelongToThisHostAlone() {
        var login = visitor.get("/login");
        var done = visitor.signIn(login);
        for (var reply : List.of(login, done)) {
            assertTrue(reply.headers().first("Set-Cookie").orElseThrow()
                    .matches("__Host-doorwarden_[a-z]+=[A-Za-z0-9_-]{43}; Path=/; "
                            + "Secure; HttpOnly; SameSite=Lax; Max-Age=[0-9]+"));
        }
        assertTrue(html(visitor.get("/login")).contains("You are signed in"));
        assertFalse(new String(bytes("house.db"), StandardCharsets.ISO_8859_1).contains(visitor.session()),
                "the store has hashes alone");
    }

    private byte[] bytes(String file) {
        try {
            return java.nio.file.Files.readAllBytes(folder.resolve(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @Covers({"T11", "AS-26"})
    void aSessionBeginsNewAtSignInAndThePreviousOneIsDead() {
        var fixed = "A".repeat(43);
        visitor.cookies.put("__Host-doorwarden_session", fixed);
        assertTrue(html(visitor.get("/login")).contains("Sign in"));
        visitor.signedIn();
        var first = visitor.session();
        assertNotEquals(fixed, first);
        visitor.signIn(loginPage());
        assertNotEquals(first, visitor.session());
        var thief = new Visitor(house);
        for (var stolen : List.of(fixed, first)) {
            thief.cookies.put("__Host-doorwarden_session", stolen);
            assertTrue(html(thief.get("/login")).contains("<h1>Sign in"));
        }
    }

    /// The sign-in page in a browser that is signed in already, as a second tab has it.
    private Reply loginPage() {
        var other = new Visitor(house);
        other.cookies.putAll(visitor.cookies);
        other.cookies.remove("__Host-doorwarden_session");
        return other.get("/login");
    }

    @Test
    @Covers({"T11", "T3b"})
    void aSignInFormIsGoodForOneBrowserAndOneRequest() {
        var page = visitor.get("/login");
        var form = form(page, "/login");
        var whole = body(form, "email", "ada@example.org", "password", House.PASSWORD);
        refused(visitor.post("/login", body(new Visitor.Form("", java.util.Map.of()), "email", "ada@example.org",
                "password", House.PASSWORD)));
        refused(visitor.post("/login", whole.replaceFirst("csrf=", "csrf=_")));
        refused(visitor.post("/login?" + QUERY, whole));
        refused(new Visitor(house).post("/login", whole));
        var attacker = new Visitor(house);
        attacker.get("/login");
        refused(attacker.post("/login", whole));
        assertEquals(303, visitor.post("/login", whole).status());
    }

    @Test
    @Covers({"T3b", "AS-26"})
    void aFormFromAnotherSiteDoesNothing() {
        var whole = body(form(visitor.get("/login"), "/login"), "email", "ada@example.org", "password", House.PASSWORD);
        for (var headers : List.of(Headers.NONE, Headers.NONE.with("Sec-Fetch-Site", "same-origin"),
                from("https://evil.example", "same-origin"),
                from("https://evil.example", "cross-site"), from("null", "cross-site"), from("null", "same-site"),
                from("null", "none"),
                Headers.NONE.with("Origin", "null"), from(House.ISSUER, "cross-site"), from(House.ISSUER, "same-site"),
                from("http://door.example.org", "same-origin"), from(House.ISSUER + ":8443", "same-origin"),
                from(House.ISSUER + ".evil.example", "same-origin"),
                from(House.ISSUER, "same-origin").with("Origin", House.ISSUER), from("", "same-origin"))) {
            for (var path : List.of("/login", "/login/link", "/link", "/consent", "/logout")) {
                refused(visitor.post(path, whole, headers));
            }
        }
        assertNull(visitor.session());
        assertEquals(303, visitor.post("/login", whole, Headers.NONE.with("Origin", House.ISSUER)).status(),
                "a browser without Sec-Fetch-Site");
        assertEquals(303, visitor.post("/login", whole, from(House.ISSUER, "same-origin")).status());
    }

    private static Headers from(String origin, String site) {
        return Headers.NONE.with("Origin", origin).with("Sec-Fetch-Site", site);
    }

    private void refused(Reply reply) {
        assertEquals(403, reply.status(), html(reply));
        assertTrue(reply.headers().first("Location").isEmpty());
        assertTrue(reply.headers().all("Set-Cookie").isEmpty());
        assertEquals("refused", house.audit.getLast().outcome());
    }

    @Test
    @Covers("T3b")
    void aConsentFormIsGoodForOneSessionAndOneRequest() {
        var mine = house.dynamic("Agent", "https://agent.example/cb");
        var evil = house.dynamic("Evil", "https://evil.example/cb");
        visitor.signedIn();
        var attacker = new Visitor(house);
        house.people.add("eve@example.org", "Eve", Optional.of(House.PASSWORD));
        attacker.signIn(attacker.get("/login"), "eve@example.org", House.PASSWORD);
        var attackers = form(attacker.get(request(evil, "https://evil.example/cb")), "/consent");
        refused(visitor.post(attackers.action(), body(attackers, "decision", "allow")));
        var victims = form(visitor.get(request(mine, "https://agent.example/cb")), "/consent");
        refused(visitor.post(attackers.action(), body(victims, "decision", "allow")));
        refused(visitor.post(victims.action() + "&scope=admin", body(victims, "decision", "allow")));
        refused(visitor.post(victims.action(), "decision=allow"));
        assertTrue(house.database.first("SELECT 1 FROM consent", row -> 1).isEmpty());
        assertTrue(house.database.first("SELECT 1 FROM authorization_code", row -> 1).isEmpty());
        assertEquals(303, visitor.post(victims.action(), body(victims, "decision", "allow")).status());
    }

    @Test
    @Covers("T3b")
    void whatChangedSinceThePageWasShownIsNotAllowed() {
        visitor.signedIn();
        var client = house.vouched("https://agent.example/cb");
        var form = form(visitor.get(request(client, "https://agent.example/cb")), "/consent");
        house.clients.declare(NewClient.forPeople("reports", "Another name", List.of("https://agent.example/cb")));
        refused(visitor.post(form.action(), body(form, "decision", "allow")));
    }

    @Test
    @Covers("AS-26")
    void twoTabsDoNotDisturbEachOther() {
        var one = request(house.dynamic("One", "https://one.example/cb"), "https://one.example/cb");
        var two = request(house.dynamic("Two", "https://two.example/cb"), "https://two.example/cb");
        var firstTab = visitor.get(one);
        var secondTab = visitor.get(two);
        var secondConsent = visitor.get(location(visitor.signIn(secondTab)));
        var firstConsent = visitor.get(one);
        assertEquals(303, visitor.signIn(firstTab).status(), "its form is still good");
        refused(visitor.decide(firstConsent, "allow"));
        var again = visitor.get(one);
        var third = visitor.get(two);
        assertTrue(location(visitor.decide(again, "allow")).startsWith("https://one.example/cb?code="));
        assertTrue(location(visitor.decide(third, "allow")).startsWith("https://two.example/cb?code="));
        refused(visitor.decide(secondConsent, "allow"));
    }

    private static String request(Client client, String redirect) {
        return "/authorize?response_type=code&client_id=" + client.id() + "&redirect_uri=" + Visitor.encode(redirect)
                + "&code_challenge="
                + House.CHALLENGE + "&code_challenge_method=S256";
    }

    @Test
    @Covers("T17")
    void theAnswerIsTheSameWhateverIsWrong() {
        house.people.disable(house.people.add("gone@example.org", "Gone", Optional.of(House.PASSWORD)).id());
        house.people.add("link@example.org", "Link", Optional.empty());
        var page = visitor.get("/login");
        var wrong = still(visitor.signIn(page, "ada@example.org", "wrong"), "ada@example.org");
        for (var who : List.of("nobody@example.org", "gone@example.org", "link@example.org")) {
            var reply = visitor.signIn(page, who, House.PASSWORD);
            assertEquals(403, reply.status());
            assertEquals(wrong, still(reply, who));
            assertEquals("login refused", house.lastDecision());
            assertEquals("wrong address or password", house.audit.getLast().reason());
        }
    }

    /// Without what was typed, and without the chance in the offer of a passkey.
    private static String still(Reply page, String typed) {
        return html(page).replace(typed, "?").replaceAll("(?s)<form[^>]*data-passkey.*?</form>", "");
    }

    @Test
    @Covers("T17")
    void guessingIsSlowAndLocksNobodyOut() {
        var owner = new Visitor(house).signedIn();
        owner.peer = "192.0.2.1";
        var page = visitor.get("/login");
        for (var i = 0; i < 5; i++) {
            assertEquals(403, visitor.signIn(page, "ada@example.org", "guess " + i).status());
        }
        var sixth = visitor.signIn(page);
        assertEquals(429, sixth.status(), "even the right one");
        assertEquals("2", sixth.headers().first("Retry-After").orElseThrow());
        visitor.peer = "2001:db8::1";
        for (var i = 0; i < 5; i++) {
            visitor.signIn(page, "ada@example.org", "guess " + i);
        }
        visitor.peer = "2001:db8::2";
        assertEquals(429, visitor.signIn(page).status(), "one subscriber has many IPv6 addresses");
        owner.cookies.remove("__Host-doorwarden_session");
        owner.peer = "198.51.100.7";
        assertEquals(303, owner.signIn(owner.get("/login")).status(), "her own browser, even behind the same address");
        visitor.peer = "198.51.100.7";
        house.clock.turn(Duration.ofSeconds(2));
        assertEquals(303, visitor.signIn(page).status());
    }

    @Test
    @Covers("T17")
    void parallelSignInsTakeTurns() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tries = IntStream.range(0, 12).mapToObj(i -> threads.submit(() -> {
                var one = new Visitor(house);
                one.peer = "192.0.2." + i;
                return one.signIn(one.get("/login")).status();
            })).toList();
            for (var one : tries) {
                assertEquals(303, one.get());
            }
        }
    }

    @Test
    void signingOutEndsTheSessionAndGoesOn() {
        var asked = request(house.dynamic("One", "https://one.example/cb"), "https://one.example/cb");
        visitor.signedIn();
        var session = visitor.session();
        var out = form(visitor.get(asked), "/logout");
        refused(visitor.post(out.action(), "csrf=x"));
        var reply = visitor.post(out.action(), body(out));
        assertEquals(303, reply.status());
        assertEquals("logout allowed", house.lastDecision());
        assertNull(visitor.session());
        visitor.cookies.put("__Host-doorwarden_session", session);
        assertTrue(html(visitor.get(location(reply))).contains("<h1>Sign in"));
    }

    @Test
    void aNewPasswordAndADisabledPersonEndAllSessions() {
        visitor.signedIn();
        house.people.setPassword(house.ada.id(), "another long one");
        assertTrue(html(visitor.get("/login")).contains("<h1>Sign in"));
        visitor.signIn(visitor.get("/login"), "ada@example.org", "another long one");
        assertTrue(html(visitor.get("/login")).contains("You are signed in"));
        house.database.update("UPDATE person SET disabled_at = 1");
        assertTrue(html(visitor.get("/login")).contains("<h1>Sign in"));
    }

    @Test
    void aFormLeadsBackToOurOwnAuthorizeAlone() {
        for (var query : List.of("//evil.example", "https://evil.example", "\\evil.example", "@evil.example",
                "x=1&doorwarden_ask=1")) {
            var page = form(visitor.get("/authorize?x=" + query).status() == 400 ? visitor.get("/login") : null,
                    "/login");
            var token = FormGuard.token(visitor.cookies.get("__Host-doorwarden_browser"), "sign-in", query);
            var done = visitor.post("/login?" + query, "csrf=" + token + "&email=ada%40example.org&password="
                    + Visitor.encode(House.PASSWORD));
            assertEquals("/authorize?" + Onward.bare(query) + "&doorwarden_ask=1",
                    location(done).replaceFirst("&doorwarden_in=[A-Za-z0-9_-]{43}$", ""));
            visitor.cookies.remove("__Host-doorwarden_session");
            assertTrue(page.hidden().containsKey("csrf"));
        }
        assertEquals("/account", Onward.path("a=b\r\nSet-Cookie: x=y"));
    }

    @Test
    void aLinkSignsInOnceInTheBrowserThatAskedForIt() {
        var asked = request(house.dynamic("One", "https://one.example/cb"), "https://one.example/cb");
        var ask = form(visitor.get(asked), "/login");
        var sent = visitor.post(ask.action().replace("/login?", "/login/link?"),
                body(ask, "email", "ADA@example.org", "password", ""));
        assertEquals(200, sent.status());
        var link = house.links.getFirst().toString();
        assertTrue(link.startsWith(House.ISSUER + "/link?token="), link);

        var elsewhere = new Visitor(house);
        assertEquals(403, elsewhere.get(link).status());
        elsewhere.get("/login");
        refused(confirm(elsewhere, elsewhere.get(link)));

        visitor.get(link, Headers.NONE.with("Sec-Purpose", "prefetch"));
        var page = visitor.get(link, Headers.NONE.with("Sec-Fetch-Site", "cross-site"));
        refused(visitor.post("/link", "token=" + link.substring(link.indexOf('=') + 1) + "&csrf=x"));
        var done = confirm(visitor, page);
        assertEquals(303, done.status());
        assertEquals("login allowed", house.lastDecision());
        assertTrue(html(visitor.get(location(done))).contains("wants access"));
        refused(confirm(visitor, page));
    }

    private static Reply confirm(Visitor who, Reply page) {
        var form = form(page, "/link");
        return who.post(form.action(), body(form));
    }

    @Test
    void aLinkDiesAfterTenMinutes() {
        var link = askForLink(visitor, "ada@example.org");
        house.clock.turn(Duration.ofMinutes(10));
        refused(confirm(visitor, visitor.get(link)));
        house.side.sweep(house.clock.instant());
        assertTrue(house.database.first("SELECT 1 FROM magic_link", row -> 1).isEmpty());
    }

    @Test
    void aHundredClicksAtOnceSignInOnce() throws Exception {
        var page = visitor.get(askForLink(visitor, "ada@example.org"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clicks = IntStream.range(0, 100).mapToObj(i -> threads.submit(() -> {
                var copy = new Visitor(house);
                copy.cookies.putAll(visitor.cookies);
                return confirm(copy, page).status();
            })).toList();
            var signedIn = 0;
            for (var click : clicks) {
                signedIn += click.get() == 303 ? 1 : 0;
            }
            assertEquals(1, signedIn);
        }
    }

    private String askForLink(Visitor who, String email) {
        var form = form(who.get("/login"), "/login");
        who.post("/login/link", body(form, "email", email));
        return house.links.isEmpty() ? "" : house.links.getLast().toString();
    }

    @Test
    @Covers("T17")
    void askingForALinkTellsNothingAndIsBounded() {
        var form = form(visitor.get("/login"), "/login");
        var known = html(visitor.post("/login/link", body(form, "email", "ada@example.org")));
        assertEquals(known, html(visitor.post("/login/link", body(form, "email", "nobody@example.org"))));
        assertEquals(known, html(visitor.post("/login/link", body(form, "email", "no address"))));
        assertEquals(1, house.links.size());
        for (var i = 0; i < 10; i++) {
            visitor.post("/login/link", body(form, "email", "ada@example.org"));
        }
        assertEquals(5, house.links.size());
    }

    @Test
    void outsideDevelopmentThereAreNoLinks() {
        house.close();
        house = new House(folder.resolve("production"), false, House.shop());
        visitor = new Visitor(house);
        assertFalse(html(visitor.get("/login")).contains("link\""));
        assertFalse(html(visitor.get("/login")).contains("Send me"));
        assertEquals(404, visitor.post("/login/link", "email=ada%40example.org").status());
        assertEquals(404, visitor.get("/link?token=x").status());
    }
}
