package io.github.doorwarden.http;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The table of routes, by exact path; where no row has it, by all of the path but a last segment that may be anything
/// ([Segment]). Paths are compared as they were sent, undecoded: `/%6dcp`, `//mcp` and `/mcp;a` are not `/mcp`.
/// Immutable.
final class Routes {

    /// All routes of one path.
    ///
    /// @param allow       the value of the `Allow` field: what the path takes, HEAD and OPTIONS among it
    /// @param wrongMethod the 405, made once
    /// @param prefix      what comes before the variable last segment; null when the path is whole
    record Place(String path, Map<String, Route> byMethod, Route.Cors cors, boolean hostBound, String allow,
                 Reply wrongMethod, String prefix) {

        Route route(String method) {
            return byMethod.get(method);
        }

        /// The variable segment of a request's path, decoded; empty when this place has none, null when it is not
        /// clean.
        String segment(String path) {
            return prefix == null ? "" : Segment.decoded(path.substring(prefix.length()));
        }

        boolean exists() {
            return !byMethod.isEmpty();
        }
    }

    /// Any page may read a 404: browser clients look for metadata at several paths and must be able to tell "not here"
    /// from "down".
    static final Place NOWHERE = new Place("no route", Map.of(), Route.Cors.OPEN, true, "", Errors.NOT_FOUND,
            null);

    private final Map<String, Place> byPath = new HashMap<>();
    private final Map<String, Place> byPrefix = new HashMap<>();

    /// @throws IllegalArgumentException when two routes have the same path and method, or when the routes of one path
    ///                                  disagree about who may call them
    Routes(List<Route> routes) {
        var grouped = new TreeMap<String, Map<String, Route>>();
        for (var route : routes) {
            var methods = grouped.computeIfAbsent(route.path(), path -> new HashMap<>());
            if (methods.put(route.method(), route) != null) {
                throw new IllegalArgumentException("Two routes for " + route.method() + " " + route.path());
            }
        }
        grouped.forEach((path, methods) -> {
            var place = place(path, methods);
            if (place.prefix == null) {
                byPath.put(path, place);
            } else if (byPrefix.put(place.prefix, place) != null) {
                throw new IllegalArgumentException("Two variables behind " + place.prefix);
            }
        });
    }

    private static Place place(String path, Map<String, Route> methods) {
        var one = methods.values().iterator().next();
        for (var other : methods.values()) {
            if (other.cors() != one.cors() || other.hostBound() != one.hostBound()) {
                throw new IllegalArgumentException("The routes of " + path + " disagree about cors or hostBound");
            }
        }
        if (methods.containsKey("GET") && !methods.get("GET").streams()) {      // a stream has no end to be told
            methods.putIfAbsent("HEAD", methods.get("GET"));
        }
        var taken = new TreeSet<>(methods.keySet());
        taken.add("OPTIONS");
        var allow = String.join(", ", taken);
        var wrong = Errors.of(405, "method_not_allowed", "This path takes " + allow + ".").with("Allow", allow);
        return new Place(path, Collections.unmodifiableMap(methods), one.cors(), one.hostBound(), allow, wrong,
                Segment.prefix(path));
    }

    /// Never null: [#NOWHERE] when no route has the path.
    Place at(String path) {
        var place = byPath.get(path);
        if (place != null || path == null) {        // CONNECT has none
            return place == null ? NOWHERE : place;
        }
        var end = path.lastIndexOf('/') + 1;
        return end == path.length() ? NOWHERE : byPrefix.getOrDefault(path.substring(0, end), NOWHERE);
    }
}
