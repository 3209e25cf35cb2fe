package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a configuration may not combine, because it would let in whom nobody meant.
class SafeChoicesTest {

    @TempDir
    private Path folder;

    private List<String> mistakes(String yaml) {
        return assertThrows(ConfigMistakes.class, () -> read(yaml)).mistakes();
    }

    private Config read(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.read(folder, Map.of(), name -> null);
    }

    @Test
    void administrationIsNotSwitchedOnByHalves() {
        var endpoint = "endpoints: {/mcp: {}}";
        for (var half : Map.of("{admin: {people: [a@b.example]}, " + endpoint + "}", "admin.scope is missing",
                "{admin: {scope: 'a b'}, " + endpoint + "}", "is no scope",
                "{admin: {scope: a, tiers: [NONE]}, " + endpoint + "}", "not declared under authorization.tiers",
                "{admin: {scope: a}, authorization: {scopes: {'a:read': {text: t}}}, " + endpoint + "}",
                "declared under authorization.scopes too",
                "{admin: {scope: a}, authorization: {scopes: {a: {text: t}, b: {text: t, implies: [a]}}}, " + endpoint
                + "}", "declared under authorization.scopes too",
                "{admin: {scope: a}, endpoints: {/admin/x: {}}}", "lies where the administration is",
                "{authorization: {session_api: true}, " + endpoint + "}", "Add authorization.mail",
                "{development: true, authorization: {session_api: true, dpop: required}, " + endpoint + "}",
                "dpop: required lets none of them in",
                "{development: true, authorization: {session_api: true, clients: [{id: session-api}]}, " + endpoint
                + "}", "Rename it").entrySet()) {
            var found = mistakes(half.getKey());
            assertTrue(found.stream().anyMatch(each -> each.contains(half.getValue())), () -> half.getValue() + ": "
                    + found);
        }
    }

    @Test
    void everyConvenienceOfDevelopmentIsRefusedInPublic() {
        var reached = List.of("server: {host: 0.0.0.0, public_origin: 'https://x.example'}",
                "server: {public_origin: 'https://x.example'}", "server: {host: 192.0.2.1}");
        for (var server : reached) {
            for (var convenience : Map.of("development: true", "development is on",
                    "development: true, authorization: {session_api: true}", "development is on",
                    "authorization: {mode: off}", "mode is off",
                    "authorization: {demo_people: [{email: a@b.example, name: A, password: p}]}",
                    "exist only with development", "authorization: {session_api: true}", "Add authorization.mail")
                    .entrySet()) {
                var found = mistakes("{" + convenience.getKey() + ", " + server + ", endpoints: {/mcp: {}}}");
                assertTrue(found.stream().anyMatch(each -> each.contains(convenience.getValue())),
                        () -> convenience.getValue() + ": " + found);
            }
        }
        assertTrue(mistakes("{server: {public_origin: 'http://x.example'}, endpoints: {/mcp: {}}}").getFirst()
                .contains("must be https"));
    }
}
