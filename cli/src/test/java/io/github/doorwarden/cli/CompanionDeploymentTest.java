package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.StartFailure;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.cli.systems.Person;
import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.oauth.OAuthSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Deployments that start another one beside themselves: the provider where people sign in, servers behind a front.
class CompanionDeploymentTest {

    private static final String EMAIL = "ada@example.org";
    private static final String PASSWORD = "canary-password-4711";
    private static final String PROVIDER = """
            name: The provider
            development: true
            server: {host: localhost, port: 0}
            authorization:
              openid_provider: true
              keys: {algorithm: ES256}
              scopes: {read: {text: read, baseline: true}}
              resources: {api: {identifier: "https://api.example.org", for_people: true}}
              clients:
                - {id: door, secret: "${env:DOOR_SECRET}", redirect_uris: ["http://127.0.0.1/login/callback"]}
              demo_people: [{email: ada@example.org, name: Ada Lovelace, password: canary-password-4711}]
            """;
    private static final String PROXIED = """
            name: The door
            development: true
            server: {port: 0}
            authorization:
              mode: proxied
              keys: {algorithm: ES256}
              scopes: {"notes:read": {text: read notes, baseline: true}}
              providers:
                own: {issuer: "${companion:provider}", client_id: door, client_secret: "${generated:at-provider}"}
            companions:
              provider: {deployment: provider, environment: {DOOR_SECRET: "${generated:at-provider}"}}
            endpoints: {/mcp: {sources: [builtin]}}
            """;
    private static final String FRONT = """
            name: The front
            server: {port: 0}
            front:
              /: "${companion:identity}"
              /mcp: "${companion:tools}"
              /.well-known/oauth-protected-resource: "${companion:tools}"
            companions:
              tools: {deployment: tools, set: {server.public_origin: "${self}"}}
              identity: {deployment: identity, set: {server.public_origin: "${self}"}}
            """;
    private static final String IDENTITY = """
            name: Identity
            development: true
            server: {port: 0, trusted_proxies: [127.0.0.1]}
            authorization:
              keys: {algorithm: ES256}
              scopes: {"notes:read": {text: read notes, baseline: true}}
              resources: {tools: {identifier: "${self}/mcp", for_people: true}}
              demo_people: [{email: ada@example.org, name: Ada Lovelace, password: canary-password-4711}]
            """;
    private static final String TOOLS = """
            name: Tools
            server: {port: 0, trusted_proxies: [127.0.0.1]}
            authorization:
              mode: external
              keys: {algorithm: ES256}
              scopes: {"notes:read": {text: read notes, baseline: true}}
              issuers: {door: {issuer: "${self}"}}
            endpoints: {/mcp: {sources: [builtin]}}
            """;

    @TempDir
    private Path folder;
    private final List<String> console = new CopyOnWriteArrayList<>();

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name).resolve(ConfigFile.NAME), text);
    }

    private Deployment start() {
        return Deployment.start(ConfigFile.read(folder, Map.of(), Map.<String, String>of()::get), console::add);
    }

    private String whoami(URI endpoint, Person person) throws Exception {
        var settings = OAuthSettings.of(endpoint, folder.resolve("sign-ins"), InstantSource.system(), "test")
                .with(OAuthSettings.Keys.FILE).with(person).withNotices(line -> { });
        try (var client = McpClient.connect(endpoint, ClientOptions.PLAIN.with(OAuthAuthorization.open(settings)))) {
            return client.call("doorwarden_whoami", io.github.doorwarden.client.Tool.arguments()).text();
        }
    }

    @Test
    void peopleSignInAtTheCompanion() throws Exception {
        write("provider", PROVIDER);
        write(".", PROXIED);
        var person = Person.of(EMAIL, PASSWORD);
        ProcessHandle companion;
        try (var door = start()) {
            companion = ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("state/provider.running"))
                    .split(" ")[0])).orElseThrow();
            assertTrue(whoami(door.address(), person).contains(EMAIL));
            assertTrue(person.visited().stream().anyMatch(page -> page.address().getHost().equals("localhost")
                    && page.has("/login")), "the password is typed at the provider");
            assertFalse(person.visited().stream().anyMatch(page -> page.address().getPort() == door.address().getPort()
                    && page.has("/login")));
            assertTrue(console.stream().anyMatch(line -> line.contains("The provider knows " + EMAIL)),
                    console::toString);
            assertTrue(Files.exists(folder.resolve("state/provider/doorwarden.db")));
            assertFalse(Files.exists(folder.resolve("provider/state")), "its state is in ours");
        }
        assertFalse(companion.isAlive());
    }

    @Test
    void oneFrontStartsWhatIsBehindIt() throws Exception {
        write("identity", IDENTITY);
        write("tools", TOOLS);
        write(".", FRONT);
        try (var front = start()) {
            assertEquals("/mcp", front.address().getPath());
            assertTrue(whoami(front.address(), Person.of(EMAIL, PASSWORD)).contains("notes:read"));
            assertTrue(front.guide().contains(front.address().toString()), front::guide);
        }
    }

    @Test
    void whatTheCompanionSaysOfItsFailureIsTold() throws IOException {
        write("provider", PROVIDER.replace("host: localhost", "host: localhost, prot: 1"));
        write(".", PROXIED);
        var failure = assertThrows(StartFailure.class, this::start).getMessage();
        assertTrue(failure.contains("provider") && failure.contains("prot"), failure);
    }

    @Test
    void aDeploymentThatIsItsOwnCompanionEnds() throws IOException {
        write(".", PROXIED.replace("deployment: provider", "deployment: \".\""));
        var failure = assertThrows(StartFailure.class, this::start).getMessage();
        assertTrue(failure.contains("companion"), failure);
    }

    @Test
    void mistakesAreNamed() throws IOException {
        write(".", PROXIED.replace("deployment: provider", "deployment: elsewhere"));
        var mistakes = assertThrows(ConfigMistakes.class, this::start).getMessage();
        assertTrue(mistakes.contains("companions.provider.deployment") && mistakes.contains("elsewhere"), mistakes);
        write(".", PROXIED.replace("deployment: provider, ", "main: x.Main, set: {a: b}, "));
        mistakes = assertThrows(ConfigMistakes.class, this::start).getMessage();
        assertTrue(mistakes.contains("companions.provider.set"), mistakes);
        write(".", PROXIED.replace("deployment: provider, ", ""));
        mistakes = assertThrows(ConfigMistakes.class, this::start).getMessage();
        assertTrue(mistakes.contains("companions.provider.main"), mistakes);
    }
}
