package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import java.net.URI;
import java.util.List;

/// What a person reads after a start: where the door is, how to get in, a line for each client. Lines fit into 80
/// columns while the endpoint's URL is short; what is to be copied stands on lines of its own.
final class Guide {

    private final Config config;
    private final URI origin;
    private final StringBuilder text = new StringBuilder();

    Guide(Config config, URI origin) {
        this.config = config;
        this.origin = origin;
    }

    String text() {
        if (!config.front().isEmpty()) {
            line("").line("  " + config.name() + " is open: a public front.").line("");
            config.front().keySet().forEach(path -> line("  Address    " + origin + (path.equals("/") ? "" : path)));
            return line("").line("  Ctrl-C ends it.").text.toString();
        }
        if (config.endpoints().isEmpty()) {
            return line("").line("  " + config.name() + " is open: an authorization server alone.").line("")
                    .line("  Issuer     " + origin).line("").line("  Ctrl-C ends it.").text.toString();
        }
        var first = config.endpoints().getFirst();
        var url = origin + first.path();
        var name = config.folder().toAbsolutePath().normalize().getFileName().toString();
        line("").line("  " + config.name() + " is open.").line("");
        config.endpoints().forEach(endpoint -> line("  Endpoint   " + origin + endpoint.path()));
        signingIn();
        line("");
        client("Claude Code", "claude mcp add --transport http " + name + " " + url);
        client("Cursor, VS Code: in mcp.json", "\"" + name + "\": {\"type\": \"http\", \"url\": \"" + url + "\"}");
        client("Inspector: transport Streamable HTTP, the endpoint as URL", "npx @modelcontextprotocol/inspector");
        if (!config.authorization().enabled() || first.openMethods().contains("tools/list")) {
            client("What is there, without a client",
                    "curl -s " + url + " -H 'Content-Type: application/json' \\",
                    "  -d '{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}'");
        }
        if (config.development()) {
            line("  A development deployment: demo people, printed links, plain HTTP.")
                    .line("  It refuses to start where others could reach it.").line("");
        }
        return line("  Ctrl-C ends it.").text.toString();
    }

    private void signingIn() {
        var elsewhere = config.authorization().elsewhere();
        if (!config.authorization().enabled()) {
            line("  Sign in    not at all: every program on this machine may call every tool");
        } else if (config.authorization().mode() == Config.Mode.EXTERNAL) {
            elsewhere.issuers().forEach(issuer -> line("  Sign in    at " + issuer.issuer()));
        } else if (config.authorization().mode() == Config.Mode.PROXIED) {
            elsewhere.providers().forEach(provider -> line("  Sign in    with " + provider.label() + ", at "
                    + provider.issuer()).line("             redirect URI there: " + origin + "/login/callback"));
        } else if (config.authorization().demoPeople().isEmpty()) {
            line("  Sign in    as one of the people of ./doorwarden user list " + config.folder());
        } else {
            var person = config.authorization().demoPeople().getFirst();
            line("  Sign in    " + person.email() + "   password  " + person.password().reveal());
            line("             or ask on the page for a sign-in link: it is printed here");
        }
    }

    /// Whom to sign in as, of a deployment that a person does not see start.
    List<String> people() {
        return config.authorization().demoPeople().stream().map(person -> "  " + config.name() + " knows "
                + person.email() + "   password  " + person.password().reveal()).toList();
    }

    private void client(String heading, String... toCopy) {
        line("  " + heading);
        for (var each : toCopy) {
            line("    " + each);
        }
        line("");
    }

    private Guide line(String line) {
        text.append(line).append('\n');
        return this;
    }
}
