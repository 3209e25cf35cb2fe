package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// Where the next page of a list begins, which is ordered by a time and then an id, the latest first. A page goes on
/// behind the last row of the one before, so nothing is seen twice whatever happens in between.
record Place(long time, long id) {

    /// Before the first row.
    static final Place BEGIN = new Place(Long.MAX_VALUE, Long.MAX_VALUE);

    private static final Pattern FORM = Pattern.compile("2\n([0-9a-f]{8})\n(-?[0-9]{1,18})\n([0-9]{1,18})");

    /// @param filters what the list was asked for; another page of it must ask the same
    String cursor(Object... filters) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(("2\n" + digest(filters) + "\n" + time + "\n" + id)
                .getBytes(StandardCharsets.UTF_8));
    }

    /// The place in the parameter `cursor`.
    static Place of(Params params, Object... filters) {
        return params.text("cursor").map(cursor -> read(cursor, filters)).orElse(BEGIN);
    }

    private static Place read(String cursor, Object... filters) {
        try {
            var match = FORM.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            if (match.matches() && match.group(1).equals(digest(filters))) {
                return new Place(Long.parseLong(match.group(2)), Long.parseLong(match.group(3)));
            }
        } catch (IllegalArgumentException notBase64) {
            // falls through to the same refusal
        }
        throw Problem.invalid("The cursor cannot be read, or belongs to a list with other filters. Pass next_cursor of "
                + "the page before with the filters of the first page, or start again without a cursor.");
    }

    private static String digest(Object... filters) {
        return Digests.sha256(java.util.Arrays.toString(filters)).substring(0, 8);
    }
}
