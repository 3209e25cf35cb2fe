package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolOutage;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Talk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What everything that is mounted from one server stands on.
///
/// @param name of the source
record Ground(String name, Link link, McpSettings settings, Uris uris) {

    private static final Logger LOG = LoggerFactory.getLogger(Ground.class);

    /// A request for a call of ours.
    ///
    /// @throws ToolOutage    when the server did not do it, whatever the reason, but for
    /// @throws ClientFailure `ERROR`: what the server itself said to the request
    ObjectNode run(Call call, String method, ObjectNode params, Map<String, String> headers)
            throws ClientFailure, ToolOutage, InterruptedException {
        try {
            return new Asking(this, call).run(method, params, headers);
        } catch (ClientFailure e) {
            if (e.kind() == ClientFailure.Kind.ERROR) {
                throw e;
            }
            throw new ToolOutage(e.getMessage(), e);
        }
    }

    /// Suggestions for an argument (every revision, Completion); none when the server does not answer in time.
    List<String> complete(ObjectNode ref, String argument, String value, Map<String, String> known) {
        var params = JsonNodeFactory.instance.objectNode();
        params.set("ref", ref);
        params.putObject("argument").put("name", argument).put("value", value);
        if (!known.isEmpty()) {
            var arguments = params.putObject("context").putObject("arguments");
            known.forEach(arguments::put);
        }
        var found = new ArrayList<String>();
        try {
            link.request("completion/complete", params, Map.of(), new Talk() { }, Limits.COMPLETION)
                    .path("completion").path("values").forEach(each -> found.add(Plain.text(each)));
        } catch (ClientFailure e) {
            LOG.debug("{} completes nothing.", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return found;
    }
}
