package io.github.doorwarden.doctor;

import static io.github.doorwarden.doctor.Fault.Harm.HINDERS_ALL;
import static io.github.doorwarden.doctor.Fault.Harm.SECURITY;
import static io.github.doorwarden.doctor.Fault.Harm.SOME;
import static io.github.doorwarden.doctor.Fault.Harm.STOPS_ALL;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The metadata of the protected resource, at the place that the challenge names and at both well-known ones.
final class ResourceProbes {

    private static final String RFC = "RFC 9728 §3.1";

    static final Fault METADATA_MISSING = Fault.of("resource-metadata-missing", HINDERS_ALL,
            "There is no metadata of the resource, at the path or at the root. Clients guess that this server is its "
            + "own "
                    + "authorization server.", "JSON at /.well-known/oauth-protected-resource/<path>", RFC,
            "Serve it, at the root as well.", "akutishevsky/nutrition-mcp#51", "latitude-dev/latitude-llm#3122");

    static final Fault PATH_MISSING = Fault.of("path-metadata-missing", SOME,
            "The metadata is not at the well-known place of this path, only elsewhere. Some clients look nowhere else.",
            "JSON at /.well-known/oauth-protected-resource/<path>", RFC, "Serve it there too.",
            "latitude-dev/latitude-llm#3122", "openai/codex#42427");

    static final Fault ROOT_MISSING = Fault.of("root-metadata-missing", SOME,
            "The metadata is not at the root of the host. Some clients look nowhere else.",
            "JSON at /.well-known/oauth-protected-resource", RFC, "Serve it there too.",
            "akutishevsky/nutrition-mcp#51", "modelcontextprotocol/inspector#2110");

    static final Fault WELL_KNOWN_HTML = Fault.of("well-known-is-no-json", HINDERS_ALL,
            "A well-known place answers 200 with something that is no JSON, as a web app does for every path. Clients "
                    + "take that for an answer and stop.", "the document, or 404", "RFC 9728 §3.2",
            "Except /.well-known from the fallback of the web app.", "homeassistant-ai/ha-mcp#1725");

    static final Fault RESOURCE_ABSENT = Fault.of("resource-absent", STOPS_ALL,
            "The metadata of the resource does not say which resource it is about.", "\"resource\": the endpoint's URL",
            "RFC 9728 §2", "Add it.", "openai/codex#41288");

    static final Fault RESOURCE_MISMATCH = Fault.of("resource-mismatch", STOPS_ALL,
            "The metadata is about another resource than this endpoint: clients stop, or get tokens for somewhere "
            + "else.",
            "\"resource\" equal to the URL of the endpoint", "RFC 9728 §3.3",
            "Write the public URL there, as people type it: scheme, host and path.", "anthropics/claude-ai-mcp#299",
            "akutishevsky/nutrition-mcp#55", "PrefectHQ/fastmcp#2763");

    static final Fault RESOURCE_BROADER = Fault.of("resource-broader", SOME,
            "The metadata is about the whole host, or a path above this endpoint.",
            "\"resource\" equal to the URL of the endpoint", "RFC 9728 §3.3",
            "Give each endpoint a document of its own.", "akutishevsky/nutrition-mcp#55");

    static final Fault RESOURCE_SLASH = Fault.of("resource-slash", SOME,
            "The resource is spelled with a slash at its end, or without, unlike the URL.",
            "\"resource\" equal to the URL of the endpoint", "RFC 9728 §3.3",
            "Spell it as people type it, and take tokens for both spellings.", "PrefectHQ/fastmcp#1706",
            "cloudflare/workers-oauth-provider#288");

    static final Fault SHARED = Fault.of("metadata-shared", SOME,
            "The root and the path have the same metadata. A client that compares takes one of them only.",
            "a \"resource\" of its own in each", "RFC 9728 §3.3", "Write the origin into the root's document.",
            "akutishevsky/nutrition-mcp#55");

    static final Fault NO_SERVERS = Fault.of("authorization-servers-absent", HINDERS_ALL,
            "The metadata of the resource names no authorization server.",
            "\"authorization_servers\" with at least one issuer",
            "MCP 2025-11-25 Authorization, Authorization Server Location", "Add the issuer's URL.");

    static final Fault DOCUMENT_REDIRECTED = Fault.of("metadata-redirected", SOME,
            "Metadata is redirected, which a web page may not follow, and others do not.", "200 at once",
            "RFC 9728 §3.2", "Serve the document at the place itself.");

