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

/// The things of one kind behind one endpoint, ready to be listed and found. Immutable but for what it remembers; safe
/// for use by many threads.
final class Shelf<T extends Listing> {

    /// `next` is null on the last page.
    private record Page(ArrayNode listed, String next) {}

    /// Callers who see the same things share their pages.
    private record PageKey(BitSet listed, Revision revision, int from) {}

    private final Policy policy;
    private final String member;
    private final int pageSize;
    private final String series;
    private final List<T> offers;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final ConcurrentHashMap<PageKey, Page> pages = new ConcurrentHashMap<>();

    /// @param member the member of the result that holds them, for example `tools`
    /// @param kind   for the sentence about two of the same name, for example `tools`
    /// @throws IllegalArgumentException when two have the same name
    Shelf(String endpoint, String member, String kind, List<T> offers, Policy policy) {
        this(endpoint, member, kind, offers, policy, Limits.PAGE);
    }

    Shelf(String endpoint, String member, String kind, List<T> offers, Policy policy, int pageSize) {
        this.pageSize = pageSize;
        this.policy = policy;
        this.member = member;
        this.series = member + " " + endpoint + " ";
        this.offers = List.copyOf(offers);
        for (var i = 0; i < offers.size(); i++) {
            if (places.put(offers.get(i).name(), i) != null) {
                throw new IllegalArgumentException("The endpoint " + endpoint + " has two " + kind + " named "
                        + offers.get(i).name() + ". Rename one of them.");
            }
        }
    }

    List<T> all() {
        return offers;
    }

    /// Empty when there is none of that name.
    Optional<T> named(String name) {
        var place = places.get(name);
        return place == null ? Optional.empty() : Optional.of(offers.get(place));
    }

    /// Whether both have the same things in the same order, as clients see them.
    boolean sameAs(Shelf<T> other) {
        if (offers.size() != other.offers.size()) {
            return false;
        }
        for (var i = 0; i < offers.size(); i++) {
            var one = offers.get(i);
            var two = other.offers.get(i);
            if (!one.name().equals(two.name()) || !one.scopes().equals(two.scopes())
                    || !one.conditions().equals(two.conditions()) || one.listed() != two.listed()
                    || !one.json(Revision.V2026_07_28).equals(two.json(Revision.V2026_07_28))) {
                return false;
            }
        }
        return true;
    }

    /// The result of a list method. The array in it is shared and must not be changed.
    ///
    /// @throws Refused for a cursor that is not one of ours (MCP, Pagination, Error handling)
    ObjectNode list(Caller caller, Revision revision, JsonNode cursor) {
        var listed = new BitSet(offers.size());
        for (var i = 0; i < offers.size(); i++) {
            listed.set(i, offers.get(i).listed() && Policy.listed(policy.decide(caller, offers.get(i).scopes(),
                    offers.get(i).conditions())));
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
        result.set(member, page.listed);
        if (page.next != null) {
            result.put("nextCursor", page.next);
        }
        return result;
    }

    private Page page(PageKey key) {
        var listed = JsonNodeFactory.instance.arrayNode();
        var last = -1;
        for (var i = key.listed.nextSetBit(key.from); i >= 0; i = key.listed.nextSetBit(i + 1)) {
            if (listed.size() == pageSize) {
                return new Page(listed, cursor(series + offers.get(last).name()));
            }
            listed.add(offers.get(i).json(key.revision));
            last = i;
        }
        return new Page(listed, null);
    }

    /// A cursor names its list and the last thing of the page before, so that it stays good when things come and go.
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
                var named = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                var place = named.startsWith(series) ? places.get(named.substring(series.length())) : null;
                if (place != null && listed.get(place)) {
                    return place + 1;
                }
            } catch (IllegalArgumentException notOurs) {
                // refused below, like every other cursor that is not ours
            }
        }
        throw new Refused(new Refusal.BadParams("The cursor is not one that this server gave. Ask for the list without "
                + "a cursor and follow nextCursor from there."));
    }
}
