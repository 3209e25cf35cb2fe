package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.html;
import static io.github.doorwarden.authserver.Visitor.location;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The authenticator app: setting it up, being asked for its code, losing it.
class SecondStepTest {

    private static final Duration STEP = Duration.ofSeconds(30);

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

    private Reply begin() {
        return visitor.send("/account/code", visitor.get("/account"));
    }

    private Reply atTheSecondStep(Visitor who) {
        who.cookies.remove("__Host-doorwarden_session");
        return who.signIn(who.get("/login"));
    }

    private static boolean asks(Reply page) {
        return html(page).contains("<h1>One more step");
    }

    @Test
    @Covers({"AS-71", "T17"})
    void fromTheFirstRightCodeOnASignInTakesTwoSteps() {
        var shown = begin();
        assertTrue(html(shown).contains("<svg class=\"qr\""));
        assertFalse(asks(atTheSecondStep(new Visitor(house))), "what was only begun counts for nothing");
        var phone = Phone.of(shown, house.clock);
        var before = visitor.session();
        assertEquals(403, visitor.send("/account/code/confirm", shown, "code", "000000").status());
        var done = visitor.send("/account/code/confirm", shown, "code", phone.code());
        assertEquals(10, Phone.recoveryCodes(done).size());
        assertNotEquals(before, visitor.session(), "a new session id (T11)");
        var other = new Visitor(house);
        var step = atTheSecondStep(other);
        assertTrue(asks(step));
        assertNull(other.session(), "nobody is in yet");
        house.clock.turn(STEP);
        assertEquals("/account", location(other.send("/login/code", step, "code", phone.code())));
        assertTrue(html(other.get("/account")).contains("signed in as Ada"));
        assertTrue(house.audit.stream().anyMatch(line -> line.thing().equals("password and code")));
    }

    @Test
    @Covers("AS-71")
    void whoeverCameInWithoutItIsOutWhenItIsTurnedOn() {
        var elsewhere = new Visitor(house).signedIn();
        Phone.enrol(visitor, house.clock);
        assertTrue(html(visitor.get("/account")).contains("signed in as Ada"));
        assertTrue(html(elsewhere.get("/account")).contains("<h1>Sign in"));
    }

    @Test
    @Covers("AS-71")
    void aCodeIsTakenOnceAndNoOlderOneAfterIt() {
        var phone = Phone.enrol(visitor, house.clock);
        var thief = new Visitor(house);
        assertEquals(403, thief.send("/login/code", atTheSecondStep(thief), "code", phone.code()).status(),
                "the code of the set-up");
        house.clock.turn(STEP.multipliedBy(3));
        var owner = new Visitor(house);
        var code = phone.code();
        assertEquals(303, owner.send("/login/code", atTheSecondStep(owner), "code", code).status());
        assertEquals(403, thief.send("/login/code", atTheSecondStep(thief), "code", code).status());
        assertEquals(403, thief.send("/login/code", atTheSecondStep(thief), "code", phone.code(-1)).status(),
                "one step before");
        house.clock.turn(STEP);
        assertEquals(303, thief.send("/login/code", atTheSecondStep(thief), "code", phone.code()).status());
    }

