package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.node.ObjectNode;

/// A tool as clients of the newest revision find it in their lists, for those who want to see it before a client does.
///
/// @param json   as it stands in the answer to `tools/list`
/// @param tokens that a conversation pays for it before anything is called, by the estimate of [AnswerBudget#tokens]
public record ToolListing(ToolSpec spec, ObjectNode json, int tokens) {

    /// @throws IllegalArgumentException when a schema or the deadline of the tool cannot be used
    public static ToolListing of(Tool tool) {
        var json = new Offer(tool).json(Revision.V2026_07_28);
        return new ToolListing(tool.spec(), json, AnswerBudget.tokens(json.toString()));
    }
}
