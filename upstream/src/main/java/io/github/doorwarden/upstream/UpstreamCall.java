package io.github.doorwarden.upstream;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// One request to an upstream, built by a source from its configuration and the arguments of a tool. There is no way to
/// put the caller's token into it: the fields that could carry it are refused (MCP 2026-07-28, Security best practices,
/// token passthrough).
///
/// @param method    upper case
/// @param target    path and query, encoded, beginning with `/`; it goes after the path of the base URL
/// @param headers   of this operation alone; names as in [#maySet]
/// @param slow      the operation is known to be slow
/// @param requestId sent as `X-Request-Id`
/// @param party     for whom, where the upstream is told so under a signature
public record UpstreamCall(String method, String target, Map<String, String> headers, Optional<Body> body, boolean slow,
        String requestId, Optional<Party> party) {

    public record Body(String contentType, byte[] bytes) {}

    /// For nobody in particular.
    public UpstreamCall(String method, String target, Map<String, String> headers, Optional<Body> body, boolean slow,
            String requestId) {
        this(method, target, headers, body, slow, requestId, Optional.empty());
    }

    private static final Set<String> OURS = Set.of("authorization", "connection", "content-encoding", "content-length",
            "content-type", "cookie", "expect", "forwarded", "host", "keep-alive", "accept-encoding", "te", "trailer",
            "transfer-encoding", "upgrade", "via", "x-request-id", "x-real-ip", "x-http-method-override",
            "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url");

    public UpstreamCall {
        headers = Map.copyOf(headers);
        if (!method.matches("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS")) {
            throw new IllegalArgumentException("No HTTP method that is sent: " + method);
        }
        if (!target.matches("/[!-~]*") || target.indexOf('#') >= 0 || target.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("A target begins with / and is encoded.");
        }
        headers.forEach((name, value) -> {
            if (!maySet(name) || !isFieldValue(value)) {
                throw new IllegalArgumentException("A call may not set the field " + name + " to this value.");
            }
        });
        if (!requestId.matches("[!-~]{1,128}")) {
            throw new IllegalArgumentException("A request id has 1 to 128 visible characters.");
        }
    }

    /// The same call with one more field, or with another value of it.
    public UpstreamCall with(String name, String value) {
        var more = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.put(name, value);
        return new UpstreamCall(method, target, more, body, slow, requestId, party);
    }

    /// The same call for somebody.
    public UpstreamCall by(Party somebody) {
        return new UpstreamCall(method, target, headers, body, slow, requestId, Optional.of(somebody));
    }

    /// Whether a call may bring a field of this name: a token (RFC 9110 §5.6.2) that is none of those that carry
    /// credentials, frame the message or claim where it comes from.
    public static boolean maySet(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}") && !OURS.contains(lower) && !lower.startsWith("proxy-")
                && !lower.startsWith("x-forwarded-") && !lower.startsWith("sec-");
    }

    /// Whether a field may have this value: visible ASCII and spaces, so no line break whatever the encoding.
    public static boolean isFieldValue(String value) {
        return value.matches("[ -~]*");
    }

    /// A call that may be sent twice (RFC 9110 §9.2.2). Not DELETE, though it is idempotent: the second answer would
    /// be that there is no such thing, which reads as a failure.
    boolean isRepeatable() {
        return isSafe() || method.equals("PUT");
    }

    /// A call that cannot change anything at the upstream.
    boolean isSafe() {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }
}
