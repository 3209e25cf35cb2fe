package io.github.doorwarden.authserver;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The JSON object in a request of the session API. It has to be declared as JSON: a form on a page of another origin
/// cannot send that without asking first, and nobody answers. Immutable.
record JsonBody(ObjectNode json) {

    /// @throws OAuthRefused `invalid_request`
    static JsonBody of(HttpIn in) {
        TokenEndpoint.requireNothingInUrl(in);
        if (!in.mediaType().equals("application/json") || in.headers().all("Content-Type").size() != 1) {
            throw SessionApi.refused(415, "invalid_request", "The body must be a JSON object. Send it with "
                    + "Content-Type: application/json.", "content type");
        }
        return new JsonBody(Json.parse(in.body()).orElseThrow(() -> SessionApi.refused(400, "invalid_request",
                "The body is not one JSON object.", "no JSON object")));
    }

    Optional<String> text(String name) {
        try {
            var value = Json.text(json, name);
            if (value.filter(text -> text.length() > Limits.PARAMETER_VALUE_CHARS).isPresent()) {
                throw SessionApi.refused(400, "invalid_request", name + " is too long.", "too long");
            }
            return value;
        } catch (Json.WrongType wrong) {
            throw SessionApi.refused(400, "invalid_request", wrong.getMessage(), "wrong type");
        }
    }

    String needed(String name) {
        return text(name).orElseThrow(() -> SessionApi.refused(400, "invalid_request", name + " is missing.",
                "no " + name));
    }

    /// The same request as the token endpoint reads it, with these members alone.
    HttpIn asForm(HttpIn in, String grantType, List<String> members) {
        var form = new StringBuilder("grant_type=").append(grantType);
        members.forEach(name -> text(name).ifPresent(value -> form.append('&').append(name).append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
        return new HttpIn("POST", in.path(), "", Headers.NONE.with("Content-Type", "application/x-www-form-urlencoded"),
                form.toString().getBytes(StandardCharsets.ISO_8859_1), in.peer(), in.requestId());
    }
}
