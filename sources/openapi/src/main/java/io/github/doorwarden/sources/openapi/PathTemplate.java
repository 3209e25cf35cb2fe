package io.github.doorwarden.sources.openapi;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A path with holes. Filling it can never lead anywhere but to a path of exactly this form, whatever the values are
/// and however often a server in between decodes them. Immutable.
final class PathTemplate {

    /// A fixed text, or a hole.
    private record Part(String text, boolean hole) {}

    private static final Pattern HOLE = Pattern.compile("\\{([^{}/]+)}");
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private final List<List<Part>> segments;

    private PathTemplate(List<List<Part>> segments) {
        this.segments = segments;
    }

    static PathTemplate of(String path) throws Unconvertible {
        if (!path.startsWith("/") || path.contains("//") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new Unconvertible("its path is not one: it begins with / and has neither //, ? nor #");
        }
        if (BROKEN_ESCAPE.matcher(HOLE.matcher(path).replaceAll("/")).find()) {
            throw new Unconvertible("its path has a % that is not followed by two hexadecimal digits: write %25");
        }
        var segments = new ArrayList<List<Part>>();
        for (var segment : path.substring(1).split("/", -1)) {
            if (climbs(segment)) {
                throw new Unconvertible("its path has a segment that climbs");
            }
            var parts = new ArrayList<Part>();
            var holes = HOLE.matcher(segment);
            var end = 0;
            for (; holes.find(); end = holes.end()) {
                parts.add(new Part(literal(segment.substring(end, holes.start())), false));
                parts.add(new Part(holes.group(1), true));
            }
            parts.add(new Part(literal(segment.substring(end)), false));
            segments.add(List.copyOf(parts));
        }
        return new PathTemplate(List.copyOf(segments));
    }

    Set<String> holes() {
        var holes = new HashSet<String>();
        segments.forEach(parts -> parts.stream().filter(Part::hole).forEach(part -> holes.add(part.text)));
        return holes;
    }

    /// The path with every hole filled, encoded.
    String fill(Map<String, String> values) throws RefusedArgument {
        var path = new StringBuilder();
        for (var parts : segments) {
            var segment = new StringBuilder();
            for (var part : parts) {
                segment.append(part.hole ? encoded(checked(part.text, values.getOrDefault(part.text, ""))) : part.text);
            }
            if (climbs(segment.toString())) { // values that are harmless one by one: {a}{b} with two dots
                throw new RefusedArgument("These values together would leave the path of this operation.");
            }
            path.append('/').append(segment);
        }
        var filled = path.toString();
        if (filled.split("/", -1).length != segments.size() + 1
                || !filled.equals(URI.create(filled).normalize().getRawPath())) {
            throw new RefusedArgument("These values would leave the path of this operation.");
        }
        return filled;
    }

    private static String checked(String name, String value) throws RefusedArgument {
        if (value.isEmpty()) {
            throw new RefusedArgument("The argument for " + name + " must not be empty: it is part of the path.");
        }
        if (climbs(value)) {
            throw new RefusedArgument("The argument for " + name
                    + " must be a plain value without line breaks and without . or .. as a "
                    + "path segment.");
        }
        return value;
    }

    /// Whether a piece between slashes is `.` or `..`, decoded as often as it can be, with or without path parameters
    /// (`..;x`); or a control character appears, which ends or splits a path somewhere.
    private static boolean climbs(String value) {
        for (var text = value; ; ) {
            if (text.chars().anyMatch(unit -> unit < ' ' || unit == 0x7f)) {
                return true;
            }
            for (var piece : text.split("[/\\\\]", -1)) {
                var bare = piece.indexOf(';') < 0 ? piece : piece.substring(0, piece.indexOf(';'));
                if (bare.equals(".") || bare.equals("..")) {
                    return true;
                }
            }
            var decoded = ESCAPE.matcher(text).replaceAll(escape ->
                    Matcher.quoteReplacement(Character.toString(Integer.parseInt(escape.group(1), 16))));
            if (decoded.equals(text)) {
                return false;
            }
            text = decoded;
        }
    }

    static String encoded(String value) {
        var out = new StringBuilder(value.length() + 8);
        for (var octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && UNRESERVED.indexOf(octet) >= 0) {
                out.append((char) octet);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit((octet >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
            }
        }
        return out.toString();
    }

    /// What the document wrote, with what a path may not have encoded; what it has encoded already stays.
    private static String literal(String text) {
        var out = new StringBuilder();
        for (var i = 0; i < text.length(); ) {
            var point = text.codePointAt(i);
            var character = Character.toString(point);
            out.append(point < 128 && "!$&'()*+,;=:@%".indexOf(point) >= 0 ? character : encoded(character));
            i += Character.charCount(point);
        }
        return out.toString();
    }
}
