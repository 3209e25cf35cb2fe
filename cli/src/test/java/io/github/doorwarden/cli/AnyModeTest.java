package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.cli.AnyMode.Issuer;
import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One contract for all authorization modes, over sockets: what a caller is answered, and what is put on record of it.
/// Where modes differ, [AnyMode] says how.
class AnyModeTest {

    private static final String METADATA = "/.well-known/oauth-protected-resource";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// `cached_for` of the mode that asks, and no more (T27).
    private static final Duration BELIEVED = Duration.ofSeconds(1);

    /// What all tests of a mode share.
    private record Started(ModeDoors doors, Administration record) {}

    @TempDir
    static Path folder;
    private static final Map<AnyMode, Started> STARTED = new EnumMap<>(AnyMode.class);

    private AnyMode mode;
    private ModeDoors doors;
    private Administration record;

    private void in(AnyMode asked) {
        var started = STARTED.computeIfAbsent(asked, each -> {
            var made = new ModeDoors(each, folder.resolve(each.name()));
            return new Started(made, made.tools.administration());
        });
        mode = asked;
        doors = started.doors;
        record = started.record;
    }

    @AfterAll
    static void close() throws Exception {
        for (var each : STARTED.values()) {
            each.record.close();
            each.doors.close();
        }
        STARTED.clear();
    }

