package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ada's agent shows a link, and Bob is tricked into it, or tricks Ada: nobody's account may end up with somebody else
/// (MCP 2026-07-28, Elicitation, Phishing).
class AccountAttackTest {

    @TempDir
    Path folder;
    private ThirdPartyDoors doors;
    private Agent agent;
    private Tokens tokens;

    @BeforeEach
    void open() {
        doors = new ThirdPartyDoors(folder);
        agent = doors.here.agent();
        tokens = agent.tokens(doors.here.signedIn(), Door.READ);
    }

    @AfterEach
    void close() {
        doors.close();
    }

    private boolean connected(Tokens of) {
        return doors.call(agent, of.access(), "").path("result").has("structuredContent");
    }

    private Browser bob() {
        var browser = doors.here.browser();
        browser.signIn(browser.get("/login"), ThirdPartyDoors.BOB, ThirdPartyDoors.BOB_PASSWORD).expect(303);
        return browser;
    }

    @Test
    @Covers({"RS-9", "AK-44", "T24"})
    void bobWhoOpensAdasLinkGetsNowhereAndNothingIsTaken() {
        var link = doors.link(agent, tokens.access());
        var bob = bob();
        var page = bob.get(link).expect(403);
        assertTrue(page.body().contains("made for somebody else") && !page.body().contains("<form"), page.body());
        assertFalse(page.body().contains("Ada") || page.body().contains(Door.EMAIL), "whose it is, is not Bob's");
        var others = doors.link(agent, doors.bobs(agent).access());
        var own = Browser.form(bob.get(others), ThirdPartyDoors.path(others));
        bob.post(ThirdPartyDoors.path(link), own.with("decision", "connect")).expect(403);
        bob.post(ThirdPartyDoors.path(link), Map.of("decision", "connect", "csrf", "x")).expect(403);
        doors.page(doors.here.browser(), link, ThirdPartyDoors.BOB, ThirdPartyDoors.BOB_PASSWORD).expect(403);
        assertFalse(connected(tokens) || connected(doors.bobs(agent)));

        doors.connect(doors.here.browser(), link).expect(200);
        assertTrue(connected(tokens), "Ada's link has lost nothing");
        assertFalse(connected(doors.bobs(agent)), "and Bob has gained nothing");
    }

    @Test
    @Covers({"RS-9", "AK-44", "T24"})
    void changedHandlesAndParametersLeadNowhere() {
        var link = doors.link(agent, tokens.access());
        var ada = doors.here.signedIn();
        var last = link.charAt(link.length() - 1);
        var changed = link.substring(0, link.length() - 1) + (last == 'A' ? 'Q' : 'A');
        ada.get(changed).expect(404);
        ada.get(link + "A").expect(404);
        ada.get(link.substring(0, link.length() - 1)).expect(404);
        ada.get(link + "/../x");
        var bob = bob();
        for (var more : new String[] {"?person=bob", "?sub=" + ThirdPartyDoors.BOB, "?account=corp&user=bob"}) {
            bob.get(link + more).expect(403);
        }
        var form = Browser.form(ada.get(link), ThirdPartyDoors.path(link));
        ada.post(ThirdPartyDoors.path(changed), form.with("decision", "connect")).expect(403);
        ada.post(form.action(), form.with("decision", "connect"), "Origin", "https://evil.example", "Sec-Fetch-Site",
                "cross-site").expect(403);
        ada.post(form.action(), Map.of("decision", "connect")).expect(403);
        assertFalse(connected(tokens));
    }

