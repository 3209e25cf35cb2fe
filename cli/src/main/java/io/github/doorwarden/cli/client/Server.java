package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.oauth.Browser;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// Which server a command is about, and with which credentials it goes there.
final class Server {

    /// Takes the place of everything behind a `--` of the command line, before picocli sees it.
    static final String PROGRAM = "--program";

    /// Longer than anybody waits in front of a terminal; in seconds.
    private static final int TIMEOUT_MAX = 86_400;

    /// MCP 2026-07-28: the request needs a capability that it does not declare.
    private static final int CAPABILITY_MISSING = -32_021;

    @Parameters(index = "0..*", paramLabel = "URL", hideParamSyntax = true, description = {
            "Address of the server's MCP endpoint; or none, and last a program that is started:",
                    "  -- node server.js"})
    private List<String> words = List.of();

    @Option(names = PROGRAM, hidden = true)
    private String program;

    @Mixin
    private Credentials credentials;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = "How long each answer may "
            + "take (default: ${DEFAULT-VALUE}).")
    private int timeout;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// What is done with a server.
    interface Visit<T> {
        T with(McpClient client) throws McpFailure, InterruptedException;
    }

    /// The words after the server.
    ///
    /// @param names of those that must be there
    List<String> rest(String... names) {
        var skip = program == null ? 1 : 0;
        if (words.size() < skip + names.length) {
            var absent = words.size() < skip ? "URL" : names[words.size() - skip];
            throw new ParameterException(spec.commandLine(), absent + " is missing." + (absent.equals("URL")
                    ? " Give the address of an MCP endpoint, or -- and the command of a program that is one." : ""));
        }
        return words.subList(skip, words.size());
    }

    /// No words but the server.
    void alone() {
        var rest = rest();
        if (!rest.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "\"" + rest.getFirst() + "\" is one word too many.");
        }
    }

    /// How the person called it, in sentences.
    String name() {
        return program == null ? words.getFirst() : program().getFirst();
    }

    boolean isProgram() {
        return program != null;
    }

    URI url() {
        return url(words.getFirst(), spec);
    }

    static URI url(String text, CommandSpec spec) {
        try {
            var url = new URI(text);
            if (url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null
                    && List.of("http", "https").contains(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        var whole = text.matches("[A-Za-z0-9.-]+(:[0-9]+)?(/.*)?") && (text.contains(".") || text.contains(":"));
        throw new ParameterException(spec.commandLine(), "URL must be the address of an MCP endpoint, not \""
                + Visible.line(text) + "\". " + (whole ? "Did you mean "
                + (text.matches("(localhost|127\\.).*") ? "http://" : "https://") + Visible.line(text) + "?"
                : "For example:  https://mcp.example.com/mcp"));
    }

    private List<String> program() {
        return JsonMapper.shared().readValue(program, JsonMapper.shared().getTypeFactory()
                .constructCollectionType(List.class, String.class));
    }

    private Duration timeout() {
        if (timeout < 1 || timeout > TIMEOUT_MAX) {
            throw new ParameterException(spec.commandLine(), "--timeout must be 1 to " + TIMEOUT_MAX + " seconds.");
        }
        return Duration.ofSeconds(timeout);
    }

    Credentials credentials() {
        return credentials;
    }

    /// The sign-in at this server, for commands that are about nothing else.
    OAuthAuthorization signIn(boolean person, Browser browser, List<String> scopes) {
        if (isProgram()) {
            throw new ParameterException(spec.commandLine(), "A program that is started is given what it needs in its "
                    + "environment: there is nothing to sign in to.");
        }
        credentials.tokenVariable().ifPresent(variable -> {
            throw new ParameterException(spec.commandLine(), "The token in " + variable
                    + " is yours alone: it is neither "
                    + "kept nor looked into here. Leave --token-env out.");
        });
        return credentials.signIn(url(), person, browser, scopes, this::notice).orElseThrow(() -> new CommandFailure(
                "Nobody signs in at " + Visible.line(name()) + ": tokens go to https:// addresses, or to this machine. "
                + "Use the https:// address of the server.", ClientCommands.USAGE));
    }

    private void notice(String sentence) {
        spec.commandLine().getErr().println(Visible.lines(sentence));
    }

    /// Connects, does it, and disconnects.
    <T> T visit(Visit<T> what) {
        return visit(options -> options, what);
    }

    /// @param more that the client shall be or do
    <T> T visit(UnaryOperator<ClientOptions> more, Visit<T> what) {
        var options = more.apply(ClientOptions.PLAIN.named("doorwarden-cli", ClientCommands.VERSION)
                .within(timeout()));
        try (var client = connect(options)) {
            return what.with(client);
        } catch (McpFailure e) {
            throw said(e, name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("It was interrupted.", ClientCommands.OUTAGE);
        }
    }

    private McpClient connect(ClientOptions options) throws McpFailure, InterruptedException {
        if (isProgram()) {
            return McpClient.launch(options, program().toArray(String[]::new));
        }
        var token = credentials.token();
        if (token.isPresent()) {
            return McpClient.connect(url(), options.withToken(token.get()));
        }
        var person = Terminal.of(spec, false).person();
        return McpClient.connect(url(), credentials.signIn(url(), person, person ? Browser.system() : Browser.NONE,
                List.of(), this::notice).map(found -> options.with(person ? found : new Alone(found))).orElse(options));
    }

    /// What failed, what to do, and the exit code that says it to programs.
    static CommandFailure said(McpFailure e, String server) {
        return switch (e) {
            case McpFailure.Authentication denied -> new CommandFailure(denied.getMessage() + "\nSign in with:  "
                    + "doorwarden login " + server + "\nor give a token with --token-env.",
                    ClientCommands.AUTHENTICATION);
            case McpFailure.Permission denied -> failure(denied, ClientCommands.PERMISSION);
            case McpFailure.Execution failed -> failure(failed, ClientCommands.TOOL_ERROR);
            case McpFailure.Protocol asks when asks.code() == CAPABILITY_MISSING -> new CommandFailure(asks.getMessage()
                    + "\nNobody can be asked here: run it in a terminal, or write the answers to standard input and "
                    + "give "
                    + "--interactive. A model (sampling) is never asked by this program.", ClientCommands.PROTOCOL);
            case McpFailure.Protocol strange -> failure(strange, ClientCommands.PROTOCOL);
            case McpFailure.Outage down -> failure(down, ClientCommands.OUTAGE);
        };
    }

    private static CommandFailure failure(McpFailure e, int exit) {
        return new CommandFailure(e.getMessage() + "\n" + e.remedy(), exit);
    }
}
