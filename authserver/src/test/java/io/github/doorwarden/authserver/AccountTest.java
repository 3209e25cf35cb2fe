package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.form;
import static io.github.doorwarden.authserver.Visitor.html;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A person's own page: what is on it, and what can be ended there.
class AccountTest {

    @TempDir
    Path folder;

    private House house;
    private Visitor visitor;

    @BeforeEach
    void open() {
        house = new House(folder);
        visitor = new Visitor(house).signedIn();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Grant grant(Client client, String personId) {
        var code = house.codes.issue(new Codes.Approved(client.id(), personId, "https://a.example/cb", House.CHALLENGE,
                House.ISSUER + "/mcp", Set.of("orders"), house.clock.instant(), Set.of("pwd")));
        return house.codes.redeem(new Codes.Redemption(code, client.id(), Optional.empty(),
                Optional.of(House.VERIFIER), List.of()));
    }

    @Test
    void whoIsNotSignedInSignsInFirst() {
        var stranger = new Visitor(house);
        var page = stranger.get("/account");
        assertTrue(html(page).contains("<h1>Sign in"));
        assertEquals("/account", Visitor.location(stranger.signIn(page)));
    }

    @Test
    @Covers({"AS-27a", "AS-27"})
    void peopleSeeTheirAgentsAndEndThem() {
        var grant = grant(house.dynamic("Helpful Agent", "https://a.example/cb"), house.ada.id());
        house.clock.turn(Duration.ofHours(1));
        var page = visitor.get("/account");
        for (var said : List.of("Helpful Agent", "see lessons and prices; see and change your orders",
                "Last used <time datetime=\"2026-09-30T10:00:00Z\">30 Sep 2026, 10:00 UTC</time>",
                "Ends by 29 Dec 2026")) {
            assertTrue(html(page).contains(said), said);
        }
        assertFalse(html(page).contains("refund"), "what was not granted");
        assertEquals(303, visitor.send("/account/agents", page).status());
        assertTrue(house.grants.isRevoked(grant.id()));
        assertFalse(html(visitor.get("/account")).contains("Helpful Agent"));
        assertTrue(house.audit.stream().anyMatch(line -> line.event().equals("account/agent-end")));
    }

    @Test
    @Covers("AS-27a")
    void nobodyEndsOrConfirmsWhatAnotherGranted() {
        var client = house.dynamic("Agent", "https://a.example/cb");
        grant(client, house.ada.id());
        var bob = house.people.add("bob@example.org", "Bob", Optional.of(House.PASSWORD));
        var bobs = grant(client, bob.id());
        var mine = form(visitor.get("/account"), "/account/agents");
        for (var action : List.of("/account/agents", "/account/agents/confirm")) {
            assertEquals(303, visitor.post(action, "csrf=" + mine.hidden().get("csrf") + "&grant=" + bobs.id())
                    .status());
        }
        assertFalse(house.grants.isRevoked(bobs.id()));
        var other = new Visitor(house);
        other.signIn(other.get("/login"), "bob@example.org", House.PASSWORD);
        assertEquals(403, other.post("/account/agents", Visitor.body(mine)).status(), "a form of somebody else");
        var seen = house.database.first("SELECT id_hash FROM browser_session WHERE person_id = ?",
                row -> row.getBytes(1), bob.id()).orElseThrow();
        var handle = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(seen);
        new Visitor(house).signedIn();
        var csrf = form(visitor.get("/account"), "/account/sessions").hidden().get("csrf");
        visitor.post("/account/sessions", "csrf=" + csrf + "&session=" + handle);
        assertTrue(html(other.get("/account")).contains("signed in as Bob"));
    }

    @Test
    @Covers("AS-74")
    void aSignInOfAMomentAgoCountsForAnAgentThatCannotAskForIt() {
        var grant = grant(house.dynamic("Agent", "https://a.example/cb"), house.ada.id());
        Phone.enrol(visitor, house.clock);
        house.clock.turn(Duration.ofMinutes(1));
        var mine = form(visitor.get("/account"), "/account/agents");
        assertTrue(html(visitor.post("/account/agents/confirm", Visitor.body(mine))).contains("Confirmed"));
        var now = house.grants.find(grant.id()).orElseThrow();
        assertTrue(now.amr().contains(SignIn.SEVERAL));
        house.clock.turn(Duration.ofMinutes(11));
        assertTrue(html(visitor.post("/account/agents/confirm", Visitor.body(mine))).contains("<h1>Sign in"),
                "an old sign-in confirms nothing");
    }

    @Test
    @Covers("AS-27a")
    void otherSessionsAreListedAndEnded() {
        var phone = new Visitor(house);
        phone.signIn(phone.get("/login"));
        house.database.update("UPDATE browser_session SET agent = 'Safari on iPhone' WHERE id_hash = ?",
                Hashes.sha256(phone.session()));
        var page = visitor.get("/account");
        assertTrue(html(page).contains("Safari on iPhone") && html(page).contains("this one"));
        assertFalse(html(page).contains(phone.session()), "a handle signs nobody in");
        assertEquals(303, visitor.send("/account/sessions", page).status());
        assertTrue(html(phone.get("/account")).contains("<h1>Sign in"));
        assertTrue(html(visitor.get("/account")).contains("signed in as Ada"));
    }

    @Test
    @Covers({"T3b", "AS-26"})
    void aFormOfAnotherSiteOrAnOldPageDoesNothing() {
        var grant = grant(house.dynamic("Agent", "https://a.example/cb"), house.ada.id());
        var whole = Visitor.body(form(visitor.get("/account"), "/account/agents"));
        for (var route : house.pages()) {
            if (route.method().equals("POST") && route.path().startsWith("/account")) {
                for (var headers : List.of(Headers.NONE, Headers.NONE.with("Origin", "https://evil.example")
                        .with("Sec-Fetch-Site", "cross-site"), Headers.NONE.with("Origin", "null"))) {
                    assertEquals(403, visitor.post(route.path(), whole, headers).status(), route.path());
                }
                assertEquals(403, visitor.post(route.path(), "csrf=x").status(), route.path());
            }
        }
        assertFalse(house.grants.isRevoked(grant.id()));
    }

    @Test
    void aBrowserIsCalledWhatAPersonWouldCallIt() {
        var names = List.of("Firefox on Linux", "Chrome on Windows", "Safari on iPhone", "Edge on macOS",
                "A browser");
        var fields = List.of("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/130.0.0.0 Safari/537.36 Edg/130.0", "<script>");
        for (var i = 0; i < names.size(); i++) {
            var in = Door.in("GET", "/", "", "", "192.0.2.1", Headers.NONE, "User-Agent", fields.get(i));
            assertEquals(names.get(i), Agents.name(in));
        }
    }
}
