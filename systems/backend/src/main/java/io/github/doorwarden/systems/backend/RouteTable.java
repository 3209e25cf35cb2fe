package io.github.doorwarden.systems.backend;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The routes of a backend, and which of them a request is for.
///
/// @param <R>    a backend's own kind of route
/// @param routes in the order in which they are tried: the literal ones before those with variables
public record RouteTable<R extends RouteTable.Line>(List<R> routes) {

    public RouteTable {
        routes = List.copyOf(routes);
    }

    /// What a route is found by.
    public interface Line {

        String method();

        /// The path, with `{name}` for a variable segment.
        String template();

        /// The values of the variables when this path is the route's.
        Optional<Map<String, String>> match(String rawPath);
    }

    /// A route, and what its path says.
    public record Match<R>(R route, Map<String, String> path) {}

    /// 404 when nothing is at the path, 405 when it is called by another method.
    ///
    /// @param rawPath still percent-encoded
    public Match<R> find(String method, String rawPath) {
        var here = routes.stream().flatMap(r -> r.match(rawPath).map(p -> new Match<>(r, p)).stream()).toList();
        if (here.isEmpty()) {
            throw Problem.noSuchRoute();
        }
        // A literal route hides the one with a variable that would match as well, whatever the method.
        var template = here.getFirst().route.template();
        var same = here.stream().filter(m -> m.route.template().equals(template)).toList();
        return same.stream().filter(m -> m.route.method().equals(method)).findFirst().orElseThrow(() ->
                Problem.methodNotAllowed(same.stream().map(m -> m.route.method()).collect(Collectors.joining(", "))));
    }
}
