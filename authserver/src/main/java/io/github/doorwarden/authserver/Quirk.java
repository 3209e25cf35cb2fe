package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Locale;

/// A fault of known clients that this server can live with: one switch each, `authorization.client_quirks.<key>`. The
/// configuration, the manual and `doorwarden client quirks` are made from this table.
public enum Quirk {

    WITHOUT_ISS(Reach.EVERYBODY, List.of(),
            "Answers do not say which server they come from (`iss`, RFC 9207), and the metadata does not promise it: "
                    + "a client that talks to several servers can no longer tell them apart by that.",
            "Codex 0.143 to 0.146, mcp-remote 0.9.0 and Hermes read the promise, lose the parameter on the way from "
                    + "their callback and refuse the answer; others refuse what was not promised.",
            "openai/codex#33354", "punkpeye/mcp-remote#359", "NousResearch/hermes-agent#105911"),

    SECRET_EITHER_WAY(Reach.CLIENTS, List.of("*"),
            "A client that registered without naming a method may send its secret in the header or in the body.",
            "RFC 7591 gives it client_secret_basic, and many then post. Off: the header alone.",
            "PrefectHQ/fastmcp#4600", "mark3labs/mcp-go#803", "modelcontextprotocol/python-sdk#1842"),

    SECRET_OTHER_WAY(Reach.CLIENTS, List.of(),
            "A client that registered one way to send its secret may use the other one.",
            "Codex sends client_secret_basic where the registration says client_secret_post; claude.ai posts whatever "
                    + "is offered.",
            "openai/codex#40928", "anthropics/claude-ai-mcp#667"),

    NEEDLESS_SCOPES(Reach.CLIENTS, List.of("*"),
            "Scopes of OpenID Connect that this server does not have are passed over: offline_access, openid, "
                    + "profile, email, address, phone. Off: `invalid_scope`.",
            "Claude Code asks for offline_access whether or not anybody offers it.",
            "anthropics/claude-code#41610"),

    LOOPBACK_HOST(Reach.CLIENTS, List.of(),
            "`localhost`, `127.0.0.1` and `[::1]` are one host in redirect URIs, as their ports are one already.",
            "Some clients register one of them and come back to another; where `localhost` leads, the person's own "
                    + "machine decides.",
            "neondatabase/mcp-server-neon#188", "anthropics/claude-code#86233", "apify/mcpc#269"),

    SCOPE_TOLD_IN_RESULT(Reach.CLIENTS, List.of("https://claude.ai/oauth/claude-code-client-metadata", "Claude Code*"),
            "A call that needs more than was granted is answered with a result that the model can read, not with 403 "
                    + "and a challenge.",
            "Claude Code loses the scope of the challenge, refreshes without it, or says that the token has expired.",
            "anthropics/claude-code#44652", "anthropics/claude-code#19066", "anthropics/claude-code#68720");

    /// For whom a switch can be on.
    public enum Reach {
        /// All clients or none: it shows before anybody says who they are.
        EVERYBODY,
        /// Single clients too.
        CLIENTS
    }

    private final Reach reach;
    private final List<String> usual;
    private final String does;
    private final String reason;
    private final List<String> issues;

    Quirk(Reach reach, List<String> usual, String does, String reason, String... issues) {
        this.reach = reach;
        this.usual = usual;
        this.does = does;
        this.reason = reason;
        this.issues = List.of(issues);
    }

    /// As the configuration calls it.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Reach reach() {
        return reach;
    }

    /// The clients that it is on for unless the operator says otherwise, as [Quirks] matches them; empty: off.
    public List<String> usual() {
        return usual;
    }

    /// What this server does differently while it is on; one sentence or two, Markdown.
    public String does() {
        return does;
    }

    /// Which clients make it needful, and how.
    public String reason() {
        return reason;
    }

    /// Where that was seen, as `owner/repository#number`.
    public List<String> issues() {
        return issues;
    }
}
