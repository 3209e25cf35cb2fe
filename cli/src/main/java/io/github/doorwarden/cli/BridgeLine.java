package io.github.doorwarden.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The command line of `doorwarden bridge`, read without picocli, which would take longer than everything else of its
/// start. Its options are those of mcp-remote where that has them.
///
/// @param headers  of every request; their values may be secrets
/// @param resource whether the authorization server is told which server the tokens are for
/// @param timeout  how long the server may give no sign of a request
record BridgeLine(URI server, Map<String, String> headers, boolean resource, OptionalInt callbackPort,
        Optional<String> clientId, Optional<URI> clientMetadata, List<String> scopes, Optional<Duration> timeout) {

    /// Every option, as [BridgeCommand] explains them.
    static final Set<String> OPTIONS = Set.of("--header", "--no-resource", "--allow-http", "--callback-port",
            "--client-id", "--client-metadata-url", "--scope", "--timeout");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Set<String> OWN = Set.of("accept", "content-type", "content-length", "host", "connection",
            "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name", "last-event-id");
    private static final int SECONDS_MAX = 86_400;
    private static final int PORT_MAX = 65_535;

    BridgeLine {
        headers = Map.copyOf(headers);
        scopes = List.copyOf(scopes);
    }

    /// The line has a mistake; the message says which one and what to do.
    static final class Mistake extends Exception {

        private static final long serialVersionUID = 1;

        Mistake(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /// @param words       after `bridge`
    /// @param environment the value of a variable; null when it is not set
    static BridgeLine of(List<String> words, UnaryOperator<String> environment) throws Mistake {
        var left = new ArrayDeque<>(words);
        var given = new LinkedHashMap<String, List<String>>();
        var urls = new ArrayList<String>();
        while (!left.isEmpty()) {
            var word = left.poll();
            if (!word.startsWith("-")) {
                urls.add(word);
                continue;
            }
            var equals = word.indexOf('=');
            var name = equals < 0 ? word : word.substring(0, equals);
            if (!OPTIONS.contains(name)) {
                throw new Mistake("There is no option " + Visible.line(name) + ". doorwarden bridge --help names them "
                        + "all.");
            }
            var value = name.equals("--no-resource") || name.equals("--allow-http") ? ""
                    : equals >= 0 ? word.substring(equals + 1) : left.poll();
            if (value == null) {
                throw new Mistake(name + " needs a value. doorwarden bridge --help says which.");
            }
            given.computeIfAbsent(name, each -> new ArrayList<>()).add(value);
        }
        if (urls.size() != 1) {
            throw new Mistake("Give one URL, that of the server's MCP endpoint:  doorwarden bridge https://HOST/mcp");
        }
        return of(urls.getFirst(), given, environment);
    }

    private static BridgeLine of(String url, Map<String, List<String>> given, UnaryOperator<String> environment)
            throws Mistake {
        var scopes = new ArrayList<String>();
        for (var scope : given.getOrDefault("--scope", List.of())) {
            scopes.addAll(List.of(scope.strip().split("\\s+")));
        }
        var document = last(given, "--client-metadata-url");
        var port = last(given, "--callback-port");
        var timeout = last(given, "--timeout");
        return new BridgeLine(server(url, given.containsKey("--allow-http")),
                headers(given.getOrDefault("--header", List.of()), environment), !given.containsKey("--no-resource"),
                port.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number("--callback-port", port.get(), PORT_MAX)),
                last(given, "--client-id"), document.isEmpty() ? Optional.empty()
                        : Optional.of(address("--client-metadata-url", document.get())), scopes,
                timeout.isEmpty() ? Optional.empty()
                        : Optional.of(Duration.ofSeconds(number("--timeout", timeout.get(), SECONDS_MAX))));
    }

    private static Optional<String> last(Map<String, List<String>> given, String name) {
        return given.containsKey(name) ? Optional.of(given.get(name).getLast()) : Optional.empty();
    }

    private static int number(String name, String value, int max) throws Mistake {
        if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > max) {
            throw new Mistake(name + " is a number from 1 to " + max + ".");
        }
        return Integer.parseInt(value);
    }

    private static URI address(String name, String value) throws Mistake {
        try {
            var address = new URI(value);
            if ("https".equals(address.getScheme()) && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new Mistake(name + " is an address that begins with https://.");
    }

    private static URI server(String text, boolean allowHttp) throws Mistake {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new Mistake(Visible.line(text) + " is no URL. For example:  https://mcp.example.com/mcp");
        }
        var scheme = Objects.toString(url.getScheme(), "").toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || url.getHost() == null) {
            throw new Mistake(Visible.line(text) + " is no URL of a server. For example:  https://mcp.example.com/mcp");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new Mistake("The URL must have no user name, no password and nothing behind #. Credentials go into "
                    + "--header.");
        }
        if (plain(url) && !allowHttp) {
            throw new Mistake("Over http:// everybody on the way can read what is said. Use https://, or --allow-http "
                    + "for a network that you trust.");
        }
        return url;
    }

    private static boolean plain(URI url) {
        return url.getScheme().equalsIgnoreCase("http")
                && !url.getHost().matches("localhost|127\\.[0-9.]+|\\[::1]");
    }

    /// Whether everybody on the way can read what is said.
    boolean plain() {
        return plain(server);
    }

    /// `${NAME}` in a value is that environment variable: hosts pass words with spaces on wrongly, and what stands in
    /// their configuration is often shared.
    private static Map<String, String> headers(List<String> given, UnaryOperator<String> environment) throws Mistake {
        var headers = new LinkedHashMap<String, String>();
        for (var header : given) {
            var colon = header.indexOf(':');
            var name = colon < 0 ? "" : header.substring(0, colon).strip();
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                throw new Mistake("--header is NAME:VALUE, for example  --header 'Authorization:${MY_AUTHORIZATION}'");
            }
            if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
                throw new Mistake("--header must not set " + name + ": the bridge sets it.");
            }
            var unset = new ArrayList<String>();
            var value = VARIABLE.matcher(header.substring(colon + 1).strip()).replaceAll(found -> {
                var set = environment.apply(found.group(1));
                if (set == null) {
                    unset.add(found.group(1));
                }
                return Matcher.quoteReplacement(Objects.toString(set, ""));
            }).strip();
            if (!unset.isEmpty()) {
                throw new Mistake("--header " + name + " wants the environment variable " + unset.getFirst()
                        + ", which is not set. Set it under env of this server, in the configuration of your client.");
            }
            if (!value.matches("[\\t -~]*")) {
                throw new Mistake("The value of --header " + name + " has characters that a header cannot carry.");
            }
            headers.put(name, value);
        }
        return headers;
    }

    /// Without the values of headers.
    @Override
    public String toString() {
        return "BridgeLine[" + server + ", headers " + headers.keySet() + "]";
    }
}
