package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.html;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The device grant, from both sides: a terminal that polls, and a person with a browser.
class DeviceTest {

    private static final Duration INTERVAL = Duration.ofSeconds(6);

    @TempDir
    Path folder;

    private House house;
    private TokenSide side;
    private Client terminal;
    private Visitor visitor;

    @BeforeEach
    void open() {
        house = new House(folder);
        var keys = new Keys(house.database, Door.MASTER_KEY, house.settings, house.clock, 2048);
        side = new TokenSide(house.settings, house.database, house.clients, house.codes, house.grants, keys,
                id -> Optional.of(new PersonClaims("ada@example.org", "Ada")), house.clock, house.audit::add);
        terminal = device("terminal", "Terminal");
        visitor = new Visitor(house).signedIn();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Client device(String id, String name) {
        return house.clients.declare(new NewClient(Optional.of(id), name, List.of(), Set.of(AuthMethod.NONE),
                Set.of(GrantType.DEVICE, GrantType.REFRESH), Set.of(), Optional.empty()));
    }

    private Door.Answer post(String path, String... pairs) {
        return send(Door.post(path, Door.form(pairs)));
    }

    private Door.Answer send(io.github.doorwarden.http.HttpIn in) {
        try {
            return Door.answer(side.routes().stream().filter(route -> route.path().equals(in.path())).findFirst()
                    .orElseThrow().answer(in, null));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Door.Answer begin() {
        return post("/device_authorization", "client_id", terminal.id(), "scope", "orders");
    }

    private Door.Answer poll(Client client, Door.Answer begun) {
        return post("/token", "grant_type", GrantType.DEVICE, "client_id", client.id(), "device_code",
                begun.text("device_code"));
    }

    private io.github.doorwarden.http.Reply type(Visitor who, String code) {
        return who.send("/device", who.get("/device"), "user_code", code);
    }

    @Test
    @Covers("AS-33a")
    void aDeviceWithAKeyGetsARefreshTokenThatIsBoundToIt() {
        var begun = begin();
        visitor.send("/device/decision", type(visitor, begun.text("user_code")), "decision", "allow");
        var ada = new Holder(house.clock);
        var issuer = java.util.Map.<String, Object>of("htu", House.ISSUER + "/token");
        var form = Door.form("grant_type", GrantType.DEVICE, "client_id", terminal.id(), "device_code",
                begun.text("device_code"));
        var tokens = send(Door.post("/token", form, "DPoP", ada.proof(issuer)));
        assertEquals("DPoP", tokens.text("token_type"));
        var refresh = Door.form("grant_type", "refresh_token", "client_id", terminal.id(), "refresh_token",
                tokens.text("refresh_token"));
        assertEquals("invalid_grant", send(Door.post("/token", refresh)).error());
        assertEquals(200, send(Door.post("/token", refresh, "DPoP", ada.proof(issuer))).status());
    }

    @Test
    @Covers("AS-38")
    void aPersonAllowsWhatADeviceInFrontOfThemAsksFor() {
        var begun = begin();
        assertEquals(200, begun.status());
        assertTrue(begun.text("user_code").matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}"));
        assertEquals(House.ISSUER + "/device", begun.text("verification_uri"));
        assertEquals(600, begun.json().path("expires_in").asInt());
        assertEquals("no-store", begun.headers().first("Cache-Control").orElseThrow());
        assertEquals("authorization_pending", poll(terminal, begun).error());
        var ask = type(visitor, begun.text("user_code").toLowerCase().replace("-", " "));
        for (var said : List.of("Terminal", "see and change your orders", "somebody is trying to trick you",
                begun.text("user_code"), "ada@example.org")) {
            assertTrue(html(ask).contains(said), said);
        }
        assertTrue(html(visitor.send("/device/decision", ask, "decision", "allow")).contains("is connected"));
        house.clock.turn(INTERVAL);
        var tokens = poll(terminal, begun);
        assertEquals(200, tokens.status());
        assertEquals("orders", tokens.text("scope"));
        assertFalse(tokens.text("refresh_token").isEmpty());
        house.clock.turn(INTERVAL);
        assertEquals("invalid_grant", poll(terminal, begun).error(), "once");
        assertTrue(html(visitor.get("/account")).contains("Terminal"));
    }

    @Test
    @Covers("AS-38")
    void aLinkWithTheCodeOnlyFillsItIn() {
        var begun = begin();
        var path = begun.text("verification_uri_complete").substring(House.ISSUER.length());
        var page = visitor.get(path);
        assertTrue(html(page).contains("value=\"" + begun.text("user_code") + "\""));
        assertTrue(html(page).contains("Did somebody send you a code"));
        assertFalse(html(page).contains("Terminal"), "nothing is asked yet");
        assertEquals("authorization_pending", poll(terminal, begun).error());
        var stranger = new Visitor(house);
        var login = stranger.get(path);
        assertEquals(path, Visitor.location(stranger.signIn(login)), "back to it after signing in");
    }

    @Test
    @Covers("AS-38")
    void noIsNo_AndTheFormIsGoodForTheCodeThatWasShown() {
        var begun = begin();
        var other = begin();
        var ask = type(visitor, begun.text("user_code"));
        var form = Visitor.form(ask, "/device/decision");
        form.hidden().put("user_code", other.text("user_code"));
        assertEquals(403, visitor.post("/device/decision", Visitor.body(form, "decision", "allow")).status());
        assertTrue(html(visitor.send("/device/decision", ask, "decision", "deny")).contains("You said no"));
        house.clock.turn(INTERVAL);
        assertEquals("access_denied", poll(terminal, begun).error());
        assertEquals("authorization_pending", poll(terminal, other).error());
        assertEquals(403, visitor.send("/device/decision", ask, "decision", "allow").status());
    }

    @Test
    @Covers("AS-38")
    void onlyTheClientThatAskedGetsIt() {
        var begun = begin();
        visitor.send("/device/decision", type(visitor, begun.text("user_code")), "decision", "allow");
        assertEquals("invalid_grant", poll(device("other", "Other"), begun).error());
        assertEquals(200, poll(terminal, begun).status(), "the other one has not spoilt it");
        var stranger = house.dynamic("Stranger", "https://a.example/cb");
        assertEquals("unauthorized_client", post("/device_authorization", "client_id", stranger.id()).error());
        assertEquals("unauthorized_client", poll(stranger, begun).error());
    }

    @Test
    @Covers("AS-38")
    void whoPollsTooSoonWaitsLonger_AndTooLateIsTooLate() {
        var begun = begin();
        assertEquals("authorization_pending", poll(terminal, begun).error());
        house.clock.turn(Duration.ofSeconds(4));
        assertEquals("slow_down", poll(terminal, begun).error());
        house.clock.turn(Duration.ofSeconds(9));
        assertEquals("slow_down", poll(terminal, begun).error(), "ten seconds by now");
        house.clock.turn(Duration.ofSeconds(15));
        assertEquals("authorization_pending", poll(terminal, begun).error());
        house.clock.turn(Duration.ofMinutes(10));
        assertEquals("expired_token", poll(terminal, begun).error());
        assertEquals(403, type(visitor, begun.text("user_code")).status());
    }

    @Test
    @Covers({"AS-38", "T17"})
    void guessingCodesIsSlowAndThenLocked() {
        var begun = begin();
        for (var i = 0; i < 5; i++) {
            assertEquals(403, type(visitor, "BBBB-BBBB").status());
        }
        assertEquals(429, type(visitor, begun.text("user_code")).status());
        for (var i = 0; i < 10; i++) {
            house.clock.turn(Duration.ofMinutes(15));
            type(visitor, "BBBB-BBBB");
        }
        var locked = type(visitor, "BBBB-BBBB");
        assertEquals("900", locked.headers().first("Retry-After").orElseThrow());
        for (var i = 0; i < 10; i++) {
            begin();
        }
        assertEquals("slow_down", begin().error());
    }

    @Test
    @Covers("AS-38")
    void aHundredPollsAtOnceAreOneGrant() throws Exception {
        var begun = begin();
        visitor.send("/device/decision", type(visitor, begun.text("user_code")), "decision", "allow");
        var codes = new DeviceCodes(house.database, house.clock, house.grants);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var polls = threads.invokeAll(IntStream.range(0, 100).<Callable<Boolean>>mapToObj(i -> () -> {
                try {
                    codes.redeem(begun.text("device_code"), terminal.id(), Optional.empty());
                    return true;
                } catch (OAuthRefused refused) {
                    return false;
                }
            }).toList());
            var grants = 0;
            for (var each : polls) {
                grants += each.get() ? 1 : 0;
            }
            assertEquals(1, grants);
        }
        assertNotEquals(0, house.grants.ofPerson(house.ada.id()).size());
    }
}