    /// The line that the record gets of something since then.
    private AuditEvent line(Instant since, Predicate<AuditEvent> wanted) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            var found = record.audit().newest(20).stream().map(line -> line.event())
                    .filter(event -> !event.at().isBefore(since)).filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Polling.pause();
        }
        throw new AssertionError("nothing of it is on record: " + record.audit().newest(20));
    }

    private AuditEvent callOf(Instant since, String tool) {
        return line(since, event -> event.event().equals("tools/call") && event.thing().equals(tool));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /// A door that a token does not open says so in the words of the specification, and puts on record why.
    private void shut(String token, String why) {
        var since = now();
        var answer = doors.stranger().call(token, "notes_list", "{}").expect(mode.refused(401));
        if (!mode.door) {
            assertEquals("anonymous", callOf(since, "notes_list").callerKind(), "the token was not looked at");
            return;
        }
        var challenge = answer.header("WWW-Authenticate").orElseThrow();
        assertEquals("invalid_token", parameter(challenge, "error"));
        assertEquals(metadataUrl(), parameter(challenge, "resource_metadata"));
        var line = line(since, event -> event.event().equals("authenticate"));
        assertEquals("refused anonymous /notes", line.outcome() + " " + line.callerKind() + " " + line.endpoint());
        assertTrue(line.reason().contains(why), line.reason());
        assertFalse(token.contains(line.tokenId()) || line.tokenId().isEmpty(), "which token, but not the token");
    }

    private static String parameter(String challenge, String name) {
        var at = challenge.indexOf(name + "=\"");
        return at < 0 ? "" : challenge.substring(at + name.length() + 2,
                challenge.indexOf('"', at + name.length() + 2));
    }

    private String metadataUrl() {
        return doors.tools.origin + METADATA + "/notes";
    }

    /// The first things that clients of either era do.
    private Map<String, Answer> firstWords(String token) {
        var client = doors.stranger();
        var all = new LinkedHashMap<String, Answer>();
        all.put("initialize", client.rpc(doors.tools.notes, token, Agent.LEGACY, "initialize",
                "{\"protocolVersion\":\"" + Agent.LEGACY + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\","
                + "\"version\":\"1\"}}"));
        all.put("list", client.rpc(doors.tools.notes, token, Agent.LEGACY, "tools/list", "{}"));
        all.put("call", client.call(token, "notes_list", "{}"));
        all.put("discover", client.modern(token, "server/discover", "", "{}"));
        all.put("modern list", client.modern(token, "tools/list", "", "{}"));
        all.put("modern call", client.modern(token, "tools/call", "notes_list",
                "{\"name\":\"notes_list\",\"arguments\":{}}"));
        return all;
    }

    private void letIn(String token) {
        var said = firstWords(token);
        said.values().forEach(Agent::result);
        for (var list : List.of("list", "modern list")) {
            assertTrue(said.get(list).body().contains("notes_add"), "what can be had by asking for more is listed");
        }
        for (var call : List.of("call", "modern call")) {
            assertTrue(said.get(call).body().contains("buy milk"), said.get(call)::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({"RS-2", "RS-5"})
    void withoutATokenADoorSaysWhereToGetOne(AnyMode asked) {
        in(asked);
        if (!mode.door) {
            letIn(null);
        }
        firstWords(null).forEach((what, answer) -> {
            assertEquals(mode.refused(401), answer.status(), what);
            assertEquals(mode.door, answer.header("WWW-Authenticate").isPresent(), what);
            answer.header("WWW-Authenticate").ifPresent(challenge -> {
                assertTrue(challenge.startsWith("Bearer "), challenge);
                assertEquals(metadataUrl(), parameter(challenge, "resource_metadata"));
                assertEquals(Door.READ, parameter(challenge, "scope"));
                assertEquals("", parameter(challenge, "error"), "none was sent, so none was wrong");
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    @Covers({"RS-1", "RS-11a"})
    void theMetadataNameWhoeverIssuesTokens(AnyMode asked) {
        in(asked);
        var web = doors.tools.web;
        for (var path : List.of("/notes", "/memo", "")) {
            var document = web.get(doors.tools.origin + METADATA + path).expect(mode.door ? 200 : 404);
            if (mode.door) {
                assertEquals(doors.tools.origin + path, document.json().path("resource").asString());
                assertEquals(List.of(doors.issuing.origin), document.json().path("authorization_servers").valueStream()
                        .map(each -> each.asString()).toList());
                assertEquals("[\"notes:read\"]", document.json().path("scopes_supported").toString());
            }
        }
        for (var path : List.of("/.well-known/oauth-authorization-server", "/.well-known/jwks.json")) {
            web.get(doors.tools.origin + path).expect(mode.issuer == Issuer.HERE ? 200 : 404);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({"RS-3", "RS-11a"})
    void aPersonIsLetInAndIsOnRecord(AnyMode asked) {
        in(asked);
        var since = now();
        var held = doors.person(doors.tools.notes, Door.READ);
        letIn(held.access());
        var who = Agent.result(held.agent().call(held.access(), "doorwarden_whoami", "{}")).path("structuredContent");
        assertEquals(mode.known("user"), who.path("kind").asString(), who.toString());
        var line = callOf(since, "notes_list");
        assertEquals("allowed " + mode.known("user") + " " + held.agent().clientId, line.outcome() + " "
                + line.callerKind() + " " + line.clientId());
        assertEquals(mode.door, line.subject().startsWith("person_"), line.subject());
        assertEquals(mode.door, !line.tokenId().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    @Covers({"RS-3", "RS-11a", "AS-34"})
    void aServiceIsLetInAndIsOnRecord(AnyMode asked) {
        in(asked);
        var since = now();
        var held = doors.service();
        letIn(held.access());
        var line = callOf(since, "notes_list");
        assertEquals(mode.known("service"), line.callerKind());
        assertEquals(mode.door ? "robot robot" : " ", line.subject() + " " + line.clientId());
    }

    @ParameterizedTest
    @EnumSource
    @Covers({"RS-3", "T28"})
    void aTokenForAnotherDoorIsRefused(AnyMode asked) {
        in(asked);
        shut(doors.person(doors.tools.memo, Door.READ).access(), "it was issued for");
    }

    /// Of a token that the issuer's own key has signed, one thing is wrong. No more of them: with those of the other
    /// tests they must all fit into one second's lines.
    @ParameterizedTest
    @EnumSource
    @Covers({"RS-3", "RS-11a", "T15"})
    void aTokenWithOneWrongThingIsRefusedForThat(AnyMode asked) {
        in(asked);
        var notes = doors.tools.notes;
        var key = doors.stolenKey();
        letIn(key.token(notes, Map.of()));
        shut(key.token(notes, Map.of("exp", Date.from(Instant.now().minusSeconds(1)))), "it expired at");
        shut(key.token(notes, Map.of("iss", "https://other.example")), "its issuer is");
        shut(key.token(notes, Map.of("iss", doors.issuing.origin + "/")), "its issuer is");
        shut(key.token(doors.tools.memo, Map.of()), "it was issued for");
        shut(key.token("JWT", notes, Map.of()), "its type is not at+jwt");
        shut(key.unpublished().token(notes, Map.of()), "does not publish");
    }

    @ParameterizedTest
    @EnumSource
    @Covers("RS-4")
    void whatATokenLacksIsNamedExactly(AnyMode asked) {
        in(asked);
        for (var held : List.of(doors.person(doors.tools.notes, Door.READ), doors.service())) {
            var since = now();
            var answer = held.agent().call(held.access(), "notes_add", "{\"text\":\"x\"}").expect(mode.refused(403));
            var line = callOf(since, "notes_add");
            assertEquals(mode.door ? "refused" : "allowed", line.outcome());
            assertEquals(held.agent().clientId, line.clientId());
            assertEquals(mode.door, answer.header("WWW-Authenticate").isPresent());
            answer.header("WWW-Authenticate").ifPresent(challenge -> {
                assertEquals("insufficient_scope", parameter(challenge, "error"));
                assertEquals(Door.WRITE, parameter(challenge, "scope"), "of this very tool, and no more");
                assertEquals(metadataUrl(), parameter(challenge, "resource_metadata"));
            });
        }
        var writer = doors.person(doors.tools.notes, Door.READ + " " + Door.WRITE);
        Agent.result(writer.agent().call(writer.access(), "notes_add", "{\"text\":\"x\"}"));
    }

    @ParameterizedTest
    @EnumSource
    @Covers({"T27", "AS-48"})
    void whatWasGivenBackIsDeadWhenTheModeSaysSo(AnyMode asked) {
        in(asked);
        var held = doors.person(doors.tools.notes, Door.READ);
        letIn(held.access());
        if (mode.issuer != Issuer.NOBODY) {
            held.agent().revoke(held.tokens().refresh()).expect(200);
            held.agent().refresh(held.tokens().refresh()).expect(400);
        }
        switch (mode.givenBack) {
            case AT_ONCE -> shut(held.access(), "was revoked");
            case WHEN_ASKED_AGAIN -> {
                assertTrue(lastLetIn(held).compareTo(BELIEVED) <= 0, "longer than its issuer's word is believed");
                shut(held.access(), "its issuer says that it is not active");
            }
            case AT_ITS_END, NEVER -> letIn(held.access());
        }
    }

    /// How long from now on a token opens the door.
    private Duration lastLetIn(ModeDoors.Held held) {
        var begin = System.nanoTime();
        var last = begin;
        while (System.nanoTime() - begin < PATIENCE.toNanos()) {
            var begun = System.nanoTime();
            if (held.agent().call(held.access(), "notes_list", "{}").status() == 401) {
                return Duration.ofNanos(last - begin);
            }
            last = begun;
        }
        throw new AssertionError("it opens the door for good");
    }
}
