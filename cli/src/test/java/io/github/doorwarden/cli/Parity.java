package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Speaker.Outcome;
import io.github.doorwarden.protocol.Revision;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Holds what is said over every transport against what is said over one. What a revision itself changes is undone here
/// ([#at]), and nothing else is.
final class Parity {

    private Parity() {}

    interface Saying {
        Outcome by(Speaker speaker);
    }

    /// The newest revision over Streamable HTTP is what the others are held against.
    static void alike(String what, List<Speaker> speakers, Saying saying) {
        var first = speakers.stream().filter(by -> by.transport().equals("streamable-http") && by.revision().modern())
                .findFirst().orElseThrow();
        var wanted = saying.by(first);
        for (var speaker : speakers) {
            var said = saying.by(speaker);
            var old = speaker.transport().equals("http+sse");
            if (old && said.code() == 401 && wanted.code() == 0) {
                assertTrue(what.startsWith("anonymous"), what);             // that transport is closed to strangers
                continue;
            }
            var due = at(speaker.revision(), normal(wanted));
            var running = speaker instanceof Speaker.OldStream stream && stream.refused().isEmpty();
            var placeless = running && (said.code() == 401 || said.code() == 403); // no place for a challenge by then
            assertEquals(placeless ? new Outcome(due.code(), due.result(), due.message(), "") : due, normal(said),
                    () -> what + ", over " + speaker.transport() + " at " + speaker.revision().date());
        }
    }

    /// Without what is new in every answer, and without what 2026-07-28 adds around every result.
    private static Outcome normal(Outcome outcome) {
        if (outcome.code() == -32021 || outcome.code() == -32602 && outcome.message().contains("can be asked")
                || String.valueOf(outcome.result()).contains("needs a client that can be asked")) {
            return new Outcome(1, null, "Each era says in its own way that this client cannot be asked.", "");
        }
        var message = outcome.message().replaceAll("(incident id to your administrator: )\\S+", "$1…");
        if (!(outcome.result() instanceof ObjectNode result)) {
            return new Outcome(outcome.code(), null, message, outcome.challenge());
        }
        var kept = (ObjectNode) Web.JSON.readTree(result.toString()
                .replaceAll("(, confirmation: |incident id to your administrator: )[\\w.-]+", "$1…"));
        kept.remove(List.of("_meta", "resultType", "ttlMs", "cacheScope"));
        return new Outcome(0, kept, message, outcome.challenge());
    }

    /// What an answer of the newest revision is at an older one: without what that one does not know.
    private static Outcome at(Revision revision, Outcome outcome) {
        if (!(outcome.result() instanceof ObjectNode all)) {
            return outcome;
        }
        var result = all.deepCopy();
        if (revision.compareTo(Revision.V2025_06_18) < 0) {
            result.remove("structuredContent");
        }
        for (var tool : result.path("tools")) {
            if (revision.compareTo(Revision.V2025_06_18) < 0) {
                ((ObjectNode) tool).remove(List.of("title", "outputSchema"));
            }
            if (revision.compareTo(Revision.V2025_03_26) < 0) {
                ((ObjectNode) tool).remove("annotations");
            }
        }
        if (result.path("content") instanceof ArrayNode blocks) {
            for (var i = 0; i < blocks.size(); i++) {
                blocks.set(i, block(revision, blocks.get(i)));
            }
        }
        return new Outcome(outcome.code(), result, outcome.message(), outcome.challenge());
    }

    private static JsonNode block(Revision revision, JsonNode block) {
        var type = block.path("type").asString();
        var text = Web.JSON.createObjectNode().put("type", "text");
        if (type.equals("audio") && revision.compareTo(Revision.V2025_03_26) < 0) {
            return text.put("text", "(Audio, audio/wav: this client's protocol revision cannot take it.)");
        }
        return type.equals("resource_link") && revision.compareTo(Revision.V2025_06_18) < 0
                ? text.put("text", "one: notes://one") : block;
    }
}
