package io.github.doorwarden.client;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A folder that a server may work in (MCP, Roots).
///
/// @param uri `file:`
public record Root(URI uri, Optional<String> name) {

    public Root {
        if (!"file".equals(uri.getScheme())) {
            throw new IllegalArgumentException("A root is a file: URI, not " + uri);
        }
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode().put("uri", uri.toString());
        name.ifPresent(each -> json.put("name", each));
        return json;
    }
}
