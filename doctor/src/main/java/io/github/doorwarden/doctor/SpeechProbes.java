package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SECURITY;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;

import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Behind the door: both eras, what `Accept` may say, and whether headers are held against the message.
final class SpeechProbes {

    private static final String TRANSPORT = "MCP 2025-11-25 Transports, Sending Messages to the Server";
    private static final String LIFECYCLE = "MCP 2025-11-25 Lifecycle, Version Negotiation";
    private static final String HEADERS = "MCP 2026-07-28 Streamable HTTP, Standard Request Headers";

    static final Fault ACCEPT_REFUSED = Fault.of("accept-refused", STOPS_ALL,
            "Requests are refused for their Accept, which is what the specification asks for.",
            "an answer to Accept: application/json, text/event-stream", TRANSPORT, "Answer with either of the two.");

    static final Fault ACCEPT_EVENTS = Fault.of("accept-events-refused", SOME,
            "Accept: text/event-stream alone is refused. The proxy of claude.ai was seen to send that.",
            "an event stream", TRANSPORT, "Take whichever of the two is there.",
            "modelcontextprotocol/python-sdk#2349", "punkpeye/mcp-remote#215");

    static final Fault ACCEPT_JSON = Fault.of("accept-json-refused", SOME,
            "Accept: application/json alone is refused. Cursor and Claude Code were seen to send that.", "JSON",
            TRANSPORT, "Take whichever of the two is there.", "gts360/django-mcp-server#35",
            "modelcontextprotocol/typescript-sdk#1944", "anthropics/claude-code#45368");

    static final Fault ACCEPT_ANY = Fault.of("accept-any-refused", SOME, "Accept: */* is refused. VS Code sends that.",
            "an answer", "RFC 9110 §12.5.1", "Understand ranges of media types.", "PrefectHQ/fastmcp#1664");

    static final Fault ACCEPT_NONE = Fault.of("accept-none-refused", SOME,
            "A request without Accept is refused. Versions of Claude Code sent none.", "an answer",
            "RFC 9110 §12.5.1", "Take a missing Accept for */*.", "vectorize-io/hindsight#571");

    static final Fault TOKEN_REFUSED = Fault.of("given-token-refused", SOME,
            "The token that was given for this examination is refused, so nothing behind the door was seen.",
            "an answer", "RFC 6750 §3.1",
            "Get a new token for exactly this URL. If it is new: look at its audience, and at the server's log.");

    static final Fault LEGACY_REFUSED = Fault.of("initialize-refused", STOPS_ALL,
            "initialize is refused, with which every client begins that does not speak 2026-07-28 alone.",
            "a result with protocolVersion", LIFECYCLE, "Serve both eras at one URL.", "laravel/mcp#341");

    static final Fault OLD_REVISION_REFUSED = Fault.of("old-revision-refused", SOME,
            "A client that speaks 2025-06-18 at best is refused instead of being answered in a revision of the "
            + "server's.",
            "a result with a revision that the server speaks", LIFECYCLE, "Negotiate; refuse nobody.",
            "laravel/mcp#341");

    static final Fault NOTICE_REFUSED = Fault.of("initialized-refused", HINDERS_ALL,
            "notifications/initialized is not accepted.", "202", TRANSPORT,
            "Answer 202 to every notification, in the session that was given.");

    static final Fault PROBE_UNANSWERED = Fault.of("probe-unanswered", SOME,
            "What the server does not know is not answered by a JSON-RPC error, so clients of 2026-07-28 cannot tell "
            + "that "
                    + "they have to fall back.", "-32601 in a JSON-RPC error, at once",
            "MCP 2026-07-28 Versioning, Backward Compatibility", "Answer unknown methods with an error, before "
                    + "initialize too.", "czlonkowski/n8n-mcp#1019", "laravel/mcp#287");

    static final Fault MODERN_ABSENT = Fault.of("modern-absent", SOME,
            "The server does not speak 2026-07-28. Every client falls back.", "a result of server/discover",
            "MCP 2026-07-28 Discovery", "Nothing has to be done today.");

    static final Fault MODERN_SESSION = Fault.of("session-for-modern", SOME,
            "A request of 2026-07-28 is given a session.", "no Mcp-Session-Id",
            "MCP 2026-07-28 Base Protocol, Statelessness",
            "Give sessions for initialize alone.", "laravel/mcp#341");

