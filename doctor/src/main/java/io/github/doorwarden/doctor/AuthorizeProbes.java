package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SECURITY;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;
import static io.github.doorwarden.doctor.ResourceProbes.text;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sends each client's person to the authorization endpoint as the client would, and reads what comes before the
/// sign-in. Nobody signs in, and a code that comes all the same is not redeemed.
final class AuthorizeProbes {

    private static final String CODE = "OAuth 2.1 §4.1.1";

    static final Fault BROKEN = Fault.of("authorize-broken", STOPS_ALL,
            "The authorization endpoint does not answer with a page.", "a page to sign in at, or the way to one", CODE,
            "Look at the URL in the metadata and into the server's log.");

    static final Fault REDIRECT_REFUSED = Fault.of("redirect-refused", STOPS_ALL,
            "The redirect URI that this client registered is refused when its person comes.",
            "the page, for the URI as it was registered", "OAuth 2.1 §2.3.1",
            "Compare with what was registered, byte for byte.", "bytebase/bytebase#20515");

    static final Fault PORT_REFUSED = Fault.of("loopback-port-refused", STOPS_ALL,
            "The client comes back to another port of this machine than it registered, because that was taken, and is "
                    + "refused.", "any port of a loopback redirect URI", "RFC 8252 §7.3; OAuth 2.1 §8.4.2",
            "Leave the port out of the comparison for 127.0.0.1, [::1] and localhost.", "microsoft/vscode#278512",
            "contextstream/mcp-server#57", "anthropics/claude-code#37767");

    static final Fault DOCUMENT_REFUSED = Fault.of("document-refused", STOPS_ALL,
            "Metadata documents are offered, but this client's is refused.",
            "the page, for a client id that is the URL of its document",
            "MCP 2025-11-25 Authorization, Client ID Metadata Documents",
            "Let the server fetch https://chatgpt.com and https://claude.ai; pass over grants and methods in the "
            + "document "
                    + "that you do not have; leave out the port of loopback redirect URIs.",
            "Doist/todoist-mcp#478", "cloudflare/workers-oauth-provider#285", "anthropics/claude-code#64705",
            "sprawz/gtm-mcp-server#72");

    static final Fault SCOPE_REFUSED = Fault.of("scope-refused", STOPS_ALL,
            "The scopes that this client asks for are refused as a whole. Some add offline_access to whatever is asked "
                    + "of them.", "the page; scopes that nobody knows are left out", "OAuth 2.1 §1.4.1",
            "Pass unknown scopes over, or advertise offline_access.", "anthropics/claude-code#41610");

    static final Fault RESOURCE_REFUSED = Fault.of("resource-refused", STOPS_ALL,
            "The resource that this client names is refused: it spells the endpoint's URL in its own way.",
            "the page, for the URL with and without a slash at its end", "RFC 8707 §2",
            "Compare the resource without the slash. Entra refuses every resource: translate it into a scope.",
            "anthropics/claude-ai-mcp#299", "cloudflare/workers-oauth-provider#288", "anthropics/claude-code#73460");

    static final Fault REQUEST_REFUSED = Fault.of("authorization-refused", STOPS_ALL,
            "The client's request is answered with an error before anybody has signed in.", "a page to sign in at",
            CODE,
            "Read the error; it is the server's own word.");

    static final Fault ISS_NOT_SENT = Fault.of("iss-promised-not-sent", HINDERS_ALL,
            "The metadata promises iss in the answer, and the answer has none: clients that check refuse it.",
            "iss in every answer, errors included", "RFC 9207 §2", "Send it, or do not promise it.",
            "cloudflare/mcp-server-cloudflare#449", "BuilderIO/agent-native#2616", "n8n-io/n8n#34489");

    static final Fault OPEN_REDIRECT = Fault.of("open-redirect", SECURITY,
            "The browser is sent to a redirect URI that the client never registered. Codes can be stolen so.",
            "an error page", "OAuth 2.1 §4.1.2.1", "Show a page when client or redirect URI do not match.",
            "StuMason/coolify-mcp#402", "PrefectHQ/fastmcp#4408");

    static final Fault CODE_WITHOUT_SIGN_IN = Fault.of("code-without-sign-in", SECURITY,
            "A code is given away although nobody has signed in.", "a page to sign in at", CODE,
            "This may do for a demonstration; in public everybody gets in.");

    /// Of a PKCE verifier that is thrown away: no code is redeemed.
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String STRANGE = "https://doctor.invalid/callback";

