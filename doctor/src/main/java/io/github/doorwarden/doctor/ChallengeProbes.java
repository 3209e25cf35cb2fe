package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;

import io.github.doorwarden.protocol.Revision;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a stranger is told: the 401, its challenge, and what a web page, a bad token and a lost session get.
final class ChallengeProbes {

    static final Fault HOST_REFUSED = Fault.of("host-refused", STOPS_ALL,
            "The server refuses its own public name: it knows itself by another Host.",
            "an answer for the host that is in the URL", "MCP 2025-11-25 Transports, Security Warning",
            "Allow the public host in the server's protection against DNS rebinding, or let the proxy pass Host on.");

    static final Fault SERVER_ERROR = Fault.of("server-error", STOPS_ALL,
            "A greeting without a token ends in an error of the server.", "401, or an answer", "RFC 6750 §3",
            "Look into the server's log; a missing token is nothing unusual.");

    static final Fault NOT_MCP = Fault.of("not-an-mcp-endpoint", STOPS_ALL, "This URL does not speak MCP over HTTP.",
            "a JSON-RPC answer to POST, or 401", "MCP 2025-11-25 Transports, Streamable HTTP",
            "Look at the path: it is often /mcp, and the proxy has to pass the bare path on as well as what is below.",
            "anthropics/claude-ai-mcp#299");

    static final Fault NOT_401 = Fault.of("refused-without-401", STOPS_ALL,
            "A caller without a token is refused, but not by 401: no client begins to sign in.",
            "401 with WWW-Authenticate", "MCP 2025-11-25 Authorization, Protected Resource Metadata Discovery "
            + "Requirements; RFC 9728 §5.1",
            "Answer 401 with the challenge; 403 is for callers who are known.", "maxkuminov/obsidian-mcp#30");

    static final Fault NO_CHALLENGE = Fault.of("challenge-missing", HINDERS_ALL,
            "The 401 does not say where the metadata is.",
            "WWW-Authenticate: Bearer resource_metadata=\"<absolute URL>\", scope=\"...\"", "RFC 9728 §5.1",
            "Add the header, and let the proxy pass it.", "maxkuminov/obsidian-mcp#30", "tldraw/tldraw#10612",
            "PrefectHQ/fastmcp#4527");

    static final Fault NOT_ABSOLUTE = Fault.of("challenge-not-absolute", HINDERS_ALL,
            "resource_metadata in the challenge is no absolute URL, so clients pass it over.", "an absolute URL",
            "RFC 9728 §5.1", "Write scheme and host, from the configured public origin.");

    static final Fault NO_SCOPE = Fault.of("challenge-without-scope", SOME,
            "The challenge names no scope. Some clients then ask for every scope that the metadata lists.",
            "scope=\"...\" with what this request needs", "MCP 2025-11-25 Authorization, Scope Selection Strategy",
            "Put the least scopes into the challenge.", "tldraw/tldraw#10612", "openai/codex#15643");

    static final Fault URL_UNUSABLE = Fault.of("url-unusable", STOPS_ALL,
            "The server names a URL that clients cannot use: http:// although it is served over TLS, or an address of "
                    + "its own machine.", "URLs with the public https origin",
            "MCP 2025-11-25 Authorization, Communication Security",
            "Make URLs from the configured public origin, not from the socket behind the proxy.",
            "BerriAI/litellm#34845");

    static final Fault ORIGIN_REFUSED = Fault.of("origin-refused", SOME,
            "Requests from the Inspector's page are refused for their Origin.",
            "an answer for Origin: http://localhost:6274", "MCP 2025-11-25 Transports, Security Warning",
            "Allow the origins of the web pages that are to connect. Claude Code shows a 403 as a failed sign-in.");

    static final Fault BAD_TOKEN_NOT_401 = Fault.of("bad-token-not-401", HINDERS_ALL,
            "A token that is not valid is not answered by 401: when it ends, clients do not sign in again.",
            "401 with error=\"invalid_token\"", "RFC 6750 §3.1", "Answer 401 with the challenge for every bad token.",
            "anthropics/claude-ai-mcp#228", "anthropics/claude-code#65036");

    static final Fault SESSION_BEFORE_TOKEN = Fault.of("session-before-token", HINDERS_ALL,
            "The session is looked at before the token: who lost both is not told to sign in.", "401 first",
            "RFC 6750 §3.1; MCP 2025-11-25 Transports, Session Management", "Check the token first.",
            "DAWNCR0W/affine-mcp-server#301");