    static final Fault HEADERS_UNCHECKED = Fault.of("headers-unchecked", SECURITY,
            "Mcp-Method is not held against the message: a proxy that judges by the header lets something else "
            + "through.",
            "400 with -32020", HEADERS, "Compare both, and refuse what differs.");

    static final Fault VERSIONS_UNNAMED = Fault.of("versions-unnamed", SOME,
            "A revision that the server does not speak is refused without saying which it does.",
            "400 with -32022 and the list in data.supported", "MCP 2026-07-28 Versioning, Negotiation",
            "Name them.", "laravel/mcp#341");

    private SpeechProbes() {}

    static void run(Visit visit) {
        accept(visit);
        if (!visit.inside()) {
            return;
        }
        var hello = visit.wire.send(visit.authorized(Mcp.initialize(visit.url, Revision.newestLegacy().date())));
        if (hello.status() == 401 || hello.status() == 403) {
            visit.find(TOKEN_REFUSED, hello);
            visit.over = true;
            return;
        }
        legacy(visit, hello);
        modern(visit);
        if (!visit.legacy && !visit.modern) {
            visit.over = true;
        }
    }

    private static void accept(Visit visit) {
        var usual = visit.wire.send(visit.authorized(AddressProbes.knock(visit)));
        if (usual.status() == 406) {
            visit.find(ACCEPT_REFUSED, usual);
            return;
        }
        accept(visit, usual, Mcp.EVENTS, ACCEPT_EVENTS);
        accept(visit, usual, "application/json", ACCEPT_JSON);
        accept(visit, usual, "*/*", ACCEPT_ANY);
        accept(visit, usual, null, ACCEPT_NONE);
    }

    private static void accept(Visit visit, Answer usual, String accept, Fault fault) {
        var answer = visit.wire.send(visit.authorized(Mcp.initialize(visit.url, Revision.newestLegacy().date()))
                .with("Accept", accept).saying(accept == null ? "without Accept" : "Accept: " + accept));
        if (answer.status() != usual.status() && answer.status() >= 400 || answer.silent()) {
            visit.find(fault, answer);
        }
    }

    private static void legacy(Visit visit, Answer hello) {
        if (hello.result().isEmpty()) {
            visit.find(LEGACY_REFUSED, hello);
            return;
        }
        visit.legacy = true;
        visit.session = hello.header(Mcp.SESSION_HEADER).orElse(null);
        visit.revision = hello.result().map(result -> result.path("protocolVersion").asString(""))
                .orElse(Revision.newestLegacy().date());
        var notice = visit.wire.send(visit.authorized(Mcp.notification(visit.url, "notifications/initialized",
                visit.revision, visit.session)));
        if (notice.status() < 200 || notice.status() > 299) {
            visit.find(NOTICE_REFUSED, notice);
        }
        var old = visit.wire.send(visit.authorized(Mcp.initialize(visit.url, Revision.V2025_06_18.date())));
        if (old.result().isEmpty()) {
            visit.find(OLD_REVISION_REFUSED, old);
        }
    }

    private static void modern(Visit visit) {
        var found = visit.wire.send(visit.authorized(Mcp.modern(visit.url, "server/discover")));
        if (found.result().isEmpty()) {
            if (found.error().isEmpty()) {
                visit.find(PROBE_UNANSWERED, found);
            } else {
                visit.find(MODERN_ABSENT, found);
            }
            return;
        }
        visit.modern = true;
        if (found.header(Mcp.SESSION_HEADER).isPresent()) {
            visit.find(MODERN_SESSION, found.ask().words(), "Mcp-Session-Id: " + found.line(Mcp.SESSION_HEADER));
        }
        var wrong = visit.wire.send(visit.authorized(Mcp.modern(visit.url, "tools/list"))
                .with("Mcp-Method", "server/discover").saying("but Mcp-Method: server/discover"));
        if (wrong.result().isPresent()) {
            visit.find(HEADERS_UNCHECKED, wrong);
        }
        var future = visit.wire.send(visit.authorized(Mcp.modern(visit.url, "tools/list",
                JsonNodeFactory.instance.objectNode(), "2099-01-01")));
        if (future.error().map(SpeechProbes::named).filter(said -> said).isEmpty()) {
            visit.find(VERSIONS_UNNAMED, future);
        }
    }

    private static boolean named(JsonNode error) {
        return error.path("code").asInt(0) == -32022 && error.path("data").path("supported").size() > 0;
    }
}
