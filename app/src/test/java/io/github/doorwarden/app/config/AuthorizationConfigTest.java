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
        Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
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
        var hub = read(ConfigFileTest.EVERYTHING, Map.of(), Map.of()).authorization().accounts().getFirst();
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
