package io.github.doorwarden.sources.files;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A part of a long list of rows or groups. The cursor that leads to the next one names the version of the data, so
/// that who pages over a reload is told.
///
/// @param most of one answer, what a caller asks for included
record Page(long offset, int most, boolean stale) {

    static final String CURSOR = "next_cursor";

    static void describe(ObjectNode properties, int most) {
        var factory = JsonNodeFactory.instance;
        properties.set("limit", factory.objectNode().put("type", "integer").put("minimum", 1).put("maximum", most)
                .put("description", "At most so many in one answer; " + most + " unless told."));
        properties.set("cursor", factory.objectNode().put("type", "string").put("maxLength", 40)
                .put("description", "The " + CURSOR + " of the answer before, for the part that follows; all other "
                + "arguments as they were."));
    }

    static Page of(ObjectNode arguments, int most, Version version) throws Unanswerable {
        var limit = Math.clamp(arguments.path("limit").asInt(most), 1, most);
        var cursor = arguments.path("cursor").asString("");
        if (cursor.isEmpty()) {
            return new Page(0, limit, false);
        }
        if (!cursor.matches("[0-9]{1,15}[.][0-9]{1,9}")) {
            throw new Unanswerable("The cursor is none of this tool's. Give the " + CURSOR
                    + " of an answer as it is, or "
                    + "leave it out to begin anew.");
        }
        var offset = Long.parseLong(cursor.substring(cursor.indexOf('.') + 1));
        if (offset > Limits.OFFSET) {
            throw new Unanswerable("No more than " + Limits.OFFSET + " are paged through. Ask for something narrower, "
                    + "by filters or by groups.");
        }
        return new Page(offset, limit, Long.parseLong(cursor.substring(0, cursor.indexOf('.'))) != version.number());
    }

    String sql() {
        return " LIMIT " + most + " OFFSET " + offset;
    }

    /// Puts list and facts together, and what says how much there is.
    ///
    /// @param total of the whole list
    ObjectNode answer(String name, ArrayNode list, long total, Facts facts, Version version) {
        if (stale) {
            facts.warn("The data were read anew since the answer before this one, so what you have may overlap with "
                    + "this, or miss something. Begin anew when it matters.");
        }
        var answer = JsonNodeFactory.instance.objectNode().put(name + "_total", total)
                .put(name + "_returned", list.size());
        // There before the budget is held against it, so that it is counted.
        answer.put(CURSOR, version.number() + "." + (offset + list.size()));
        answer.set(name, list);
        answer.set("facts", facts.json());
        return settled(answer, name, this, version);
    }

    /// Corrects what says how much there is, once the list may have been cut.
    static ObjectNode settled(ObjectNode answer, String name, Page page, Version version) {
        var returned = answer.path(name).size();
        answer.put(name + "_returned", returned);
        var next = page.offset + returned;
        if (next < answer.path(name + "_total").asLong() && next <= Limits.OFFSET) {
            answer.put(CURSOR, version.number() + "." + next);
        } else {
            answer.remove(CURSOR);
        }
        return answer;
    }
}
