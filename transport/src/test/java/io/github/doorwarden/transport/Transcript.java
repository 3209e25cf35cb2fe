package io.github.doorwarden.transport;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A conversation as text: prose, then requests and replies as they are on the wire. `>>> METHOD path` begins a
/// request, `<<< status` a reply; fields follow, then an empty line and the body. Lines that begin with `# ` say
/// something about the exchange below them. What differs from run to run has a name in braces.
record Transcript(String prose, List<Exchange> exchanges) {

    record Exchange(List<String> remarks, String method, String path, List<Headers.Field> fields, String body,
            String reply) {}

    static Transcript parse(String text) {
        var blocks = text.split("(?m)^(?=>>> )");
        var exchanges = new ArrayList<Exchange>();
        var remarks = trailingRemarks(blocks[0]);
        var prose = blocks[0].substring(0, blocks[0].length() - String.join("", remarks).length()).strip();
        for (var i = 1; i < blocks.length; i++) {
            var next = trailingRemarks(blocks[i]);
            var block = blocks[i].substring(0, blocks[i].length() - String.join("", next).length());
            exchanges.add(exchange(remarks, block));
            remarks = next;
        }
        return new Transcript(prose, exchanges);
    }

    private static List<String> trailingRemarks(String block) {
        var lines = block.lines().map(line -> line + "\n").toList();
        var first = lines.size();
        while (first > 0 && lines.get(first - 1).startsWith("# ")) {
            first--;
        }
        return lines.subList(first, lines.size());
    }

    private static Exchange exchange(List<String> remarks, String block) {
        var halves = block.split("(?m)^(?=<<< )", 2);
        var lines = halves[0].lines().toList();
        var first = lines.getFirst().split(" ");
        var fields = new ArrayList<Headers.Field>();
        var i = 1;
        for (; i < lines.size() && !lines.get(i).isEmpty(); i++) {
            var colon = lines.get(i).indexOf(':');
            fields.add(new Headers.Field(lines.get(i).substring(0, colon), lines.get(i).substring(colon + 1).strip()));
        }
        var body = String.join("\n", lines.subList(Math.min(i + 1, lines.size()), lines.size()));
        return new Exchange(remarks, first[1], first[2], fields, body, halves.length == 2 ? halves[1].strip() : "");
    }

    static String text(Reply reply) {
        var text = new StringBuilder("<<< " + reply.status());
        reply.headers().fields().forEach(field -> text.append('\n').append(field.name()).append(": ")
                .append(field.value()));
        if (reply.body().length > 0) {
            text.append("\n\n").append(new String(reply.body(), StandardCharsets.UTF_8).stripTrailing());
        }
        return text.toString();
    }

    /// What differs from run to run, and what stands for it: session ids, and the memory that event ids belong to.
    static final class Names {

        private static final Pattern DIFFERS = Pattern.compile("\\b[0-9a-f]{144}\\b|(?<=^id: )[0-9a-f]{12}(?=-)"
                + "|(?<=\"doorwarden-)[0-9a-f]{1,8}(?=-)", Pattern.MULTILINE);
        private final Map<String, String> names = new LinkedHashMap<>();

        /// With names for it.
        String hide(String text) {
            return DIFFERS.matcher(text).replaceAll(found -> names.computeIfAbsent(found.group(),
                    value -> (value.length() == 144 ? "{session-" : "{memory-") + (names.size() + 1) + "}"));
        }

        /// As it came.
        String reveal(String text) {
            var plain = text;
            for (var name : names.entrySet()) {
                plain = plain.replace(name.getValue(), name.getKey());
            }
            return plain;
        }
    }

    /// The whole file, with these replies.
    String with(List<String> replies) {
        var text = new StringBuilder(prose).append('\n');
        for (var i = 0; i < exchanges.size(); i++) {
            var exchange = exchanges.get(i);
            text.append('\n').append(String.join("", exchange.remarks));
            text.append(">>> ").append(exchange.method).append(' ').append(exchange.path).append('\n');
            exchange.fields.forEach(field -> text.append(field.name()).append(": ").append(field.value()).append('\n'));
            if (!exchange.body.isEmpty()) {
                text.append('\n').append(exchange.body.strip()).append('\n');
            }
            text.append(replies.get(i)).append('\n');
        }
        return text.toString();
    }
}
