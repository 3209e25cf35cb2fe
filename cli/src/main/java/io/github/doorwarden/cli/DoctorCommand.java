package io.github.doorwarden.cli;

import io.github.doorwarden.doctor.Client;
import io.github.doorwarden.doctor.Examination;
import io.github.doorwarden.doctor.Options;
import io.github.doorwarden.doctor.Report;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Examines an MCP server, ours or anybody's, as real clients would.
@Command(name = "doctor", mixinStandardHelpOptions = true, description = {
    "Says for each real client whether it gets into an MCP server, and if not, why.",
    "Asks the server, ours or anybody's, what ChatGPT, claude.ai, Claude Code, Cursor, VS Code, the Inspector, Codex "
    + "and "
            + "mcp-remote ask, through its public URL. Nobody signs in and no tool is called; up to 8 clients are "
            + "registered there, and deleted again where the server lets that be done. With a token, what is behind "
            + "the "
            + "door is seen too."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:every client connects", "1:some client fails",
            "2:the command line has mistakes, or nothing answers at the URL"})
final class DoctorCommand implements Callable<Integer> {

    /// A token of any form: JWTs with many claims have a few thousand.
    private static final int TOKEN_CHARACTERS = 16_384;
    private static final int UNREACHED = 2;

    @Parameters(index = "0", paramLabel = "URL", description = "The endpoint as clients get it: "
            + "https://mcp.example.com/mcp")
    private String url;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes the report as a page, too.")
    private Path html;

    @Option(names = "--client", paramLabel = "NAME", description =
            {"Judges this one alone; may be given several times.",
        "One of chatgpt, claude-ai, claude-code, cursor, vscode, inspector, codex, mcp-remote."})
    private List<String> clients = List.of();

    @ArgGroup
    private TokenFrom token;

    @Spec
    private CommandSpec spec;

    /// Where a token is that others on the machine must not read.
    private static final class TokenFrom {

        @Option(names = "--token-env", paramLabel = "VAR", description =
                "A bearer token for what is behind the door, in "
                + "this variable of the environment. It is sent to the URL's origin alone.")
        private String variable;

        @Option(names = "--token-file", paramLabel = "FILE", description = "The same, in a file.")
        private Path file;
    }

    @Override
    public Integer call() {
        var examination = examination();
        var err = spec.commandLine().getErr();
        var report = examination.run(group -> err.println("Asking about " + group + " …"));
        var out = spec.commandLine().getOut();
        if (html != null) {
            write(report);
        }
        if (json) {
            out.println(Visible.json(report.json()));
        } else {
            DoctorText.print(report, out);
        }
        return !report.reached() ? UNREACHED : report.everybodyConnects() ? 0 : 1;
    }

    private Examination examination() {
        try {
            var options = Options.usual(InstantSource.system()).withClients(chosen());
            return Examination.of(URI.create(url), token == null ? options : options.withToken(token()));
        } catch (IllegalArgumentException e) {
            throw mistake(Visible.line(e.getMessage()));
        }
    }

    private List<Client> chosen() {
        var chosen = new ArrayList<Client>();
        for (var name : clients) {
            chosen.add(Client.of(name).orElseThrow(() -> mistake("There is no client " + Visible.line(name)
                    + ". Take one of " + Client.all().stream().map(Client::key).collect(Collectors.joining(", "))
                    + ".")));
        }
        return chosen;
    }

    private String token() {
        var found = token.variable != null ? Optional.ofNullable(System.getenv(token.variable)) : read(token.file);
        var text = found.map(String::strip).filter(some -> !some.isEmpty()).orElseThrow(() -> mistake(
                token.variable != null ? "The environment has no " + token.variable + "." : "There is no token in "
                + token.file + "."));
        if (text.length() > TOKEN_CHARACTERS || !text.matches("[\\x21-\\x7e]+")) {
            throw mistake("That is no bearer token: it has to be one word.");
        }
        return text;
    }

    private Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            throw mistake("The file " + file + " cannot be read.");
        }
    }

    private void write(Report report) {
        try {
            Files.writeString(html, DoctorPage.of(report));
        } catch (IOException e) {
            throw new CommandFailure("The page cannot be written to " + html
                    + ". Name a file in a folder that exists.");
        }
    }

    private CommandLine.ParameterException mistake(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
