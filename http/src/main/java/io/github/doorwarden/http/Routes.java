package io.github.doorwarden.http;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The table of routes, by exact path. Paths are compared as they were sent, undecoded: `/%6dcp`, `//mcp` and `/mcp;a`
/// are not `/mcp`. Immutable.
final class Routes {

    /// All routes of one path.
    ///
    /// @param allow       the value of the `Allow` field: what the path takes, HEAD and OPTIONS among it
    /// @param wrongMethod the 405, made once
    record Place(String path, Map<String, Route> byMethod, Route.Cors cors, boolean hostBound, String allow,
                 Reply wrongMethod) {

        Route route(String method) {
            return byMethod.get(method);
        }

        boolean exists() {
            return !byMethod.isEmpty();
        }
    }

    /// Any page may read a 404: browser clients look for metadata at several paths and must be able to tell "not here"
    /// from "down".
    static final Place NOWHERE = new Place("no route", Map.of(), Route.Cors.OPEN, true, "", Errors.NOT_FOUND);

    private final Map<String, Place> byPath = new HashMap<>();

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
        grouped.forEach((path, methods) -> byPath.put(path, place(path, methods)));
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
        return new Place(path, Collections.unmodifiableMap(methods), one.cors(), one.hostBound(), allow, wrong);
    }

    /// Never null: [#NOWHERE] when no route has the path.
    Place at(String path) {
        return byPath.getOrDefault(path, NOWHERE);
    }
}
