package io.github.doorwarden.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// What `doorwarden bridge` says of itself; [BridgeLine] reads the words, and [BridgeProcess] does the work.
@Command(name = "bridge", mixinStandardHelpOptions = true,
        description = {"Is a stdio MCP server for hosts that know only those, in front of a server at a URL.",
        "For the configuration of a host, in the place of mcp-remote. However many copies a host starts, one person "
                + "signs in once, in one browser tab. Ends with exit code 0 when standard input ends. Messages alone "
                + "go "
                + "to standard output."})
final class BridgeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "URL", description = "The server's MCP endpoint, for example https://HOST/mcp")
    private String url;

    @Option(names = "--header", paramLabel = "NAME:VALUE", description = {"Goes with every request; may be given "
            + "several times.", "$${NAME} in it is an environment variable. With Authorization nobody signs in."})
    private List<String> headers;

    @Option(names = "--scope", paramLabel = "SCOPES", description = "Asked for in addition to what the server wants.")
    private List<String> scopes;

    @Option(names = "--client-id", paramLabel = "ID", description = "A client that was registered beforehand.")
    private String clientId;

    @Option(names = "--client-metadata-url", paramLabel = "URL", description =
            "The document that describes this client "
            + "to authorization servers that read it.")
    private String clientMetadata;

    @Option(names = "--callback-port", paramLabel = "PORT", description = "Where the browser comes back to on this "
            + "machine; any port if left out.")
    private String callbackPort;

    @Option(names = "--no-resource", description = "The authorization server is not told which server the tokens are "
            + "for: some fail otherwise.")
    private boolean noResource;

    @Option(names = "--allow-http", description = "Also takes an address with http:// that is not on this machine.")
    private boolean allowHttp;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long the server may give no sign of a "
            + "request; 600 if left out.")
    private String timeout;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var words = spec.root().commandLine().getParseResult().originalArgs();
        try {
            return BridgeProcess.run(BridgeLine.of(words.subList(1, words.size()), System::getenv));
        } catch (BridgeLine.Mistake mistake) {
            throw new CommandFailure(mistake.getMessage());
        }
    }
}
