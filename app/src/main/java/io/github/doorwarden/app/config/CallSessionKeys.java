package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.text;

import io.github.doorwarden.upstream.SessionSettings;
import java.util.List;
import java.util.Optional;

/// The keys about sessions around calls to a backend: their rows of [Keys], and how they are read.
final class CallSessionKeys {

    private CallSessionKeys() {}

    static List<Key> all() {
        var session = "upstreams.<name>.session";
        return List.of(
                group(session, "A session at the backend around each call, for backends that want one: it is opened "
                        + "before, named in a header, and ended after. The deadline of the call is for both."),
                text(session + ".open", "Method and path of the request that opens it, such as `POST /v1/sessions`. "
                        + "It is sent without a body, with the credentials and the signature of the call."),
                text(session + ".id", "id", "Where the answer names the session: names with dots between them."),
                text(session + ".header", "X-Session-Id", "Header of the call that names the session. No argument can "
                        + "set it."),
                text(session + ".close", "Method and path of the request that ends it, with `{id}` in it; nobody waits "
                        + "for that. Without it, sessions end by themselves."));
    }

    /// @param in the section `upstreams.<name>.session`
    /// @return empty when calls have none
    static Optional<SessionSettings> read(Section in) {
        var open = line(in, "open");
        var close = line(in, "close");
        var id = in.textOrEmpty("id");
        var header = in.textOrEmpty("header");
        if (open.isEmpty() && !in.names().isEmpty() && in.textOrEmpty("open").isEmpty()) {
            in.need("open");
        }
        in.end();
        try {
            return open.map(line -> new SessionSettings(line, id, header, close));
        } catch (IllegalArgumentException e) {
            in.mistake("header", "or another one of these cannot be used. " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<SessionSettings.Line> line(Section in, String key) {
        try {
            return in.text(key).filter(text -> !text.isBlank()).map(SessionSettings.Line::parse);
        } catch (IllegalArgumentException e) {
            in.mistake(key, e.getMessage());
            return Optional.empty();
        }
    }
}