    static final Fault FOLLOWS_HOST = Fault.of("metadata-follows-host", SECURITY,
            "Metadata is made from the Host header: whoever can send one decides where clients go, and caches keep it.",
            "URLs of the configured origin, or a refusal of other hosts", "RFC 9728 §7.3; RFC 8414 §6.2",
            "Make URLs from configuration, and refuse foreign hosts.");

    private ResourceProbes() {}

    static void run(Visit visit) {
        var named = visit.named.flatMap(Places::url).filter(url -> Places.mayFollow(visit.url, url));
        named.ifPresent(url -> document(visit, url));
        var root = URI.create(Places.origin(visit.url) + Places.RESOURCE);
        var path = URI.create(root + Places.path(visit.url));
        if (visit.open && document(visit, path).json().isEmpty() && document(visit, root).json().isEmpty()) {
            visit.resources.clear();
            return;
        }
        if (!path.equals(root) && wellKnown(visit, path).isEmpty()) {
            visit.find(PATH_MISSING, path.toString(), "nothing");
        }
        if (wellKnown(visit, root).isEmpty()) {
            visit.find(ROOT_MISSING, root.toString(), "nothing");
        }
        visit.resource = named.map(visit.resources::get).or(() -> Optional.ofNullable(visit.resources.get(path)))
                .orElse(visit.resources.get(root));
        if (visit.resource == null) {
            if (visit.knock.status() == 401 || visit.found(ChallengeProbes.NOT_401)) {
                visit.find(METADATA_MISSING, path.toString(), "nothing, and nothing at " + root);
            }
            return;
        }
        judge(visit);
        if (!path.equals(root) && visit.resources.containsKey(path) && visit.resources.containsKey(root)
                && text(visit.resources.get(path), "resource").equals(text(visit.resources.get(root), "resource"))) {
            visit.find(SHARED, root.toString(), "resource: " + text(visit.resources.get(root), "resource"));
        }
        host(visit, visit.resources.containsKey(path) ? path : root);
    }

    private static Optional<JsonNode> wellKnown(Visit visit, URI url) {
        if (visit.resources.containsKey(url)) {
            return Optional.of(visit.resources.get(url));
        }
        var answer = document(visit, url);
        if (answer.status() == 200 && answer.json().isEmpty()) {
            visit.find(WELL_KNOWN_HTML, answer);
        }
        return answer.status() == 200 ? answer.json() : Optional.empty();
    }

    private static Answer document(Visit visit, URI url) {
        var answer = visit.wire.document(Ask.get(url));
        if (!answer.ask().uri().equals(url)) {
            visit.find(DOCUMENT_REDIRECTED, "GET " + url, "redirected to " + answer.ask().uri());
        }
        if (answer.status() == 200) {
            answer.json().ifPresent(json -> visit.resources.put(url, json));
        }
        return answer;
    }

    private static void judge(Visit visit) {
        var resource = text(visit.resource, "resource");
        var asked = "the metadata of the resource";
        var came = "resource: " + resource;
        if (resource.isEmpty()) {
            visit.find(RESOURCE_ABSENT, asked, visit.resource.toString());
        } else {
            var url = Places.url(resource);
            if (url.isEmpty() || !Places.sameOrigin(url.get(), visit.url)
                    || !(Places.path(visit.url) + "/").startsWith(Places.path(url.get()) + "/")) {
                visit.find(RESOURCE_MISMATCH, asked, came + " instead of " + visit.url);
            } else if (!Places.path(url.get()).equals(Places.path(visit.url))) {
                visit.find(RESOURCE_BROADER, asked, came + " instead of " + visit.url);
            } else if (resource.endsWith("/") != visit.url.toString().endsWith("/")
                    && !Places.path(visit.url).isEmpty()) {
                visit.find(RESOURCE_SLASH, asked, came + " instead of " + visit.url);
            }
        }
        if (visit.resource.path("authorization_servers").path(0).asString("").isEmpty()) {
            visit.find(NO_SERVERS, asked, visit.resource.toString());
        }
    }

    /// The text of a member, empty when it has none.
    static String text(JsonNode json, String member) {
        return json == null ? "" : json.path(member).asString("");
    }

    private static void host(Visit visit, URI url) {
        var foreign = "doctor.invalid";
        RawHost.get(url, foreign, visit.options).filter(answer -> answer.contains(foreign)).ifPresent(answer ->
                visit.find(FOLLOWS_HOST, "GET " + url + ", with Host: " + foreign, "a document that names " + foreign));
    }
}
