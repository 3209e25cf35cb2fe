package io.github.doorwarden.sources.documents;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The address of a document that a citation leads to: absolute, `http` or `https`, or the empty text.
final class DocumentUrl {

    private DocumentUrl() {}

    /// @throws IllegalArgumentException with a sentence
    static void check(String template) {
        if (!template.isEmpty() && of(template, "a/b.md", "doc-0").isEmpty()) {
            throw new IllegalArgumentException("url_template is no absolute http or https address with {path}, {stem}, "
                    + "{name} or {id} in it, such as https://docs.example.com/{path}.");
        }
    }

    /// @param path relative to its folder, with `/`
    static String of(String template, String path, String id) {
        var name = path.substring(path.lastIndexOf('/') + 1);
        var ending = name.lastIndexOf('.');
        var stem = ending <= 0 ? path : path.substring(0, path.length() - name.length() + ending);
        return absolute(template.replace("{path}", encoded(path)).replace("{stem}", encoded(stem))
                .replace("{name}", encoded(name)).replace("{id}", id));
    }

    /// The address itself, or the empty text for what a person could not open by it.
    static String absolute(String url) {
        try {
            var uri = new URI(url);
            var web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null && uri.getRawUserInfo() == null && url.length() <= Limits.URL_CHARS
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
