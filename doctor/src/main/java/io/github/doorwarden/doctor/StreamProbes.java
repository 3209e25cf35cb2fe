package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;

import io.github.doorwarden.protocol.Revision;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/// GET and DELETE, sessions that are gone, and whether events arrive when they are sent.
final class StreamProbes {

    private static final String LISTENING = "MCP 2025-11-25 Transports, Listening for Messages from the Server";
    private static final String SESSIONS = "MCP 2025-11-25 Transports, Session Management";

    static final Fault GET_HANGS = Fault.of("get-hangs", HINDERS_ALL,
            "GET is not answered: clients that open a stream wait until they give up.",
            "405 with Allow, or 200 with text/event-stream and its headers at once", LISTENING,
            "Answer 405 when there is nothing to say. If there is: send the headers, and a comment, at once; proxies "
            + "hold "
                    + "back headers without a body.", "modelcontextprotocol/python-sdk#3492",
            "modelcontextprotocol/python-sdk#2474");

    static final Fault GET_WRONG_STATUS = Fault.of("get-wrong-status", SOME,
            "GET is refused by another status than 405: some clients take the server for broken, or try without end.",
            "405 with Allow, or 200 with text/event-stream", LISTENING, "Answer 405.", "punkpeye/mcp-proxy#62",
            "cap-js/mcp#36", "upstash/context7#2099", "nuxt-modules/mcp-toolkit#221");

    static final Fault GET_ENDS_AT_ONCE = Fault.of("get-ends-at-once", SOME,
            "The stream of GET ends as soon as it has begun: clients open it again and again.",
            "405, or a stream that stays open", LISTENING, "Answer 405 when there is nothing to say.",
            "modelcontextprotocol/python-sdk#2262", "PrefectHQ/fastmcp#3179");

    static final Fault LOST_SESSION = Fault.of("lost-session-not-404", HINDERS_ALL,
            "A session that is gone is not answered by 404: clients do not begin again after a restart of the server.",
            "404", SESSIONS, "Answer 404 for every session that you do not know.", "DAWNCR0W/affine-mcp-server#301",
            "markmhendrickson/neotoma#1923", "onyx-dot-app/agent-wiki#158");

    static final Fault DELETE_WRONG_STATUS = Fault.of("delete-wrong-status", SOME,
            "DELETE of the session is answered by neither success nor 405.", "200, 202, 204 or 405", SESSIONS,
            "Answer 405 if clients may not end sessions.");

    static final Fault BUFFERED = Fault.of("stream-buffered", HINDERS_ALL,
            "Events are held back on the way: something in front of the server collects the stream before it passes it "
                    + "on.", "each event when it is sent", "MCP 2026-07-28 Streamable HTTP, Receiving Messages",
            "Switch buffering off for this path (nginx: proxy_buffering off), or send X-Accel-Buffering: no.",
            "modelcontextprotocol/modelcontextprotocol#1644", "nginx/nginx#1505");

    static final Fault COMPRESSED = Fault.of("stream-compressed", HINDERS_ALL,
            "An event stream is compressed although nobody asked for it: events wait until a block is full.",
            "no Content-Encoding", "RFC 9110 §12.5.3", "Except text/event-stream from compression.");

    static final Fault MAY_BE_BUFFERED = Fault.of("stream-may-be-buffered", SOME,
            "The event stream does not ask proxies to pass it on at once.", "X-Accel-Buffering: no",
            "MCP 2026-07-28 Streamable HTTP, Receiving Messages", "Send the header with each event stream.",
            "modelcontextprotocol/modelcontextprotocol#1644");

    private static final Set<Integer> DELETED = Set.of(200, 202, 204, 401, 405);

    private StreamProbes() {}

    static void run(Visit visit) {
        if (visit.over) {
            return;
        }
        get(visit);
        if (visit.legacy && visit.session != null) {
            lostSession(visit);
        }
        if (visit.modern) {
            listen(visit);
        }
    }

    /// Last of all, when nothing needs the sessions any more: every one that was begun is ended.
    static void leave(Visit visit) {
        for (var session : visit.wire.sessions()) {
            var answer = visit.wire.send(visit.authorized(Ask.of("DELETE", visit.url)
                    .with(Mcp.SESSION_HEADER, session).with(Mcp.VERSION_HEADER, visit.revision)));
            if (session.equals(visit.session) && !DELETED.contains(answer.status())) {
                visit.find(DELETE_WRONG_STATUS, answer);
            }
        }
    }

    private static void get(Visit visit) {
        var answer = visit.wire.send(visit.authorized(Ask.of("GET", visit.url).with("Accept", Mcp.EVENTS)
                .with(Mcp.SESSION_HEADER, visit.session).with(Mcp.VERSION_HEADER, visit.revision)
                .saying("to open a stream")), Wire.Read.HOLD);
        if (answer.silent()) {
            visit.find(GET_HANGS, answer);
        } else if (answer.status() == 200 && answer.events()) {
            transfer(visit, answer);
            if (answer.ended()) {
                visit.find(GET_ENDS_AT_ONCE, answer);
            }
        } else if (answer.status() != 405 && (answer.status() != 401 || visit.inside())) {
            visit.find(GET_WRONG_STATUS, answer);
        }
    }

    /// What the headers of a stream say about the way that it comes.
    private static void transfer(Visit visit, Answer answer) {
        if (!answer.line("Content-Encoding").matches("(?i)(identity)?")) {
            visit.find(COMPRESSED, answer);
        }
        if (!answer.line("Content-Length").isEmpty() && answer.body().length() > 0) {
            visit.find(BUFFERED, answer.ask().words(), "Content-Length: " + answer.line("Content-Length")
                    + ": the stream was collected before it was sent");
        }
        if (!answer.line("X-Accel-Buffering").equalsIgnoreCase("no")) {
            visit.find(MAY_BE_BUFFERED, answer);
        }
    }

    private static void lostSession(Visit visit) {
        var answer = visit.wire.send(visit.authorized(Mcp.legacy(visit.url, "tools/list",
                Revision.newestLegacy().date(), ChallengeProbes.LOST_SESSION).saying("in a session of long ago")));
        if (answer.status() != 404) {
            visit.find(LOST_SESSION, answer);
        }
    }

    /// A subscription is acknowledged at once, on a stream that then stays open: if the acknowledgement does not come,
    /// something on the way waits for more.
    private static void listen(Visit visit) {
        var params = JsonNodeFactory.instance.objectNode();
        params.putObject("notifications").put("toolsListChanged", true);
        var answer = visit.wire.send(visit.authorized(Mcp.modern(visit.url, "subscriptions/listen", params,
                Mcp.MODERN)), Wire.Read.EVENT);
        var events = answer.status() == 200 && answer.events();
        if (events) {
            transfer(visit, answer);
        }
        var withheld = answer.silent() && answer.trouble() == Answer.Trouble.SILENT;
        if (withheld || events && answer.words().isEmpty() && !answer.ended()) {
            visit.find(BUFFERED, answer.ask().words(), "no acknowledgement within " + Limits.HOLD.toSeconds() + " s");
        }
    }
}
