package io.github.doorwarden.protocol;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Why an MCP message was not carried out: the closed set, each with the JSON-RPC code and the HTTP status it has on a
/// modern wire. [#message()] may go to the caller; `detail`, where there is one, is for the log alone.
///
/// Codes: JSON-RPC 2.0 §5.1 and MCP 2026-07-28, Base protocol, Error codes. What the specification has no code for
/// takes one outside the range that JSON-RPC reserves, as it asks: the HTTP status itself.
public sealed interface Refusal {

    int code();

    /// The HTTP status of this refusal at revision 2026-07-28. Legacy revisions answer a parsed request with 200.
    int status();

    /// One sentence for the caller: what happened, why, what to do.
    String message();

    /// `error.data`; null when there is none.
    default ObjectNode data() {
        return null;
    }

    /// The body is declared as something else than JSON.
    record WrongMediaType(String message) implements Refusal {
        public int code() { return 415; }
        public int status() { return 415; }
    }

    /// Not JSON, or not within the bounds of nesting and size.
    record NotJson(String message, String detail) implements Refusal {
        public int code() { return -32700; }
        public int status() { return 400; }
    }

    /// JSON, but not a JSON-RPC message.
    record NotAMessage(String message) implements Refusal {
        public int code() { return -32600; }
        public int status() { return 400; }
    }

    /// No such method at this revision, or a thing this caller may not know of.
    record NoSuchMethod(String message) implements Refusal {
        public int code() { return -32601; }
        public int status() { return 404; }
    }

    /// The parameters are missing, of the wrong type, or name a thing that does not exist.
    record BadParams(String message) implements Refusal {
        public int code() { return -32602; }
        public int status() { return 400; }
    }

    /// There is no such tool, or the caller may not know of it: to MCP a parameter like any other, to the REST facade a
    /// 404.
    record NoSuchTool(String message) implements Refusal {
        public int code() { return -32602; }
        public int status() { return 400; }
    }

    /// A header says something else than the body (2026-07-28).
    record HeaderMismatch(String message) implements Refusal {
        public int code() { return -32020; }
        public int status() { return 400; }
    }

    /// There is no such resource, or the caller may not know of it. `uri` goes into `error.data`. Legacy revisions have
    /// a code of their own for it, [#LEGACY_CODE].
    record NoSuchResource(String message, String uri) implements Refusal {
        public static final int LEGACY_CODE = -32002;
        public int code() { return -32602; }
        public int status() { return 400; }
        public ObjectNode data() { return JsonNodeFactory.instance.objectNode().put("uri", uri); }
    }

    /// The client did not declare a capability that this call needs (2026-07-28). `required` has the form of
    /// `clientCapabilities` and goes into `error.data` as `requiredCapabilities`.
    record MissingCapability(String message, ObjectNode required) implements Refusal {
        public int code() { return -32021; }
        public int status() { return 400; }

        public ObjectNode data() {
            var data = JsonNodeFactory.instance.objectNode();
            data.set("requiredCapabilities", required);
            return data;
        }
    }

    /// The asked protocol version is not served. `supported` and `requested` go into `error.data`.
    record UnsupportedVersion(String message, List<String> supported, String requested) implements Refusal {
        public int code() { return -32022; }
        public int status() { return 400; }

        public ObjectNode data() {
            var data = JsonNodeFactory.instance.objectNode();
            supported.forEach(data.putArray("supported")::add);
            return data.put("requested", requested);
        }
    }

    /// A page has to be visited first (2025-11-25 alone, Elicitation, URL Elicitation Required Error). `elicitations`
    /// are parameters of URL elicitations, at least one, and go into `error.data`.
    record PageFirst(String message, List<ObjectNode> elicitations) implements Refusal {
        public int code() { return -32042; }
        public int status() { return 400; }

        public ObjectNode data() {
            var data = JsonNodeFactory.instance.objectNode();
            elicitations.forEach(data.putArray("elicitations")::add);
            return data;
        }
    }

    /// Too many calls. `retryAfterSeconds` goes into `Retry-After`.
    record TooMany(String message, long retryAfterSeconds) implements Refusal {
        public int code() { return 429; }
        public int status() { return 429; }
    }

    /// A store or backend is down.
    record Outage(String message, String detail, boolean retryable) implements Refusal {
        public int code() { return 503; }
        public int status() { return 503; }
    }

    /// A fault of ours. Nothing but the incident id leaves the house.
    record Bug(String incident) implements Refusal {
        public int code() { return -32603; }
        public int status() { return 500; }
        public String message() { return "Internal error. Give this incident id to your administrator: " + incident; }
    }
}