    private AuthorizeProbes() {}

    static void run(Visit visit) {
        var endpoint = ServerProbes.endpoint(visit, "authorization_endpoint");
        if (endpoint.isEmpty()) {
            return;
        }
        for (var client : visit.clients()) {
            var known = visit.known.get(client);
            if (known != null) {
                judge(visit, client, known, visit.wire.send(ask(visit, endpoint.get(), client, known)));
            }
        }
        visit.known.entrySet().stream().filter(each -> !each.getValue().document()).findFirst().ifPresent(each -> {
            var strange = new Visit.Known(each.getValue().id(), STRANGE, false);
            var answer = visit.wire.send(ask(visit, endpoint.get(), each.getKey(), strange));
            if (answer.redirect() && answer.line("Location").startsWith(STRANGE)) {
                visit.find(OPEN_REDIRECT, answer.ask().words(), answer.status() + " to " + STRANGE);
            }
        });
    }

    private static Ask ask(Visit visit, URI endpoint, Client client, Visit.Known known) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("response_type", "code");
        fields.put("client_id", known.id());
        fields.put("redirect_uri", known.redirect());
        fields.put("state", "doorwarden-doctor");
        fields.put("code_challenge", CHALLENGE);
        fields.put("code_challenge_method", "S256");
        fields.put("resource", resource(visit, client));
        scopes(visit, client).ifPresent(scopes -> fields.put("scope", scopes));
        var glue = endpoint.getRawQuery() == null ? "?" : "&";
        return new Ask("GET", URI.create(endpoint + glue + Ask.query(fields)), Map.of("Accept", "text/html"), null,
                "GET " + endpoint + ", for " + client.label() + " with redirect_uri " + known.redirect());
    }

    private static String resource(Visit visit, Client client) {
        var url = visit.url.toString();
        return switch (client.play().target()) {
            case DOCUMENT -> Optional.of(text(visit.resource, "resource")).filter(some -> !some.isEmpty()).orElse(url);
            case ENDPOINT -> url;
            case SLASH -> url.endsWith("/") ? url : url + "/";
        };
    }

    private static Optional<String> scopes(Visit visit, Client client) {
        var asked = new LinkedHashSet<String>();
        visit.scope.ifPresentOrElse(scope -> asked.addAll(List.of(scope.split(" "))), () -> {
            if (visit.resource != null) {
                visit.resource.path("scopes_supported").forEach(scope -> asked.add(scope.asString("")));
            }
        });
        asked.addAll(client.play().alwaysAsks());
        return asked.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", asked));
    }

    private static void judge(Visit visit, Client client, Visit.Known known, Answer answer) {
        if (answer.redirect() && answer.line("Location").startsWith(known.redirect())) {
            back(visit, client, known, answer);
        } else if (answer.silent() || answer.status() >= 500 || answer.status() == 404 || answer.status() == 405) {
            visit.find(BROKEN, answer, client);
        } else if (answer.status() >= 400) {
            visit.find(switch (answer.oauthError()) {
                case "invalid_target" -> RESOURCE_REFUSED;
                case "invalid_scope" -> SCOPE_REFUSED;
                default -> refused(known);
            }, answer, client);
        }
    }

    private static Fault refused(Visit.Known known) {
        return known.document() ? DOCUMENT_REFUSED : known.redirect().contains(":" + Client.OTHER_PORT) ? PORT_REFUSED
                : REDIRECT_REFUSED;
    }

    /// The browser is sent back at once, with an error or with a code.
    private static void back(Visit visit, Client client, Visit.Known known, Answer answer) {
        var query = answer.line("Location").substring(known.redirect().length());
        var error = value(query, "error");
        if (visit.found(ServerProbes.ISS_PROMISED) && value(query, "iss").isEmpty()) {
            visit.find(ISS_NOT_SENT, answer.ask().words(), "an answer without iss", List.of(client));
        }
        if (error.isEmpty()) {
            visit.find(CODE_WITHOUT_SIGN_IN, answer.ask().words(), "a code");
            return;
        }
        visit.find(switch (error) {
            case "invalid_scope" -> SCOPE_REFUSED;
            case "invalid_target" -> RESOURCE_REFUSED;
            default -> value(query, "error_description").contains("redirect") ? refused(known) : REQUEST_REFUSED;
        }, answer, client);
    }

    private static String value(String query, String name) {
        for (var pair : query.replaceFirst("^[?&]", "").split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "";
    }
}
