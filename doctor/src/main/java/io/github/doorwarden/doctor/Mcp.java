package io.github.doorwarden.doctor;

import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Revision;
import java.net.URI;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Messages as clients write them, in both eras.
final class Mcp {

    static final String BOTH = "application/json, text/event-stream";
    static final String EVENTS = "text/event-stream";
    static final String MODERN = Revision.V2026_07_28.date();
    static final String VERSION_HEADER = "MCP-Protocol-Version";
    static final String SESSION_HEADER = "Mcp-Session-Id";

    private static final String NAME = "doorwarden-doctor";

    private Mcp() {}

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode info() {
        return object().put("name", NAME).put("version", "0.1");
    }

    /// The greeting of a client that speaks `revision`.
    static Ask initialize(URI url, String revision) {
        var params = object().put("protocolVersion", revision);
        params.putObject("capabilities");
        params.set("clientInfo", info());
        return message(url, 1, "initialize", params).saying(revision);
    }

    /// A request of the legacy era, in a session when there is one.
    static Ask legacy(URI url, String method, String revision, String session) {
        return message(url, 2, method, object()).with(VERSION_HEADER, revision).with(SESSION_HEADER, session);
    }

    static Ask notification(URI url, String method, String revision, String session) {
        return message(url, null, method, object()).with(VERSION_HEADER, revision).with(SESSION_HEADER, session);
    }

    /// A request of 2026-07-28.
    static Ask modern(URI url, String method, ObjectNode params, String revision) {
        var meta = params.putObject("_meta");
        meta.put(Meta.PROTOCOL_VERSION, revision);
        meta.set(Meta.CLIENT_INFO, info());
        meta.putObject(Meta.CLIENT_CAPABILITIES);
        return message(url, 3, method, params).with(VERSION_HEADER, revision).with("Mcp-Method", method)
                .saying(revision);
    }

    static Ask modern(URI url, String method) {
        return modern(url, method, object(), MODERN);
    }

    private static Ask message(URI url, Integer id, String method, ObjectNode params) {
        var message = object().put("jsonrpc", "2.0");
        if (id != null) {
            message.put("id", id.intValue());
        }
        message.put("method", method);
        message.set("params", params);
        return Ask.json(url, message.toString(), method).with("Accept", BOTH);
    }
}
