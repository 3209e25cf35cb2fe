package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.answer;
import static io.github.doorwarden.authserver.Visitor.encode;
import static io.github.doorwarden.authserver.Visitor.html;
import static io.github.doorwarden.authserver.Visitor.location;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way of a request for access, and every way in which it ends early.
class AuthorizeTest {

    private static final String WEB = "https://agent.example/cb";
    private static final String LOCAL = "http://localhost/callback";

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

    private static String request(Client client, String redirectUri, String more) {
        return "/authorize?response_type=code&client_id=" + encode(client.id()) + "&redirect_uri=" + encode(redirectUri)
                + "&state=s%2F1"
                + "&code_challenge=" + House.CHALLENGE + "&code_challenge_method=S256&resource="
                + encode("https://door.example.org/mcp") + more;
    }

    @Test
    @Covers({"AS-4", "AS-10"})
    void signInConsentCode() {
        var client = house.dynamic("Agent", WEB);
        var login = visitor.get(request(client, WEB, "&scope=orders&unknown=ignored&scope_hint="));
        assertEquals(200, login.status());
        var onward = visitor.signIn(login);
        assertEquals(303, onward.status());
        var consent = visitor.get(location(onward), Headers.NONE.with("Sec-Fetch-Site", "same-origin"));
        assertEquals(200, consent.status());
        var done = visitor.decide(consent, "allow");
        assertEquals(303, done.status());
        assertTrue(location(done).startsWith(WEB + "?code="), location(done));
        var answer = answer(location(done));
        assertEquals(Set.of("code", "state", "iss"), answer.keySet());
        assertEquals("s/1", answer.get("state"));
        assertEquals(House.ISSUER, answer.get("iss"));
        assertEquals("consent allowed", house.lastDecision());
        var grant = house.codes.redeem(new Codes.Redemption(answer.get("code"), client.id(), Optional.of(WEB),
                Optional.of(House.VERIFIER), List.of()));
        assertEquals(Set.of("orders"), grant.scopes());
        assertEquals(Optional.of(house.ada.id()), grant.personId());
        assertEquals("https://door.example.org/mcp", grant.resource());
    }

    @Test
    @Covers("AS-18a")
    void theKeyThatWasAskedForGoesIntoTheCode() {
        visitor.signedIn();
        var client = house.vouched(WEB);
        var key = "k".repeat(43);
        var code = answer(location(visitor.decide(visitor.get(request(client, WEB, "&dpop_jkt=" + key)), "allow")))
                .get("code");
        assertThrows(OAuthRefused.class, () -> house.codes.redeem(new Codes.Redemption(code, client.id(),
                Optional.of(WEB), Optional.of(House.VERIFIER), List.of())));
        house.codes.redeem(new Codes.Redemption(code, client.id(), Optional.of(WEB), Optional.of(House.VERIFIER),
                List.of(), Optional.of(key), true));
        assertEquals("invalid_request", answer(location(visitor.get(request(client, WEB, "&dpop_jkt=short"))))
                .get("error"));
    }

    @Test
    @Covers({"AS-25", "T9"})
    void theConsentPageNamesEverythingThatIsDecided() {
        visitor.signedIn();
        var page = html(visitor.get(request(house.dynamic("My Agent", LOCAL), "http://localhost:51234/callback",
                "&scope=orders")));
        for (var fact : List.of("My Agent", "Registered itself", "localhost", "this device",
                "Any program that runs here", "Lesson Marketplace",
                "see lessons and prices", "see and change your orders", "Ada Lovelace", "ada@example.org",
                "29 December 2026", "Allow", "Deny")) {
            assertTrue(page.contains(fact), fact);
        }
        assertFalse(page.contains("refund"));
        var web = html(visitor.get(request(house.dynamic("My Agent", WEB), WEB, "")));
        assertTrue(web.contains("agent.example"));
        assertFalse(web.contains("this device"));
        var vouched = html(visitor.get(request(house.vouched(WEB), WEB, "")));
        assertTrue(vouched.contains("Set up by your administrator"));
        assertFalse(vouched.contains("chose its name itself"));
    }

