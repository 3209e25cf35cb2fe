package io.github.doorwarden.server;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps answers within what a model can read. Only whole items of lists are left out, from the end, and the answer
/// says so under [#NOTICE]: a cut that is not announced becomes a wrong answer. For all sources. Immutable.
///
/// @param maxTokens of the answer as JSON, by the estimate of [#tokens]
/// @param maxItems  of each list outside other lists
public record AnswerBudget(int maxTokens, Optional<Integer> maxItems) {

    /// What most clients take without a warning; tools whose settings say nothing have it.
    public static final AnswerBudget USUAL = new AnswerBudget(Limits.ANSWER_TOKENS, Optional.empty());

    /// Name of the member that says what was left out: `lists` by their paths, each with `kept` and `of`, and `hint`.
    public static final String NOTICE = "truncated_by_gateway";

    public AnswerBudget {
        if (maxTokens < 1 || maxTokens > Limits.ANSWER_TOKENS_MAX || maxItems.filter(items -> items < 1).isPresent()) {
            throw new IllegalArgumentException("An answer has 1 to " + Limits.ANSWER_TOKENS_MAX
                    + " tokens, and its lists at least one item.");
        }
    }

    /// An estimate, good for every model: a token has four bytes of JSON in UTF-8. Tokenizers differ by a tenth or two,
    /// and count whatever is not English higher, as the bytes do.
    public static int tokens(String text) {
        return (int) ((text.getBytes(StandardCharsets.UTF_8).length + 3L) / Limits.BYTES_PER_TOKEN);
    }

    /// Of a text or an answer that may have so many tokens.
    public int maxBytes() {
        return maxTokens * Limits.BYTES_PER_TOKEN;
    }

    private record Cut(int kept, int of) {}

    private record Sized(String path, ArrayNode list, long bytes) {}

    /// Shortens the object in place.
    ///
    /// @param advice how to ask for less
    /// @return false when shortening its lists does not help
    public boolean fit(ObjectNode answer, String advice) {
        var cuts = new LinkedHashMap<String, Cut>();
        var lists = new LinkedHashMap<String, ArrayNode>();
        lists(answer, "", lists);
        maxItems.ifPresent(most -> lists.forEach((path, list) -> keep(path, list, most, cuts)));
        announce(answer, cuts, advice);
        if (bytes(answer) > maxBytes()) {
            share(answer, lists, cuts, advice);
        }
        return bytes(answer) <= maxBytes();
    }

    /// Gives each list its fair part of the room: what a short one leaves over, the longer ones share.
    private void share(ObjectNode answer, Map<String, ArrayNode> lists, Map<String, Cut> cuts, String advice) {
        var longest = lists.entrySet().stream()
                .map(entry -> new Sized(entry.getKey(), entry.getValue(), bytes(entry.getValue())))
                .sorted(Comparator.comparingLong(Sized::bytes).reversed())
                .limit(Limits.SHORTENED_LISTS).toList().reversed();
        // The notice is part of the size: measured as if all of them were cut.
        longest.forEach(each -> cuts.putIfAbsent(each.path, new Cut(each.list.size(), each.list.size())));
        announce(answer, cuts, advice);
        var room = maxBytes() - bytes(answer) + longest.stream().mapToLong(Sized::bytes).sum();
        for (var i = 0; i < longest.size(); i++) {
            var each = longest.get(i);
            keep(each.path, each.list, fitting(each.list, room / (longest.size() - i)), cuts);
            room -= bytes(each.list);
        }
        cuts.values().removeIf(cut -> cut.kept == cut.of);
        announce(answer, cuts, advice);
    }

    /// How many items from the start fit into so many bytes.
    private static int fitting(ArrayNode list, long bytes) {
        var left = bytes - 1; // brackets and commas: one more than items
        var kept = 0;
        for (var item : list) {
            left -= bytes(item) + 1;
            if (left < 0) {
                break;
            }
            kept++;
        }
        return kept;
    }

    private static void keep(String path, ArrayNode list, int count, Map<String, Cut> cuts) {
        if (list.size() <= count) {
            return;
        }
        var of = cuts.containsKey(path) ? cuts.get(path).of : list.size();
        while (list.size() > count) {
            list.remove(list.size() - 1);
        }
        cuts.put(path, new Cut(count, of));
    }

    private static void announce(ObjectNode answer, Map<String, Cut> cuts, String advice) {
        if (cuts.isEmpty()) {
            answer.remove(NOTICE);
            return;
        }
        var notice = answer.putObject(NOTICE);
        var lists = notice.putObject("lists");
        cuts.forEach((path, cut) -> lists.putObject(path).put("kept", cut.kept).put("of", cut.of));
        notice.put("hint", advice);
    }

    /// Lists that are reached through objects alone.
    private static void lists(JsonNode node, String path, Map<String, ArrayNode> found) {
        for (var entry : node.properties()) {
            var name = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (entry.getValue() instanceof ArrayNode list) {
                found.put(name, list);
            } else if (entry.getValue().isObject()) {
                lists(entry.getValue(), name, found);
            }
        }
    }

    private static long bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
