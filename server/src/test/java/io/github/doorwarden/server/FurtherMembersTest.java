package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Revision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Members of a definition or a result that mean nothing here, tools that stand in no list, and things that are tried
/// out before they are served.
final class FurtherMembersTest {

    record Nothing() {}

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private record Made(ToolSpec spec) implements Tool {
        @Override
        public ToolResult call(Call call) {
            return ToolResult.text("made");
        }
    }

    private static ToolSpec spec(String name) {
        return RecordTool.named(name, "Does it.").of(Nothing.class, (none, call) -> ToolResult.text("x")).spec();
    }

    @Test
    void furtherMembersAreListedAndAnswered_ButTakeNoPlaceOfOurs() {
        var further = json("{'execution':{'taskSupport':'optional'},'name':'evil','_meta':{'a':1.50}}");
        for (var revision : Revision.values()) {
            var listed = new Offer(new Made(spec("good").withFurther(further))).json(revision);
            assertEquals("good", listed.path("name").asString());
            assertEquals("{\"a\":1.50}", listed.path("_meta").toString().replace("1.5}", "1.50}"));
            assertEquals("optional", listed.path("execution").path("taskSupport").asString());
            var result = Offer.json(new ToolResult(List.of(Content.text("t")), Optional.empty(), false,
                    json("{'content':'evil','x':{'y':1}}")), revision);
            assertEquals("t", result.path("content").path(0).path("text").asString());
            assertEquals("{\"y\":1}", result.path("x").toString());
        }
    }

    @Test
    void furtherMembersOfAResultAreCleanedToo() {
        var further = JsonNodeFactory.instance.objectNode().put("x", "a\u001b[2J");
        var clean = Cleaned.of(new ToolResult(List.of(), Optional.empty(), false, further));
        assertEquals("a\uFFFD[2J", clean.further().path("x").asString());
    }

    @Test
    void aToolThatIsNotListedIsFoundByItsName() {
        var shelf = new Shelf<>("/mcp", "tools", "tools", List.of(new Offer(new Made(spec("seen"))),
                new Offer(new Made(spec("hidden").withListed(false)))), Policy.withoutAuthorization());
        var listed = shelf.list(Caller.anonymous(), Revision.V2026_07_28, JsonNodeFactory.instance.missingNode());
        assertEquals(1, listed.path("tools").size());
        assertEquals("hidden", shelf.named("hidden").orElseThrow().name());
        assertFalse(shelf.sameAs(new Shelf<>("/mcp", "tools", "tools", List.of(new Offer(new Made(spec("seen"))),
                new Offer(new Made(spec("hidden")))), Policy.withoutAuthorization())), "that is a change of the list");
    }

    @Test
    void whatCouldNotBeServedIsFoundOutBefore() {
        Catalogue.check(Things.of(List.of(new Made(spec("good")))));
        var remote = spec("bad").withSchemas(json("{'type':'object','$ref':'https://example.com/s'}"),
                Optional.empty());
        assertThrows(IllegalArgumentException.class, () -> Catalogue.check(Things.of(List.of(new Made(remote)))));
    }
}
