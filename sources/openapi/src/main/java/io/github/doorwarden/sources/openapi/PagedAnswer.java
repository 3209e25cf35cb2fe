package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.sources.openapi.Pages.Page;
import io.github.doorwarden.upstream.UpstreamAnswer;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One part of a list as an API answered it: its items, how many there are in all, and where it goes on.
///
/// @param items of this part
/// @param total when it is known
/// @param next  where it goes on; empty: this is the last part
record PagedAnswer(ArrayNode items, Optional<Long> total, Optional<JsonNode> next) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// One link of a `Link` field and its parameters (RFC 8288 §3).
    private static final Pattern LINK = Pattern.compile("<([^<>]*)>((?:\\s*;\\s*[^,;\"]+(?:\"[^\"]*\")?)*)");
    private static final Pattern NEXT = Pattern.compile("(?i);\\s*rel\\s*=\\s*(?:\"[^\"]*\\bnext\\b[^\"]*\"|next\\b)");

    /// @param asked the address that was asked
    /// @return empty when the answer has no list where one was configured
    static Optional<PagedAnswer> of(Pages pages, Page page, JsonNode json, UpstreamAnswer answer, URI asked) {
        var settings = pages.settings();
        if (!(list(settings.items(), json) instanceof ArrayNode items)) {
            return Optional.empty();
        }
        var total = settings.total().map(path -> at(json, path)).filter(JsonNode::isNumber).map(JsonNode::asLong);
        var more = settings.more().map(path -> at(json, path)).filter(JsonNode::isBoolean).map(JsonNode::asBoolean);
        var next = switch (settings.style()) {
            case PAGE -> {
                var number = page.at().asInt(settings.first());
                yield goesOn(pages, page, items, more, total, (number - settings.first()) * (long) page.limit())
                        ? Optional.<JsonNode>of(JSON.numberNode(number + 1)) : Optional.<JsonNode>empty();
            }
            case OFFSET -> {
                var offset = page.at().asLong(0);
                yield goesOn(pages, page, items, more, total, offset)
                        ? Optional.<JsonNode>of(JSON.numberNode(offset + items.size())) : Optional.<JsonNode>empty();
            }
            case CURSOR -> more.orElse(true) ? at(json, settings.next().orElseThrow()).asStringOpt()
                    .filter(text -> !text.isEmpty()).<JsonNode>map(JSON::stringNode)
                    .or(() -> Optional.of(at(json, settings.next().orElseThrow())).filter(JsonNode::isNumber))
                    : Optional.<JsonNode>empty();
            case LINK -> link(settings, json, answer, asked).<JsonNode>map(JSON::stringNode);
        };
        return Optional.of(new PagedAnswer(items, total, next));
    }

    private static boolean goesOn(Pages pages, Page page, ArrayNode items, Optional<Boolean> more, Optional<Long> total,
            long before) {
        if (items.isEmpty()) {
            return false;
        }
        return more.or(() -> total.map(all -> before + items.size() < all))
                .orElse(!pages.hasLimit() || items.size() >= page.limit());
    }

    /// The query of the next part; only of the path that was asked, at the configured address.
    private static Optional<String> link(Pagination settings, JsonNode json, UpstreamAnswer answer, URI asked) {
        var named = settings.next().isPresent() ? at(json, settings.next().get()).asStringOpt()
                : header(answer.headers().getOrDefault("link", List.of()));
        try {
            // the JDK resolves a query alone as RFC 2396 did
            return named.map(address -> asked.resolve(address.startsWith("?") ? asked.getRawPath() + address : address))
                    .filter(next -> next.getRawAuthority() != null && next.getRawAuthority().equals(asked
                            .getRawAuthority()) && next.getScheme().equals(asked.getScheme())
                            && next.getRawPath().equals(asked.getRawPath()))
                    .map(URI::getRawQuery)
                    .filter(query -> query.matches("[!-~]{1," + Limits.LINK_CHARACTERS + "}")
                    && query.indexOf('\\') < 0);
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private static Optional<String> header(List<String> fields) {
        var found = LINK.matcher(Schemas.capped(String.join(", ", fields), Limits.LINK_FIELD_CHARACTERS));
        while (found.find()) {
            if (NEXT.matcher(found.group(2)).find()) {
                return Optional.of(found.group(1));
            }
        }
        return Optional.empty();
    }

    private static JsonNode list(Optional<String> path, JsonNode json) {
        if (path.isPresent()) {
            return at(json, path.get());
        }
        if (json.isArray()) {
            return json;
        }
        var lists = json.values().stream().filter(JsonNode::isArray).toList();
        return lists.size() == 1 ? lists.getFirst() : JSON.missingNode();
    }

    static JsonNode at(JsonNode json, String path) {
        var at = json;
        for (var name : path.split("\\.")) {
            at = at.path(name);
        }
        return at;
    }

    /// The schema of the items within that of the whole answer; empty when it does not say.
    static ObjectNode schema(Pagination settings, ObjectNode whole) {
        JsonNode found = whole;
        if (settings.items().isPresent()) {
            for (var name : settings.items().get().split("\\.")) {
                found = found.path("properties").path(name);
            }
        } else if (!Merge.types(whole).contains("array")) {
            var lists = whole.path("properties").values().stream()
                    .filter(each -> Merge.types(each).contains("array")).toList();
            found = lists.size() == 1 ? lists.getFirst() : JSON.objectNode();
        }
        var items = found instanceof ObjectNode list && list.has("items") ? list.deepCopy() : JSON.objectNode();
        items.put("type", "array");
        if (!items.has("items")) {
            items.putObject("items");
        }
        var out = JSON.objectNode().put("type", "object");
        out.putObject("properties").set("items", items);
        return out;
    }

    /// Adds `page` to the schema of an answer.
    static void describe(ObjectNode schema) {
        var page = schema.withObjectProperty("properties").putObject("page").put("type", "object")
                .putObject("properties");
        page.putObject("returned").put("type", "integer");
        page.putObject("total").put("type", "integer");
        page.putObject("truncated").put("type", "boolean");
        page.putObject("next_cursor").put("type", "string");
    }
}
