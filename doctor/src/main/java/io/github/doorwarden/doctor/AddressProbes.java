package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;

import io.github.doorwarden.protocol.Revision;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/// The way to the endpoint, before a word of MCP: TLS, redirects, both spellings, walls in front, the clock.
final class AddressProbes {

    static final Fault UNREACHABLE = Fault.of("unreachable", STOPS_ALL, "Nothing answers at this address.",
            "an answer to POST", "MCP 2025-11-25 Transports, Streamable HTTP",
            "Start the server, open the port, and look whether the name leads to it from where the client is.");

    static final Fault TLS_NOT_TRUSTED = Fault.of("tls-not-trusted", STOPS_ALL,
            "TLS fails: the certificate is not one that clients trust, is for another name, or has ended.",
            "a certificate of a public authority for this name, with its chain", "RFC 9110 §4.3.4",
            "Serve the whole chain (fullchain), for exactly this host, and renew it. Clients cannot be told to trust "
            + "it.");

    static final Fault PLAIN_HTTP = Fault.of("plain-http", HINDERS_ALL, "The endpoint is not served over TLS.",
            "https, except on the person's own machine", "MCP 2025-11-25 Authorization, Communication Security",
            "Put a proxy with TLS in front, or give the server a certificate.");

    static final Fault LOOPBACK = Fault.of("loopback", SOME,
            "Only programs on this machine get here. ChatGPT and claude.ai are judged as if the same server answered "
            + "in "
                    + "public.", "a public https address", "MCP 2025-11-25 Transports, Security Warning",
            "Examine the public address once there is one: proxies change answers.");

    static final Fault REDIRECTED_WITHOUT_BODY = Fault.of("redirected-without-body", STOPS_ALL,
            "POST is redirected by 301, 302 or 303: clients come back with GET, without the message.",
            "an answer at the very URL that was typed", "RFC 9110 §15.4",
            "Serve both spellings of the path. If a redirect has to be, let it be 308 to the same origin.",
            "zoho/analytics-mcp-server#22", "agencyenterprise/draft-detective#774");

    static final Fault REDIRECTED_ELSEWHERE = Fault.of("redirected-elsewhere", STOPS_ALL,
            "POST is redirected to another origin, or from https to http: clients drop the Authorization header on the "
                    + "way.", "an answer at the very URL that was typed", "RFC 9110 §15.4",
            "Behind a proxy with TLS, tell the framework its public scheme and host (forwarded headers), or serve both "
                    + "spellings so that it does not redirect.", "BerriAI/litellm#23688", "BerriAI/litellm#34845");

    static final Fault REDIRECTED = Fault.of("redirected", HINDERS_ALL,
            "POST is redirected within its origin. Clients that follow do so at every call.",
            "an answer at the very URL that was typed", "RFC 9110 §15.4", "Serve both spellings of the path.",
            "zoho/analytics-mcp-server#22", "maxkuminov/obsidian-mcp#30");

    static final Fault SLASH_REDIRECTED = Fault.of("slash-redirected", SOME,
            "The same path, with or without a slash at its end, is redirected.",
            "the same answer for both spellings", "MCP 2025-11-25 Transports, Streamable HTTP",
            "Route both spellings to the endpoint: people type either.", "zoho/analytics-mcp-server#22",
            "BerriAI/litellm#23688");

    static final Fault SLASH_NOT_SERVED = Fault.of("slash-not-served", SOME,
            "The same path, with or without a slash at its end, is not served.",
            "the same answer for both spellings", "MCP 2025-11-25 Transports, Streamable HTTP",
            "Route both spellings to the endpoint, in the proxy as well: people type either.",
            "anthropics/claude-ai-mcp#299");

    static final Fault BOT_WALL = Fault.of("bot-wall", STOPS_ALL,
            "A wall against bots answers instead of the server, and no client of MCP is a browser.",
            "the server's own answer", "MCP 2025-11-25 Transports, Streamable HTTP",
            "Except the endpoint, /.well-known, the token and the registration endpoint from the bot protection "
                    + "(Cloudflare: Bot Fight Mode, managed challenges).", "Waishnav/devspace#44");