    @Test
    @Covers({"AS-11", "AS-12", "T8"})
    void aRedirectUriThatIsNotRegisteredGetsAPage() {
        house.dynamic("Other", "https://other.example/cb");
        var visitors = List.of(new Visitor(house), new Visitor(house).signedIn());
        for (var registered : List.of(WEB, LOCAL)) {
            var client = house.vouched(registered);
            for (var presented : redirectTricks(registered)) {
                for (var who : visitors) {
                    stays(who.get(request(client, presented, "")), presented);
                }
            }
            stays(visitor.get(request(client, registered, "&redirect_uri=" + encode("https://evil.example/"))),
                    "duplicated");
            stays(visitor.get("/authorize?response_type=code&client_id=reports"), "missing");
        }
        assertEquals("authorize refused", house.lastDecision());
    }

    private static List<String> redirectTricks(String uri) {
        var host = URI.create(uri).getHost();
        var path = URI.create(uri).getPath();
        return List.of("https://evil.example/", uri + "/", uri + "?x=1", uri + "#f", uri + "%00", uri + "%2e%2e", uri
                + "/../evil", uri + "/%2e%2e/x",
                uri.toUpperCase(), uri.replace("://", ":/"), uri.replace("://", ":///"),
                uri.replace(host, host + ".evil.example"),
                uri.replace(host, "evil.example@" + host), uri.replace(host, host + "@evil.example"),
                uri.replace(host, host + ":443@evil.example"),
                uri.replace(host, "evil.example\\@" + host), uri.replace(host, host + "\\evil.example"),
                uri.replace(host, "evil.example#" + host),
                uri.replace(host, "evil.example?" + host), uri.replace(host, "evil.example/" + host),
                uri.replace(host, host + "."),
                uri.replace(host, host + "%2eevil.example"), uri.replace(host, host + "。evil.example"),
                uri.replace(host, host + "\u2024evil"),
                uri.replace(path, "//evil.example" + path), uri.replace(path, "/\t" + path), " " + uri, uri + " ", uri
                + "\n", "//" + host + path, path,
                "javascript:alert(1)//" + uri, "data:text/html," + uri, "ftp://" + host + path,
                "http://127.0.0.1.evil.example" + path,
                "http://localhost.evil.example/callback", "http://[::ffff:127.0.0.1]/callback", "http://127.1/callback",
                "http://2130706433/callback",
                "http://0.0.0.0/callback", "http://[::1]/callback", "http://127.0.0.1/callback",
                "https://localhost/callback",
                "http://localhost:0x50/callback", "http://localhost:99999/callback",
                "http://localhost:80@evil.example/callback",
                "https://agent.example:8443/cb", "https://agent.example:443/cb", "https://AGENT.example/cb",
                "https://other.example/cb");
    }

    private static void stays(Reply reply, String what) {
        assertTrue(reply.status() == 400 || reply.status() == 404, what + " " + reply.status());
        assertTrue(reply.headers().first("Location").isEmpty(), what);
        assertFalse(html(reply).contains("href=\"http"), what);
        assertTrue(html(reply).contains("request-1"), "says what to report");
    }

    @Test
    @Covers("AS-12")
    void thePortOfALoopbackAddressIsFree() {
        visitor.signedIn();
        var client = house.dynamic("Claude Code", LOCAL);
        var page = visitor.get(request(client, "http://localhost:61234/callback", ""));
        var done = location(visitor.decide(page, "allow"));
        assertTrue(done.startsWith("http://localhost:61234/callback?code="), done);
    }

    @Test
    @Covers({"AS-11", "T22"})
    void unknownClientsAndBrokenQueriesGetAPage() {
        for (var query : List.of("", "client_id=", "client_id=nobody", "client_id=a&client_id=b", "client_id=%ff",
                "client_id=%", "x=%00",
                "client_id=nobody&state=" + "s".repeat(5000), "a=b&".repeat(100),
                "client_id=reports&client_id=reports")) {
            stays(visitor.get("/authorize" + (query.isEmpty() ? "" : "?" + query)), query);
        }
    }

