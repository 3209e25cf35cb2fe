package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.authserver.AuthServerSettings.Lifetimes;
import io.github.doorwarden.authserver.AuthServerSettings.Registration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

    @TempDir
    private Path folder;

    private Config read(String yaml, Map<String, String> set, Map<String, String> environment) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.read(folder, set, environment::get);
    }

    private List<String> mistakes(String yaml) {
        return assertThrows(ConfigMistakes.class, () -> read(yaml, Map.of(), Map.of())).mistakes();
    }

    @Test
    void everyDefaultIsTheSafeChoice() throws IOException {
        var config = read("endpoints: {/mcp: {}}", Map.of(), Map.of());
        assertEquals("127.0.0.1", config.server().host());
        assertEquals(8460, config.server().port());
        assertTrue(config.server().publicOrigin().isEmpty());
        assertTrue(config.server().allowedOrigins().isEmpty());
        assertFalse(config.development());
        assertTrue(config.authorization().enabled());
        assertEquals(Lifetimes.STANDARD, config.authorization().lifetimes());
        assertEquals(Registration.STANDARD, config.authorization().registration());
        assertEquals(folder.resolve("state"), config.state());
        assertEquals(Set.of(), config.endpoints().getFirst().openMethods());
        assertTrue(config.sources().isEmpty() && config.upstreams().isEmpty() && config.companions().isEmpty());
    }

    @Test
    void everyKeyTakesAnotherValue() throws IOException {
        var config = read("""
                name: Another
                state: elsewhere
                server: {host: 0.0.0.0, port: 1234, public_origin: "https://tools.example.com", allowed_origins: ["https://a.example"]}
                authorization:
                  mode: embedded
                  scopes:
                    a: {text: see things, baseline: true}
                    b: {text: change things, implies: [a]}
                  lifetimes: {code: 5s, access_token: 10m, refresh_idle: 1d, grant: 2d, refresh_grace: 0s, session: 1h, consent: 3d,
                    magic_link: 1m}
                  registration: {dynamic: false, metadata_documents: false, private_schemes: [x], unused_for: 1d, per_hour_per_peer: 2,
                    at_most: 3}
                  resources: {api: {name: The API, identifier: "urn:api"}}
                  clients: [{id: c, name: C, redirect_uris: ["https://c.example/cb"], secret: s, grants: [client_credentials],
                    scopes: [a]}]
                endpoints: {/x: {sources: [s], tools: [t], open_methods: [tools/list], instructions: Hello}}
                sources: {s: {type: java, class: A}}
                upstreams: {u: {base_url: "${companion:c}", concurrent: 3, credentials: {type: client_credentials,
                  token_url: "${self}/token", client_id: i, client_secret: s, audience: a, scopes: [a], fallback_token: f}}}
                companions: {c: {main: Main, arguments: {data: "d"}, environment: {A: "${self}"}}}
                """, Map.of(), Map.of());
        assertEquals("Another", config.name());
        assertEquals(folder.resolve("elsewhere"), config.state());
        assertEquals("https://tools.example.com", config.server().publicOrigin().orElseThrow().toString());
        assertEquals(new Lifetimes(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofDays(1),
                Duration.ofDays(2), Duration.ZERO,
                Duration.ofHours(1), Duration.ofDays(3), Duration.ofMinutes(1)), config.authorization().lifetimes());
        assertEquals(new Registration(false, false, List.of("x"), Duration.ofDays(1), 2, 3),
                config.authorization().registration());
        assertEquals(Set.of("client_credentials"), config.authorization().clients().getFirst().grants());
        assertEquals("urn:api", config.authorization().resources().getFirst().identifier());
        assertEquals(List.of("a"), config.authorization().scopes().baseline());
        assertEquals(Set.of("tools/list"), config.endpoints().getFirst().openMethods());
        var credentials = config.upstreams().get("u").credentials();
        assertEquals("${self}/token", credentials.tokenUrl());
        assertEquals("s", credentials.clientSecret().orElseThrow().reveal());
        assertEquals(List.of("--data", "d"), config.companions().get("c").arguments());
        assertFalse(config.toString().contains("reveal=s"), "a secret is printed");
    }

    @Test
    void mistakesCarryLineKeyAndRemedyAllAtOnce() {
        var mistakes = mistakes("""
                nmae: x
                server:
                  port: 70000
                  public_origin: http://tools.example.com
                development: maybe
                authorization:
                  demo_people: [{email: a@example.com, name: A}]
                endpoints:
                  mcp: {sources: [nowhere], open_methods: [tools/call]}
                sources: {s: {type: csv}}
                """);
        var all = String.join("\n", mistakes);
        for (var expected : List.of("doorwarden.yaml:1: nmae is not a key that is known here. Did you mean name?",
                ":3: server.port must be a whole number from 0 to 65535.", ":4: server.public_origin must be https",
                ":5: development must be true or false.", "password is missing. Give a password.",
                        "endpoints has the path mcp",
                "names the source nowhere", "open_methods may not have tools/call",
                        ":10: sources.s.type is csv. There are openapi and java.")) {
            assertTrue(all.contains(expected), expected + " is not in\n" + all);
        }
    }

    @Test
    void developmentIsForLoopbackAlone() {
        assertTrue(mistakes("{development: true, server: {host: 0.0.0.0}, endpoints: {/mcp: {}}}").getFirst()
                .contains("development is on"));
        assertTrue(mistakes("{development: true, server: {public_origin: 'https://x.example'}, endpoints: {/mcp: {}}}")
                .getFirst()
                .contains("development is on"));
        assertTrue(mistakes("{authorization: {mode: off}, server: {host: 0.0.0.0}, endpoints: {/mcp: {}}}").getFirst()
                .contains("mode is off"));
    }

    @Test
    void valuesComeFromOutside() throws IOException {
        var yaml = "{name: '${env:N:-${env:M:-none}}', endpoints: {/mcp: {instructions: '${generated:one}'}}}";
        var config = read(yaml, Map.of("server.port", "1"), Map.of("DOORWARDEN_SERVER_PORT", "2",
                "DOORWARDEN_SERVER_HOST", "::1", "M", "m"));
        assertEquals(1, config.server().port());
        assertEquals("::1", config.server().host());
        assertEquals("m", config.name());
        var secret = config.endpoints().getFirst().instructions();
        assertEquals(43, secret.length());
        assertEquals(secret, read(yaml, Map.of(), Map.of()).endpoints().getFirst().instructions());
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state/secrets/one"))));
        assertTrue(mistakes("{name: '${env:UNSET_ONE}', endpoints: {/mcp: {}}}").getFirst()
                .contains("UNSET_ONE is not set"));
    }

    @Test
    void whatIsNotYamlSaysWhere() {
        assertTrue(mistakes("a: [1\nb: 2").getFirst().contains("doorwarden.yaml:2: is not YAML"));
        assertTrue(mistakes("").getFirst().contains("is empty"));
        assertTrue(mistakes("name: a\nname: b\nendpoints: {/mcp: {}}").getFirst().contains("name"));
        assertTrue(mistakes("- a").getFirst().contains("must be a mapping"));
    }
}