    static final Fault CLIENT_BLOCKED = Fault.of("client-blocked", STOPS_ALL,
            "Requests with the User-Agent of this client are refused; others are answered.",
            "the same answer whatever the User-Agent is", "MCP 2025-11-25 Transports, Streamable HTTP",
            "Except the endpoint from the firewall's rules on User-Agents: claude.ai comes as python-httpx, ChatGPT as "
                    + "aiohttp.", "Waishnav/devspace#44", "tldraw/tldraw#10612");

    static final Fault CLOCK_SKEW = Fault.of("clock-skew", SOME,
            "The server's clock and this one differ by more than a minute: tokens and signed assertions are not valid "
                    + "yet, or not any more.", "the time, by NTP", "RFC 7519 §4.1.4 to §4.1.6",
            "Set the clock of the server (or of this machine, if the others agree with the server).");

    private static final Set<Integer> REFUSING = Set.of(403, 406, 429, 503);

    private AddressProbes() {}

    static void run(Visit visit) {
        visit.knock = visit.wire.send(knock(visit));
        if (visit.knock.silent()) {
            visit.find(visit.knock.trouble() == Answer.Trouble.TLS ? TLS_NOT_TRUSTED : UNREACHABLE, visit.knock);
            visit.over = true;
            return;
        }
        if (visit.knock.header("cf-mitigated").isPresent()) {
            visit.find(BOT_WALL, visit.knock);
            visit.over = true;
            return;
        }
        scheme(visit);
        redirects(visit);
        if (!visit.over) {
            spellings(visit);
            userAgents(visit);
            clock(visit);
        }
    }

    static Ask knock(Visit visit) {
        return Mcp.initialize(visit.url, Revision.newestLegacy().date()).saying("without a token");
    }

    private static void scheme(Visit visit) {
        if (Places.loopback(visit.url)) {
            visit.find(LOOPBACK, visit.url.toString(), "an address of this machine");
        } else if (!Places.https(visit.url)) {
            visit.find(PLAIN_HTTP, visit.knock);
        }
    }

    /// Says so, and goes on where the redirect leads, so that the rest is seen too.
    private static void redirects(Visit visit) {
        for (var hop = 0; hop < Limits.REDIRECTS && visit.knock.redirect(); hop++) {
            var to = visit.knock.location();
            var same = to.filter(uri -> Places.sameOrigin(visit.url, uri)).isPresent();
            visit.find(same ? visit.knock.status() < 307 ? REDIRECTED_WITHOUT_BODY : REDIRECTED : REDIRECTED_ELSEWHERE,
                    visit.knock);
            var upgraded = to.filter(uri -> Places.https(uri) && uri.getHost().equalsIgnoreCase(visit.url.getHost()));
            if (!same && upgraded.isEmpty()) {
                break;
            }
            visit.url = to.get();
            visit.knock = visit.wire.send(knock(visit));
        }
        visit.over = visit.knock.redirect() || visit.knock.silent();
    }

    private static void spellings(Visit visit) {
        var other = Places.otherSpelling(visit.url);
        if (other.isEmpty()) {
            return;
        }
        var answer = visit.wire.send(knock(visit).at(other.get()));
        if (answer.redirect()) {
            visit.find(SLASH_REDIRECTED, answer);
        } else if (answer.status() != visit.knock.status()) {
            visit.find(SLASH_NOT_SERVED, answer);
        }
    }

    private static void userAgents(Visit visit) {
        if (REFUSING.contains(visit.knock.status())) {
            return;
        }
        for (var client : visit.clients()) {
            var agent = client.play().userAgent();
            var answer = visit.wire.send(knock(visit).with("User-Agent", agent).saying("as " + agent));
            if (REFUSING.contains(answer.status()) || answer.silent() && !visit.wire.timeIsOver()) {
                visit.find(CLIENT_BLOCKED, answer, client);
            }
        }
    }

    private static void clock(Visit visit) {
        try {
            var theirs = visit.knock.header("Date").map(date ->
                    Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
            var ours = visit.options.time().instant();
            if (theirs.isPresent() && Duration.between(theirs.get(), ours).abs().compareTo(Limits.CLOCK_SKEW) > 0) {
                visit.find(CLOCK_SKEW, visit.knock.ask().words(), "Date: " + visit.knock.line("Date")
                        + ", while it is " + ours + " here");
            }
        } catch (DateTimeException e) {
            visit.find(CLOCK_SKEW, visit.knock.ask().words(), "Date: " + visit.knock.line("Date")
                    + ", which is no date");
        }
    }
}
