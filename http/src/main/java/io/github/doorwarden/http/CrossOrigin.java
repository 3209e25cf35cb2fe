package io.github.doorwarden.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/// The CORS protocol (Fetch standard §3.2) for both kinds of open route. No answer ever allows credentials: a cookie is
/// worth nothing here, and a bearer token is sent by the page itself.
final class CrossOrigin {

    private static final List<String> REQUEST_FIELDS = List.of("Authorization", "Content-Type", "Accept",
            "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Last-Event-ID", "DPoP");
    private static final String PARAMETER_PREFIX = "mcp-param-";
    /// An hour: what a client may send changes with a release, not from call to call.
    private static final String PREFLIGHT_SECONDS = "3600";

    private static final HttpField ANY_ORIGIN = new PreEncodedHttpField(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, "Origin");
    private static final HttpField EXPOSED = new PreEncodedHttpField("Access-Control-Expose-Headers",
            "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, DPoP-Nonce");

    private CrossOrigin() {}

    /// Adds what lets the calling page read this answer. `origin` has passed [Origins] when the place is MCP's.
    static void mark(Routes.Place place, String origin, HttpFields.Mutable out) {
        if (place.cors() == Route.Cors.OPEN) {
            out.add(ANY_ORIGIN);     // without an Origin too: a shared cache may hand this answer to a browser later
            out.add(EXPOSED);
        } else if (place.cors() == Route.Cors.MCP && origin != null) {
            out.add(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            out.add(VARY);
            out.add(EXPOSED);
        }
    }

    /// The answer to OPTIONS, without a question about who asks: a preflight carries no credentials.
    static Reply preflight(Routes.Place place, String origin, String requestedFields) {
        var reply = Reply.empty(204).with("Allow", place.allow());
        if (origin == null || place.cors() == Route.Cors.NONE) {
            return reply;
        }
        return reply.with("Access-Control-Allow-Methods", place.allow())
                .with("Access-Control-Allow-Headers", allowed(requestedFields))
                .with("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    }

    private static String allowed(String requested) {
        if (requested == null || !requested.toLowerCase(Locale.ROOT).contains(PARAMETER_PREFIX)) {
            return String.join(", ", REQUEST_FIELDS);
        }
        var parameters = new LinkedHashSet<String>();
        for (var name : requested.split(",", Limits.PREFLIGHT_FIELDS + 1)) {
            var plain = name.strip();
            if (isParameter(plain) && parameters.size() < Limits.PREFLIGHT_FIELDS) {
                parameters.add(plain);
            }
        }
        var names = new ArrayList<>(REQUEST_FIELDS);
        names.addAll(parameters);
        return String.join(", ", names);
    }

    private static boolean isParameter(String name) {
        return name.length() > PARAMETER_PREFIX.length()
                && name.length() <= Limits.PREFLIGHT_NAME_CHARS
                && name.regionMatches(true, 0, PARAMETER_PREFIX, 0, PARAMETER_PREFIX.length())
                && name.chars().allMatch(CrossOrigin::isNameChar);
    }

    private static boolean isNameChar(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.';
    }
}
