package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The Java side of asking, prompting and reading: records in, records out.
final class FormTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    enum Size {
        @Title("Quite small") SMALL, LARGE
    }

    record Order(@Title("Your name") @Range(min = 2, max = 40) String name, @Description("How many") int count,
            Size size, Optional<List<Size>> others, Optional<LocalDate> day, boolean gift) {}

    private static final Form<Order> FORM = Elicitation.form("What do you want?", Order.class);

    private static Call trial(Map<String, JsonNode> answers) {
        return Call.trial(TestCallers.user("u"), JSON.createObjectNode(), answers);
    }

    @Test
    void theFormIsMadeFromTheRecord_InTheWordsOfEachRevision() {
        assertEquals(JSON.readTree("""
                {"mode": "form", "message": "What do you want?", "requestedSchema": {"type": "object", "properties": {
                  "name": {"type": "string", "minLength": 2, "maxLength": 40, "title": "Your name"},
                  "count": {"type": "integer", "description": "How many"},
                  "size": {"type": "string", "oneOf": [{"const": "SMALL", "title": "Quite small"},
                                                       {"const": "LARGE", "title": "LARGE"}]},
                  "others": {"type": "array", "items": {"type": "string", "anyOf": [
                      {"const": "SMALL", "title": "Quite small"}, {"const": "LARGE", "title": "LARGE"}]}},
                  "day": {"type": "string", "format": "date"}, "gift": {"type": "boolean"}},
                 "required": ["name", "count", "size", "gift"]}}"""),
                JSON.readTree(FORM.params(Revision.V2026_07_28).toString()));
        var older = FORM.params(Revision.V2025_06_18);
        assertTrue(!older.has("mode"));
        assertEquals(JSON.readTree("""
                {"type": "string", "enum": ["SMALL", "LARGE"], "enumNames": ["Quite small", "LARGE"]}"""),
                older.path("requestedSchema").path("properties").path("size"));
    }

    @Test
    void theAnswerIsTheRecord_OrNothing() throws Exception {
        var yes = JSON.readTree("""
                {"action": "accept", "content": {"name": "Ada", "count": 2, "size": "SMALL", "others": ["LARGE"],
                 "day": "2026-07-28", "gift": true}}""");
        assertEquals(Optional.of(new Order("Ada", 2, Size.SMALL, Optional.of(List.of(Size.LARGE)),
                Optional.of(LocalDate.parse("2026-07-28")), true)), trial(Map.of("order", yes)).ask("order", FORM));
        for (var no : List.of("decline", "cancel")) {
            assertEquals(Optional.empty(), trial(Map.of("order", JSON.readTree("{\"action\":\"" + no + "\"}")))
                    .ask("order", FORM));
        }
        for (var bad : List.of("{}", "{\"action\":\"accept\"}", "{\"action\":\"accept\",\"content\":{\"name\":\"A\"}}",
                yes.toString().replace("2026-07-28", "tomorrow"), yes.toString().replace("SMALL", "TINY"))) {
            assertThrows(Refused.class, () -> FORM.read(JSON.readTree(bad)), bad);
        }
    }

    record Inner(String x) {}

    record Nested(Inner inner) {}

    record Texts(List<String> texts) {}

    @Test
    void whatNoFormCanHaveIsRefusedAtOnce() {
        for (Class<? extends Record> type : List.<Class<? extends Record>>of(Nested.class, Texts.class)) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> Elicitation.form("?", type)).getMessage()
                    .startsWith("The property " + type.getRecordComponents()[0].getName() + " of a form must be"));
        }
    }

    record Review(@Title("Code") @Description("The code") String code, Optional<Size> size, Optional<String> tone) {}

    @Test
    void aPromptIsMadeFromARecordToo() throws Exception {
        Prompt review = RecordPrompt.named("review", "Reviews a piece of code.").title("Review").scopes("read")
                .completing("tone", typed -> List.of(typed + "!"))
                .text(Review.class, (asked, call) -> "Review: " + asked.code() + asked.size().map(Size::name)
                .orElse(""));
        assertEquals(List.of(new Prompt.Argument("code", "Code", "The code", true),
                new Prompt.Argument("size", "", "", false), new Prompt.Argument("tone", "", "", false)),
                review.spec().arguments());
        assertEquals(Set.of("read"), review.spec().scopes());
        var given = JSON.createObjectNode().put("code", "x").put("size", "LARGE");
        assertEquals("[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"Review: xLARGE\"}}]",
                review.get(Call.trial(TestCallers.user("u"), given, Map.of())).messages().toString());
        assertThrows(IllegalArgumentException.class, () -> review.get(Call.trial(TestCallers.user("u"),
                given.deepCopy().put("size", "TINY"), Map.of())));
        assertEquals(List.of("SMALL"), review.complete("size", "s", Map.of()));
        assertEquals(List.of("so!"), review.complete("tone", "so", Map.of()));
        assertEquals(List.of(), review.complete("code", "x", Map.of()));
        record Number(int number) {}
        assertThrows(IllegalArgumentException.class, () -> RecordPrompt.named("x", "X.").text(Number.class,
                (asked, call) -> ""));
        assertThrows(IllegalArgumentException.class, () -> RecordPrompt.named("x", "X.")
                .completing("nothing", typed -> List.of()).text(Inner.class, (asked, call) -> ""));
    }

    @Test
    void resourcesAndTemplatesInALineOrTwo() throws Exception {
        var today = Resource.at("notes://today", "today").description("Due today.").mimeType("text/markdown")
                .scopes("read").text(call -> "# " + call.caller().subject());
        assertEquals("[{\"uri\":\"notes://today\",\"mimeType\":\"text/markdown\",\"text\":\"# u\"}]",
                today.read(trial(Map.of())).toString());
        assertEquals("application/octet-stream", Resource.at("a:b", "b").bytes(call -> new byte[] {1}).spec()
                .mimeType());
        assertEquals(List.of(), Resource.at("a:b", "b").text(call -> null).read(trial(Map.of())));

        var note = ResourceTemplate.at("notes://{id}", "note").title("A note")
                .completing("id", typed -> List.of(typed + "1", typed + "2"))
                .text((uri, call) -> call.arguments().path("id").asString());
        var call = Call.trial(TestCallers.user("u"), JSON.createObjectNode().put("id", "7"), Map.of());
        assertEquals("[{\"uri\":\"notes://7\",\"mimeType\":\"text/plain\",\"text\":\"7\"}]",
                note.read("notes://7", call).toString());
        assertEquals(List.of("71", "72"), note.complete("id", "7", Map.of()));
        assertEquals("A note", note.spec().title());
    }

    @Test
    void aToolSaysAboutItselfWhatClientsShow() {
        var spec = RecordTool.named("x", "X.").destructive(false).idempotent().openWorld(false).confirm()
                .icons(Content.icon("data:image/png;base64,AA==", "image/png", "48x48"))
                .of(Inner.class, (inner, call) -> ToolResult.text("")).spec();
        assertEquals("{\"readOnlyHint\":false,\"destructiveHint\":false,\"idempotentHint\":true,"
                + "\"openWorldHint\":false}", spec.annotations().toString());
        assertTrue(spec.confirm());
        assertEquals("{\"src\":\"data:image/png;base64,AA==\",\"mimeType\":\"image/png\",\"sizes\":[\"48x48\"]}",
                spec.icons().getFirst().toString());
    }
}
