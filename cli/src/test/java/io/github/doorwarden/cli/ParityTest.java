package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Speaker.Outcome;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One registry, one policy, one record, whatever the transport: every call of every tool, by every kind of caller, is
/// answered alike over all of them. What a revision itself changes is undone here in one place ([#at]), and nothing
/// else is.
class ParityTest {

    @TempDir
    Path folder;
    private Door door;
    private URI endpoint;

    @BeforeEach
    void open() {
        door = Door.open(folder, "memo: {type: java, class: io.github.doorwarden.cli.MemoSource}",
                "parity: {type: java, class: io.github.doorwarden.cli.ParitySource}",
                "/memo: {sources: [memo, builtin], open_methods: [initialize, notifications/initialized, tools/list]}",
                "/memo: {sources: [parity], rest: true, open_methods: [initialize, notifications/initialized, "
                        + "server/discover, tools/list]}",
                "/notes: {sources: [notes, builtin]}", "/notes: {sources: [notes, builtin], rest: true}");
        endpoint = URI.create(door.memo);
    }

    @AfterEach
    void close() {
        door.close();
    }

    /// By what they are called here; the token is null for nobody.
    private Map<String, String> callers() {
        var tokens = new LinkedHashMap<String, String>();
        tokens.put("anonymous", null);
        tokens.put("reader", agent(door.memo).tokens(door.browser(), Door.READ).access());
        tokens.put("writer", agent(door.memo).tokens(door.browser(), Door.WRITE).access());
        tokens.put("service", door.web.form(door.origin + "/token", Map.of("grant_type", "client_credentials",
                "client_id", "robot", "client_secret", "canary-robot-secret-4711-4711-4711-4711", "resource",
                door.memo)).expect(200).json().path("access_token").asString());
        tokens.put("for another door", agent(door.notes).tokens(door.browser(), Door.READ).access());
        tokens.put("no token", "not-a-token");
        return tokens;
    }

    private Agent agent(String resource) {
        return Agent.registered(door.web, door.origin, resource, "Stranger", "http://127.0.0.1:9/callback");
    }

    private List<Speaker> speakers(String token) {
        return Speaker.all(door.web, door.config(Map.of("server.public_origin", door.origin)), endpoint, token);
    }

    @Test
    void everyCallIsAnsweredAlikeOverEveryTransport() {
        for (var caller : callers().entrySet()) {
            var speakers = speakers(caller.getValue());
            try {
                alike(caller.getKey() + ", the list", speakers, Speaker::list);
                var comesIn = speakers.getFirst().call("who", "{}").code() == 0;
                for (var each : comesIn ? ParitySource.cases() : ParitySource.cases().subList(0, 2)) {
                    alike(caller.getKey() + ", " + each, speakers, by -> by.call(each.tool(), each.arguments()));
                }
            } finally {
                speakers.forEach(Speaker::close);
            }
        }
        try (var database = Database.open(folder.resolve("state").resolve("doorwarden.db"));
                var audit = new AuditLog(database)) {
            assertEquals(java.util.Optional.empty(), audit.verify().broken(), "many writers, one chain");
            var peers = audit.newest(100_000).stream().map(line -> line.event().peer()).collect(Collectors.toSet());
            assertTrue(peers.containsAll(List.of("stdio", "127.0.0.1")), peers::toString);
        }
    }

    private interface Saying {
        Outcome by(Speaker speaker);
    }

    /// The newest revision over Streamable HTTP is what the others are held against.
    private static void alike(String what, List<Speaker> speakers, Saying saying) {
        var first = speakers.stream().filter(by -> by.transport().equals("streamable-http") && by.revision().modern())
                .findFirst().orElseThrow();
        var wanted = saying.by(first);
        for (var speaker : speakers) {
            var said = saying.by(speaker);
            var old = speaker.transport().equals("http+sse");
            if (old && said.code() == 401 && wanted.code() == 0) {
                assertTrue(what.startsWith("anonymous"), what);             // that transport is closed to strangers
                continue;
            }
            var due = at(speaker.revision(), normal(wanted));
            var placeless = old && said.code() == 403;                      // it has no place for a challenge by then
            assertEquals(placeless ? new Outcome(due.code(), due.result(), due.message(), "") : due, normal(said),
                    () -> what + ", over " + speaker.transport() + " at " + speaker.revision().date());
        }
    }

