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

/// One registry, one policy, one record, whatever the transport: every call of every tool, by every kind of caller, is
/// answered alike over all of them. What a revision itself changes is undone in one place ([Parity]), and nothing
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
                Parity.alike(caller.getKey() + ", the list", speakers, Speaker::list);
                var comesIn = speakers.getFirst().call("who", "{}").code() == 0;
                for (var each : comesIn ? ParitySource.cases() : ParitySource.cases().subList(0, 2)) {
                    Parity.alike(caller.getKey() + ", " + each, speakers, by -> by.call(each.tool(), each.arguments()));
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