    @Test
    @Covers({"AS-4", "AS-14", "AS-16", "AS-17", "T6"})
    void mistakesOfAVouchedClientAreToldToIt() {
        visitor.signedIn();
        var client = house.vouched(WEB);
        var right = request(client, WEB, "");
        told("unsupported_response_type", right.replace("response_type=code", "response_type=token"));
        told("unsupported_response_type", right.replace("response_type=code", "response_type=code%20id_token"));
        told("invalid_request", right.replace("response_type=code", "x=y"));
        told("invalid_request", right + "&response_mode=fragment");
        told("request_not_supported", right + "&request=eyJ");
        told("request_uri_not_supported", right + "&request_uri=urn:x");
        told("invalid_request", right.replace("&code_challenge=" + House.CHALLENGE, ""));
        told("invalid_request", right.replace("&code_challenge_method=S256", ""));
        told("invalid_request", right.replace("=S256", "=plain"));
        told("invalid_request", right.replace("=S256", "=s256"));
        for (var challenge : List.of("abc", House.CHALLENGE + "=", House.CHALLENGE + "A", House.CHALLENGE.substring(1),
                "%20" + House.CHALLENGE.substring(1))) {
            told("invalid_request", right.replace(House.CHALLENGE, challenge));
        }
        told("invalid_target", right.replace(encode("/mcp"), encode("/other")));
        told("invalid_target", right.replace(encode("/mcp"), encode("/mcp#f")));
        told("invalid_target", right + "&resource=" + encode("https://door.example.org/else"));
        told("invalid_scope", right + "&scope=read%20root");
    }

