package io.github.doorwarden.systems.marketplace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A refusal as RFC 9457 problem details. `code` is for programs and never changes; `detail` is for a person: what
/// happened, why, what to do. It never carries a secret, and what it repeats of the caller's words is bounded.
record Problem(int status, String code, String title, String detail, Map<String, Object> more) {

    Problem {
        more = Map.copyOf(more);
    }

    private static Problem of(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, Map.of());
    }

    /// 401: nobody we know.
    static Refused unauthorized(String code, String detail) {
        return new Refused(of(401, code, "Who are you?", detail));
    }

    static Refused forbidden(String code, String detail) {
        return new Refused(of(403, code, "Not allowed", detail));
    }

    static Refused insufficientScope(String scope) {
        return new Refused(new Problem(403, "insufficient_scope", "Not allowed", "This operation needs the scope "
                + scope
                + ", which the access token does not have. Obtain a token with that scope and call again.",
                Map.of("scope", scope)));
    }

    static Refused notFound(String code, String detail) {
        return new Refused(of(404, code, "Not found", detail));
    }

    static Refused methodNotAllowed(String allowed) {
        return new Refused(new Problem(405, "method_not_allowed", "Wrong method", "This path answers " + allowed
                + " only. Call it with that method.", Map.of("allow", allowed)));
    }

    static Refused conflict(String code, String detail) {
        return new Refused(of(409, code, "In conflict with the present state", detail));
    }

    static Refused ambiguous(String detail, List<?> candidates) {
        return new Refused(new Problem(409, "ambiguous_name", "Several people match", detail, Map.of("candidates",
                candidates)));
    }

    static Refused tooLarge() {
        return new Refused(of(413, "body_too_large", "Too large", "The request body is larger than " + Limits.BODY_BYTES
                + " bytes. Send a smaller batch."));
    }

    static Refused unsupportedMedia() {
        return new Refused(of(415, "unsupported_media_type", "Wrong content type",
                "This operation takes application/json. "
                + "Set Content-Type to it."));
    }

    static Refused invalid(String detail) {
        return new Refused(of(422, "invalid_request", "Cannot be understood", detail));
    }

    static Refused unavailable(String code, String detail) {
        return new Refused(of(503, code, "For the moment unavailable", detail));
    }

    /// A bug: the caller learns nothing but the number under which it stands in the log.
    static Problem incident(String id) {
        return of(500, "internal_error", "Something broke",
                "The marketplace failed to answer because of a fault of its own. "
                + "Try again; if it stays, report incident " + id + ".");
    }

    Map<String, Object> body() {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "urn:instainstru:problem:" + code.replace('_', '-'));
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        body.put("code", code);
        body.putAll(more);
        return body;
    }

    /// Repeats what the caller said, cut to a harmless length and without control characters.
    static String quote(String said) {
        var clean = said.codePoints().filter(c -> !Character.isISOControl(c)).limit(64)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return "'" + clean + (said.length() > 64 ? "…" : "") + "'";
    }
}
