package io.github.doorwarden.sources.mcp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// URIs of a server's resources as they are called here: `<prefix>+<the server's own>`, so that two servers with the
/// same URIs do not meet, and so that the way back is to cut the prefix off. Immutable.
///
/// @param front  the prefix with its `+`; empty when there is none
/// @param listed the server's own URIs that are mounted
/// @param any    whether resources are mounted at all
record Uris(String front, Set<String> listed, boolean any) {

    private static final Pattern ESCAPED = Pattern.compile("%([0-9A-Fa-f]{2})");

    /// A scheme has no `_` (RFC 3986 §3.1) and a prefix no `.`, so each stands for the other.
    static Uris of(String prefix, Set<String> listed, boolean any) {
        return new Uris(prefix.isEmpty() ? "" : prefix.replace('_', '.') + "+", Set.copyOf(listed), any);
    }

    String mounted(String uri) {
        return front + uri;
    }

    String original(String uri) {
        return uri.startsWith(front) ? uri.substring(front.length()) : uri;
    }

    /// With every `%41` as what it stands for; what is no escape stays.
    static String unescaped(String uri) {
        var bytes = new ByteArrayOutputStream();
        var matcher = ESCAPED.matcher(uri);
        var from = 0;
        for (; matcher.find(); from = matcher.end()) {
            bytes.writeBytes(uri.substring(from, matcher.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(Integer.parseInt(matcher.group(1), 16));
        }
        bytes.writeBytes(uri.substring(from).getBytes(StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /// Without `.`, `..` and empty segments (RFC 3986 §5.2.4), behind the `://` if there is one.
    static String withoutDots(String uri) {
        var begin = uri.indexOf("://") < 0 ? 0 : uri.indexOf("://") + 3;
        var end = uri.endsWith("/") ? "/" : "";
        var kept = new ArrayList<String>();
        for (var segment : uri.substring(begin).split("/")) {
            if (segment.equals("..") && !kept.isEmpty()) {
                kept.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
                kept.add(segment);
            }
        }
        var root = uri.startsWith("/", begin) ? "/" : "";
        return uri.substring(0, begin) + root + String.join("/", kept) + (kept.isEmpty() ? "" : end);
    }

    /// A link or an embedded resource with the URI that it has here. A page of the web that is no resource of the
    /// server stays as it is: clients open it by themselves.
    ObjectNode block(ObjectNode block) {
        return switch (block.path("type").asString("")) {
            case "resource_link" -> renamed(block);
            case "resource" -> {
                if (!(block.path("resource") instanceof ObjectNode inner)) {
                    yield block;
                }
                var copy = block.deepCopy();
                copy.set("resource", renamed(inner));
                yield copy;
            }
            default -> block;
        };
    }

    ObjectNode renamed(ObjectNode holder) {
        var uri = holder.path("uri").asString("");
        var web = uri.toLowerCase(Locale.ROOT).matches("https?:.*") && !listed.contains(uri);
        return !any || web || uri.isEmpty() ? holder : holder.deepCopy().put("uri", mounted(uri));
    }
}
