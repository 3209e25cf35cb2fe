package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.items;
import static io.github.doorwarden.app.config.Key.texts;

import java.util.ArrayList;
import java.util.List;

/// The rows of the table of keys that choose operations of an OpenAPI document, and change what they became.
final class OpenApiKeys {

    private OpenApiKeys() {}

    static List<Key> all() {
        var source = "sources.<name>.";
        var all = new ArrayList<Key>();
        all.addAll(filter(source + "include",
                "With `openapi`: operations that become tools, each under its operationId, "
                + "or method and path. An operation is taken that fits everything in one of these parts."));
        all.add(texts(source + "include[].scopes", "Scopes that a caller of these tools needs, all of them."));
        all.add(flag(source + "include[].confirm", false, "Whether a person must confirm each call of those that may "
                + "change something."));
        all.addAll(filter(source + "exclude", "With `openapi`: operations that `include` does not take, each part as "
                + "there."));
        return all;
    }

    private static List<Key> filter(String key, String meaning) {
        return List.of(items(key, meaning),
                texts(key + "[].tags", "Has one of these tags."),
                texts(key + "[].paths", "Has a path such as one of these: `*` is anything within a segment, `**` "
                + "anything."),
                texts(key + "[].methods", List.of(),
                List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
                        "Has one of these methods."),
                texts(key + "[].operations", "Is one of these: operationId, or method and path."));
    }
}
