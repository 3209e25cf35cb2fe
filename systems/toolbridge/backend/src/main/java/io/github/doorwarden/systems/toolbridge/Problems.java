package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The refusals that ToolBridge alone has, and how it names them all.
final class Problems {

    private Problems() {}

    private static Refused of(int status, String code, String title, String detail) {
        return new Refused(Problem.of(status, code, title, detail));
    }

    static Refused ambiguousTenant(List<String> tenants) {
        return new Refused(new Problem(403, "tenant_ambiguous", "Which organisation?",
                "You belong to several organisations. Choose one of them with X-Tenant-Id, by calling its host name, "
                + "or by a token for it.",
                Map.of("tenants", tenants)));
    }

    static Refused notFound(String what) {
        return Problem.notFound("not_found", "There is no " + what
                + " of that id in this organisation. Look it up by the list.");
    }

    static Refused gone(String what) {
        return of(410, "deleted", "Deleted", "The " + what + " was deleted, and nothing can be done with it any more.");
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

    static Refused tooMany(String code, String detail) {
        return of(429, code, "Too many at a time", detail);
    }

    /// A bug: the caller learns nothing but the trace under which it stands in the log.
    static Problem incident() {
        return Problem.of(500, "internal_error", "Something broke",
                "ToolBridge failed to answer because of a fault of its own. Try again; if it stays, report trace_id.");
    }

    /// The same refusal, and at which operation of several it was.
    static Refused at(int operation, Problem problem) {
        var more = new LinkedHashMap<>(problem.more());
        more.put("operation", operation);
        return new Refused(new Problem(problem.status(), problem.code(), problem.title(), "Operation " + operation
                + ": " + problem.detail() + " Nothing of the transaction has happened.", more));
    }

    static Map<String, Object> body(Problem problem, String traceId) {
        return problem.body("urn:toolbridge:problem:", Map.of("trace_id", traceId));
    }
}
