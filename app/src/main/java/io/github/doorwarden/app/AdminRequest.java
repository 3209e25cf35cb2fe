package io.github.doorwarden.app;

import io.github.doorwarden.authserver.Gate;
import io.github.doorwarden.authserver.Params;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.protocol.JsonRpc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is asked of the administration: the query of a GET, the JSON object of a POST, with no member but those that
/// the operation knows. Immutable.
record AdminRequest(Params query, ObjectNode body) {

    /// As many as a page of a table has.
    static final int LISTED = 50;
    /// 200 clients with 20 redirect URIs each are some 4 MiB.
    static final int LISTED_AT_MOST = 200;

    /// The request cannot be read; the message says what to do.
    static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1;
        private final int status;

        Unreadable(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /// @param takes parameters of the query of a GET, members of the body of a POST
    /// @throws Unreadable or what the strict readers of query and JSON throw
    static AdminRequest read(HttpIn in, Set<String> takes) {
        var query = Gate.query(in);
        if (in.method().equals("GET")) {
            known(query.values().keySet(), takes);
            return new AdminRequest(query, JsonNodeFactory.instance.objectNode());
        }
        if (!in.query().isEmpty()) {
            throw new Unreadable(400, "What is to be done belongs into the body, not into the URL, where logs "
                    + "keep it.");
        }
        if (!in.mediaType().equals("application/json") || in.headers().all("Content-Type").size() != 1) {
            throw new Unreadable(415, "The body must be a JSON object. Send it with Content-Type: application/json.");
        }
        var body = JsonRpc.object(in.body());
        known(body.propertyNames(), takes);
        return new AdminRequest(query, body);
    }

    private static void known(Iterable<String> names, Set<String> takes) {
        for (var name : names) {
            if (!takes.contains(name)) {
                throw new Unreadable(400, "There is no " + shown(name) + " here. "
                        + (takes.isEmpty() ? "Nothing can be said." : "What can be said: "
                        + String.join(", ", new TreeSet<>(takes)) + "."));
            }
        }
    }

    private static String shown(String name) {
        return name.length() > 40 || !name.matches("[\\w.-]*") ? "such member" : name;
    }

    /// A member of the body, or a parameter of the query.
    ///
    /// @throws Unreadable when it is there and no string
    Optional<String> text(String name) {
        var value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return query.one(name);
        }
        if (!value.isString()) {
            throw new Unreadable(400, name + " must be a string.");
        }
        return Optional.of(value.asString()).filter(text -> !text.isEmpty());
    }

    String needed(String name) {
        return text(name).orElseThrow(() -> new Unreadable(400, name + " is missing."));
    }

    List<String> texts(String name) {
        var value = body.path(name);
        var all = new ArrayList<String>();
        if (!value.isMissingNode() && !value.isArray()) {
            throw new Unreadable(400, name + " must be a list of strings.");
        }
        for (JsonNode one : value) {
            if (!one.isString()) {
                throw new Unreadable(400, name + " must be a list of strings.");
            }
            all.add(one.asString());
        }
        return all;
    }

    /// Absent is false. A query says `true` or `false`.
    boolean flag(String name) {
        var value = body.path(name);
        var said = value.isBoolean() ? Boolean.toString(value.asBoolean())
                : value.isMissingNode() ? query.one(name).orElse("false") : "";
        if (!Set.of("true", "false").contains(said)) {
            throw new Unreadable(400, name + " must be true or false.");
        }
        return said.equals("true");
    }

    int limit() {
        return query.one("limit").map(text -> {
            if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > LISTED_AT_MOST) {
                throw new Unreadable(400, "limit must be a number from 1 to " + LISTED_AT_MOST + ".");
            }
            return Integer.parseInt(text);
        }).orElse(LISTED);
    }

    /// Where the page before ended; empty for the first one.
    String cursor() {
        return query.one("cursor").map(text -> {
            try {
                return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new Unreadable(400, "The cursor is none of this server. Take next_cursor of the page before, or "
                        + "begin without one.");
            }
        }).orElse("");
    }

    static String cursorAt(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }
}