    private static final Pattern PARAMETER =
            Pattern.compile("(?:^|[\\s,])([A-Za-z_]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,\"]+))");
    static final String LOST_SESSION = "doorwarden-doctor-lost-session";
    static final String INSPECTOR_ORIGIN = "http://localhost:6274";

    private ChallengeProbes() {}

    static void run(Visit visit) {
        var knock = visit.knock;
        if (knock.result().isPresent()) {
            visit.knock = listed(visit, knock);
            visit.open = visit.knock.status() != 401;
        } else if (knock.status() != 401 && knock.error().isPresent()) {
            var discover = visit.wire.send(Mcp.modern(visit.url, "server/discover").saying("without a token"));
            visit.open = discover.result().isPresent();
            visit.knock = discover.status() == 401 || visit.open ? discover : knock;
        }
        if (!visit.open && visit.knock.status() != 401) {
            refused(visit);
        }
        if (visit.over) {
            return;
        }
        origins(visit);
        if (!visit.open) {
            challenge(visit);
            badToken(visit);
            lostSession(visit);
        }
    }

    /// The greeting is open; are the tools too?
    private static Answer listed(Visit visit, Answer hello) {
        var session = hello.header(Mcp.SESSION_HEADER).orElse(null);
        var revision = Revision.newestLegacy().date();
        return visit.wire.send(Mcp.legacy(visit.url, "tools/list", revision, session).saying("without a token"));
    }

    private static void refused(Visit visit) {
        var knock = visit.knock;
        var status = knock.status();
        var text = knock.body().toLowerCase(Locale.ROOT);
        if (status == 421 || (status == 403 || status == 400) && text.contains("host")) {
            visit.find(HOST_REFUSED, knock);
        } else if (status >= 500) {
            visit.find(SERVER_ERROR, knock);
        } else if (status == 406) {
            visit.find(SpeechProbes.ACCEPT_REFUSED, knock);
        } else if (status == 404 || status == 405 || status < 300 && knock.json().isEmpty()) {
            visit.find(NOT_MCP, knock);
        } else {
            visit.find(NOT_401, knock);
            return;
        }
        visit.over = true;
    }

    private static void challenge(Visit visit) {
        var challenge = visit.knock.line("WWW-Authenticate");
        visit.named = parameter(challenge, "resource_metadata");
        visit.scope = parameter(challenge, "scope");
        if (visit.knock.status() != 401) {
            return;
        }
        if (visit.named.isEmpty()) {
            visit.find(NO_CHALLENGE, visit.knock);
            return;
        }
        var url = visit.named.flatMap(Places::url);
        if (url.isEmpty()) {
            visit.find(NOT_ABSOLUTE, visit.knock);
        } else if (!Places.mayFollow(visit.url, url.get())) {
            visit.find(URL_UNUSABLE, visit.knock);
        }
        if (visit.scope.isEmpty()) {
            visit.find(NO_SCOPE, visit.knock);
        }
    }

    /// A parameter of a challenge (RFC 9110 §11.2).
    static Optional<String> parameter(String challenge, String name) {
        return PARAMETER.matcher(challenge).results().filter(found -> found.group(1).equalsIgnoreCase(name))
                .map(found -> found.group(2) == null ? found.group(3) : found.group(2)).findFirst();
    }

    private static void origins(Visit visit) {
        var answer = visit.wire.send(AddressProbes.knock(visit).with("Origin", INSPECTOR_ORIGIN)
                .saying("with Origin: " + INSPECTOR_ORIGIN));
        if (answer.status() == 403 && visit.knock.status() != 403) {
            visit.find(ORIGIN_REFUSED, answer);
        }
    }

    private static void badToken(Visit visit) {
        var answer = visit.wire.send(AddressProbes.knock(visit).with("Authorization", "Bearer no-token-of-yours")
                .saying("but a bad one"));
        if (answer.status() != 401 && answer.result().isEmpty()) {
            visit.find(BAD_TOKEN_NOT_401, answer);
        }
    }

    private static void lostSession(Visit visit) {
        if (visit.knock.status() != 401) {
            return;
        }
        var answer = visit.wire.send(Mcp.legacy(visit.url, "tools/call", Revision.newestLegacy().date(), LOST_SESSION)
                .saying("without a token, in a session of long ago"));
        if (answer.status() != 401) {
            visit.find(SESSION_BEFORE_TOKEN, answer);
        }
    }
}
