package io.github.doorwarden.sources.code;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The address of some lines, for people.
final class Permalink {

    private Permalink() {}

    /// @return absolute, `http` or `https`; or empty
    static String of(String template, String path, int from, int to, String revision) {
        var text = template.replace("{path}", encoded(path)).replace("{from}", Integer.toString(from))
                .replace("{to}", Integer.toString(to)).replace("{revision}", encoded(revision));
        try {
            var uri = new URI(text);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null
                    ? uri.toASCIIString() : "";
        } catch (URISyntaxException e) {
            return "";
        }
    }

    private static String encoded(String path) {
        return Arrays.stream(path.split("/", -1)).map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8)
                .replace("+", "%20")).collect(Collectors.joining("/"));
    }
}