    private void told(String error, String request) {
        var reply = visitor.get(request);
        assertEquals(303, reply.status(), request);
        var answer = answer(location(reply));
        assertTrue(location(reply).startsWith(WEB + "?"), location(reply));
        assertEquals(error, answer.get("error"), request);
        assertEquals("s/1", answer.get("state"));
        assertEquals(House.ISSUER, answer.get("iss"));
        assertTrue(answer.get("error_description").matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+"));
        assertFalse(answer.containsKey("code"));
        assertEquals("authorize refused", house.lastDecision());
    }

    @Test
    @Covers({"AS-15", "T21"})
    void nobodyIsSentToAClientThatNobodyVouchesFor() {
        var client = house.dynamic("Evil", "https://evil.example/cb");
        var bad = request(client, "https://evil.example/cb", "&scope=root");
        assertTrue(html(visitor.get(bad)).contains("Sign in"), "first of all: who is there");
        visitor.signedIn();
        for (var reply : List.of(visitor.get(bad), visitor.get(bad.replace("S256", "plain")),
                visitor.get(bad + "&prompt=none"),
                visitor.decide(visitor.get(request(client, "https://evil.example/cb", "")), "deny"))) {
            assertEquals(200, reply.status());
            assertTrue(reply.headers().first("Location").isEmpty());
            assertTrue(html(reply).contains("Go back to evil.example"));
            assertTrue(Visitor.unescape(html(reply)).contains("&state=s%2F1&iss=https%3A%2F%2Fdoor.example.org"),
                    html(reply));
        }
        assertEquals("consent refused", house.lastDecision());
    }

    @Test
    @Covers("AS-15")
    void nobodyIsSentAnywhereBeforeSigningIn() {
        var bad = request(house.vouched(WEB), WEB, "&scope=root");
        var login = visitor.get(bad);
        assertEquals(200, login.status());
        var after = visitor.get(location(visitor.signIn(login)));
        assertEquals(200, after.status(), "after our own form the person goes by a link");
        assertTrue(html(after).contains("error=invalid_scope"));
    }

    @Test
    void noIsToldToAVouchedClient() {
        visitor.signedIn();
        var client = house.vouched(WEB);
        var answer = answer(location(visitor.decide(visitor.get(request(client, WEB, "")), "deny")));
        assertEquals("access_denied", answer.get("error"));
        assertEquals(House.ISSUER, answer.get("iss"));
        assertEquals("access_denied", answer(location(visitor.decide(visitor.get(request(client, WEB, "")), "maybe")))
                .get("error"));
    }

    @Test
    @Covers("T4")
    void rememberedConsentCountsOnlyForWhoComesByThemselves() {
        visitor.signedIn();
        var client = house.dynamic("Agent", WEB);
        var asked = request(client, WEB, "&scope=orders");
        visitor.decide(visitor.get(asked), "allow");
        assertEquals(303, visitor.get(asked).status());
        assertEquals("authorize allowed", house.lastDecision());
        assertEquals(303, visitor.get(asked, Headers.NONE.with("Sec-Fetch-Site", "same-origin")).status());
        for (var site : List.of("cross-site", "same-site", "", "NONE", "none, none")) {
            assertEquals(200, visitor.get(asked, Headers.NONE.with("Sec-Fetch-Site", site)).status(), site);
        }
        assertEquals(200, visitor.get(asked, Headers.NONE).status(), "an absent header is no proof");
        assertEquals(200, visitor.get(asked, Headers.NONE.with("Sec-Fetch-Site", "none").with("Sec-Fetch-Site", "none"))
                .status());
        assertEquals(200, visitor.get(asked + "&prompt=consent").status());
        assertEquals(200, visitor.get(asked + "&prompt=select_account").status());
    }

    @Test
    @Covers({"T4", "AS-59"})
    void rememberedConsentEndsWithAnyChange() {
        visitor.signedIn();
        var client = house.dynamic("Agent", WEB);
        var asked = request(client, WEB, "&scope=orders");
        visitor.decide(visitor.get(asked), "allow");
        assertEquals(200, visitor.get(asked.replace("scope=orders", "scope=orders%20admin")).status(), "more scopes");
        assertEquals(200, visitor.get(request(house.dynamic("Agent", WEB), WEB, "&scope=orders")).status(),
                "another client");
        house.database.update("UPDATE consent SET client_digest = 'another'");
        assertEquals(200, visitor.get(asked).status(), "other metadata");
        visitor.decide(visitor.get(asked), "allow");
        house.people.add("eve@example.org", "Eve", Optional.of(House.PASSWORD));
        var eve = new Visitor(house);
        eve.signIn(eve.get("/login"), "eve@example.org", House.PASSWORD);
        assertEquals(200, eve.get(asked).status(), "another person");
        var vouched = request(house.vouched(WEB), WEB, "");
        visitor.decide(visitor.get(vouched), "allow");
        house.clock.turn(house.settings.lifetimes().consent());
        assertEquals(200, visitor.signedIn().get(vouched).status(), "too long ago");
    }

    @Test
    @Covers("T4")
    void signingInOnTheWayIsNoWayAroundTheConsentPage() {
        visitor.signedIn();
        var asked = request(house.dynamic("Agent", WEB), WEB, "");
        visitor.decide(visitor.get(asked), "allow");
        house.clock.turn(house.settings.lifetimes().session());
        var login = visitor.get(asked, Headers.NONE.with("Sec-Fetch-Site", "cross-site"));
        var onward = location(visitor.signIn(login));
        assertEquals(200, visitor.get(onward, Headers.NONE.with("Sec-Fetch-Site", "same-origin")).status());
    }

    @Test
    @Covers({"T4", "T9"})
    void loopbackAlwaysAsks() {
        visitor.signedIn();
        var client = house.dynamic("Claude Code", LOCAL);
        visitor.decide(visitor.get(request(client, "http://localhost:5001/callback", "")), "allow");
        assertEquals(200, visitor.get(request(client, "http://localhost:5001/callback", "")).status());
        assertEquals(200, visitor.get(request(client, "http://localhost:5002/callback", "")).status());
    }

    @Test
    @Covers("AS-19")
    void promptNoneShowsNoPageToAVouchedClientAndApprovesNothingUnasked() {
        var client = house.vouched(WEB);
        var silent = request(client, WEB, "&prompt=none");
        assertEquals("login_required", answer(location(visitor.get(silent))).get("error"));
        visitor.signedIn();
        assertEquals("consent_required", answer(location(visitor.get(silent))).get("error"));
        visitor.decide(visitor.get(request(client, WEB, "")), "allow");
        assertTrue(answer(location(visitor.get(silent))).containsKey("code"));
        assertEquals("consent_required", answer(location(visitor.get(silent,
                Headers.NONE.with("Sec-Fetch-Site", "cross-site")))).get("error"));
        var unknown = house.dynamic("Agent", WEB);
        visitor.decide(visitor.get(request(unknown, WEB, "")), "allow");
        var page = visitor.get(request(unknown, WEB, "&prompt=none"));
        assertEquals(200, page.status());
        assertTrue(html(page).contains("error=consent_required"));
    }

    @Test
    @Covers({"AS-16", "AS-17", "AS-28"})
    void whatIsNotSaidIsChosenWithCare() {
        visitor.signedIn();
        var client = house.vouched(WEB);
        var asked = request(client, WEB, "");
        assertEquals(Set.of("read"), granted(client, asked));
        assertEquals(Set.of("read"), granted(client, asked.replace("&resource="
                + encode("https://door.example.org/mcp"), "")));
        assertEquals(Set.of("read"), granted(client, asked.replace(encode("https://door.example.org/mcp"),
                encode("HTTPS://Door.Example.org/mcp/"))));
        assertEquals(Set.of("read"), granted(client, asked + "&resource=" + encode("https://door.example.org/mcp/")));
        assertEquals(Set.of("read"), granted(client, asked + "&scope="
                + encode("openid profile email offline_access")));
        assertEquals(Set.of("orders"), granted(client, asked + "&scope=" + encode("orders offline_access")));
        var bounded = house.clients.declare(new NewClient(Optional.of("bounded"), "B", List.of(WEB),
                Set.of(AuthMethod.NONE), GrantType.WITH_A_PERSON,
                Set.of("orders"), Optional.empty()));
        assertEquals(Set.of("orders", "read"), granted(bounded, request(bounded, WEB, "&scope="
                + encode("read orders admin"))));
        assertEquals("invalid_scope", answer(location(visitor.get(request(bounded, WEB, "&scope=admin"))))
                .get("error"));
    }

    private Set<String> granted(Client client, String request) {
        var code = answer(location(visitor.decide(visitor.get(request + "&prompt=consent"), "allow"))).get("code");
        return house.codes.redeem(new Codes.Redemption(code, client.id(), Optional.empty(), Optional.of(House.VERIFIER),
                List.of())).scopes();
    }

    @Test
    @Covers("AS-16")
    void amongSeveralResourcesOneMustBeNamed() {
        house.close();
        var other = new ProtectedResource(URI.create("https://door.example.org/other"), "Other", new Scopes(List.of()),
                true);
        var machines = new ProtectedResource(URI.create("https://door.example.org/machines"), "Machines",
                new Scopes(List.of()), false);
        house = new House(folder.resolve("several"), true, House.shop(), other, machines,
                new ProtectedResource(URI.create("https://door.example.org/third"),
                "Third", House.shop().scopes(), true));
        visitor = new Visitor(house).signedIn();
        var client = house.vouched(WEB);
        var asked = request(client, WEB, "");
        var resource = "&resource=" + encode("https://door.example.org/mcp");
        told("invalid_target", asked.replace(resource, ""));
        told("invalid_target", asked.replace(resource, "&resource=" + encode("https://door.example.org/machines")));
        told("invalid_target", asked + "&resource=" + encode("https://door.example.org/other"));
        assertTrue(html(visitor.get(asked.replace(encode("/mcp"), encode("/other"))))
                .contains("access to <span dir=\"auto\">Other"));
    }

    @Test
    void oneSessionIsOverInTime() {
        visitor.signedIn();
        var asked = request(house.dynamic("Agent", WEB), WEB, "");
        var page = visitor.get(asked);
        house.clock.turn(house.settings.lifetimes().session().minus(Duration.ofSeconds(1)));
        assertTrue(html(visitor.get(asked)).contains("wants access"));
        house.clock.turn(Duration.ofSeconds(1));
        assertTrue(html(visitor.get(asked)).contains("Sign in"));
        var late = visitor.decide(page, "allow");
        assertTrue(location(late).startsWith("/authorize?"), "sign in again, then decide");
        house.side.sweep(house.clock.instant());
        assertTrue(house.database.first("SELECT 1 FROM browser_session", row -> 1).isEmpty());
    }
}
