package io.github.doorwarden.systems.marketplace;

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
import tools.jackson.databind.JsonNode;

/// One line of the table of routes.
///
/// @param template the path, with `{name}` for a variable segment
/// @param scope    what a caller needs; empty for the two routes that are open to everybody
/// @param params   the query parameters it knows
/// @param answer   from a checked call to a record that becomes JSON, to bytes that are JSON already, or to a [Text]
record Route(String method, String template, Optional<String> scope, List<String> params,
        Function<Call, Object> answer) implements RouteTable.Line {

    /// A call past all its checks.
    ///
    /// @param body null unless the route is a POST
    /// @param caller null on open routes
    record Call(Map<String, String> path, Params params, JsonNode body, Principal.Proven caller) {}

    /// An answer that is not JSON.
    record Text(String type, byte[] bytes) {}

    static Route read(String path, List<String> params, Function<Call, Object> answer) {
        return new Route("GET", "/api/v1/admin/mcp/" + path, Optional.of("mcp:read"), params, answer);
    }

    static Route write(String path, Function<Call, Object> answer) {
        return new Route("POST", "/api/v1/admin/mcp/" + path, Optional.of("mcp:write"), List.of(), answer);
    }

    static Route open(String path, Function<Call, Object> answer) {
        return new Route("GET", path, Optional.empty(), List.of(), answer);
    }

    /// The values of the variables when this path is the route's; literal segments are compared as they stand.
    @Override
    public Optional<Map<String, String>> match(String rawPath) {
        var wanted = template.split("/", -1);
        var given = rawPath.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        var variables = new HashMap<String, String>();
        for (var i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), segment(given[i]));
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    private static String segment(String raw) {
        try {
            return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8).strip();
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("The path has a broken percent-encoding.");
        }
    }
}
