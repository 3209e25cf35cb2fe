package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/// Finds out who gives out tokens for a server: its own metadata first, then that of its authorization server (MCP
/// 2026-07-28, Authorization Server Discovery). Nothing is remembered here.
final class Discovery {

    /// What was found.
    ///
    /// @param resource   what tokens are asked for
    /// @param scopes     of the resource metadata
    /// @param resourceOf the server's own metadata; empty for a server of revision 2025-03-26
    record Found(String resource, Optional<List<String>> scopes, Optional<ResourceMetadata> resourceOf,
            ServerMetadata server) {}

    private final URI server;
    private final Reach reach;

    Discovery(URI server, Reach reach) {
        this.server = server;
        this.reach = reach;
    }

    /// @param challenges of the refusal; empty when there was none
    /// @param known      whether we have something with this issuer, which then goes first among several
    Found find(List<Challenge> challenges, Predicate<String> known) throws ClientFailure, InterruptedException {
        var resource = resource(challenges);
        if (resource.isEmpty()) {
            return new Found(canonical(server), Optional.empty(), Optional.empty(), withoutResource());
        }
        var metadata = resource.get();
        var issuer = metadata.servers().stream().filter(known).findFirst().orElse(metadata.servers().getFirst());
        return new Found(metadata.resource(), metadata.scopes(), resource, server(issuer));
    }

    /// The address in the challenge; without one, the path of the server and then its root (CL-1).
    private Optional<ResourceMetadata> resource(List<Challenge> challenges) throws ClientFailure, InterruptedException {
        var named = Challenge.first(challenges, "resource_metadata");
        if (named.isPresent()) {
            var address = Origin.safe(named.get()).orElseThrow(() -> Failures.credentials(server.getHost()
                    + " says that its metadata are at an address that is not asked: https is needed."));
            var document = document(List.of(address)).orElseThrow(() -> Failures.credentials(server.getHost()
                    + " says that its metadata are at " + Origin.shown(address.toString())
                    + ", and there are none. Its operator has to correct that."));
            return Optional.of(checked(document));
        }
        var document = document(wellKnown(server, "oauth-protected-resource"));
        return document.isPresent() ? Optional.of(checked(document.get())) : Optional.empty();
    }

    private ResourceMetadata checked(ObjectNode document) throws ClientFailure {
        var resource = Documents.text(document, "resource").orElse("");
        if (!Origin.covers(resource, server)) {
            throw Failures.credentials("The metadata of " + server.getHost() + " speak for "
                    + (resource.isEmpty() ? "nobody" : Origin.shown(resource)) + " and not for " + server
                    + ", so they are not used. Check the address; if it is right, the server's operator has to correct"
                    + " its \"resource\".");
        }
        var servers = Documents.texts(document, "authorization_servers").orElse(List.of());
        if (servers.isEmpty()) {
            throw Failures.credentials("The metadata of " + server.getHost() + " name no authorization server. Its "
                    + "operator has to add one.");
        }
        var needs = Documents.flag(document, "dpop_bound_access_tokens_required");
        return new ResourceMetadata(resource, servers, Documents.texts(document, "scopes_supported"),
                needs || Documents.texts(document, "dpop_signing_alg_values_supported").orElse(List.of())
                        .contains(Dpop.ALGORITHM), needs);
    }

    /// Path inserted, then at the root (MCP 2026-07-28, Protected Resource Metadata Discovery Requirements).
    private static List<URI> wellKnown(URI server, String suffix) {
        var root = Origin.of(server) + "/.well-known/" + suffix;
        var path = server.getRawPath() == null ? "" : server.getRawPath().replaceFirst("/+$", "");
        return path.isEmpty() ? List.of(URI.create(root)) : List.of(URI.create(root + path), URI.create(root));
    }

    /// The three places, or two, in their order (MCP 2026-07-28, Authorization Server Metadata Discovery).
    static List<URI> places(URI issuer) {
        var origin = Origin.of(issuer);
        var path = issuer.getRawPath() == null ? "" : issuer.getRawPath().replaceFirst("/+$", "");
        var all = new ArrayList<URI>();
        all.add(URI.create(origin + "/.well-known/oauth-authorization-server" + path));
        all.add(URI.create(origin + "/.well-known/openid-configuration" + path));
        if (!path.isEmpty()) {
            all.add(URI.create(origin + path + "/.well-known/openid-configuration"));
        }
        return all;
    }

    /// The metadata of one authorization server.
    ServerMetadata server(String issuer) throws ClientFailure, InterruptedException {
        var address = Origin.safe(issuer).filter(uri -> uri.getRawQuery() == null)
                .orElseThrow(() -> Failures.credentials("The authorization server " + Origin.shown(issuer)
                        + " is not asked: its name has to be an https address without a query."));
        var document = document(places(address)).orElseThrow(() -> Failures.credentials("The authorization server "
                + Origin.shown(issuer) + " says nothing about itself at the addresses where it should. Check whether "
                + "it runs; its operator has to publish its metadata."));
        return checked(document, issuer);
    }

    private static ServerMetadata checked(ObjectNode document, String issuer) throws ClientFailure {
        var said = Documents.text(document, "issuer").orElse("");
        if (!said.equals(issuer)) {                               // RFC 8414 §3.3: identical, nothing normalised
            throw Failures.credentials("The metadata of the authorization server " + Origin.shown(issuer)
                    + " are those of " + (said.isEmpty() ? "nobody" : Origin.shown(said))
                    + ", so they are not used. Its operator has to make both the same, letter by letter.");
        }
        return ServerMetadata.read(document).orElseThrow(() -> Failures.credentials("The metadata of the "
                + "authorization server " + Origin.shown(issuer) + " have no token endpoint that may be asked."));
    }

    /// A server of revision 2025-03-26 is its own authorization server, with or without metadata.
    private ServerMetadata withoutResource() throws ClientFailure, InterruptedException {
        var origin = Origin.of(server);
        var document = document(places(URI.create(origin)));
        if (document.isEmpty()) {
            return ServerMetadata.assumed(origin);
        }
        var said = Documents.text(document.get(), "issuer").orElse("");
        return checked(document.get(), said.equals(origin + "/") ? said : origin);
    }

    /// The document at the first of these addresses that has one.
    private Optional<ObjectNode> document(List<URI> places) throws ClientFailure, InterruptedException {
        var trouble = 0;
        for (var place : places) {
            try {
                var answer = reach.send(Reach.Request.get(place));
                var document = answer.status() == 200 ? Documents.object(answer) : Optional.<ObjectNode>empty();
                if (document.isPresent()) {
                    return document;
                }
                trouble = answer.status() >= 500 ? answer.status() : trouble;
            } catch (IOException none) {
                throw Failures.unreachable(place.getHost() + " could not be asked how to sign in: " + none.getMessage()
                        + ". Check the connection and try again.", none);
            }
        }
        if (trouble > 0) {                                        // an outage must not look like "says nothing"
            throw Failures.unreachable(places.getFirst().getHost() + " could not say how to sign in: it answered with "
                    + trouble + ". Try again later.", null);
        }
        return Optional.empty();
    }

    /// Without a trailing slash, a fragment, or capitals in scheme and host (MCP 2026-07-28, Canonical Server URI).
    static String canonical(URI server) {
        var path = server.getRawPath() == null || server.getRawPath().equals("/") ? "" : server.getRawPath();
        return Origin.of(server) + path + (server.getRawQuery() == null ? "" : "?" + server.getRawQuery());
    }
}
