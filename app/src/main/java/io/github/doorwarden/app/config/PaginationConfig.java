package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.text;

import io.github.doorwarden.sources.openapi.Pagination;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How the API behind a tool hands out a list in parts: the rows of the table of keys, and how they are read.
final class PaginationConfig {

    private PaginationConfig() {}

    static List<Key> rows(String tool) {
        var key = tool + "pagination";
        return List.of(
                group(key, "How the API hands out a list in parts. Clients see one `limit` and one `cursor` in place "
                + "of "
                        + "its own parameters, and `page` in the answer."),
                choice(key + ".style", "none", List.of("none", "page", "offset", "cursor", "link"),
                "What the API is told: "
                        + "`page` a number, `offset` how many to skip, `cursor` what it gave before; `link`: it names "
                        + "the next address itself, in `Link` or in its answer."),
                text(key + ".limit", "Its parameter for the number of items."),
                text(key + ".position", "Its parameter for page, offset or cursor."),
                text(key + ".items", "Path of the list in its answer; without it, the answer or its only list."),
                text(key + ".total", "Path of the number of all items."),
                text(key + ".next", "Path of the next cursor, or with `link` of the next address; without it, `Link` "
                + "is "
                        + "read (RFC 8288)."),
                text(key + ".more", "Path of true or false: whether there is more."),
                number(key + ".first", 1, 0, 1, "Number of the first page."),
                number(key + ".size", 25, 1, 1_000, "Items of a part unless the client says otherwise."),
                number(key + ".most", 100, 1, 10_000, "Items of a part that a client may ask for."));
    }

    static Optional<Pagination> read(Section in) {
        var style = in.choice("style");
        var limit = in.text("limit");
        var position = in.text("position");
        var items = in.text("items");
        var total = in.text("total");
        var next = in.text("next");
        var more = in.text("more");
        var first = in.number("first");
        var size = in.number("size");
        var most = in.number("most");
        in.end();
        if (style.isEmpty() || style.equals("none")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Pagination(Pagination.Style.valueOf(style.toUpperCase(Locale.ROOT)), limit, position,
                    items, total, next, more, first, size, most));
        } catch (IllegalArgumentException e) {
            in.mistake("style", "is " + style + ", and something is missing for it. " + e.getMessage());
            return Optional.empty();
        }
    }
}
