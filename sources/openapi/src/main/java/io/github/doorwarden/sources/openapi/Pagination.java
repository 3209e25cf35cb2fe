package io.github.doorwarden.sources.openapi;

import java.util.Optional;

/// How an API hands out a list in parts. Clients see one `limit` and one `cursor`, whatever it is. Paths are names with
/// dots between them. Immutable.
///
/// @param style    by what the API is told where to go on
/// @param limit    its parameter for the number of items; empty: it has none
/// @param position its parameter for the page, the offset or the cursor; with [Style#LINK] none is needed
/// @param items    where the list stands in its answer; empty: the answer, or its only list
/// @param total    where the number of all items stands
/// @param next     where the next cursor stands, or with [Style#LINK] the address of the next part
/// @param more     where it says whether there is more
/// @param first    number of the first page
/// @param size     items of a part unless the caller says otherwise
/// @param most     items of a part that a caller may ask for
public record Pagination(Style style, Optional<String> limit, Optional<String> position, Optional<String> items,
        Optional<String> total, Optional<String> next, Optional<String> more, int first, int size, int most) {

    /// What the API wants to be told.
    public enum Style {
        /// The number of a page.
        PAGE,
        /// How many items to skip.
        OFFSET,
        /// What it gave with the part before.
        CURSOR,
        /// Nothing: it names the address of the next part (`Link`, RFC 8288, or in its answer).
        LINK
    }

    public Pagination {
        if (style != Style.LINK && position.isEmpty()) {
            throw new IllegalArgumentException("Pagination by " + style
                    + " needs position: the API's parameter for it.");
        }
        if (style == Style.CURSOR && next.isEmpty()) {
            throw new IllegalArgumentException("Pagination by cursor needs next: where the answer has the next one.");
        }
        if (size < 1 || most < size || first < 0 || first > 1) {
            throw new IllegalArgumentException("Pagination has parts of 1 to most items, and pages from 0 or 1.");
        }
    }
}
