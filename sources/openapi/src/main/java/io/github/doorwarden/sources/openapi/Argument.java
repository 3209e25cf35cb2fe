package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.CallerValue;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One argument of a tool and where its value goes.
///
/// @param name     as clients see it
/// @param wireName as the backend knows it
/// @param schema   converted
/// @param style    of OpenAPI: `simple`, `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`; or `json`, `text`
/// @param fixed    sent always; the argument is not listed then
/// @param preset   sent when the caller gives none
/// @param bound    the proven caller gives the value; the argument is not listed then
/// @param computed made of what clients give for the others; the argument is not listed then
/// @param listed   clients see it
record Argument(String name, Place place, String wireName, ObjectNode schema, boolean required, String style,
        boolean explode, Optional<JsonNode> fixed, Optional<JsonNode> preset, Optional<CallerValue> bound,
        Optional<Expression> computed, boolean listed) {

    /// BODY: a property of the body; WHOLE_BODY: all of it; NOWHERE: it is there for others that are computed.
    enum Place { PATH, QUERY, HEADER, BODY, WHOLE_BODY, NOWHERE }

    /// As the document has it.
    Argument(String name, Place place, String wireName, ObjectNode schema, boolean required, String style,
            boolean explode) {
        this(name, place, wireName, schema, required, style, explode, Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), true);
    }

    /// What tells it from the others of its operation.
    String key() {
        return place + " " + wireName;
    }

    Argument named(String other) {
        return new Argument(other, place, wireName, schema, required, style, explode, fixed, preset, bound, computed,
                listed);
    }

    Argument described(ObjectNode other) {
        return new Argument(name, place, wireName, other, required, style, explode, fixed, preset, bound, computed,
                listed);
    }

    /// Listed no more; only who calls for the source, such as the pages of a list, gives it.
    Argument hidden() {
        return new Argument(name, place, wireName, schema, false, style, explode, fixed, preset, bound, computed,
                false);
    }
}
