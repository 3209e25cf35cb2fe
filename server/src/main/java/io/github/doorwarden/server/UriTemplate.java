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

/// An RFC 6570 template of level 1, read backwards: which values make this URI? Read one segment after the other, and
/// with two variables in a segment at most, so that a long hostile URI keeps nobody busy. Immutable.
final class UriTemplate {

    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z0-9_]{1,64})}");
    private static final int VARIABLES_IN_SEGMENT = 2;

    /// What stands between two slashes; each variable is a group.
    private final List<Pattern> segments = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /// @throws IllegalArgumentException for anything but literals and `{name}`, for more than two variables between two
    ///                                  slashes, and for what makes no absolute URI
    UriTemplate(String template) {
        for (var segment : template.split("/", -1)) {
            segments.add(segment(segment, template));
        }
        if (names.isEmpty()) {
            throw unusable(template, "has no variable. Make it a resource.");
        }
        if (names.stream().distinct().count() < names.size()) {
            throw unusable(template, "has a variable twice.");
        }
        if (!isUri(VARIABLE.matcher(template).replaceAll("x"))) {
            throw unusable(template, "makes no absolute URIs (RFC 3986).");
        }
    }

    private Pattern segment(String segment, String template) {
        var regex = new StringBuilder();
        var variables = VARIABLE.matcher(segment);
        var end = 0;
        var count = 0;
        while (variables.find()) {
            if (count > 0 && variables.start() == end) {
                throw unusable(template, "has two variables side by side, so nobody can tell where the first one "
                        + "ends.");
            }
            regex.append(literal(segment.substring(end, variables.start()), template)).append("([^?#]+)");
            names.add(variables.group(1));
            end = variables.end();
            count++;
        }
        if (count > VARIABLES_IN_SEGMENT) {
            throw unusable(template, "has more than two variables between two slashes.");
        }
        return Pattern.compile(regex.append(literal(segment.substring(end), template)).toString());
    }

    private static String literal(String text, String template) {
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw unusable(template, "has more than plain {name} variables (RFC 6570, level 1), which this server does "
                    + "not read.");
        }
        return text.isEmpty() ? "" : Pattern.quote(text);
    }

    private static IllegalArgumentException unusable(String template, String why) {
        return new IllegalArgumentException("The URI template " + template + " " + why);
    }

    private static boolean isUri(String text) {
        try {
            return text.chars().allMatch(c -> c <= '~') && new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    List<String> names() {
        return names;
    }

    /// The values, decoded; empty when the URI does not follow the template, is no URI, or hides something that is not
    /// UTF-8 or a control character. A value may hold a slash that was percent-encoded.
    Optional<Map<String, String>> match(String uri) {
        var parts = uri.length() > Limits.URI_CHARS ? new String[0] : uri.split("/", -1);
        if (parts.length != segments.size() || !isUri(uri)) {
            return Optional.empty();
        }
        var values = new LinkedHashMap<String, String>();
        for (var i = 0; i < parts.length; i++) {
            var match = segments.get(i).matcher(parts[i]);
            if (!match.matches()) {
                return Optional.empty();
            }
            for (var group = 1; group <= match.groupCount(); group++) {
                var value = decoded(match.group(group));
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                values.put(names.get(values.size()), value.get());
            }
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
