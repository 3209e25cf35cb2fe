package io.github.doorwarden.server;

import java.net.URLDecoder;
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

    /// @throws IllegalArgumentException for anything but literals and `{name}`
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
        this.pattern = Pattern.compile(regex.toString());
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

    /// The values, decoded; empty when the URI does not follow the template or is not decodable.
    Optional<Map<String, String>> match(String uri) {
        var match = pattern.matcher(uri);
        if (uri.length() > Limits.URI_CHARS || !match.matches()) {
            return Optional.empty();
        }
        var values = new LinkedHashMap<String, String>();
        try {
            for (var i = 0; i < names.size(); i++) {
                // URLDecoder is for forms, where a plus is a space
                values.put(names.get(i), URLDecoder.decode(match.group(i + 1).replace("+", "%2B"),
                        StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException undecodable) {
            return Optional.empty();
        }
        return Optional.of(values);
    }
}
