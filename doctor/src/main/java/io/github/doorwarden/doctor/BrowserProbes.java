package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.SOME;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a client in a web page may see (Fetch Standard, CORS protocol): the Inspector in its page, and others like it.
final class BrowserProbes {

    static final Fault PREFLIGHT_REFUSED = Fault.of("preflight-refused", SOME,
            "The browser's question before a POST is refused, so a web page cannot connect.",
            "204 to OPTIONS without a token, with Access-Control-Allow-Origin", "Fetch Standard, CORS-preflight fetch",
            "Answer OPTIONS before the token is looked at.", "ai-ecoverse/slicc#1824");

    static final Fault HEADERS_MISSING = Fault.of("cors-headers-missing", SOME,
            "A web page may not send the headers that MCP needs.",
            "Access-Control-Allow-Headers with Authorization, Content-Type, Mcp-Session-Id, MCP-Protocol-Version, "
                    + "Mcp-Method, Mcp-Name, Last-Event-ID", "MCP 2026-07-28 Streamable HTTP, Standard Request Headers",
            "List them all.", "ai-ecoverse/slicc#1824");

    static final Fault NOT_EXPOSED = Fault.of("cors-not-exposed", SOME,
            "A web page cannot read the session or the challenge of an answer.",
            "Access-Control-Expose-Headers: Mcp-Session-Id, WWW-Authenticate", "Fetch Standard, HTTP responses",
            "Expose both, on the 401 as well.", "ai-ecoverse/slicc#1824", "better-auth/better-auth#9992");

    static final Fault OAUTH_CLOSED = Fault.of("cors-missing-on-oauth", SOME,
            "A web page cannot read the metadata, or cannot use the token or registration endpoint.",
            "Access-Control-Allow-Origin on metadata, token and registration", "OAuth 2.1 §3.1 (not on the "
                    + "authorization endpoint)", "Add the header there; without credentials.",
            "better-auth/better-auth#9992");

    private static final List<String> SENT = List.of("authorization", "content-type", "mcp-session-id",
            "mcp-protocol-version", "mcp-method", "mcp-name", "last-event-id");
    private static final List<String> READ = List.of("mcp-session-id", "www-authenticate");

    private BrowserProbes() {}

    static void run(Visit visit) {
        preflight(visit);
        exposed(visit);
        if (visit.server != null) {
            oauth(visit);
        }
    }

    private static Ask question(URI url, String headers) {
        return Ask.of("OPTIONS", url).with("Origin", ChallengeProbes.INSPECTOR_ORIGIN)
                .with("Access-Control-Request-Method", "POST").with("Access-Control-Request-Headers", headers)
                .saying("for a POST from " + ChallengeProbes.INSPECTOR_ORIGIN);
    }

    private static boolean letsIn(Answer answer) {
        var allowed = answer.line("Access-Control-Allow-Origin");
        return allowed.equals("*") || allowed.equals(ChallengeProbes.INSPECTOR_ORIGIN);
    }

    private static List<String> lacking(Answer answer, String header, List<String> wanted) {
        var listed = answer.line(header).toLowerCase(Locale.ROOT);
        if (listed.equals("*")) {
            return List.of();
        }
        var names = List.of(listed.split("\\s*,\\s*"));
        return wanted.stream().filter(name -> !names.contains(name)).toList();
    }

    private static void preflight(Visit visit) {
        var answer = visit.wire.send(question(visit.url, String.join(",", SENT)));
        if (answer.status() < 200 || answer.status() > 299 || !letsIn(answer)) {
            var allowed = answer.line("Access-Control-Allow-Origin");
            visit.find(PREFLIGHT_REFUSED, answer.ask().words(), answer.status() + (allowed.isEmpty()
                    ? " without Access-Control-Allow-Origin" : ", Access-Control-Allow-Origin: " + allowed));
            return;
        }
        var missing = lacking(answer, "Access-Control-Allow-Headers", SENT);
        if (!missing.isEmpty()) {
            visit.find(HEADERS_MISSING, answer.ask().words(), "without " + String.join(", ", missing));
        }
    }

    private static void exposed(Visit visit) {
        var answer = visit.wire.send(AddressProbes.knock(visit).with("Origin", ChallengeProbes.INSPECTOR_ORIGIN));
        var wanted = visit.open ? List.of(READ.getFirst()) : READ;
        var missing = new ArrayList<>(lacking(answer, "Access-Control-Expose-Headers", wanted));
        if (visit.open && answer.header(Mcp.SESSION_HEADER).isEmpty()) {
            missing.clear();
        }
        if (answer.status() != 403 && (!letsIn(answer) || !missing.isEmpty())) {
            visit.find(NOT_EXPOSED, answer.ask().words(), letsIn(answer) ? "does not expose "
                    + String.join(", ", missing) : "no Access-Control-Allow-Origin");
        }
    }

    private static void oauth(Visit visit) {
        var closed = new ArrayList<String>();
        var documents = new ArrayList<>(visit.resources.keySet());
        documents.add(Places.metadataOf(visit.issuer).getFirst());
        for (var document : documents) {
            var answer = visit.wire.document(Ask.get(document).with("Origin", ChallengeProbes.INSPECTOR_ORIGIN));
            if (answer.status() == 200 && !letsIn(answer)) {
                closed.add("GET " + document);
            }
        }
        for (var member : List.of("token_endpoint", "registration_endpoint")) {
            ServerProbes.endpoint(visit, member).ifPresent(url -> {
                var answer = visit.wire.send(question(url, "content-type"));
                if (answer.status() < 200 || answer.status() > 299 || !letsIn(answer)) {
                    closed.add("OPTIONS " + url);
                }
            });
        }
        if (!closed.isEmpty()) {
            visit.find(OAUTH_CLOSED, String.join(", ", closed), "no Access-Control-Allow-Origin for "
                    + ChallengeProbes.INSPECTOR_ORIGIN);
        }
    }
}
