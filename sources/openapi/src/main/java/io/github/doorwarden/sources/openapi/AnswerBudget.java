package io.github.doorwarden.sources.openapi;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps answers within what a model can read. Only whole items of lists are left out, from the end, and the answer says so: a cut
/// that is not announced becomes a wrong answer. Immutable.
///
/// @param maxBytes of the answer as JSON
/// @param maxItems of each list outside other lists
record AnswerBudget(int maxBytes, Optional<Integer> maxItems) {

    private record Cut(int kept, int of) {}

    /// Shortens the object in place.
    ///
    /// @param advice how to ask for less
    /// @return false when it has no list whose shortening helps
    boolean fit(ObjectNode answer, String advice) {
        var cuts = new LinkedHashMap<String, Cut>();
        var lists = new LinkedHashMap<String, ArrayNode>();
        lists(answer, "", lists);
        maxItems.ifPresent(most -> lists.forEach((path, list) -> keep(path, list, most, cuts)));
        announce(answer, cuts, advice);
        while (bytes(answer) > maxBytes) {
            var longest = longest(lists);
            if (longest == null) {
                return false;
            }
            var list = longest.getValue();
            keep(longest.getKey(), list, list.size() - 1, cuts); // the notice is part of the size
            announce(answer, cuts, advice);
            keep(longest.getKey(), list, fitting(list, maxBytes - (bytes(answer) - bytes(list))), cuts);
            announce(answer, cuts, advice);
        }
        return true;
    }

    /// How many items from the start fit into so many bytes; at least one less than there are.
    private static int fitting(ArrayNode list, long bytes) {
        var left = bytes - 2;
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
            return;
        }
        var notice = answer.putObject("truncated_by_gateway");
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

    private static Map.Entry<String, ArrayNode> longest(Map<String, ArrayNode> lists) {
        Map.Entry<String, ArrayNode> longest = null;
        var most = 0L;
        for (var entry : lists.entrySet()) {
            var size = entry.getValue().isEmpty() ? 0 : bytes(entry.getValue());
            if (size > most) {
                most = size;
                longest = entry;
            }
        }
        return longest;
    }

    private static long bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
