package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.location;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Guesses at the codes of others, and guesses that are meant to keep others out; and two who come at once.
class GuessingTest {

    private static final Duration STEP = Duration.ofSeconds(30);

    @TempDir
    Path folder;
    private House house;
    private Visitor ada;

    @BeforeEach
    void open() {
        house = new House(folder);
        ada = new Visitor(house).signedIn();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Reply secondStep(Visitor who) {
        who.cookies.remove("__Host-doorwarden_session");
        return who.signIn(who.get("/login"));
    }

    @Test
    @Covers({"AS-38", "T17"})
    void aDeviceCodeOfOnesOwnBuysNoGuessesAtThoseOfOthers() {
        house.clients.declare(new NewClient(Optional.of("terminal"), "Terminal", java.util.List.of(),
                Set.of(AuthMethod.NONE), Set.of(GrantType.DEVICE), Set.of(), Optional.empty()));
        var codes = new DeviceCodes(house.database, house.clock, house.grants);
        var own = codes.begin(new DeviceCodes.Waiting("terminal", House.ISSUER + "/mcp", Set.of("read"))).user();
        var page = ada.get("/device");
        var turnedAway = false;
        for (var i = 0; i < 12 && !turnedAway; i++) {
            turnedAway = ada.send("/device", page, "user_code", i % 3 == 2 ? own : "BCDF-BCDF").status() == 429;
        }
        assertTrue(turnedAway, "between two guesses an own code makes room for more");
    }

    @Test
    @Covers({"AS-71", "T17"})
    void whoHasThePasswordAloneKeepsNobodyOutByGuessingCodes() {
        var phone = Phone.enrol(ada, house.clock);
        house.clock.turn(STEP.multipliedBy(3));
        var thief = new Visitor(house);
        thief.peer = "203.0.113.9";
        var step = secondStep(thief);
        var status = 0;
        for (var i = 0; i < 8 && status != 429; i++) {
            status = thief.send("/login/code", step, "code", "00000" + i).status();
        }
        assertEquals(429, status, "guesses are slowed down");
        var other = new Visitor(house);
        assertEquals(429, other.send("/login/code", secondStep(other), "code", "000009").status(),
                "from another browser too");
        assertEquals("/account", location(ada.send("/login/code", secondStep(ada), "code", phone.code())),
                "in the browser that Ada has used before nobody else's guesses count");
    }

    @Test
    @Covers({"AS-71", "T17"})
    void oneRecoveryCodeAndOneTimeCodeOpenOneDoorHoweverManyComeAtOnce() throws Exception {
        var phone = Phone.enrol(ada, house.clock);
        var recovery = Phone.recoveryCodes(ada.send("/account/recovery", ada.get("/account"))).getFirst();
        house.clock.turn(STEP.multipliedBy(3));
        assertEquals(1, atOnce(recovery), "a recovery code");
        house.clock.turn(Duration.ofHours(2));
        assertEquals(1, atOnce(phone.code()), "a code of the app");
    }

    private long atOnce(String code) throws Exception {
        var tries = new ArrayList<Callable<Integer>>();
        for (var i = 0; i < 4; i++) {
            var who = new Visitor(house);
            var page = secondStep(who);
            tries.add(() -> who.send("/login/code", page, "code", code).status());
        }
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var in = 0;
            for (var answer : pool.invokeAll(tries)) {
                in += answer.get() == 303 ? 1 : 0;
            }
            return in;
        }
    }
}
