package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// An MCP server as far as its door goes: without a token that its authority gave out, 401.
class StubResource extends StubSite {

    final StubAuthority authority;
    /// Where its metadata are; empty for nowhere.
    volatile String place = "/.well-known/oauth-protected-resource/mcp";
    volatile Consumer<ObjectNode> metadata = _ -> { };
    volatile String challenge;
    volatile StubAuthority named;
    /// Decides beyond the token; null for letting it in.
    volatile Function<Seen, Reply> door = _ -> null;

    StubResource(StubAuthority authority) {
        this.authority = authority;
        this.named = authority;
        this.challenge = "Bearer resource_metadata=\"" + origin() + place + "\"";
    }

    @Override
    Reply reply(Seen asked) {
        if (asked.path().equals(place)) {
            var document = object().put("resource", address().toString());
            document.putArray("authorization_servers").add(named.issuer);
            metadata.accept(document);
            return Reply.json(200, document);
        }
        if (!asked.path().equals("/mcp")) {
            return Reply.nothing(404);
        }
        var token = asked.header("Authorization").replaceFirst("^(Bearer|DPoP) ", "");
        var refused = door.apply(asked);
        return refused != null ? refused : named.live.contains(token) ? Reply.json(200, Map.of())
                : Reply.nothing(401).with("WWW-Authenticate", challenge);
    }

    URI address() {
        return URI.create(origin() + "/mcp");
    }

    /// Asks as a client does: with its fields, and again while it says that this makes sense.
    ///
    /// @return the last status
    static int call(Authorization authorization, URI server, String operation)
            throws ClientFailure, IOException, InterruptedException {
        for (var attempt = 1;; attempt++) {
            var fields = authorization.fields("POST", server);
            var headers = new HashMap<>(fields);
            headers.put("Content-Type", "application/json");
            var answer = Reach.desktop().send(new Reach.Request("POST", server, headers, Optional.of("{}")));
            if (answer.status() != 401 && answer.status() != 403 || !authorization.renewed(new Authorization.Refusal(
                    answer.status(), answer.headers(), fields, operation, attempt))) {
                return answer.status();
            }
        }
    }

    int call(Authorization authorization) throws ClientFailure, IOException, InterruptedException {
        return call(authorization, address(), "tools/call add");
    }

    List<Seen> calls() {
        return seen("/mcp");
    }
}