    @Test
    @Covers({"AK-42"})
    void linksSayNothingAboutAnybodyAndOpenNothingByThemselves() {
        var link = doors.link(agent, tokens.access());
        var uri = URI.create(link);
        assertEquals(doors.here.origin, uri.getScheme() + "://" + uri.getAuthority());
        assertTrue(uri.getPath().matches("/connect/[A-Za-z0-9_-]{43}") && uri.getQuery() == null, link);
        assertNotEquals(link, doors.link(agent, tokens.access()), "a new one for each question");
        var page = doors.here.browser().get(link);
        assertTrue(Browser.has(page, "/login"), page.toString());
        for (var said : new String[] {"Ada", "Corp Notes", "notes_list", "Stranger", Door.EMAIL}) {
            assertFalse(page.body().contains(said), said);
        }
        var unknown = doors.here.browser().get("/connect/" + "A".repeat(43));
        assertEquals(page.status(), unknown.status(), "strangers do not learn which links there are");
        assertFalse(doors.here.browser().get(doors.here.origin + "/connect/x%22%3E").body().contains("\">"
                + "x"), "nothing of it is echoed");
    }

    @Test
    @Covers({"AK-44", "T24", "T3"})
    void theWayBackIsForTheBrowserAndThePersonWhoLeftOnce() {
        var ada = doors.here.browser();
        var back = doors.allow(doors.leave(ada, doors.link(agent, tokens.access())));
        bob().get(back, Browser.CROSS_SITE).expect(403);
        doors.here.browser().get(back, Browser.CROSS_SITE).expect(403);
        doors.here.signedIn().get(back, Browser.CROSS_SITE).expect(403);
        var switched = doors.here.browser();
        switched.cookies.putAll(bob().cookies);
        switched.cookies.put("__Host-doorwarden_flow", ada.cookies.get("__Host-doorwarden_flow"));
        switched.get(back, Browser.CROSS_SITE).expect(403);
        assertFalse(connected(tokens) || connected(doors.bobs(agent)));
        ada.get(back + "x", Browser.CROSS_SITE).expect(403);
        ada.get(back.replace("state=", "state=A"), Browser.CROSS_SITE).expect(403);

        ada.get(doors.allow(doors.leave(ada, doors.link(agent, tokens.access()))), Browser.CROSS_SITE).expect(200);
        ada.get(back, Browser.CROSS_SITE).expect(403);
    }

    @Test
    @Covers({"RS-9", "AK-44"})
    void whoeverHasSignedInMeanwhileIsNotWhoLeft() {
        var browser = doors.here.browser();
        var back = doors.allow(doors.leave(browser, doors.link(agent, tokens.access())));
        browser.cookies.put(Browser.SESSION, bob().cookies.get(Browser.SESSION));
        browser.get(back, Browser.CROSS_SITE).expect(403);
        assertFalse(connected(tokens) || connected(doors.bobs(agent)));
    }

    @Test
    @Covers({"T24"})
    void anAnswerIsTakenOnceAndOnlyInItsOwnFlow() {
        var ada = doors.here.signedIn();
        var first = Web.query(doors.leave(ada, doors.link(agent, tokens.access())));
        var second = doors.allow(doors.leave(ada, doors.link(agent, tokens.access())));
        ada.get(withState(second, first.get("state")), Browser.CROSS_SITE).expect(403);
        assertFalse(connected(tokens), "a code is good with its own verifier alone");

        var third = doors.allow(doors.leave(ada, doors.link(agent, tokens.access())));
        var guest = doors.here.browser();
        var away = Browser.form(guest.get("/login"), "/login/with/idp");
        ada.cookies.put("__Host-doorwarden_browser", guest.cookies.get("__Host-doorwarden_browser"));
        var login = Web.query(ada.post(away.action(), away.with()).expect(303).location());
        ada.get(withState(third, login.get("state")), Browser.CROSS_SITE).expect(403);
        assertFalse(connected(tokens), "a sign-in is no connection");
        ada.get("/login/callback?" + URI.create(third).getRawQuery(), Browser.CROSS_SITE).expect(403);
        assertFalse(connected(tokens), "and a connection is no sign-in");

        var link = doors.link(agent, tokens.access());
        var meant = doors.allow(doors.leave(ada, link));
        ada.get(meant.replace("/callback/corp", "/callback/other"), Browser.CROSS_SITE).expect(403);
        ada.get(link).expect(200);
        assertFalse(connected(tokens), "nor is one account another, and the link is not even used up");

        var last = doors.allow(doors.leave(ada, doors.link(agent, tokens.access())));
        ada.get(last, Browser.CROSS_SITE).expect(200);
        ada.get(last, Browser.CROSS_SITE).expect(403);
        assertTrue(connected(tokens));
    }

