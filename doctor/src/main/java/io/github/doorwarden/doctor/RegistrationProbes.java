package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;
import static io.github.doorwarden.doctor.ResourceProbes.text;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Registers each client that has to, with what it sends, and deletes it again where the server lets it (RFC 7592).
final class RegistrationProbes {

    private static final String RFC = "RFC 7591 §3.2";

    static final Fault REFUSED = Fault.of("registration-refused", STOPS_ALL,
            "The registration that this client sends is refused as a whole.",
            "201, with those redirect URIs that are allowed", "RFC 7591 §3.2.1",
            "Take loopback URIs of native clients and the schemes of known ones (cursor://); leave out what you do not "
                    + "allow instead of refusing the rest, and do not demand what the client did not send.",
            "erp-mafia/accounted#2225", "soflyy/agent-connector-for-wp#111", "buildinternet/uploads#885",
            "makeplane/plane-mcp-server#159", "cloudflare/workers-oauth-provider#29");

    static final Fault REDIRECT_DROPPED = Fault.of("registration-drops-redirect", STOPS_ALL,
            "The client is registered without the redirect URI to which its person will come back.",
            "that URI among redirect_uris", RFC, "Allow it: a scheme of its own, or a loopback address.",
            "erp-mafia/accounted#2225", "bytebase/bytebase#20510");

    static final Fault REDIRECTED = Fault.of("registration-redirected", STOPS_ALL,
            "The registration endpoint redirects, and the body is lost.", "201", RFC,
            "Name the final URL in the metadata.", "PostHog/posthog#49807");

    static final Fault BROKEN = Fault.of("registration-broken", STOPS_ALL,
            "The registration endpoint answers with no client: an error of the server, a page, or nothing.",
            "201 with client_id in JSON", RFC, "Look into the server's log.");

    static final Fault LIMITED = Fault.of("registration-limited", HINDERS_ALL,
            "The registration endpoint is tired after a few clients. Some clients register at each connection.",
            "room for some registrations an hour from one address", RFC,
            "Raise the limit, and let registrations end by themselves.", "anthropics/claude-code#88831",
            "anomalyco/opencode#35625");

    static final Fault METHOD_CHANGED = Fault.of("registration-changes-method", SOME,
            "The client registered without a secret, and is given one to authenticate with.",
            "\"token_endpoint_auth_method\": \"none\", as asked", RFC, "Let public clients be public.",
            "openai/codex#40928", "anthropics/claude-ai-mcp#667");

    private RegistrationProbes() {}

    static void run(Visit visit) {
        var endpoint = ServerProbes.endpoint(visit, "registration_endpoint");
        var registered = 0;
        for (var client : visit.clients()) {
            if (ServerProbes.takesDocument(visit, client)) {
                visit.known.put(client, new Visit.Known(client.play().document().orElseThrow().toString(),
                        client.play().cameBy(), true));
            } else if (endpoint.isPresent() && registered++ < Limits.REGISTRATIONS
                    && !register(visit, client, endpoint.get())) {
                return;
            }
        }
    }

    /// @return whether others may try
    private static boolean register(Visit visit, Client client, URI endpoint) {
        var body = client.play().registration().replace("{port}", Client.REGISTERED_PORT);
        var answer = visit.wire.send(Ask.json(endpoint, body, "the registration of " + client.label()));
        if (answer.status() == 429) {
            visit.find(LIMITED, answer, client);
            return false;
        }
        var made = answer.json().filter(json -> !text(json, "client_id").isEmpty());
        if (answer.redirect()) {
            visit.find(REDIRECTED, answer, client);
        } else if (answer.status() >= 400 && answer.status() < 500 && answer.status() != 404
                && answer.status() != 405) {
            visit.find(REFUSED, answer, client);
        } else if (answer.status() < 200 || answer.status() > 299 || made.isEmpty()) {
            visit.find(BROKEN, answer, client);
        } else {
            keep(visit, client, endpoint, made.get());
        }
        return true;
    }

    private static void keep(Visit visit, Client client, URI endpoint, JsonNode made) {
        var redirect = client.play().redirect();
        var given = new ArrayList<String>();
        made.path("redirect_uris").forEach(uri -> given.add(uri.asString("")));
        var asked = "the registration of " + client.label();
        if (!given.isEmpty() && given.stream().noneMatch(uri -> sameButPort(uri, redirect))) {
            visit.find(REDIRECT_DROPPED, asked, "redirect_uris: " + given, List.of(client));
        }
        if (!text(made, "token_endpoint_auth_method").matches("none|")) {
            visit.find(METHOD_CHANGED, asked, "token_endpoint_auth_method: "
                    + text(made, "token_endpoint_auth_method"), List.of(client));
        }
        visit.known.put(client, new Visit.Known(text(made, "client_id"), redirect, false));
        visit.toForget(endpoint, made);
    }

    /// The port of a loopback URI counts for nothing (RFC 8252 §7.3).
    private static boolean sameButPort(String one, String other) {
        var port = "^(http://(?:127\\.0\\.0\\.1|localhost)):\\d+";
        return one.equals(other) || one.replaceFirst(port, "$1").equals(other.replaceFirst(port, "$1"));
    }
}
