package io.github.doorwarden.systems.toolbridge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A refusal as RFC 9457 problem details. `code` is for programs and never changes; `detail` is for a person: what
/// happened, why, what to do. It never carries a secret, and what it repeats of the caller's words is bounded.
record Problem(int status, String code, String title, String detail, Map<String, Object> more) {

    Problem {
        more = Map.copyOf(more);
    }

    private static Refused of(int status, String code, String title, String detail) {
        return new Refused(new Problem(status, code, title, detail, Map.of()));
    }

    /// 401: nobody we know.
    static Refused unauthorized(String code, String detail) {
        return of(401, code, "Who are you?", detail);
    }

    static Refused forbidden(String code, String detail) {
        return of(403, code, "Not allowed", detail);
    }

    static Refused insufficientScope(String scope) {
        return new Refused(new Problem(403, "insufficient_scope", "Not allowed", "This operation needs the scope "
                + scope + ", which the access token does not have. Obtain a token with that scope and call again.",
                Map.of("scope", scope)));
    }

    static Refused ambiguousTenant(List<String> tenants) {
        return new Refused(new Problem(403, "tenant_ambiguous", "Which organisation?",
                "You belong to several organisations. Choose one of them with X-Tenant-Id, by calling its host name, "
                + "or by a token for it.",
                Map.of("tenants", tenants)));
    }

    static Refused notFound(String what) {
        return of(404, "not_found", "Not found", "There is no " + what
                + " of that id in this organisation. Look it up by the list.");
    }

    static Refused noSuchRoute() {
        return of(404, "no_such_route", "Not found",
                "There is nothing at this path. GET /openapi.json lists all routes.");
    }

    static Refused gone(String what) {
        return of(410, "deleted", "Deleted", "The " + what + " was deleted, and nothing can be done with it any more.");
    }

    static Refused methodNotAllowed(String allowed) {
        return new Refused(new Problem(405, "method_not_allowed", "Wrong method", "This path answers " + allowed
                + " only. Call it with that method.", Map.of("allow", allowed)));
    }

    static Refused conflict(String code, String detail) {
        return of(409, code, "In conflict with the present state", detail);
    }

    static Refused illegalAction(String detail, List<String> legal, Map<String, Object> state) {
        return new Refused(new Problem(409, "illegal_action", "Not in this state", detail,
                Map.of("legal_actions", legal, "state", state)));
    }

    static Refused versionConflict(String what, long asked, long current) {
        return new Refused(new Problem(412, "version_conflict", "Changed meanwhile", "The " + what + " has version "
                + current + " by now, not " + asked + ". Read it again and decide whether your change still fits.",
                Map.of("current_version", current)));
    }

    static Refused versionRequired() {
        return of(428, "version_required", "Which version?", "Replacing needs the version that the change was made "
                + "from: as version in the body, or as If-Match.");
    }

    static Refused sessionRequired(String detail) {
        return of(428, "session_required", "No sync session", detail
                + " Open one by POST /v1/sync/sessions and send its id as X-Sync-Session.");
    }

    static Refused tooLarge() {
        return of(413, "body_too_large", "Too large", "The request body is larger than " + Limits.BODY_BYTES
                + " bytes. Send less at a time.");
    }

    static Refused unsupportedMedia() {
        return of(415, "unsupported_media_type", "Wrong content type", "This operation takes application/json"
                + " (PATCH also application/merge-patch+json). Set Content-Type to it.");
    }

    static Refused invalid(String detail) {
        return of(422, "invalid_request", "Cannot be understood", detail);
    }

    static Refused tooMany(String code, String detail) {
        return of(429, code, "Too many at a time", detail);
    }

    static Refused unavailable(String code, String detail) {
        return of(503, code, "For the moment unavailable", detail);
    }

    /// A bug: the caller learns nothing but the trace under which it stands in the log.
    static Problem incident() {
        return new Problem(500, "internal_error", "Something broke",
                "ToolBridge failed to answer because of a fault of its own. Try again; if it stays, report trace_id.",
                Map.of());
    }

    /// The same refusal, and at which operation of several it was.
    Refused at(int operation) {
        var more = new LinkedHashMap<>(this.more);
        more.put("operation", operation);
        return new Refused(new Problem(status, code, title, "Operation " + operation + ": " + detail
                + " Nothing of the transaction has happened.", more));
    }

    Map<String, Object> body(String traceId) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "urn:toolbridge:problem:" + code.replace('_', '-'));
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        body.put("code", code);
        body.put("trace_id", traceId);
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