    /// Without what is new in every answer, and without what 2026-07-28 adds around every result.
    private static Outcome normal(Outcome outcome) {
        if (outcome.code() == -32021 || outcome.code() == -32602 && outcome.message().contains("can be asked")
                || String.valueOf(outcome.result()).contains("needs a client that can be asked")) {
            return new Outcome(1, null, "Each era says in its own way that this client cannot be asked.", "");
        }
        var message = outcome.message().replaceAll("(incident id to your administrator: )\\S+", "$1…");
        if (!(outcome.result() instanceof ObjectNode result)) {
            return new Outcome(outcome.code(), null, message, outcome.challenge());
        }
        var kept = (ObjectNode) Web.JSON.readTree(result.toString()
                .replaceAll("(, confirmation: |incident id to your administrator: )[\\w.-]+", "$1…"));
        kept.remove(List.of("_meta", "resultType", "ttlMs", "cacheScope"));
        return new Outcome(0, kept, message, outcome.challenge());
    }

    /// What an answer of the newest revision is at an older one: without what that one does not know.
    private static Outcome at(Revision revision, Outcome outcome) {
        if (!(outcome.result() instanceof ObjectNode all)) {
            return outcome;
        }
        var result = all.deepCopy();
        if (revision.compareTo(Revision.V2025_06_18) < 0) {
            result.remove("structuredContent");
        }
        for (var tool : result.path("tools")) {
            if (revision.compareTo(Revision.V2025_06_18) < 0) {
                ((ObjectNode) tool).remove(List.of("title", "outputSchema"));
            }
            if (revision.compareTo(Revision.V2025_03_26) < 0) {
                ((ObjectNode) tool).remove("annotations");
            }
        }
        if (result.path("content") instanceof ArrayNode blocks) {
            for (var i = 0; i < blocks.size(); i++) {
                blocks.set(i, block(revision, blocks.get(i)));
            }
        }
        return new Outcome(outcome.code(), result, outcome.message(), outcome.challenge());
    }

    private static JsonNode block(Revision revision, JsonNode block) {
        var type = block.path("type").asString();
        var text = Web.JSON.createObjectNode().put("type", "text");
        if (type.equals("audio") && revision.compareTo(Revision.V2025_03_26) < 0) {
            return text.put("text", "(Audio, audio/wav: this client's protocol revision cannot take it.)");
        }
        return type.equals("resource_link") && revision.compareTo(Revision.V2025_06_18) < 0
                ? text.put("text", "one: notes://one") : block;
    }

    @Test
    void theMatrixHasEveryTransportThatTheServerNames_AndEveryToolOfTheSource() {
        var named = new HashSet<String>();
        var lobby = door.web.get(door.origin + "/").expect(200).json();
        lobby.path("endpoints").forEach(each -> each.path("transports").forEach(transport ->
                named.add(transport.path("transport").asString())));
        assertEquals("House of notes", lobby.path("service").asString());
        assertEquals(2, lobby.path("endpoints").size());
        assertFalse(lobby.toString().contains("notes_list"), "no tools are named to strangers");
        var speakers = speakers(null);
        speakers.forEach(Speaker::close);
        assertEquals(named, speakers.stream().map(Speaker::transport).collect(Collectors.toSet()));
        for (var transport : List.of("streamable-http", "stdio")) {
            assertEquals(Set.of(Revision.values()), speakers.stream().filter(by -> by.transport().equals(transport))
                    .map(Speaker::revision).collect(Collectors.toSet()));
        }
        var called = ParitySource.cases().stream().map(ParitySource.Case::tool).collect(Collectors.toSet());
        new ParitySource().things().tools().forEach(tool -> assertTrue(called.contains(tool.spec().name()),
                tool.spec().name()));
    }

    @Test
    void aConfirmationThatOneTransportGaveIsGoodOverAnother_Once() {
        var speakers = speakers(callers().get("reader"));
        var arguments = "{\"text\":\"x\"}";
        try {
            for (var giver : speakers) {
                for (var taker : List.of(speakers.getFirst(), speakers.getLast(), speakers.get(1))) {
                    var preview = giver.call("confirms", arguments).result().toString();
                    var confirmation = preview.replaceAll("(?s).*, confirmation: ([\\w.-]+).*", "$1");
                    var again = "{\"text\":\"x\",\"confirmation\":\"" + confirmation + "\"}";
                    assertTrue(taker.call("confirms", again).result().toString().contains("done for good"));
                    assertTrue(giver.call("confirms", again).result().toString().contains("used before"));
                }
            }
        } finally {
            speakers.forEach(Speaker::close);
        }
    }

    @Test
    void aClosedDoorIsClosedOverEveryTransport() {
        endpoint = URI.create(door.notes);
        var said = new ArrayList<Outcome>();
        var speakers = speakers(null);
        for (var speaker : speakers) {
            said.add(speaker.list());
            said.add(speaker.call("notes_list", "{}"));
            speaker.close();
        }
        assertEquals(1, new HashSet<>(said).size(), said::toString);
        assertEquals(401, said.getFirst().code());
        assertFalse(said.getFirst().challenge().isEmpty());
    }
}
