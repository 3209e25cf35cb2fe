package io.github.doorwarden.systems.backend;

import java.util.LinkedHashMap;
import java.util.Map;

/// A refusal as RFC 9457 problem details. `code` is for programs and never changes; `detail` is for a person: what
/// happened, why, what to do. It never carries a secret, and what it repeats of the caller's words is bounded.
public record Problem(int status, String code, String title, String detail, Map<String, Object> more) {

    public Problem {
        more = Map.copyOf(more);
    }

    public static Problem of(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, Map.of());
    }

    private static Refused refused(int status, String code, String title, String detail) {
        return new Refused(of(status, code, title, detail));
    }

    /// 401: nobody we know.
    public static Refused unauthorized(String code, String detail) {
        return refused(401, code, "Who are you?", detail);
    }

    public static Refused forbidden(String code, String detail) {
        return refused(403, code, "Not allowed", detail);
    }

    public static Refused insufficientScope(String scope) {
        return new Refused(new Problem(403, "insufficient_scope", "Not allowed", "This operation needs the scope "
                + scope + ", which the access token does not have. Obtain a token with that scope and call again.",
                Map.of("scope", scope)));
    }

    public static Refused notFound(String code, String detail) {
        return refused(404, code, "Not found", detail);
    }

    public static Refused noSuchRoute() {
        return notFound("no_such_route", "There is nothing at this path. GET /openapi.json lists all routes.");
    }

    public static Refused methodNotAllowed(String allowed) {
        return new Refused(new Problem(405, "method_not_allowed", "Wrong method", "This path answers " + allowed
                + " only. Call it with that method.", Map.of("allow", allowed)));
    }

    public static Refused conflict(String code, String detail) {
        return refused(409, code, "In conflict with the present state", detail);
    }

    public static Refused invalid(String detail) {
        return refused(422, "invalid_request", "Cannot be understood", detail);
    }

    public static Refused unavailable(String code, String detail) {
        return refused(503, code, "For the moment unavailable", detail);
    }

    /// What is sent.
    ///
    /// @param types  what the `type` of all problems of a backend begins with
    /// @param beside members that every answer of the backend has, such as the id of a trace
    public Map<String, Object> body(String types, Map<String, ?> beside) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", types + code.replace('_', '-'));
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        body.put("code", code);
        body.putAll(beside);
        body.putAll(more);
        return body;
    }

    /// Repeats what the caller said, cut to a harmless length and without control characters.
    public static String quote(String said) {
        var clean = said.codePoints().filter(c -> !Character.isISOControl(c)).limit(64)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return "'" + clean + (said.length() > 64 ? "…" : "") + "'";
    }
}
