package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.RouteTable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// One line of the table of routes.
///
/// @param template the path, with `{name}` for a variable segment
/// @param params   the query parameters it knows
/// @param answer   from a checked call to what becomes JSON, to bytes that are JSON already, or to an [Answer]
record Route(String method, String template, Access access, List<String> params, Function<Call, Object> answer)
        implements RouteTable.Line {

    /// A call past all its checks.
    ///
    /// @param body       an empty object when none came
    /// @param caller     null unless the route is a user's
    /// @param credential who calls an administrative route, for the audit table
    /// @param ifMatch    version in If-Match
    record Call(Map<String, String> path, Params params, Body body, Caller caller, String credential,
            Optional<Long> ifMatch, Trace trace) {

        /// The version that the change was made from, wherever it is said.
        Optional<Long> expected() {
            var said = body.version().or(() -> params.text("version").map(text -> (long) params.number("version", 1,
                    Integer.MAX_VALUE, 1)));
            if (said.isPresent() && ifMatch.isPresent() && !said.equals(ifMatch)) {
                throw Problem.invalid("If-Match and 'version' name different versions. Give one of them.");
            }
            return said.or(() -> ifMatch);
        }
    }

    /// Something else than 200 and JSON.
    record Answer(int status, String type, byte[] body, Map<String, String> headers) {

        static Answer of(int status, Object json) {
            // A record's version is also its ETag, for If-Match.
            var tag = json instanceof Map<?, ?> map && map.get("version") instanceof Long version
                    && map.containsKey("updated_at") ? Map.of("ETag", "\"" + version + "\"") : Map.<String, String>of();
            return new Answer(status, "application/json", json instanceof byte[] ready ? ready : Json.bytes(json), tag);
        }

        static Answer created(Object json) {
            return of(201, json);
        }

        static Answer nothing() {
            return new Answer(204, null, new byte[0], Map.of());
        }
    }

    boolean hasBody() {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }

    /// The values of the variables when this path is the route's; literal segments are compared as they stand.
    @Override
    public Optional<Map<String, String>> match(String rawPath) {
        var wanted = template.split("/", -1);
        var given = rawPath.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        for (var i = 0; i < wanted.length; i++) {
            if (!wanted[i].startsWith("{") && !wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        var variables = new HashMap<String, String>();
        for (var i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), segment(given[i]));
            }
        }
        return Optional.of(variables);
    }

    private static String segment(String raw) {
        try {
            return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8).replace("\0", "").strip();
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("The path has a broken percent-encoding.");
        }
    }
}
