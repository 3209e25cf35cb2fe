package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.authserver.AccountUnavailable.Why;
import io.github.doorwarden.authserver.ThirdPartyClient.Tokens;
import io.github.doorwarden.identity.Provider;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The vault on its own, with a third party whose answers can be chosen.
class ConnectedAccountsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final URI ORIGIN = URI.create("https://door.example.org");

    /// A token endpoint that rotates refresh tokens and takes each once, and a revocation endpoint.
    private static final class Party implements Provider.Calls {

        final List<String> refreshed = new ArrayList<>();
        final LinkedBlockingQueue<String> revoked = new LinkedBlockingQueue<>();
        volatile String answer = "";
        volatile int status = 200;
        volatile CountDownLatch held = new CountDownLatch(0);

        @Override
        public Provider.Answer get(URI uri, Optional<String> authorization) throws IOException {
            throw new IOException("it has no documents");
        }

        @Override
        public Provider.Answer post(URI uri, Map<String, String> form, Optional<String> authorization)
                throws IOException {
            if (uri.getPath().equals("/revoke")) {
                revoked.add(form.get("token"));
                return answer(200, "");
            }
            var before = form.get("refresh_token");
            int count;
            synchronized (refreshed) {
                refreshed.add(before);
                count = refreshed.size();
            }
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return answer(status, answer.isEmpty() ? "{\"access_token\":\"access-" + count + "\",\"refresh_token\":"
                    + "\"refresh-" + count + "\",\"token_type\":\"bearer\",\"expires_in\":3600}" : answer);
        }

        private static Provider.Answer answer(int status, String body) {
            return new Provider.Answer(status, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @TempDir
    private Path folder;
    private final HandClock clock = new HandClock();
    private final Party party = new Party();
    private final ConcurrentLinkedQueue<AuditEvent> audit = new ConcurrentLinkedQueue<>();
    private Database database;
    private ConnectedAccounts accounts;
    private String ada;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("vault.db"));
        ada = new People(database, clock).add("ada@example.org", "Ada", Optional.empty()).id();
        accounts = node();
    }

    @AfterEach
    void close() {
        database.close();
    }

    /// One process of several.
    private ConnectedAccounts node() {
        var corp = new ThirdParty("corp", "Corp", "", Optional.of(URI.create("https://corp.example/authorize")),
                Optional.of(URI.create("https://corp.example/token")),
                Optional.of(URI.create("https://corp.example/revoke")), "door", "secret", false, List.of("notes"),
                Map.of());
        return new ConnectedAccounts(List.of(corp), ORIGIN, party, database, Door.MASTER_KEY, audit::add, clock);
    }

    private void connect(Optional<String> refresh, Duration life) {
        accounts.keep(ada, "corp", new Tokens("access-0", refresh, Optional.of(clock.instant().plus(life)), "notes"));
    }

    private String token() throws Exception {
        return accounts.token(ada, "corp", PATIENCE);
    }

    private Why unavailable() {
        return assertThrows(AccountUnavailable.class, this::token).why();
    }

    @Test
    void aTokenIsRenewedBeforeItEndsAndNotEarlier() throws Exception {
        connect(Optional.of("refresh-0"), Duration.ofHours(1));
        clock.turn(Duration.ofMinutes(58));
        assertEquals("access-0", token());
        clock.turn(Duration.ofMinutes(1));
        assertEquals("access-1", token());
        assertEquals("access-1", token());
        assertEquals(List.of("refresh-0"), party.refreshed);
        clock.turn(Duration.ofHours(1));
        assertEquals("access-2", token());
        assertEquals(List.of("refresh-0", "refresh-1"), party.refreshed, "the rotated one");
    }

    @Test
    void howeverManyCallsAndProcessesWaitTheThirdPartyIsAskedOnce() throws Exception {
        connect(Optional.of("refresh-0"), Duration.ofHours(1));
        clock.turn(Duration.ofMinutes(59).plusSeconds(30));
        party.held = new CountDownLatch(1);
        var other = node();
        try (var many = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = new ArrayList<Future<String>>();
            for (var i = 0; i < 30; i++) {
                var node = i % 2 == 0 ? accounts : other;
                waiting.add(many.submit(() -> node.token(ada, "corp", PATIENCE)));
            }
            party.held.countDown();
            for (var each : waiting) {
                assertEquals("access-1", each.get(20, TimeUnit.SECONDS));
            }
        }
        assertEquals(List.of("refresh-0"), party.refreshed);
    }

    @Test
    void aRefusalEndsItForGoodAndAnOutageDoesNot() throws Exception {
        connect(Optional.of("refresh-0"), Duration.ofHours(1));
        clock.turn(Duration.ofMinutes(59).plusSeconds(30));
        party.status = 503;
        party.answer = "down";
        assertEquals("access-0", token(), "it still holds");
        clock.turn(Duration.ofMinutes(1));
        assertEquals(Why.OUTAGE, unavailable());
        party.status = 400;
        party.answer = "{\"error\":\"invalid_grant\"}";
        assertEquals(Why.NOT_CONNECTED, unavailable());
        party.status = 200;
        party.answer = "";
        assertEquals(Why.NOT_CONNECTED, unavailable());
        assertFalse(accounts.connected(ada, "corp"));
        var listed = accounts.list(ada).getFirst();
        assertTrue(listed.ended().orElseThrow().contains("invalid_grant"), listed.toString());
        assertEquals("account/ended", audit.peek().event());
        connect(Optional.of("refresh-9"), Duration.ofHours(1));
        assertEquals("access-0", token(), "and can begin anew");
    }

    @Test
    void aFaultOfOurRegistrationCostsNobodyTheirConnection() throws Exception {
        connect(Optional.of("refresh-0"), Duration.ofSeconds(1));
        clock.turn(Duration.ofSeconds(2));
        for (var fault : List.of("incorrect_client_credentials", "server_error", "invalid_request", "slow_down",
                "unauthorized_client", "invalid_client")) {
            for (var status : List.of(200, 400, 401)) {
                party.status = status;
                party.answer = "{\"error\":\"" + fault + "\"}";
                assertEquals(Why.OUTAGE, unavailable(), fault);
            }
        }
        party.status = 200;
        party.answer = "";
        assertTrue(token().startsWith("access-"), "and it goes on once that is mended");
        assertTrue(party.revoked.isEmpty());
    }

    @Test
    void connectingAnewRevokesNothingAndAnEndGivesBack() throws Exception {
        connect(Optional.of("refresh-0"), Duration.ofHours(1));
        accounts.keep(ada, "corp", new Tokens("access-9", Optional.of("refresh-0"), Optional.of(clock.instant()
                .plusSeconds(1)), "notes"));
        clock.turn(Duration.ofSeconds(2));
        assertTrue(party.revoked.isEmpty(), "the third party may have meant the same grant");
        party.status = 400;
        party.answer = "{\"error\":\"invalid_grant\"}";
        assertEquals(Why.NOT_CONNECTED, unavailable());
        assertEquals("refresh-0", party.revoked.poll(10, TimeUnit.SECONDS));
        assertEquals("access-9", party.revoked.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void errorsThatComeWithStatus200AreErrors() {
        connect(Optional.of("refresh-0"), Duration.ofSeconds(1));
        clock.turn(Duration.ofSeconds(2));
        party.answer = "{\"error\":\"bad_refresh_token\"}";
        assertEquals(Why.NOT_CONNECTED, unavailable());
    }

    @Test
    void whatThirdPartyRefusesIsRenewedOnceAndWithoutAWayToRenewItIsOver() throws Exception {
        connect(Optional.of("refresh-0"), Duration.ofHours(1));
        clock.turn(Duration.ofMinutes(1));
        assertEquals("access-1", accounts.tokenAfter("access-0", ada, "corp", PATIENCE));
        assertEquals("access-1", accounts.tokenAfter("access-0", ada, "corp", PATIENCE), "renewed by another call");
        assertEquals("access-1", accounts.tokenAfter("access-1", ada, "corp", PATIENCE), "it is just new");
        assertEquals(1, party.refreshed.size());
        connect(Optional.empty(), Duration.ofHours(1));
        assertThrows(AccountUnavailable.class, () -> accounts.tokenAfter("access-0", ada, "corp", PATIENCE));
        assertFalse(accounts.connected(ada, "corp"));
    }

    @Test
    void whatHasRunOutAndCannotBeRenewedIsOver() throws Exception {
        connect(Optional.empty(), Duration.ofHours(1));
        clock.turn(Duration.ofMinutes(59).plusSeconds(59));
        assertEquals("access-0", token());
        clock.turn(Duration.ofSeconds(2));
        assertEquals(Why.NOT_CONNECTED, unavailable());
    }

    @Test
    void disconnectingGivesBothTokensBackAndAlsoWhatARenewalUnderWayBrings() throws Exception {
        connect(Optional.of("refresh-0"), Duration.ofHours(1));
        clock.turn(Duration.ofHours(2));
        party.held = new CountDownLatch(1);
        try (var one = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = one.submit(this::token);
            while (party.refreshed.isEmpty()) {
                Polling.pause();
            }
            assertTrue(accounts.disconnect(ada, "corp"));
            party.held.countDown();
            assertThrows(java.util.concurrent.ExecutionException.class, () -> waiting.get(20, TimeUnit.SECONDS));
        }
        var given = new ArrayList<String>();
        for (var i = 0; i < 4; i++) {
            given.add(party.revoked.poll(10, TimeUnit.SECONDS));
        }
        assertTrue(given.containsAll(List.of("access-0", "refresh-0", "access-1", "refresh-1")), given.toString());
        assertFalse(accounts.disconnect(ada, "corp"));
    }

    @Test
    @Covers("AK-40")
    void aRowIsSealedForItsPersonAndGoesWithThem() throws Exception {
        connect(Optional.of("canary-refresh"), Duration.ofHours(1));
        var bob = new People(database, clock).add("bob@example.org", "Bob", Optional.empty()).id();
        assertThrows(AccountUnavailable.class, () -> accounts.token(bob, "corp", PATIENCE));
        database.update("UPDATE connected_account SET person_id = ? WHERE person_id = ?", bob, ada);
        assertThrows(AccountUnavailable.class, () -> accounts.token(bob, "corp", PATIENCE), "another's row is closed");
        assertTrue(accounts.list(bob).getFirst().ended().isPresent());
        connect(Optional.of("canary-refresh"), Duration.ofHours(1));
        accounts.link(ada, "client", "corp", "use").orElseThrow();
        database.update("DELETE FROM person WHERE id = ?", ada);
        assertEquals(Optional.empty(), database.first("SELECT 1 FROM connected_account WHERE person_id = ?",
                row -> true, ada));
        assertEquals(Optional.empty(), database.first("SELECT 1 FROM connect_link WHERE person_id = ?", row -> true,
                ada));
        for (var file : Files.list(folder).filter(Files::isRegularFile).toList()) {
            assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains("canary-refresh"),
                    file.toString());
        }
    }

    @Test
    @Covers("AK-42")
    void linksHoldForMinutesAndOnlySoMany() {
        var first = accounts.link(ada, "client", "corp", "use").orElseThrow();
        var handle = first.url().getPath().substring("/connect/".length());
        assertTrue(accounts.links().find(handle).isPresent());
        clock.turn(Duration.ofMinutes(9).plusSeconds(59));
        assertTrue(accounts.links().find(handle).isPresent());
        clock.turn(Duration.ofSeconds(1));
        assertTrue(accounts.links().find(handle).isEmpty());
        for (var i = 0; i < Limits.CONNECT_LINKS * 2; i++) {
            clock.turn(Duration.ofMillis(1));
            accounts.link(ada, "client", "corp", "use").orElseThrow();
        }
        assertEquals(Limits.CONNECT_LINKS, database.first("SELECT count(*) FROM connect_link", row -> row.getInt(1))
                .orElseThrow());
        assertTrue(accounts.link("nobody", "client", "corp", "use").isEmpty());
    }
}
