package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import java.net.URI;

/// What a person reads after a start: where the door is, how to get in, a line for each client.
final class Guide {

    private final Config config;
    private final URI origin;

    Guide(Config config, URI origin) {
        this.config = config;
        this.origin = origin;
    }

    String text() {
        var url = origin + config.endpoints().getFirst().path();
        var name = config.folder().toAbsolutePath().normalize().getFileName().toString();
        var text = new StringBuilder("\n  ").append(config.name()).append(" is open.\n\n");
        config.endpoints().forEach(endpoint -> line(text, "MCP endpoint", origin + endpoint.path()));
        if (!config.authorization().enabled()) {
            line(text, "Signing in", "is off: every program on this machine may call every tool");
        } else if (config.authorization().demoPeople().isEmpty()) {
            line(text, "Signing in", "as one of the people of  ./doorwarden user list " + config.folder());
        } else {
            var person = config.authorization().demoPeople().getFirst();
            line(text, "Sign in as", person.email() + "   password  " + person.password().reveal());
            line(text, "", "or ask for a sign-in link on the page: it is printed here");
        }
        text.append('\n');
        line(text, "Inspector", "npx @modelcontextprotocol/inspector   then Streamable HTTP, " + url);
        line(text, "Claude Code", "claude mcp add --transport http " + name + " " + url);
        line(text, "Cursor, VS Code", "in mcp.json:  \"" + name + "\": {\"type\": \"http\", \"url\": \"" + url + "\"}");
        line(text, "curl", curl(url));
        if (config.development()) {
            text.append("\n  This is a development deployment: demo people, printed links, plain HTTP. It "
                    + "refuses to start on a public address.\n");
        }
        return text.append("\n  Ctrl-C ends it.\n").toString();
    }

    private static String curl(String url) {
        return "curl -s " + url
                + " -H 'Content-Type: application/json' -d '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}'";
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append("  ").append(label).append(" ".repeat(Math.max(1, 18 - label.length()))).append(value).append('\n');
    }
}
