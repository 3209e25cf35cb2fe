package io.github.doorwarden.sources.openapi;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One argument of a tool and where its value goes.
///
/// @param name     as clients see it
/// @param wireName as the backend knows it
/// @param schema   converted
/// @param style    of OpenAPI: `simple`, `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`, or `json`
/// @param fixed    sent always; the argument is not listed then
/// @param preset   sent when the caller gives none
/// @param listed   clients see it
record Argument(String name, Place place, String wireName, ObjectNode schema, boolean required, String style,
        boolean explode, Optional<JsonNode> fixed, Optional<JsonNode> preset, boolean listed) {

    /// BODY: a property of the body; WHOLE_BODY: all of it.
    enum Place { PATH, QUERY, HEADER, BODY, WHOLE_BODY }

    Argument named(String other) {
        return new Argument(other, place, wireName, schema, required, style, explode, fixed, preset, listed);
    }
}
