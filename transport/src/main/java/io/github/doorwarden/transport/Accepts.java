package io.github.doorwarden.transport;

import io.github.doorwarden.http.HttpIn;
import java.util.Locale;

/// What a client's `Accept` says it can take. Clients must list both types, and many do not: a client without the
/// header, or with a wildcard, is taken for one that takes both.
///
/// @param json   one JSON object
/// @param events an event stream
record Accepts(boolean json, boolean events) {

    static Accepts of(HttpIn in) {
        var fields = in.headers().all("Accept");
        if (fields.isEmpty()) {
            return new Accepts(true, true);
        }
        var accept = String.join(",", fields).toLowerCase(Locale.ROOT);
        var all = accept.contains("*/*");
        var events = all || accept.contains("text/event-stream");
        return new Accepts(all || accept.contains("application/") || !events, events);
    }

    boolean onlyEvents() {
        return events && !json;
    }
}