    private static String withState(String back, String state) {
        return back.replace("state=" + Web.query(back).get("state"), "state=" + state);
    }

    @Test
    @Covers({"AK-40", "T24"})
    void theQuestionIsBoundToWhoWasAskedAndItsStateIsSealed() throws IOException {
        var asked = doors.call(agent, tokens.access(), "");
        var more = ThirdPartyDoors.answered(asked, "accept");
        var bobs = doors.call(agent, doors.bobs(agent).access(), more);
        assertEquals(-32602, bobs.path("error").path("code").asInt(), bobs.toString());
        var stranger = Agent.registered(doors.here.web, doors.here.origin, doors.here.notes, "Other",
                "http://127.0.0.1:9/callback");
        var others = doors.call(stranger, stranger.tokens(doors.here.signedIn(), Door.READ).access(), more);
        assertEquals(-32602, others.path("error").path("code").asInt(), others.toString());

        var link = ThirdPartyDoors.question(asked).path("params").path("url").asString();
        var handle = link.substring(link.lastIndexOf('/') + 1);
        var bytes = state(doors.here);
        assertFalse(bytes.contains(handle), "the link itself is not on disk");
        assertFalse(bytes.contains("notes_list at notes"), "nor what is behind it");
    }

    /// Every secret that came from a third party is looked for wherever it has no business.
    @Test
    @Covers({"AK-45", "RS-7", "T5", "T24"})
    void whatTheThirdPartyGaveIsNowhere() throws IOException {
        try (var log = new LogCatcher(Level.TRACE)) {
            var browser = doors.here.browser();
            var link = doors.link(agent, tokens.access());
            var back = doors.allow(doors.leave(browser, link));
            browser.get(back, Browser.CROSS_SITE).expect(200);
            assertTrue(connected(tokens));
            doors.here.backend.status = 401;
            doors.call(agent, tokens.access(), "");
            doors.here.backend.status = 500;
            doors.call(agent, tokens.access(), "");
            Agent.result(agent.call(tokens.access(), "notes_list", "{}"));
            var secrets = new LinkedHashMap<>(doors.secrets());
            secrets.put("lent token", doors.lent().getFirst());
            secrets.put("signature of the lent token", doors.lent().getFirst().substring(
                    doors.lent().getFirst().lastIndexOf('.') + 1));
            secrets.put("code", Web.query(back).get("code"));
            secrets.put("state", Web.query(back).get("state"));
            secrets.put("link", link.substring(link.lastIndexOf('/') + 1));
            var messages = doors.here.web.seen.stream().map(answer -> answer.headers().map() + answer.body())
                    .collect(Collectors.joining("\n"));
            var told = new LinkedHashMap<>(secrets);
            told.remove("state");                      // travels to the third party by the browser
            told.remove("link");                       // is meant for the person
            nowhere("a message", messages, told);
            nowhere("a log line", String.join("\n", log.lines), secrets);
            nowhere("the database", state(doors.here), secrets);
            assertTrue(doors.here.backend.requests.stream().noneMatch(request -> request.contains(tokens.access())));
        }
    }

    private static void nowhere(String place, String text, Map<String, String> secrets) {
        secrets.forEach((name, secret) -> {
            var at = text.indexOf(secret);
            assertTrue(at < 0, () -> name + " in " + place + ": " + text.substring(Math.max(0, at - 200),
                    Math.min(text.length(), at + 50)));
        });
    }

    private static String state(Door door) throws IOException {
        var text = new StringBuilder();
        try (var files = Files.list(door.folder.resolve("state"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertTrue(text.indexOf(Door.EMAIL) >= 0, "this is not the database");
        return text.toString();
    }
}
