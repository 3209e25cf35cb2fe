package io.github.doorwarden.cli.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/// The commands by which this program is a client: of any MCP server, and not of a deployment in a folder.
public final class ClientCommands {

    /// Exit codes of commands that speak to a server, beside 0 for done.
    ///
    /// A tool that was reached and says that it failed.
    public static final int TOOL_ERROR = 1;
    /// The command line cannot be understood, or the arguments are not those of the tool.
    public static final int USAGE = 2;
    /// Not signed in, or not any more.
    public static final int AUTHENTICATION = 3;
    /// Signed in, and not allowed to.
    public static final int PERMISSION = 4;
    /// The server, or the way to it, is down or too slow.
    public static final int OUTAGE = 5;
    /// What answers is no MCP, or refuses the request as such.
    public static final int PROTOCOL = 6;

    /// Of this program, for servers.
    static final String VERSION = "0.1.0";

    private ClientCommands() {}

    /// Words behind `--` are the command of a server: they are packed into one option, so that none of them is taken
    /// for one of ours.
    public static String[] packed(String[] words) {
        var end = List.of(words).indexOf("--");
        if (end < 0 || !names().contains(words[0])) {
            return words;
        }
        var program = JsonMapper.shared().writeValueAsString(List.of(words).subList(end + 1, words.length));
        return Stream.of(Stream.of(words[0]), end + 1 == words.length ? Stream.<String>empty()
                : Stream.of(Server.PROGRAM, program), Stream.of(words).limit(end).skip(1)).flatMap(each -> each)
                .toArray(String[]::new);
    }

    public static void addTo(CommandLine line) {
        all().forEach(line::addSubcommand);
        // What follows the server is the tool's, whatever it looks like.
        List.of("call", "get").forEach(each -> line.getSubcommands().get(each).setStopAtPositional(true));
    }

    /// Whether a command is about a server at a URL, here or in the part of the command line that is not a client.
    public static boolean speakToServers(String name) {
        return names().contains(name) || List.of("bridge", "doctor").contains(name);
    }

    private static List<String> names() {
        return List.copyOf(all().keySet());
    }

    private static Map<String, Object> all() {
        var all = new LinkedHashMap<String, Object>();
        all.put("login", new LoginCommand());
        all.put("logout", new LogoutCommand());
        all.put("whoami", new WhoamiCommand());
        all.put("tools", new ToolsCommand());
        all.put("call", new CallCommand());
        all.put("resources", new ResourcesCommand());
        all.put("read", new ReadCommand());
        all.put("prompts", new PromptsCommand());
        all.put("get", new GetCommand());
        all.put("search", new SearchCommand());
        all.put("health", new HealthCommand());
        all.put("connect", new ConnectCommand());
        all.put("completion", new CompletionCommand());
        return all;
    }
}
