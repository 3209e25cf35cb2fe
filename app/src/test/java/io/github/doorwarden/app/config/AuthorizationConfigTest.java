package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the configuration says of who may come in, and what it must not say.
class AuthorizationConfigTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeWhatIsNamed() throws IOException {
        EveryKeyTest.writeWhatIsNamed(folder);
    }

    private Config read(String yaml, Map<String, String> set, Map<String, String> environment) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.read(folder, set, environment::get);
    }

    private List<String> mistakes(String yaml) {
        return assertThrows(ConfigMistakes.class, () -> read(yaml, Map.of(), Map.of())).mistakes();
    }

    @Test
    void mistakesAboutAgentsSayWhatToDo() {
        var all = String.join("\n", mistakes("""
                authorization:
                  clients:
                  - {id: nightly, jwks: {keys: []}, jwks_uri: "https://e.example/jwks"}
                  - {id: filed, jwks_file: nowhere.json}
                  trusted_issuers:
                    a: {issuer: "https://a.example", kind: id_jag, once: false}
                    b: {issuer: "https://b.example", kind: workload}
                    c: {issuer: "https://c.example", kind: workload, resources: [/nowhere],
                      workloads: {nightly: {subject: s}, cl_x: {subject: t}}}
                    d: {issuer: "https://d.example", kind: workload, workloads: {all: {subject: "*"}}}
                  exchanges: [{client: c, from: /mcp, to: somewhere}]
                endpoints: {/mcp: {}}
                """));
        for (var expected : List.of("stands beside other keys", "nowhere.json", "once cannot be off for a",
                "Say which programs may come in", "names in c the resource /nowhere", "also the id of a client",
                "has the name cl_x", "all would be anybody", "the resource somewhere, which is neither")) {
            assertTrue(all.contains(expected), expected + " is not in\n" + all);
        }
    }

    @Test
    void accountsOfPeopleAreReadAndTheirMistakesSayWhatToDo() throws IOException {
        var hub = read(EveryKeyTest.EVERYTHING, Map.of(), Map.of()).authorization().accounts().getFirst();
        assertEquals("Hub", hub.label());
        assertEquals(List.of("repo"), hub.scopes());
        assertEquals(Map.of("prompt", "consent"), hub.parameters());
        assertTrue(hub.inBody() && hub.revokeUrl().isPresent());
        assertFalse(hub.toString().contains("client_secret") || hub.toString().contains("=s"), hub.toString());
        var all = String.join("\n", mistakes("""
                authorization:
                  accounts:
                    Git Hub: {client_id: x}
                    bare: {client_id: x}
                    plain: {client_id: x, authorize_url: "http://hub.example/a", token_url: "https://hub.example/t"}
                    odd: {client_id: x, issuer: "https://hub.example", parameters: {state: fixed}}
                    nobody: {issuer: "http://hub.example"}
                endpoints: {/mcp: {}}
                upstreams:
                  a: {base_url: "https://a.example", credentials: {type: account}}
                  b: {base_url: "https://b.example", credentials: {type: account, account: hub}}
                """));
        for (var expected : List.of("has the name Git Hub", "accounts.bare.issuer is missing. Give it, or",
                "accounts.plain.authorize_url must be https", "has state, which is set anyway",
                "accounts.nobody.client_id is missing.", "accounts.nobody.issuer must be an https",
                "upstreams.a.credentials.account is missing.",
                "is hub, which is not declared under authorization.accounts")) {
            assertTrue(all.contains(expected), expected + " is not in\n" + all);
        }
        assertTrue(mistakes("""
                authorization: {mode: off, accounts: {hub: {client_id: x, issuer: "https://hub.example"}}}
                endpoints: {/mcp: {}}
                upstreams: {b: {base_url: "https://b.example", credentials: {type: account, account: hub}}}
                """).getFirst().contains("needs people who sign in here"));
    }

    @Test
    void keysOfOursAreReadInTheirThreePlacesAndNeverPrinted() throws IOException {
        var config = read(EveryKeyTest.EVERYTHING, Map.of(), Map.of());
        var providers = config.authorization().elsewhere().providers();
        assertTrue(providers.getFirst().proof().isEmpty());
        assertTrue(providers.getLast().proof().orElseThrow().atTokenEndpoint());
        assertTrue(config.authorization().accounts().getLast().proof().orElseThrow().atTokenEndpoint());
        assertEquals("${self}", config.upstreams().get("v").credentials().key().orElseThrow().audience());
        var line = OurKey.PEM.lines().toList().get(3);
        assertFalse(config.toString().contains(line) || config.toString().contains("BEGIN"), "a key is printed");
        var readings = ConfigFile.check(folder, Map.of(), name -> null).readings();
        assertFalse(readings.toString().contains(line), "a key is printed");
    }

    @Test
    void mistakesAboutKeysOfOursSayWhatToDo() {
        var all = String.join("\n", mistakes("""
                authorization:
                  dpop: off
                  clients:
                  - {id: bound, dpop_bound_access_tokens: true}
                  trusted_issuers:
                    w: {issuer: "https://w.example", kind: workload, clients: [dynamic],
                      workloads: {job: {subject: s}}}
                    i: {issuer: "https://i.example", kind: id_jag, clients: [anybody]}
                  providers:
                    both: {issuer: "https://a.example", client_id: d, client_secret: s,
                      client_key: {private_key: "${file:our.pem}"}}
                    none: {issuer: "https://b.example", client_id: d, client_key: {private_key: canary-of-a-key}}
                    odd: {issuer: "https://c.example", client_id: d, client_key: {private_key: "${file:our.pem}",
                      algorithm: ES256}}
                endpoints: {/mcp: {}}
                upstreams:
                  u: {base_url: "https://u.example", credentials: {type: client_credentials, client_id: i,
                    token_url: "https://u.example/t", client_key: {private_key: "${file:our.pem}"}}}
                """));
        for (var expected : List.of("bound with dpop_bound_access_tokens", "is of no use to a workload issuer",
                "may not have anybody", "both.client_key.private_key stands beside client_secret",
                "none.client_key.private_key cannot be used. It is neither a JWK nor PEM",
                "odd.client_key.private_key cannot be used. A key of this kind signs by RS256 or PS256",
                "u.credentials.client_key.audience is missing.")) {
            assertTrue(all.contains(expected), expected + " is not in\n" + all);
        }
        assertFalse(all.contains("canary-of-a-key"), "what was written as a key is repeated");
        assertFalse(all.contains("client_secret is missing"), "a key is enough");
    }
}
