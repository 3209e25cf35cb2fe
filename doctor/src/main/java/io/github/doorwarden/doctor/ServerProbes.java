package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;
import static io.github.doorwarden.doctor.ResourceProbes.text;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The metadata of the authorization server: where it is, whether it is about the issuer that was named, and what it
/// offers.
final class ServerProbes {

    private static final String DISCOVERY = "MCP 2025-11-25 Authorization, Authorization Server Metadata Discovery";
    private static final String METHODS = "token_endpoint_auth_methods_supported";
    private static final String DOCUMENTS = "client_id_metadata_document_supported";

    static final Fault MISSING = Fault.of("server-metadata-missing", STOPS_ALL,
            "The authorization server has no metadata at any place where clients look.",
            "JSON at /.well-known/oauth-authorization-server", "RFC 8414 §3.1; " + DISCOVERY,
            "Serve it. For an issuer with a path the well-known part comes first: "
                    + "/.well-known/oauth-authorization-server/<path>.", "akutishevsky/nutrition-mcp#51",
            "PrefectHQ/fastmcp#4166", "cloudflare/agents#689");

    static final Fault APPENDED_ONLY = Fault.of("server-metadata-appended-only", STOPS_ALL,
            "The metadata lies below the issuer's path; RFC 8414 inserts the well-known part before it.",
            "JSON at /.well-known/oauth-authorization-server/<path>", "RFC 8414 §3.1; " + DISCOVERY,
            "Serve it at the inserted place too.", "PrefectHQ/fastmcp#4167");

    static final Fault OPENID_ONLY = Fault.of("openid-configuration-only", SOME,
            "Metadata is only at the place of OpenID Connect; some clients do not look there.",
            "the same JSON at /.well-known/oauth-authorization-server", DISCOVERY, "Serve it at both places.",
            "PrefectHQ/fastmcp#4166");

    static final Fault ISSUER_MISMATCH = Fault.of("issuer-mismatch", HINDERS_ALL,
            "The issuer in the metadata is not the one that the resource names, byte for byte.",
            "the same text in \"issuer\" and in \"authorization_servers\"", "RFC 8414 §3.3",
            "Write it the same way, slash and path included.", "latitude-dev/latitude-llm#3122",
            "openai/codex#42427");

    static final Fault PKCE_MISSING = Fault.of("pkce-missing", STOPS_ALL,
            "The metadata does not say that PKCE with S256 is supported; clients have to refuse that.",
            "\"code_challenge_methods_supported\": [\"S256\"]", "MCP 2025-11-25 Authorization, Authorization Code "
                    + "Protection", "Add it; at an OpenID provider too.", "forcedotcom/mcp-hosted#47");

    static final Fault ENDPOINTS_MISSING = Fault.of("endpoints-missing", STOPS_ALL,
            "The metadata lacks the authorization or the token endpoint.",
            "authorization_endpoint and token_endpoint", "RFC 8414 §2", "Add them.");

    static final Fault ISS_PROMISED = Fault.of("iss-promised", SOME,
            "The metadata promises iss in the answer. That is right, and versions of these clients lose it on the way "
                    + "and then refuse: Codex 0.142 to 0.146, mcp-remote 0.9.0.",
            "what is there: this is a fault of the clients", "RFC 9207 §2.3",
            "Ask people to update the client, or do not promise iss until they have (in Doorwarden: client_quirks, "
                    + "without_iss).", "openai/codex#33354", "punkpeye/mcp-remote#359");

    static final Fault NO_WAY_TO_REGISTER = Fault.of("no-way-to-register", STOPS_ALL,
            "This client cannot become known: there is no registration, and its metadata document is not taken.",
            "registration_endpoint, or client_id_metadata_document_supported with none among the methods",
            "MCP 2025-11-25 Authorization, Client Registration Approaches",
            "Offer dynamic registration, or give people a client id to type in. A provider that has neither needs an "
                    + "authorization server in front of it.", "anthropics/claude-code#3273",
            "anthropics/claude-code#38102", "awslabs/agentcore-samples#1056");

    static final Fault DOCUMENTS_WITHOUT_NONE = Fault.of("documents-without-none", SOME,
            "Metadata documents are offered, but not the method none, so Claude does not use its document.",
            "\"none\" in " + METHODS, "MCP 2025-11-25 Authorization, Client ID Metadata Documents",
            "Add none: clients with a document have no secret.", "JSONbored/metagraphed#11569",
            "keycloak/keycloak#49730");

