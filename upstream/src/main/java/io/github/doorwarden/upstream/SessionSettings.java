package io.github.doorwarden.upstream;

import java.util.Optional;
import java.util.regex.Pattern;

/// A backend that wants a session of its own around each call: one request opens it, its answer names the session, the
/// call says in a header field which one it belongs to, another request ends it.
///
/// @param open   method and path, for example `POST /v1/sync/sessions`; it is sent without a body
/// @param id     where the answer names the session: names with dots between them
/// @param header field of the call that names the session
/// @param close  method and path, with `{id}` in it; empty: sessions end by themselves
public record SessionSettings(Line open, String id, String header, Optional<Line> close) {

    /// Method and path of a request.
    public record Line(String method, String path) {

        private static final Pattern FORM = Pattern.compile("(POST|PUT|DELETE|GET|PATCH) (/[!-~&&[^#\\\\]]*)");

        /// @throws IllegalArgumentException when it is none
        public static Line parse(String text) {
            var match = FORM.matcher(text.strip());
            if (!match.matches()) {
                throw new IllegalArgumentException("must be a method and a path, such as POST /v1/sessions.");
            }
            return new Line(match.group(1), match.group(2));
        }
    }

    public SessionSettings {
        if (!UpstreamCall.maySet(header)) {
            throw new IllegalArgumentException(header + " cannot name a session: it is no header name, or one that "
                    + "carries credentials or frames the message.");
        }
        if (close.isPresent() && !close.get().path.contains("{id}")) {
            throw new IllegalArgumentException("The request that ends a session says which one: put {id} into its "
                    + "path.");
        }
    }
}
