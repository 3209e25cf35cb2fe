package io.github.doorwarden.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// An RFC 6570 template of level 1, read backwards: which values make this URI? Immutable.
final class UriTemplate {

    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z0-9_]{1,64})}");

    private final Pattern pattern;
    private final List<String> names = new ArrayList<>();

    /// @throws IllegalArgumentException for anything but literals and `{name}`, for more than two variables between two
    ///                                  slashes, and for what makes no absolute URI
    UriTemplate(String template) {
        var regex = new StringBuilder();
        var variables = VARIABLE.matcher(template);
        var end = 0;
        while (variables.find()) {
            literal(template, end, variables.start(), regex);
            if (names.contains(variables.group(1))) {
                throw new IllegalArgumentException("The URI template " + template + " has the variable "
                        + variables.group(1) + " twice.");
            }
            names.add(variables.group(1));
            regex.append("([^/?#]+)");
            end = variables.end();
        }
        literal(template, end, template.length(), regex);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("The URI template " + template
                    + " has no variable. Make it a resource.");
        }
        sensible(template);
        this.pattern = Pattern.compile(regex.toString());
    }

    /// Two variables side by side in one segment can be told apart in as many ways as the segment is long; with more,
    /// a long hostile URI would keep the matcher busy.
    private static void sensible(String template) {
        for (var segment : template.split("/")) {
            if (VARIABLE.matcher(segment).results().count() > 2) {
                throw new IllegalArgumentException("The URI template " + template + " has more than two variables "
                        + "between two slashes.");
            }
        }
        if (!isUri(VARIABLE.matcher(template).replaceAll("x"))) {
            throw new IllegalArgumentException("The URI template " + template + " makes no absolute URIs (RFC 3986).");
        }
    }

    private static boolean isUri(String text) {
        try {
            return text.chars().allMatch(c -> c <= '~') && new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void literal(String template, int from, int to, StringBuilder regex) {
        var text = template.substring(from, to);
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw new IllegalArgumentException("The URI template " + template + " has more than plain {name} "
                    + "variables (RFC 6570, level 1), which this server does not read.");
        }
        if (from > 0 && text.isEmpty() && to < template.length()) {
            throw new IllegalArgumentException("The URI template " + template + " has two variables side by side, so "
                    + "nobody can tell where the first one ends.");
        }
        if (!text.isEmpty()) {
            regex.append(Pattern.quote(text));
        }
    }

    List<String> names() {
        return names;
    }

    /// The values, decoded; empty when the URI does not follow the template, is no URI, or hides something that is not
    /// UTF-8 or a control character. A value may hold a slash that was percent-encoded.
    Optional<Map<String, String>> match(String uri) {
        var match = pattern.matcher(uri);
        if (uri.length() > Limits.URI_CHARS || !match.matches() || !isUri(uri)) {
            return Optional.empty();
        }
        var values = new LinkedHashMap<String, String>();
        for (var i = 0; i < names.size(); i++) {
            var value = decoded(match.group(i + 1));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.put(names.get(i), value.get());
        }
        return Optional.of(values);
    }

    private static Optional<String> decoded(String encoded) {
        try {
            // URLDecoder is for forms, where a plus is a space; one byte a character keeps what it decodes as it is
            var bytes = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                    .getBytes(StandardCharsets.ISO_8859_1);
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return Optional.of(text).filter(each -> each.chars().noneMatch(Character::isISOControl));
        } catch (IllegalArgumentException | CharacterCodingException undecodable) {
            return Optional.empty();
        }
    }
}