    static final Fault ENDPOINTS_ELSEWHERE = Fault.of("endpoints-elsewhere", SOME,
            "The authorization server is on another origin, and this one has no /authorize. Versions of Claude go to "
                    + "/authorize and /token of the resource all the same.",
            "the endpoints at the resource's origin too", "MCP 2025-11-25 Authorization, Authorization Server Location",
            "Let the proxy pass /authorize, /token and /register on.", "anthropics/claude-ai-mcp#341",
            "anthropics/claude-code#80731");

    static final Fault CHALLENGE_ASTRAY = Fault.of("challenge-leads-astray", HINDERS_ALL,
            "The challenge names a document that is not there. Clients guess, and find their way.",
            "JSON at the URL in resource_metadata", "RFC 9728 §5.1", "Correct the URL, or the route to it.",
            "PrefectHQ/fastmcp#4527");

    static final Fault CHALLENGE_DEAD_END = Fault.of("challenge-leads-nowhere", STOPS_ALL,
            "The challenge names a document that is not there, and this host has no metadata of an authorization "
            + "server "
                    + "to guess.", "JSON at the URL in resource_metadata", "RFC 9728 §5.1",
            "Correct the URL, or the route to it.", "PrefectHQ/fastmcp#4527");

    static final Fault BY_CHALLENGE_ALONE = Fault.of("found-by-challenge-alone", SOME,
            "The metadata of the resource is found by the challenge alone, which Codex does not read.",
            "the same JSON at the well-known places", "RFC 9728 §3.1",
            "Serve it at /.well-known/oauth-protected-resource/<path> too.", "openai/codex#42427");

    static final Fault COMPRESSED = Fault.of("metadata-compressed", SOME,
            "Metadata comes compressed although the client asked for it plain.", "no Content-Encoding",
            "RFC 9110 §12.5.3", "Let the proxy heed Accept-Encoding: identity.", "geelen/mcp-remote#279");

    private ServerProbes() {}

    static void run(Visit visit) {
        var named = visit.resource == null ? ""
                : visit.resource.path("authorization_servers").path(0).asString("");
        var issuer = Places.url(named.isEmpty() ? Places.origin(visit.url) : named);
        if (issuer.isEmpty() || !Places.mayFollow(visit.url, issuer.get())
                && !Places.sameOrigin(visit.url, issuer.get())) {
            visit.find(ChallengeProbes.URL_UNUSABLE, "authorization_servers", named);
            return;
        }
        visit.issuer = issuer.get();
        look(visit);
        var here = Places.sameOrigin(visit.url, visit.issuer) ? visit.server != null : metadataHere(visit);
        challenge(visit, here);
        if (visit.server == null) {
            visit.find(MISSING, Places.metadataOf(visit.issuer).getFirst().toString(),
                    "nothing, and nothing at the other places");
            return;
        }
        places(visit);
        issuer(visit, named.isEmpty() ? visit.issuer.toString() : named);
        endpoints(visit);
        offers(visit);
        plain(visit);
    }

    private static void look(Visit visit) {
        var path = Places.path(visit.issuer);
        for (var place : Places.metadataOf(visit.issuer)) {
            var found = document(visit, place);
            if (found.isPresent()) {
                visit.server = found.get();
                if (place.toString().contains(Places.OPENID)) {
                    visit.find(OPENID_ONLY, "GET " + Places.metadataOf(visit.issuer).getFirst(),
                            "nothing; it is at " + place);
                }
                return;
            }
        }
        if (!path.isEmpty()) {
            var appended = URI.create(Places.origin(visit.issuer) + path + Places.SERVER);
            document(visit, appended).ifPresent(found -> {
                visit.server = found;
                visit.find(APPENDED_ONLY, "GET " + Places.metadataOf(visit.issuer).getFirst(),
                        "nothing; it is at " + appended);
            });
        }
    }

    private static Optional<JsonNode> document(Visit visit, URI place) {
        var answer = visit.wire.document(Ask.get(place));
        return answer.status() == 200 ? answer.json() : Optional.empty();
    }

    /// The six places of this origin, of which each was seen to be the only one where some client looks.
    private static void places(Visit visit) {
        var path = Places.path(visit.url);
        var looked = new LinkedHashSet<>(List.of(Places.SERVER, Places.SERVER + path, path + Places.SERVER,
                Places.OPENID, Places.OPENID + path, path + Places.OPENID));
        for (var place : looked) {
            if (document(visit, URI.create(Places.origin(visit.url) + place)).isPresent()) {
                visit.places.add(place);
            }
        }
    }

    private static boolean metadataHere(Visit visit) {
        return document(visit, URI.create(Places.origin(visit.url) + Places.SERVER)).isPresent();
    }

