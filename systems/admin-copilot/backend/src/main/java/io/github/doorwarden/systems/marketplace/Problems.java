package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import java.util.List;
import java.util.Map;

/// The refusals that the marketplace alone has, and how it names them all.
final class Problems {

    private Problems() {}

    static Refused ambiguous(String detail, List<?> candidates) {
        return new Refused(new Problem(409, "ambiguous_name", "Several people match", detail, Map.of("candidates",
                candidates)));
    }

    static Refused tooLarge() {
        return new Refused(Problem.of(413, "body_too_large", "Too large", "The request body is larger than "
                + Limits.BODY_BYTES + " bytes. Send a smaller batch."));
    }

    static Refused unsupportedMedia() {
        return new Refused(Problem.of(415, "unsupported_media_type", "Wrong content type",
                "This operation takes application/json. Set Content-Type to it."));
    }

    /// A bug: the caller learns nothing but the number under which it stands in the log.
    static Problem incident(String id) {
        return Problem.of(500, "internal_error", "Something broke",
                "The marketplace failed to answer because of a fault of its own. Try again; if it stays, report "
                + "incident " + id + ".");
    }

    static Map<String, Object> body(Problem problem) {
        return problem.body("urn:instainstru:problem:", Map.of());
    }
}
