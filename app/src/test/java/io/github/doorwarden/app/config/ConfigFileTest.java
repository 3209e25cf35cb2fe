package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the file is read: where values come from, and what mistakes say.
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
    void anEndpointAndTheFacadeOfAnotherCannotShareAPath() {
        for (var path : List.of("/x/tools", "/x/tool/list")) {
            var found = mistakes("endpoints: {/x: {rest: true}, " + path + ": {}}");
            assertTrue(found.stream().anyMatch(each -> each.contains(path) && each.contains("REST facade of /x")),
                    found::toString);
        }
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
                ":5: development must be true or false.", "password is missing. The person's password.",
                        "endpoints has the path mcp",
                "names the source nowhere", "open_methods may not have tools/call",
                        ":10: sources.s.type is csv. There are openapi, http, java, ")) {
            assertTrue(all.contains(expected), expected + " is not in\n" + all);
        }
    }

    @Test
    void whatTheSourcesTypeNeedsIsMissed() {
        var all = String.join("\n", mistakes("""
                endpoints: {/mcp: {}}
                sources: {j: {type: java}, o: {type: openapi, tools: {t: {}}}}
                upstreams: {u: {credentials: {type: client_credentials}}}
                """));
        for (var key : List.of("sources.j.class", "sources.o.document", "sources.o.upstream",
                "sources.o.tools.t.operation", "upstreams.u.base_url", "upstreams.u.credentials.token_url",
                "upstreams.u.credentials.client_id", "upstreams.u.credentials.client_secret")) {
            assertTrue(all.contains(key + " is missing. "), key + " is not in\n" + all);
        }
    }

    @Test
    void tlsNeedsBothFilesAndMakesEveryUrlHttps() throws IOException {
        assertEquals("https", read("{server: {tls: {certificate: c, key: k}}, endpoints: {/mcp: {}}}", Map.of(),
                Map.of())
                .server().scheme());
        assertEquals(List.of("server.tls.key is missing. File of the certificate's private key: PEM, PKCS#8, not "
                + "encrypted."), mistakes("{server: {tls: {certificate: c}}, endpoints: {/mcp: {}}}").stream()
                .map(mistake -> mistake.substring(mistake.indexOf("server."))).toList());
        assertTrue(mistakes("{server: {public_origin: 'http://localhost:1', tls: {certificate: c, key: k}}, "
                + "endpoints: {/mcp: {}}}").getFirst().contains("Write https://"));
    }

    @Test
    void whatIsNoNetworkIsNamed() {
        assertTrue(mistakes("{server: {trusted_proxies: [10.0.0.0/8, proxy.example]}, endpoints: {/mcp: {}}}")
                .getFirst()
                .contains("server.trusted_proxies cannot be used: 'proxy.example' is not a network"));
    }

    @Test
    void aKeySetFromOutsideMustExist() {
        var mistakes = assertThrows(ConfigMistakes.class, () -> read("endpoints: {/mcp: {}}",
                Map.of("server.prot", "1"), Map.of())).mistakes();
        assertEquals(List.of("--set server.prot: there is no such key in this deployment. "
                + "Did you mean server.port?"), mistakes);
    }

    @Test
    void whereEachValueComesFromIsKnownAndSecretsAreMasked() throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), """
                name: ${env:N}
                endpoints: {/mcp: {instructions: "${generated:one}"}}
                upstreams: {u: {base_url: "${env:U:-${companion:c}}", credentials: {type: static, token: abc}}}
                companions: {c: {main: M, environment: {API_KEY: abc, HOME_URL: "${self}"}}}
                """);
        var set = Map.of("server.port", "1");
        var environment = Map.of("DOORWARDEN_SERVER_HOST", "::1", "N", "Given");
        var readings = ConfigFile.check(folder, set, environment::get).readings().stream()
                .collect(Collectors.toMap(Reading::path, reading -> reading.value() + " from " + reading.from()));
        assertEquals("Given from line 1", readings.get("name"));
        assertEquals("1 from --set", readings.get("server.port"));
        assertEquals("::1 from DOORWARDEN_SERVER_HOST", readings.get("server.host"));
        assertEquals("false from default", readings.get("development"));
        assertEquals("${companion:c} from line 3", readings.get("upstreams.u.base_url"));
        assertEquals("******** from line 3", readings.get("upstreams.u.credentials.token"));
        assertEquals("******** from line 2", readings.get("endpoints./mcp.instructions"));
        assertEquals("******** from line 4", readings.get("companions.c.environment.API_KEY"));
        assertEquals("${self} from line 4", readings.get("companions.c.environment.HOME_URL"));
        assertFalse(Files.exists(folder.resolve("state")), "a check wrote something");
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
        assertEquals(1, mistakes("{server: {host: 0.0.0.0}, endpoints: {/mcp: {}}}").size());
        assertTrue(mistakes("{server: {host: 0.0.0.0}, endpoints: {/mcp: {}}}").getFirst().contains("public_origin"));
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

    @Test
    void aGeneratedSecretIsOneWhateverTheNumberOfWriters() throws Exception {
        var secrets = folder.resolve("new-state").resolve("secrets");
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            var seen = new ArrayList<Future<String>>();
            for (var i = 0; i < 50; i++) {
                seen.add(writers.submit(() -> Variables.privateFile(secrets.resolve("one"), 32)));
            }
            for (var secret : seen) {
                assertEquals(43, secret.get().length());
                assertEquals(seen.getFirst().get(), secret.get());
            }
        }
        try (var files = Files.list(secrets)) {
            assertEquals(List.of(secrets.resolve("one")), files.toList());
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets.resolve("one"))));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets.getParent())));
    }

    /// All of them were found by [ConfigFuzzTest]: each ended the reading with an exception that named neither file nor
    /// key.
    @Test
    void whatNoReaderOfYamlOrAddressesTakesIsAMistakeToo() throws IOException {
        for (var host : List.of("https://x.example/", "'a b'", "'[::1]'", "127.0.0.1:80")) {
            assertTrue(mistakes("{server: {host: " + host + "}, endpoints: {/mcp: {}}}").getFirst()
                    .contains("server.host must be a name or an address alone"), host);
        }
        assertEquals("::1", read("{server: {host: '::1'}, endpoints: {/mcp: {}}}", Map.of(), Map.of()).server().host());
        var paths = mistakes("{state: \"\\0\", plugins: \"\\0\", server: {tls: {certificate: \"\\0\", key: \"\\0\"}}, "
                + "sources: "
                + "{a: {type: openapi, document: \"\\0\"}, b: {type: skills, folder: \"\\0\"}, c: {type: files, "
                + "folder: \"\\0\"}, d: {type: sql, url: 'jdbc:sqlite:x', drivers: \"\\0\"}, e: {type: mcp, stdio: "
                + "{command: [x], folder: \"\\0\"}}, f: {type: code, repositories: {x: {folder: \"\\0\"}, "
                + "y: {git: \"\\0\"}, z: {archives: \"\\0/*.jar\"}}}}, companions: {x: {deployment: \"\\0\"}}, "
                + "authorization: {clients: [{id: a, jwks_file: \"\\0\"}]}, endpoints: {/mcp: {}}}").stream()
                .filter(each -> each.contains("is no path"))
                .map(each -> each.replaceFirst(".*:1: (\\S+) .*", "$1")).toList();
        assertEquals(List.of("authorization.clients[0].jwks_file", "companions.x.deployment", "plugins",
                "server.tls.certificate", "server.tls.key", "sources.a.document", "sources.b.folder",
                "sources.c.folder", "sources.d.drivers", "sources.e.stdio.folder",
                "sources.f.repositories.x.folder", "sources.f.repositories.y.git",
                "sources.f.repositories.z.archives", "state"), paths.stream().sorted().toList());
        assertTrue(mistakes("{authorization: {mode: " + "x".repeat(9_000) + "}, endpoints: {/mcp: {}}}").getFirst()
                .length()
                < 2_500);
        assertTrue(mistakes("name: !!str%0a x").getFirst().contains("doorwarden.yaml: cannot be read"));
        assertTrue(mistakes("a: " + "{a: ".repeat(100_000)).getFirst().contains("nested too deeply"));
    }
}
