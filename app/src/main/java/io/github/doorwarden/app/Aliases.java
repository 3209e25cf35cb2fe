package io.github.doorwarden.app;

import io.github.doorwarden.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Second paths for what is served here, for clients and platforms that were built for another server. Pure.
final class Aliases {

    private Aliases() {}

    /// The same routes again at the paths that the configuration gives them.
    ///
    /// @param aliases from each further path to the one that it stands for
    /// @throws StartFailure when one stands for nothing, or is a path of ours already
    static List<Route> of(Map<String, String> aliases, List<Route> routes) {
        var more = new ArrayList<Route>();
        aliases.forEach((alias, path) -> {
            var meant = routes.stream().filter(route -> route.path().equals(path)).toList();
            if (meant.isEmpty()) {
                throw new StartFailure("authorization.aliases has " + alias + ": " + path + ", and there is no "
                        + path + " here. There are " + String.join(", ", routes.stream().map(Route::path)
                        .filter(each -> !each.startsWith("/.well-known")).distinct().sorted().toList()) + ".");
            }
            if (routes.stream().anyMatch(route -> route.path().equals(alias))) {
                throw new StartFailure("authorization.aliases has " + alias + ": " + path + ", and " + alias
                        + " is a path of this server already. Take another one, or remove the line.");
            }
            meant.forEach(route -> more.add(new Route(route.method(), alias, route.bodyBytes(), route.cors(),
                    route.hostBound(), route.streams(), route.handler())));
        });
        return more;
    }
}
