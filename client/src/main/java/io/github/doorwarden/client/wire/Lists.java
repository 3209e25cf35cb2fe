package io.github.doorwarden.client.wire;

import io.github.doorwarden.client.wire.ClientFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads whole lists page by page (every revision, Pagination), bounded in pages, things, bytes and time.
public final class Lists {

    private Lists() {}

    /// @param method for example `tools/list`
    /// @param member of the result, for example `tools`
    /// @return what was there when it was asked; elements that are no objects are left out
    /// @throws ClientFailure `TOO_LARGE` for a list without an end or beyond the bounds: half a list would be taken
    ///                       for a whole one
    public static List<ObjectNode> all(Connection client, String server, String method, String member)
            throws ClientFailure, InterruptedException {
        return all(client, server, method, member, Connection.NOBODY);
    }

    /// The same for somebody, who may have capabilities.
    public static List<ObjectNode> all(Connection client, String server, String method, String member, Talk talk)
            throws ClientFailure, InterruptedException {
        var end = System.nanoTime() + Limits.LISTING.toNanos();
        var found = new ArrayList<ObjectNode>();
        var cursors = new HashSet<String>();
        var cursor = "";
        var bytes = 0L;
        for (var page = 0; page < Limits.PAGES; page++) {
            var params = JsonNodeFactory.instance.objectNode();
            if (!cursor.isEmpty()) {
                params.put("cursor", cursor);
            }
            var left = Duration.ofNanos(end - System.nanoTime());
            var result = client.request(method, params, Map.of(), talk, left);
            bytes += result.toString().length();
            result.path(member).valueStream().filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast)
                    .forEach(found::add);
            if (bytes > Limits.LIST_BYTES || found.size() > Limits.THINGS) {
                throw endless(server, method, "is larger than what is taken");
            }
            var next = result.path("nextCursor");
            if (!next.isString() || next.asString().isEmpty()) {
                return found;
            }
            cursor = next.asString();
            if (!cursors.add(cursor)) {
                throw endless(server, method, "gives the same page again and again");
            }
        }
        throw endless(server, method, "has more than " + Limits.PAGES + " pages");
    }

    private static ClientFailure endless(String server, String method, String why) {
        return new ClientFailure(Kind.TOO_LARGE, "The answer of " + server + " to " + method + " " + why
                + ". Whoever runs it has to mend that.", null);
    }
}