    /// What a challenge that leads nowhere, and one that is the only guide, mean depends on what else there is.
    private static void challenge(Visit visit, boolean here) {
        var named = visit.named.flatMap(Places::url);
        if (named.isEmpty() || !Places.mayFollow(visit.url, named.get())) {
            return;
        }
        if (!visit.resources.containsKey(named.get())) {
            visit.find(here ? CHALLENGE_ASTRAY : CHALLENGE_DEAD_END, "GET " + named.get(), "no JSON with status 200");
        } else if (!here && visit.resources.keySet().stream().noneMatch(place ->
                place.getRawPath().startsWith(Places.RESOURCE) && Places.sameOrigin(place, visit.url))) {
            visit.find(BY_CHALLENGE_ALONE, "GET " + Places.origin(visit.url) + Places.RESOURCE
                    + Places.path(visit.url), "nothing; it is at " + named.get());
        }
    }

    private static void issuer(Visit visit, String named) {
        var says = text(visit.server, "issuer");
        var guessed = visit.resource == null;
        if (!says.equals(named) && !(guessed && says.equals(named + "/"))) {
            visit.find(ISSUER_MISMATCH, "the metadata of " + named, "issuer: " + says);
        }
    }

    private static void endpoints(Visit visit) {
        for (var member : List.of("authorization_endpoint", "token_endpoint", "registration_endpoint")) {
            var written = text(visit.server, member);
            if (written.isEmpty()) {
                if (!member.startsWith("registration")) {
                    visit.find(ENDPOINTS_MISSING, "the metadata of " + visit.issuer, "no " + member);
                }
            } else if (Places.url(written).filter(url -> Places.mayFollow(visit.issuer, url)).isEmpty()) {
                visit.find(ChallengeProbes.URL_UNUSABLE, "the metadata of " + visit.issuer, member + ": " + written);
            }
        }
        var authorize = endpoint(visit, "authorization_endpoint");
        if (authorize.isPresent() && !Places.sameOrigin(authorize.get(), visit.url)) {
            var guess = visit.wire.send(Ask.of("GET", URI.create(Places.origin(visit.url) + "/authorize")));
            if (guess.status() == 404 || guess.status() == 405 || guess.silent()) {
                visit.find(ENDPOINTS_ELSEWHERE, guess);
            }
        }
    }

    /// An endpoint that the metadata names and that may be asked.
    static Optional<URI> endpoint(Visit visit, String member) {
        return Places.url(text(visit.server, member)).filter(url -> Places.mayFollow(visit.issuer, url));
    }

    private static void offers(Visit visit) {
        var asked = "the metadata of " + visit.issuer;
        if (!has(visit, "code_challenge_methods_supported", "S256")) {
            visit.find(PKCE_MISSING, asked, "code_challenge_methods_supported: "
                    + visit.server.path("code_challenge_methods_supported"));
        }
        if (visit.server.path("authorization_response_iss_parameter_supported").asBoolean(false)) {
            visit.find(ISS_PROMISED, asked, "authorization_response_iss_parameter_supported: true");
        }
        if (visit.server.path(DOCUMENTS).asBoolean(false) && !has(visit, METHODS, "none")) {
            visit.find(DOCUMENTS_WITHOUT_NONE, asked, METHODS + ": " + visit.server.path(METHODS));
        }
        var nobody = visit.clients().stream().filter(client -> !takesDocument(visit, client)
                && text(visit.server, "registration_endpoint").isEmpty()).toList();
        if (!nobody.isEmpty()) {
            visit.find(NO_WAY_TO_REGISTER, asked, "no registration_endpoint; " + DOCUMENTS + ": "
                    + visit.server.path(DOCUMENTS).asBoolean(false), nobody);
        }
    }

    private static boolean has(Visit visit, String member, String value) {
        return visit.server.path(member).valueStream().anyMatch(each -> each.asString("").equals(value));
    }

    /// Whether a client is known there by its document.
    static boolean takesDocument(Visit visit, Client client) {
        return client.play().document().isPresent() && visit.server.path(DOCUMENTS).asBoolean(false)
                && (has(visit, METHODS, "none") || client == Clients.CHATGPT && has(visit, METHODS, "private_key_jwt"));
    }

    private static void plain(Visit visit) {
        var answer = visit.wire.document(Ask.get(Places.metadataOf(visit.issuer).getFirst())
                .with("Accept-Encoding", "identity").saying("with Accept-Encoding: identity"));
        if (answer.status() == 200 && !answer.line("Content-Encoding").matches("(?i)(identity)?")) {
            visit.find(COMPRESSED, answer);
        }
    }
}
