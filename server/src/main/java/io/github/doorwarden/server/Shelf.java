package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tools behind one endpoint, ready to be listed and called. Safe for use by many threads.
final class Shelf {

    /// `next` is null on the last page.
    private record Page(ArrayNode tools, String next) {}

    /// Callers who see the same tools share their pages.
    private record PageKey(BitSet listed, Revision revision, int from) {}

    private final Policy policy;
    private final List<Offer> offers;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final ConcurrentHashMap<PageKey, Page> pages = new ConcurrentHashMap<>();

    /// @throws IllegalArgumentException when a tool cannot be offered, or two have the same name
    Shelf(Endpoint endpoint, Policy policy) {
        this.policy = policy;
        this.offers = endpoint.tools().stream().map(Offer::new).toList();
        for (var i = 0; i < offers.size(); i++) {
            if (places.put(offers.get(i).spec.name(), i) != null) {
                throw new IllegalArgumentException("The endpoint " + endpoint.path() + " has two tools named "
                        + offers.get(i).spec.name() + ". Rename one of them.");
            }
        }
    }

    /// Empty when there is none of that name.
    Optional<Offer> named(String name) {
        var place = places.get(name);
        return place == null ? Optional.empty() : Optional.of(offers.get(place));
    }

    /// The result of `tools/list`. The array in it is shared and must not be changed.
    ///
    /// @throws Refused for a cursor that is not one of ours (MCP, Pagination, Error handling)
    ObjectNode list(Caller caller, Revision revision, JsonNode cursor) {
        var listed = new BitSet(offers.size());
        for (var i = 0; i < offers.size(); i++) {
            listed.set(i, Policy.listed(policy.decide(caller, offers.get(i).spec)));
        }
        var key = new PageKey(listed, revision, from(cursor, listed));
        var page = pages.get(key);
        if (page == null) {
            page = page(key);
            if (pages.size() < Limits.KEPT_LISTS) {
                pages.put(key, page);
            }
        }
        var result = JsonNodeFactory.instance.objectNode();
        result.set("tools", page.tools);
        if (page.next != null) {
            result.put("nextCursor", page.next);
        }
        return result;
    }

    private Page page(PageKey key) {
        var tools = JsonNodeFactory.instance.arrayNode();
        var last = -1;
        for (var i = key.listed.nextSetBit(key.from); i >= 0; i = key.listed.nextSetBit(i + 1)) {
            if (tools.size() == Limits.PAGE_TOOLS) {
                return new Page(tools, cursor(offers.get(last).spec.name()));
            }
            tools.add(offers.get(i).json(key.revision));
            last = i;
        }
        return new Page(tools, null);
    }

    /// A cursor names the last tool of the page before, so that it stays good when tools come and go.
    private static String cursor(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private int from(JsonNode cursor, BitSet listed) {
        if (cursor.isMissingNode() || cursor.isNull()) {
            return 0;
        }
        var text = cursor.isString() ? cursor.asString() : "";
        if (text.length() <= Limits.CURSOR_CHARS) {
            try {
                var place = places.get(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
                if (place != null && listed.get(place)) {
                    return place + 1;
                }
            } catch (IllegalArgumentException notOurs) {
                // refused below, like every other cursor that is not ours
            }
        }
        throw new Refused(new Refusal.BadParams("The cursor is not one that this server gave. Ask for tools/list "
                + "without "
                + "a cursor and follow nextCursor from there."));
    }
}
