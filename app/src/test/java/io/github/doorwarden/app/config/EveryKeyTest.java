package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.authserver.AgentSettings;
import io.github.doorwarden.authserver.Client;
import io.github.doorwarden.authserver.AuthServerSettings.Lifetimes;
import io.github.doorwarden.authserver.AuthServerSettings.Registration;
import io.github.doorwarden.authserver.AuthServerSettings.Tokens;
import io.github.doorwarden.authserver.MailSettings;
import io.github.doorwarden.authserver.Quirks;
import io.github.doorwarden.authserver.SigningAlgorithm;
import io.github.doorwarden.authserver.Unvouched;
import io.github.doorwarden.http.Networks;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Conditions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every key of the configuration once: its default, a value that is another, and its row in the table of keys.
class EveryKeyTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeWhatIsNamed() throws IOException {
        writeWhatIsNamed(folder);
    }

    /// The files that the configuration with every key names.
    static void writeWhatIsNamed(Path folder) throws IOException {
        Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
        OurKey.write(folder);
    }

    private Config read(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.read(folder, Map.of(), name -> null);
    }

    @Test
    void everyDefaultIsTheSafeChoice() throws IOException {
        var config = read("endpoints: {/mcp: {}}");
        assertEquals("127.0.0.1", config.server().host());
        assertEquals(8460, config.server().port());
        assertTrue(config.server().publicOrigin().isEmpty());
        assertTrue(config.server().allowedOrigins().isEmpty());
        assertEquals(Networks.NONE, config.server().trustedProxies());
        assertEquals("http", config.server().scheme());
        assertFalse(config.development());
        assertTrue(config.authorization().enabled());
        assertEquals(Lifetimes.STANDARD, config.authorization().lifetimes());
        assertEquals(Registration.STANDARD, config.authorization().registration());
        assertEquals(Tokens.STANDARD, config.authorization().tokens());
        assertEquals(Quirks.USUAL, config.authorization().quirks());
        assertEquals(new AdminConfig(Optional.empty(), Set.of(), Set.of(), Set.of(), true), config.admin());
        assertFalse(config.authorization().sessionApi());
        assertEquals(folder.resolve("state"), config.state());
        assertEquals(Set.of(), config.endpoints().getFirst().openMethods());
        assertTrue(config.endpoints().getFirst().sessions());
        assertFalse(config.endpoints().getFirst().rest());
        assertTrue(config.sources().isEmpty() && config.upstreams().isEmpty() && config.companions().isEmpty());
    }

    /// Every key, away from its default.
    static final String EVERYTHING = """
            name: Another
            state: elsewhere
            plugins: jars
            development: true
            server: {host: localhost, port: 1234, public_origin: "https://localhost:1234",
              allowed_origins: ["https://a.example"], trusted_proxies: [10.0.0.0/8, "::1"],
              tls: {certificate: tls/server.crt, key: /run/tls/server.key}}
            authorization:
              mode: off
              scopes:
                a: {text: see things, baseline: true}
                b: {text: change things, implies: [a]}
              lifetimes: {code: 5s, access_token: 10m, refresh_idle: 1d, grant: 2d, refresh_grace: 0s, session: 1h,
                consent: 3d, magic_link: 1m}
              registration: {dynamic: false, metadata_documents: false, private_schemes: [x], unused_for: 1d,
                per_hour_per_peer: 2, at_most: 3, scopes: [a], document_domains: ["*.Good.example"],
                refused_domains: [bad.good.example]}
              access_tokens: opaque
              dpop: required
              dpop_nonces: true
              openid_provider: true
              keys: {algorithm: ES256, rotate_every: 30d}
              client_quirks: {without_iss: ["*"], secret_either_way: [], secret_other_way: [codex*],
                needless_scopes: [], loopback_host: [cl_1], scope_told_in_result: [chatgpt.com]}
              resources: {api: {name: The API, identifier: "urn:api", for_people: true, clients: [c]}}
              clients:
              - {id: c, name: C, redirect_uris: ["https://c.example/cb"], secret: s, grants: [client_credentials],
                 scopes: [a], jwks: {keys: []}, pushed_requests: true, dpop_bound_access_tokens: true}
              - {id: d, jwks_file: keys.json}
              - {id: e, jwks_uri: "https://e.example/jwks"}
              grants: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
              pushed_requests: required
              token_endpoint_audience: [chat.example]
              trusted_issuers:
                i: {issuer: "https://i.example", kind: id_jag, jwks_uri: "https://i.example/jwks",
                  email_domains: [Example.com], resources: [/x, api], scopes: [a],
                  clients: [metadata_document, dynamic], public_clients: true}
                w: {issuer: "https://w.example", kind: workload, jwks_file: keys.json, audience: either, once: false,
                  workloads: {job: {subject: "ns:*", claims: {env: prod}, resources: [api], scopes: [b]}}}
              exchanges: [{client: c, from: /x, to: api, scopes: [a]}]
              demo_people: [{email: ada@example.com, name: Ada, password: p}]
              allowed_emails: ["@example.com"]
              entitlement: E
              verifier: V
              aliases: {/oauth2/token: /token}
              issuers: {i: {issuer: "https://login.example/", audiences: [x], audience_claim: client_id,
                algorithms: [ES384], plain_jwt: true, scope_claims: [scp], email_claim: upn,
                vouches_for_emails: true, tenant_claim: org_id,
                introspection: {endpoint: "https://login.example/i", client_id: d, client_secret: s,
                authentication: client_secret_post, cached_for: 5s}}}
              providers: {p: {label: P, issuer: "https://login.example/", client_id: d, client_secret: s,
                authentication: client_secret_post, scopes: [openid], resource_as_scope: true, link_by_email: true,
                algorithms: [ES384], email_claim: upn, vouches_for_emails: true},
                q: {issuer: "https://other.example/", client_id: d, client_key: {private_key: "${file:our.pem}",
                algorithm: PS256, kid: ours, audience: token_endpoint}}}
              accounts: {hub: {label: Hub, issuer: "https://hub.example", authorize_url: "https://hub.example/a",
                token_url: "https://hub.example/t", revoke_url: "https://hub.example/r", client_id: d,
                client_secret: s, authentication: client_secret_post, scopes: [repo], parameters: {prompt: consent}},
                lab: {issuer: "https://lab.example", client_id: d, client_key: {private_key: "${file:our.pem}",
                algorithm: RS256, kid: ours, audience: token_endpoint}}}
              tenants: {acme: {emails: [Ada@example.com], domains: [example.org], clients: [c]}}
              tiers: {ADMIN: {emails: [Ada@example.com], domains: [example.org], clients: [c]}}
              mail: {host: mail.example.com, port: 465, security: tls, user: door, secret: m, from: door@example.com}
              session_api: true
            admin: {scope: "house:admin", people: [Ada@example.com], tiers: [ADMIN], second_factor: false}
            limits: {calls_per_minute: 1, calls_per_tool_per_minute: 2, concurrent_calls: 3, streams: 4}
            endpoints: {/x: {sources: [s], tools: [t], open_methods: [ping], rest: true,
              method_scopes: {tools/list: [a], tools/call: [b], resources/list: [a], resources/read: [a, b],
              prompts/list: [a], prompts/get: [b]}, instructions: Hello, sessions: off}}
            sources:
              s: {type: java, class: A, second_factor: true, sign_in_age: 5m, tiers: [ADMIN]}
              k: {type: skills, folder: guides, scopes: [b]}
              w: {type: folder, folder: guides, prefix: work, scopes: [a], writes: true, write_scopes: [b]}
              q: {type: sql, url: "jdbc:postgresql://db.example/shop", user: reader, password: p, drivers: jars, pool: 2,
                connect_timeout: 2s, statement_timeout: 3s, allow_writes: true, check: warn, tools: {sell: {
                description: Sells., statement: "insert into sold (a, b, c, d) values (:a, :b, any(:c), :d) {e}",
                write: true, parameters: {a: {type: integer, min: 1, max: 2}, b: {max_length: 3, pattern: ^x},
                c: {type: array, items: date}, d: {bind: caller.tenant}, e: {optional: true, when: "returning :e"}},
                answer: {max_rows: 4, max_value_chars: 50}}}}
              d: {type: documents, include: ["*.md"], exclude: [x.md], url_template: "https://x.example/{id}",
                folders: [{path: p, include: [a.md], exclude: [b.md], url_template: "https://y.example/{id}"}],
                language: any, about: Talks., prefix: kb, results: 3, snippets: true, fetch_characters: 2000,
                labels: {l: {files: [c.md], scopes: [a], tenants: [t], second_factor: true, sign_in_age: 1m,
                  tiers: [ADMIN]}, m: {value: caller.tenant}},
                embeddings: {type: onnx, base_url: "http://127.0.0.1:1", model: m, api_key: k, dimensions: 5},
                backend: openai_vector_store, or_local: true,
                vector_store: {id: vs_1, api_key: k, base_url: "http://127.0.0.1:2/v1"},
                azure: {endpoint: "https://a.example", index: i, api_key: k, api_version: "1",
                  semantic_configuration: c, fields: {id: key}}}
              c: {type: code, follow: 1m, answer_tokens: 2000, pack_tokens: 1000, repositories: {r: {git: "https://g.example/r",
                branch: b, token: k, include: [a], exclude: [b], permalink: "https://g.example/{path}", scopes: [a],
                second_factor: true, sign_in_age: 1m, tiers: [ADMIN]}, f: {folder: p}, j: {archives: "*.jar", optional: true}},
                operator_tools: true, tools: {search_quality: {scopes: [a]}, reindex_code: {tiers: [ADMIN]}}}
              o:
                type: openapi
                document: openapi.json
                upstream: u
                caller_header: X-On-Behalf-Of
                prefix: o_
                allow_writes: true
                include: [{tags: [t], paths: [/x/**], methods: [GET], operations: [o], scopes: [a], confirm: true}]
                exclude: [{tags: [u], paths: [/y/*], methods: [PUT], operations: [p]}]
                tools:
                  t:
                    operation: getThing
                    title: Thing
                    description: Gets a thing.
                    scopes: [a]
                    slow: true
                    second_factor: true
                    sign_in_age: 1m
                    tiers: [ADMIN]
                    read_only: false
                    confirm: true
                    parameters: {id: {rename: thing, description: Its id., hide: true, secret: true, fixed: 1, default: 2,
                      enum: [3]}, who: {bind: caller.tenant}}
                    pagination: {style: cursor, limit: l, position: p, items: i, total: t, next: n, more: m, first: 0,
                      size: 5, most: 6}
                    answer: {pick: [p], drop: [d], rename: {a: b}, items: 7, max_tokens: 8, jsonata: $}
              h:
                type: http
                upstream: u
                tools: {get: {method: POST, path: /h, description: H., body: {type: object},
                  parameters: {q: {in: header, schema: {type: integer}, required: true}, w: {jsonata: "'x'"}}}}
            upstreams: {u: {base_url: "${companion:c}", concurrent: 3, signing: {tenant: t, key_id: k,
              key: 0123456789abcdef0123456789abcdef, tenants: {t: {key_id: k, key: 0123456789abcdef0123456789abcdef}},
              headers: {tenant: T, user: U, timestamp: S, nonce: N, key_id: K, signature: G}}, credentials: {type: client_credentials,
              token: t, token_url: "${self}/token", client_id: i, client_secret: s, audience: a, resource: "urn:r",
              scopes: [a], fallback_token: f, account: hub}},
              v: {base_url: "https://v.example", credentials: {type: client_credentials, client_id: i,
              token_url: "${self}/token", client_key: {private_key: "${file:our.pem}", algorithm: PS256, kid: ours,
              audience: "${self}"}}}}
            companions: {c: {unless: "${env:UNSET:-}", main: Main, arguments: {data: "d"}, environment: {A: "${self}"}}}
            """;

    @Test
    void everyRowOfTheTableIsReadAndNothingWithoutOne() throws IOException {
        var readings = new ArrayList<Reading>();
        // a front stands alone
        for (var file : List.of(EVERYTHING, FilesConfigTest.EVERYTHING, McpConfigTest.EVERYTHING,
                WatchConfigTest.EVERYTHING, DoorConfigTest.EVERYTHING, TenancyConfigTest.EVERYTHING,
                "name: f\nfront: {/: \"${companion:d}\"}\ncompanions: {d: {deployment: \".\", set: {a: b}}}\n")) {
            Files.writeString(folder.resolve(ConfigFile.NAME), file);
            readings.addAll(ConfigFile.check(folder, Map.of(), name -> null).readings());
        }
        var fromFile = readings.stream().filter(reading -> reading.from().startsWith("line "))
                .map(Reading::row).collect(Collectors.toSet());
        Keys.ALL.stream().filter(key -> key.below().isEmpty()).forEach(key -> {
            assertTrue(fromFile.contains(key.path()), key.path() + " has a row, and nothing reads it");
            var usual = key.kind().otherwise();
            assertTrue(readings.stream().filter(reading -> reading.row().equals(key.path()))
                    .anyMatch(reading -> usual.isEmpty() || !usual.get().equals(reading.value())),
                    key.path() + " is nowhere away from its default");
        });
        assertThrows(IllegalStateException.class, () -> Keys.of("server.color", List.of(Kind.Text.class)));
    }

    @Test
    void everyKeyTakesAnotherValue() throws IOException {
        var config = read(EVERYTHING);
        assertEquals("Another", config.name());
        assertEquals(folder.resolve("elsewhere"), config.state());
        assertEquals("https://localhost:1234", config.server().publicOrigin().orElseThrow().toString());
        assertEquals(new Config.Tls(folder.resolve("tls/server.crt"), Path.of("/run/tls/server.key")),
                config.server().tls().orElseThrow());
        assertEquals(Networks.parse(List.of("10.0.0.0/8", "::1")), config.server().trustedProxies());
        assertEquals(folder.resolve("jars"), config.plugins());
        assertEquals(new Config.SourceConfig.Skills("k", folder.resolve("guides"), Set.of("b")),
                config.sources().get("k"));
        assertEquals(new Lifetimes(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofDays(1),
                Duration.ofDays(2), Duration.ZERO,
                Duration.ofHours(1), Duration.ofDays(3), Duration.ofMinutes(1)), config.authorization().lifetimes());
        assertEquals(new Registration(false, false, List.of("x"), Duration.ofDays(1), 2, 3,
                new Unvouched(Set.of("a"), List.of("*.good.example"), List.of("bad.good.example"))),
                config.authorization().registration());
        assertEquals(new Tokens(true, SigningAlgorithm.ES256, Duration.ofDays(30), DpopMode.REQUIRED, true, true),
                config.authorization().tokens());
        assertTrue(config.authorization().sessionApi());
        assertEquals(new AdminConfig(Optional.of("house:admin"), Set.of("ada@example.com"), Set.of("ADMIN"),
                Set.of(), false), config.admin());
        assertEquals(Set.of("c"), config.authorization().resources().getFirst().clients());
        assertEquals(Set.of("client_credentials"), config.authorization().clients().getFirst().grants());
        assertEquals("urn:api", config.authorization().resources().getFirst().identifier());
        assertEquals(List.of("a"), config.authorization().scopes().baseline());
        assertEquals(Set.of("ping"), config.endpoints().getFirst().openMethods());
        assertEquals(Set.of("a", "b"), config.endpoints().getFirst().methods().of("resources/read"));
        var credentials = config.upstreams().get("u").credentials();
        assertEquals("${self}/token", credentials.tokenUrl());
        assertEquals("s", credentials.clientSecret().orElseThrow().reveal());
        assertEquals(List.of("--data", "d"), config.companions().get("c").arguments());
        assertEquals(new CallLimits(1, 2, 3, 4), config.limits());
        assertEquals("ada@example.com", config.authorization().demoPeople().getFirst().email());
        assertFalse(config.authorization().enabled());
        assertEquals(new MailSettings("mail.example.com", 465, MailSettings.Security.TLS, Optional.of("door"),
                Optional.of("m"), "door@example.com"), config.authorization().mail().orElseThrow());
        assertFalse(config.authorization().mail().toString().contains("=m"), "a secret is printed");
        assertEquals(Set.of("ADMIN"), config.authorization().tiers().names());
        assertEquals(new Conditions(true, Optional.of(Duration.ofMinutes(5)), Set.of("ADMIN")),
                config.conditions().of("s", "anything"));
        assertEquals(new Conditions(true, Optional.of(Duration.ofMinutes(1)), Set.of("ADMIN")),
                config.conditions().of("o", "t"));
        assertFalse(config.toString().contains("reveal=s"), "a secret is printed");
    }

    @Test
    void agentsWithoutAHumanAreReadToo() throws IOException {
        var authorization = read(EVERYTHING).authorization();
        var agents = authorization.agents();
        assertEquals(Set.of("urn:ietf:params:oauth:grant-type:jwt-bearer"), agents.grants());
        assertEquals(AgentSettings.Pushed.REQUIRED, agents.pushed());
        assertEquals(Set.of("chat.example"), agents.tokenEndpointAudience());
        assertEquals(new AgentSettings.TrustedIssuer("i", "https://i.example", AgentSettings.TrustedIssuer.Kind.ID_JAG,
                Optional.of(URI.create("https://i.example/jwks")), Optional.empty(),
                AgentSettings.TrustedIssuer.Audience.ISSUER, true, Set.of("example.com"), Set.of("/x", "api"),
                Set.of("a"), List.of(), new AgentSettings.Presenters(Set.of(Client.Kind.METADATA_DOCUMENT,
                Client.Kind.DYNAMIC), true)), agents.issuers().getFirst());
        assertEquals(new AgentSettings.TrustedIssuer("w", "https://w.example",
                AgentSettings.TrustedIssuer.Kind.WORKLOAD, Optional.empty(), Optional.of("{\"keys\":[]}"),
                AgentSettings.TrustedIssuer.Audience.EITHER, false, Set.of(), Set.of(), Set.of(),
                List.of(new AgentSettings.Workload("job", "ns:*", Map.of("env", "prod"), Set.of("api"), Set.of("b")))),
                agents.issuers().getLast());
        assertEquals(List.of(new AgentSettings.Exchange("c", "/x", "api", Set.of("a"))), agents.exchanges());
        var clients = authorization.clients();
        assertEquals("{\"keys\":[]}", clients.get(0).keys().jwks().orElseThrow());
        assertTrue(clients.get(0).pushes() && !clients.get(1).pushes());
        assertTrue(clients.get(0).dpopBound() && !clients.get(1).dpopBound());
        assertEquals("{\"keys\":[]}", clients.get(1).keys().jwks().orElseThrow());
        assertEquals(URI.create("https://e.example/jwks"), clients.get(2).keys().jwksUri().orElseThrow());
        assertEquals(AgentSettings.STANDARD, read("endpoints: {/mcp: {}}").authorization()
                .agents());
    }
}
