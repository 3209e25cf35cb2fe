package io.github.doorwarden.cli;

import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.cli.AnyMode.Issuer;
import io.github.doorwarden.cli.AnyMode.SignIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The house of notes in one authorization mode, with whoever issues tokens for it: itself, or our own authorization
/// server in another deployment. Started once for all tests of a mode.
final class ModeDoors implements AutoCloseable {

    private static final String CALLBACK = "http://127.0.0.1:9/callback";
    private static final String ROBOT_SECRET = "canary-robot-secret-4711-4711-4711-4711";
    private static final String ASKING_SECRET = "canary-asking-secret-4711-4711-4711-4711";
    private static final String NO_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.";

    /// Somebody with a token, and the client that holds it.
    record Held(Agent agent, Tokens tokens) {
        String access() {
            return tokens.access();
        }
    }

    private final AnyMode mode;
    private final List<AutoCloseable> further = new ArrayList<>();
    /// Where the tools are.
    final Door tools;
    /// Whose tokens open them.
    final Door issuing;

    ModeDoors(AnyMode mode, Path folder) {
        this.mode = mode;
        switch (mode) {
            case EMBEDDED -> {
                tools = Door.open(made(folder.resolve("tools")));
                issuing = tools;
            }
            case PROXIED -> {
                var provider = new OpenIdProvider();
                further.add(provider);
                tools = Door.open(made(folder.resolve("tools")), authorization("mode: proxied\n  providers: {corp: "
                        + "{issuer: \"" + provider.issuer + "\", client_id: " + OpenIdProvider.CLIENT
                        + ", client_secret: " + OpenIdProvider.SECRET + ", link_by_email: true}}"));
                issuing = tools;
            }
            case EXTERNAL, EXTERNAL_ASKING -> {
                var port = freePort();
                var asking = mode == AnyMode.EXTERNAL_ASKING;
                issuing = Door.open(made(folder.resolve("issuing")), with(authorization((asking
                        ? "access_tokens: opaque\n  " : "") + "resources:\n" + resource(port, "notes")
                        + resource(port, "memo")), "  clients:\n", "  clients:\n    - {id: asking, secret: "
                        + ASKING_SECRET + ", grants: [client_credentials], scopes: [notes:read]}\n"));
                tools = Door.open(made(folder.resolve("tools")), with(authorization("mode: external\n  issuers: "
                        + "{door: {issuer: \"" + issuing.origin + "\"" + (asking ? ", introspection: {client_id: "
                        + "asking, client_secret: " + ASKING_SECRET + ", cached_for: 1s}" : "") + "}}"),
                        "{port: 0}", "{port: " + port + "}"));
                further.add(issuing);
            }
            case OFF -> {
                tools = Door.open(made(folder.resolve("tools")), authorization("mode: off"));
                issuing = tools;
            }
            default -> throw new IllegalArgumentException(mode.name());
        }
    }

    private static String[] authorization(String more) {
        return new String[] {"authorization:\n", "authorization:\n  " + more + "\n"};
    }

    private static String[] with(String[] changes, String... more) {
        var all = new ArrayList<>(List.of(changes));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String resource(int port, String name) {
        return "    " + name + ": {name: " + name + ", identifier: \"http://127.0.0.1:" + port + "/" + name
                + "\", for_people: true, clients: [asking]}\n";
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A client that knows nothing but the address of the notes.
    Agent stranger() {
        return new Agent(tools.web, issuing.origin, tools.notes, "", "");
    }

    /// A person's token, after registration, sign-in and consent, whichever way the mode has for that.
    Held person(String resource, String scope) {
        if (mode.issuer == Issuer.NOBODY) {
            return nobodys();
        }
        var agent = Agent.registered(tools.web, issuing.origin, resource, "Stranger", CALLBACK);
        var browser = new Browser(tools.web, issuing.origin);
        var to = agent.approve(browser, scope).location();
        if (mode.signIn == SignIn.PROVIDER) {
            to = browser.get(tools.web.get(to).expect(302).location(), Browser.CROSS_SITE).expect(303).location();
        }
        return new Held(agent, Tokens.of(agent.redeem(Web.query(to).get("code"))));
    }

    /// The token of a program with a secret.
    Held service() {
        if (mode.issuer == Issuer.NOBODY) {
            return nobodys();
        }
        var agent = new Agent(tools.web, issuing.origin, tools.notes, "robot", "");
        return new Held(agent, Tokens.of(tools.web.form(issuing.origin + "/token", Map.of("grant_type",
                "client_credentials", "client_id", "robot", "client_secret", ROBOT_SECRET, "resource", tools.notes))));
    }

    /// Where nobody issues tokens, whatever somebody sends is one.
    private Held nobodys() {
        return new Held(stranger(), new Tokens(NO_TOKEN, "", ""));
    }

    /// The key under which the tokens of this mode are signed.
    StolenKey stolenKey() {
        return new StolenKey(issuing);
    }

    @Override
    public void close() throws Exception {
        tools.close();
        for (var each : further) {
            each.close();
        }
    }
}
