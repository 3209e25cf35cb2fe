package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.cli.Speaker.Outcome;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scopes of methods keep callers out alike over every transport: whoever may list alone calls nothing over any of
/// them, and whoever may call alone lists nothing.
class MethodScopesParityTest {

    private static final String LISTS = "mcp:list";
    private static final String CALLS = "mcp:call";

    @TempDir
    private Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder, "memo: {type: java, class: io.github.doorwarden.cli.MemoSource}",
                "parity: {type: java, class: io.github.doorwarden.cli.ParitySource}",
                "    notes:read: {text: read notes, baseline: true}", "    notes:read: {text: read notes, "
                + "baseline: true}\n    mcp:list: {text: see the tools}\n    mcp:call: {text: call the tools}",
                "/memo: {sources: [memo, builtin], open_methods: [initialize, notifications/initialized, tools/list]}",
                "/memo: {sources: [parity], rest: true, "
                + "method_scopes: {tools/list: [mcp:list], tools/call: [mcp:call]}}");
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String token(String scopes) {
        return Agent.registered(door.web, door.origin, door.memo, "Stranger", "http://127.0.0.1:9/callback")
                .tokens(door.browser(), scopes).access();
    }

    @Test
    void aMethodIsClosedOverEveryTransportToWhoeverHasNotItsScope() {
        var expected = new LinkedHashMap<String, List<Integer>>();               // of the list, of a call
        expected.put(LISTS, List.of(0, 403));
        expected.put(CALLS, List.of(403, 0));
        expected.put(LISTS + " " + CALLS, List.of(0, 0));
        expected.put(Door.READ, List.of(403, 403));
        for (var each : expected.entrySet()) {
            var speakers = Speaker.all(door.web, door.config(Map.of("server.public_origin", door.origin)),
                    URI.create(door.memo), token(each.getKey()));
            try {
                for (var speaker : speakers) {
                    var said = List.of(speaker.list(), speaker.call("open", "{}"));
                    assertEquals(each.getValue(), said.stream().map(Outcome::code).toList(), () -> each.getKey()
                            + ", over " + speaker.transport() + " at " + speaker.revision().date() + ": " + said);
                }
                Parity.alike(each.getKey() + ", the list", speakers, Speaker::list);
                Parity.alike(each.getKey() + ", a call", speakers, by -> by.call("open", "{}"));
                Parity.alike(each.getKey() + ", what is not there", speakers, by -> by.call("nothing", "{}"));
            } finally {
                speakers.forEach(Speaker::close);
            }
        }
    }
}
