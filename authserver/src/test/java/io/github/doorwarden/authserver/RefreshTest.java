package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefreshTest {

    @TempDir
    Path folder;
    private Door door;
    private Client client;
    private String token;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        client = door.desktop();
        token = door.redeem(client, door.code(client)).text("refresh_token");
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String rotated(String refreshToken) {
        var answer = door.refresh(client, refreshToken);
        assertEquals(200, answer.status(), answer.json().toString());
        return answer.text("refresh_token");
    }

    private void assertFamilyDead() {
        assertEquals(List.of(), door.grants.ofPerson("p_ada"));
        assertTrue(door.audit.stream().anyMatch(line -> line.event().equals("revoke") && line.reason()
                .contains("after it was rotated")));
    }

    @Test
    @Covers({"AS-33", "T13"})
    void eachUseGivesANewOne() {
        var second = rotated(token);
        assertNotEquals(token, second);
        door.clock.pass(Duration.ofDays(1));
        assertNotEquals(second, rotated(second));
    }

    @Test
    @Covers({"AS-33", "T13"})
    void aHundredAtOnceInTwoProcessesGetOneSuccessor() throws Exception {
        try (var second = door.second(folder); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(IntStream.range(0, 100)
                    .<Callable<Door.Answer>>mapToObj(i -> () -> (i % 2 == 0 ? door : second).refresh(client, token))
                    .toList());
            var successors = new TreeSet<String>();
            for (var answer : answers) {
                assertEquals(200, answer.get().status(), answer.get().json().toString());
                successors.add(answer.get().text("refresh_token"));
            }
            assertEquals(1, successors.size());
            assertEquals(1, door.grants.ofPerson("p_ada").size());
            assertEquals(2, door.database.query("SELECT 1 FROM refresh_token", row -> 1).size());
            assertEquals(200, second.refresh(client, successors.first()).status());
        }
    }

    @Test
    @Covers("T13")
    void aLostAnswerIsGivenAgainWithinTheGraceAlsoAfterARestart() {
        var second = rotated(token);
        door.close();
        door = door.second(folder);
        door.clock.pass(Duration.ofMinutes(2));
        assertEquals(second, rotated(token));
        assertEquals(1, door.grants.ofPerson("p_ada").size());
    }

    @Test
    @Covers({"AS-33", "T13"})
    void aReplayAfterTheSuccessorWasUsedKillsTheFamily() {
        var third = rotated(rotated(token));
        assertEquals("invalid_grant", door.refresh(client, token).error());
        assertFamilyDead();
        assertEquals("invalid_grant", door.refresh(client, third).error());
    }

    @Test
    @Covers({"AS-33", "T13"})
    void aReplayAfterTheGraceKillsTheFamily() {
        var second = rotated(token);
        door.clock.pass(Duration.ofSeconds(121));
        assertEquals("invalid_grant", door.refresh(client, token).error());
        assertFamilyDead();
        assertEquals("invalid_grant", door.refresh(client, second).error());
        assertTrue(door.audit.stream().filter(line -> line.event().equals("token"))
                .anyMatch(line -> line.reason().contains("family is revoked")));
    }

    @Test
    @Covers({"AS-33", "T13", "T14"})
    void anotherClientGetsNothingAndDoesNoHarm() {
        var other = door.clients.add(NewClient.forPeople("other", "Other", List.of("http://127.0.0.1/callback")))
                .client();
        assertEquals("invalid_grant", door.refresh(other, token).error());
        var second = rotated(token);
        rotated(second);
        assertEquals("invalid_grant", door.refresh(other, token).error(), "even a rotated one");
        assertEquals(1, door.grants.ofPerson("p_ada").size());
    }

    @Test
    @Covers("AS-33")
    void theScopeMayNarrowForOneAccessTokenAlone() {
        var narrow = door.token("grant_type", "refresh_token", "client_id", client.id(), "refresh_token", token,
                "scope", "mcp:read offline_access");
        assertEquals("mcp:read", narrow.text("scope"));
        assertEquals("mcp:read mcp:write", door.refresh(client, narrow.text("refresh_token")).text("scope"));
    }

    @Test
    @Covers("AS-33")
    void aScopeBeyondTheGrantIsRefusedAndSpendsNothing() {
        var small = door.redeem(client, door.code(client, "p_bob", "mcp:read")).text("refresh_token");
        assertEquals("invalid_scope", door.token("grant_type", "refresh_token", "client_id", client.id(),
                "refresh_token", small, "scope",
                "mcp:read mcp:write").error());
        var next = rotated(small);
        door.clock.pass(Duration.ofHours(1));
        rotated(next);
    }

    @Test
    @Covers("AS-33")
    void whatAGrantedScopeIncludesMayBeAskedForByItself() {
        var writer = door.redeem(client, door.code(client, "p_bob", "mcp:write")).text("refresh_token");
        assertEquals("mcp:read", door.token("grant_type", "refresh_token", "client_id", client.id(), "refresh_token",
                writer, "scope",
                "mcp:read").text("scope"));
    }

    @Test
    @Covers("AS-33")
    void aWrongResourceSpendsNothing() {
        assertEquals("invalid_target",
                door.token("grant_type", "refresh_token", "client_id", client.id(), "refresh_token", token, "resource",
                Door.API).error());
        door.clock.pass(Duration.ofHours(1));
        rotated(token);
    }

    @Test
    @Covers("AS-33")
    void itEndsWhenIdleAndWithTheGrant() {
        door.clock.pass(Duration.ofDays(13));
        var current = rotated(token);
        for (var day = 26; day < 90; day += 13) {
            door.clock.pass(Duration.ofDays(13));
            current = rotated(current);
        }
        door.clock.pass(Duration.ofDays(13));
        assertEquals("invalid_grant", door.refresh(client, current).error(), "90 days after the grant");
        var idle = door.redeem(client, door.code(client)).text("refresh_token");
        door.clock.pass(Duration.ofDays(14));
        assertEquals("invalid_grant", door.refresh(client, idle).error());
    }

    @Test
    @Covers({"AS-27", "T27"})
    void revokingTheGrantCutsItAtOnce() {
        var grant = door.grants.ofPerson("p_ada").getFirst();
        assertFalse(door.grants.revokeOwn("p_bob", grant.id(), "by the person"), "someone else's");
        assertTrue(door.grants.revokeOwn("p_ada", grant.id(), "by the person"));
        assertTrue(door.grants.isRevoked(grant.id()));
        assertEquals("invalid_grant", door.refresh(client, token).error());
        try (var second = door.second(folder)) {
            assertTrue(second.grants.isRevoked(grant.id()), "also after a restart");
        }
    }

    @Test
    @Covers("T27")
    void anotherProcessLearnsOfARevocation() {
        try (var second = door.second(folder)) {
            var grant = door.grants.ofPerson("p_ada").getFirst();
            door.grants.revoke(grant.id(), "by the operator");
            second.grants.refresh();
            assertTrue(second.grants.isRevoked(grant.id()));
            door.clock.pass(Duration.ofMinutes(7));
            second.grants.refresh();
            assertFalse(second.grants.isRevoked(grant.id()),
                    "no token of it is alive, so nothing needs to be remembered");
        }
    }

    @Test
    @Covers({"T27", "T27a"})
    void whoHeardNothingForTooLongAsksAndBelievesNothingWhenNobodyAnswers() {
        var second = door.second(folder);
        var grant = door.grants.ofPerson("p_ada").getFirst();
        door.grants.revoke(grant.id(), "by the operator");
        assertFalse(second.grants.isRevoked(grant.id()), "its last look was a moment ago");
        door.clock.pass(Limits.REVOCATIONS_UNHEARD);
        assertFalse(second.grants.isRevoked(grant.id()));
        door.clock.pass(Duration.ofMillis(1));
        assertTrue(second.grants.isRevoked(grant.id()), "nobody called refresh");
        second.close();
        assertTrue(second.grants.isRevoked(grant.id()), "from memory");
        door.clock.pass(Limits.REVOCATIONS_UNHEARD.plusMillis(1));
        assertThrows(StoreOutage.class, () -> second.grants.isRevoked(grant.id()));
    }

    @Test
    void sweepingLeavesWhatIsAlive() {
        var current = rotated(token);
        for (var day = 0; day < 40; day += 10) {
            door.clock.pass(Duration.ofDays(10));
            current = rotated(current);
            door.side.sweep(door.clock.instant());
        }
        assertEquals(200, door.refresh(client, current).status());
        assertTrue(door.database.query("SELECT 1 FROM refresh_token", row -> 1).size() <= 5);
        door.clock.pass(Duration.ofDays(200));
        door.side.sweep(door.clock.instant());
        assertEquals(List.of(), door.database.query("SELECT 1 FROM refresh_token UNION SELECT 1 FROM access_grant "
                + "UNION SELECT 1 FROM authorization_code", row -> 1));
    }
}