    @Test
    @Covers("AS-71")
    void aHundredAtOnceWithOneCodeAreOne() throws Exception {
        var phone = Phone.enrol(visitor, house.clock);
        house.clock.turn(STEP);
        var code = phone.code();
        var factors = new SecondFactors(house.database, Door.MASTER_KEY, house.clock);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var done = threads.invokeAll(IntStream.range(0, 100).<java.util.concurrent.Callable<Boolean>>mapToObj(i ->
                    () -> factors.take(house.ada.id(), code)).toList());
            var right = 0;
            for (var each : done) {
                right += each.get() ? 1 : 0;
            }
            assertEquals(1, right);
        }
    }

    @Test
    @Covers("AS-71")
    void aRecoveryCodeSignsInOnceAndNewOnesReplaceAll() {
        var shown = begin();
        var phone = Phone.of(shown, house.clock);
        var codes = Phone.recoveryCodes(visitor.send("/account/code/confirm", shown, "code", phone.code()));
        var lost = new Visitor(house);
        assertEquals(303, lost.send("/login/code", atTheSecondStep(lost), "code",
                codes.getFirst().toLowerCase().replace("-", " ")).status());
        assertTrue(html(lost.get("/account")).contains("Recovery codes left: 9"));
        var other = new Visitor(house);
        assertEquals(403, other.send("/login/code", atTheSecondStep(other), "code", codes.getFirst()).status());
        var renewed = Phone.recoveryCodes(lost.send("/account/recovery", lost.get("/account")));
        assertEquals(10, renewed.size());
        assertEquals(403, lost.send("/login/code", atTheSecondStep(lost), "code", codes.get(1)).status());
        assertEquals(303, lost.send("/login/code", atTheSecondStep(lost), "code", renewed.get(1)).status());
    }

    @Test
    @Covers({"AS-71", "T17"})
    void guessingCodesIsSlow() {
        var phone = Phone.enrol(visitor, house.clock);
        house.clock.turn(STEP);
        var thief = new Visitor(house);
        for (var i = 0; i < 5; i++) {
            assertEquals(403, thief.send("/login/code", atTheSecondStep(thief), "code", "00000" + i).status());
        }
        var sixth = thief.send("/login/code", atTheSecondStep(thief), "code", phone.code());
        assertEquals(429, sixth.status());
        assertEquals("30", sixth.headers().first("Retry-After").orElseThrow());
    }

    @Test
    @Covers({"AS-71", "T11"})
    void theSecondStepBelongsToTheBrowserOfTheFirst_AndEndsSoon() {
        var phone = Phone.enrol(visitor, house.clock);
        house.clock.turn(STEP);
        var victim = new Visitor(house);
        var step = atTheSecondStep(victim);
        var thief = new Visitor(house);
        thief.get("/login");
        assertEquals(403, thief.send("/login/code", step, "code", phone.code()).status());
        house.clock.turn(Duration.ofMinutes(11));
        var late = victim.send("/login/code", step, "code", phone.code());
        assertEquals(403, late.status());
        assertTrue(html(late).contains("That took too long"));
        var again = atTheSecondStep(victim);
        house.people.setPassword(house.ada.id(), "a new password altogether");
        assertEquals(403, victim.send("/login/code", again, "code", phone.code()).status(), "the password was changed");
    }

    @Test
    @Covers("AS-71")
    void aLinkIsAFirstStepToo() {
        Phone.enrol(visitor, house.clock);
        var other = new Visitor(house);
        other.send("/login/link", withLink(other.get("/login")), "email", "ada@example.org");
        var link = house.links.getLast();
        var step = other.send("/link", other.get(link.getPath() + "?" + link.getQuery()));
        assertTrue(asks(step));
        assertNull(other.session());
    }

    /// The form whose other button asks for a link.
    private static Reply withLink(Reply page) {
        return Reply.html(200, html(page).replace("action=\"/login\"", "action=\"/login/link\""));
    }

    @Test
    @Covers("AS-72")
    void whatChangesHowSomebodySignsInNeedsAFreshSignIn() {
        var page = visitor.get("/account");
        house.clock.turn(Duration.ofMinutes(11));
        var again = visitor.send("/account/code", page);
        assertTrue(html(again).contains("sign in once more"));
        visitor.signIn(again);
        var phone = Phone.enrol(visitor, house.clock);
        var account = visitor.get("/account");
        house.clock.turn(Duration.ofMinutes(11));
        for (var action : java.util.List.of("/account/recovery")) {
            assertTrue(html(visitor.send(action, account)).contains("sign in once more"), action);
        }
        var remove = Reply.html(200, html(account).replace("action=\"/account/recovery\"",
                "action=\"/account/code/remove\""));
        assertTrue(html(visitor.send("/account/code/remove", remove)).contains("sign in once more"));
        var step = visitor.signIn(visitor.send("/account/recovery", account));
        assertEquals(303, visitor.send("/login/code", step, "code", phone.code()).status());
        var gone = Reply.html(200, html(visitor.get("/account")).replace("action=\"/account/recovery\"",
                "action=\"/account/code/remove\""));
        assertEquals(303, visitor.send("/account/code/remove", gone).status());
        assertFalse(asks(atTheSecondStep(new Visitor(house))));
    }

    @Test
    void anOperatorHelpsWhoLostEverything() {
        Phone.enrol(visitor, house.clock);
        house.people.resetFactors(house.ada.id());
        assertTrue(html(visitor.get("/account")).contains("<h1>Sign in"), "all sessions end");
        assertFalse(asks(atTheSecondStep(new Visitor(house))));
        org.junit.jupiter.api.Assertions.assertThrows(PersonRefused.class, () -> house.people.resetFactors("nobody"));
    }

    @Test
    @Covers("AS-71")
    void theStoreHasNeitherTheKeyNorTheCodes() throws Exception {
        var shown = begin();
        var phone = Phone.of(shown, house.clock);
        var codes = Phone.recoveryCodes(visitor.send("/account/code/confirm", shown, "code", phone.code()));
        house.database.close();
        var key = html(shown).replaceAll("(?s).*<code>([A-Z2-7 ]+)</code>.*", "$1").replace(" ", "");
        var store = new StringBuilder();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                store.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        assertFalse(store.toString().contains(key));
        codes.forEach(code -> assertFalse(store.toString().contains(code)));
    }
}
