package io.github.doorwarden.protocol;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a modern request says of itself in `params._meta` (MCP 2026-07-28, Base protocol, `_meta`, Per-request protocol
/// fields).
///
/// @param protocolVersion    as sent; whether it is served is judged later, after the headers
/// @param clientInfo         `name` and `version` are strings; self-reported, for display alone
/// @param clientCapabilities what the client can do, for this request alone
/// @param logLevel           absent: no log notifications
public record Meta(String protocolVersion, Optional<ObjectNode> clientInfo, ObjectNode clientCapabilities,
        Optional<LogLevel> logLevel) {

    public static final String PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion";
    public static final String CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
    public static final String CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    public static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";
    public static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";

    public static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";

    /// Whether `params` has a protocol version in its `_meta`: that makes a request modern.
    static boolean declaresVersion(ObjectNode params) {
        return params.path("_meta").has(PROTOCOL_VERSION);
    }

    /// @throws Refused [Refusal.BadParams] when a required member is missing or one has the wrong type
    public static Meta of(ObjectNode params) {
        if (!(params.path("_meta") instanceof ObjectNode meta)) {
            throw bad("params._meta is missing. At revision " + Revision.V2026_07_28.date() + " every request carries "
                    + PROTOCOL_VERSION + " and " + CLIENT_CAPABILITIES + " in it.");
        }
        var version = meta.path(PROTOCOL_VERSION);
        if (!version.isString() || version.asString().isEmpty()
                || version.asString().length() > Limits.VERSION_CHARS_MAX) {
            throw bad("params._meta needs " + PROTOCOL_VERSION + ", a string such as \"" + Revision.V2026_07_28.date()
                    + "\".");
        }
        if (!(meta.path(CLIENT_CAPABILITIES) instanceof ObjectNode capabilities)) {
            throw bad("params._meta needs " + CLIENT_CAPABILITIES + ", an object; {} when the client has none.");
        }
        return new Meta(version.asString(), clientInfo(meta.path(CLIENT_INFO)), capabilities,
                logLevel(meta.path(LOG_LEVEL)));
    }

    private static Optional<ObjectNode> clientInfo(JsonNode info) {
        if (info.isMissingNode()) {
            return Optional.empty();
        }
        if (!(info instanceof ObjectNode object) || !object.path("name").isString()
                || !object.path("version").isString()) {
            throw bad("params._meta " + CLIENT_INFO + " must be an object with the strings name and version.");
        }
        return Optional.of(object);
    }

    private static Optional<LogLevel> logLevel(JsonNode level) {
        if (level.isMissingNode()) {
            return Optional.empty();
        }
        var known = LogLevel.of(level.asString(""));
        if (!level.isString() || known.isEmpty()) {
            throw bad("params._meta " + LOG_LEVEL
                    + " must be one of debug, info, notice, warning, error, critical, alert, emergency.");
        }
        return known;
    }

    /// The token under which the client wants to hear of progress: a string or a whole number (every revision,
    /// Progress); empty when it wants none.
    ///
    /// @throws Refused [Refusal.BadParams] for a token of another type or one that is too long to be said back
    public static Optional<JsonNode> progressToken(ObjectNode params) {
        var token = params.path("_meta").path("progressToken");
        if (token.isMissingNode() || token.isNull()) {
            return Optional.empty();
        }
        if (!token.isString() && !token.isIntegralNumber() || token.asString().length() > Limits.ID_CHARS_MAX) {
            throw bad("params._meta.progressToken must be a string or a whole number of at most " + Limits.ID_CHARS_MAX
                    + " characters.");
        }
        return Optional.of(token);
    }

    /// What the message says of its trace (MCP, `_meta`, trace context), not judged; empty when it says nothing.
    public static Optional<String> traceparent(ObjectNode params) {
        return Optional.of(params.path("_meta").path("traceparent").asString("")).filter(text -> !text.isEmpty());
    }

    private static Refused bad(String message) {
        return new Refused(new Refusal.BadParams(message));
    }
}
