package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool that must be confirmed, at a client that is asked while its call runs, and at one that cannot be asked.
final class ConfirmationTest extends DispatchFixture {

    /// Answers every question of the server with one result.
    private record Person(JsonNode answer, List<String> asked) implements Outlet {

        @Override
        public void send(Message.Notification notice) {
            // nothing is told here
        }

        @Override
        public JsonNode ask(String method, ObjectNode params, Duration patience) {
            asked.add(method + " " + params.path("message").asString());
            return answer;
        }

        @Override
        public void lasting(Runnable cancel) {
            // nobody leaves
        }
    }

    private Dispatch confirming() {
        tools.add(RecordTool.named("remove", "Removes a lesson.").title("Remove").secret("password").confirm()
                .of(Edit.class, (edit, call) -> {
                    edits.incrementAndGet();
                    return ToolResult.text("removed " + edit.title());
                }));
        return dispatch(CallLimits.USUAL);
    }

    private ObjectNode remove(Dispatch dispatch, Outlet outlet, String capabilities, String confirmation) {
        var exchange = new Exchange(TestCallers.user("u"), endpoint(), Revision.V2025_06_18,
                (ObjectNode) JSON.readTree(capabilities), "req-1", "192.0.2.7", Optional.empty(), Optional.empty(),
                Optional.empty(), outlet);
        return call(dispatch, exchange, confirmation);
    }

    private ObjectNode call(Dispatch dispatch, Exchange exchange, String confirmation) {
        var params = JsonNodeFactory.instance.objectNode().put("name", "remove");
        var arguments = params.putObject("arguments").put("title", "t").put("password", "p4ss");
        if (!confirmation.isEmpty()) {
            arguments.put("confirmation", confirmation);
        }
        return dispatch.answer(exchange, Methods.TOOLS_CALL, new Message.Request(new Id.Number("1"), "tools/call",
                params));
    }

    @Test
    void aClientThatCanBeAskedWhileItsCallRunsIs_AndOnlyAYesRunsIt() {
        var dispatch = confirming();
        for (var action : List.of("decline", "cancel", "accept")) {
            var person = new Person(JSON.readTree("{\"action\":\"" + action + "\"}"), new ArrayList<>());
            var answer = remove(dispatch, person, "{\"elicitation\":{}}", "");
            assertEquals(List.of("elicitation/create Remove with {\n  \"title\" : \"t\",\n  \"password\" : "
                    + "\"(not shown)\"\n}\n\nShall this be done?"), person.asked);
            assertEquals(action.equals("accept") ? "removed t"
                    : "The user did not confirm, so nothing was done. Do not "
                    + "try again unless the user asks for it.", text(answer));
        }
        assertEquals(1, edits.get());
    }

    @Test
    void aConfirmationIsGoodForItsCallerOnlyOnceAndForAWhile() {
        var dispatch = confirming();
        var first = remove(dispatch, Outlet.NONE, "{}", "");
        var confirmation = text(first).substring(text(first).lastIndexOf(' ') + 1);
        assertEquals(0, edits.get());
        var other = exchange(TestCallers.user("somebody-else"), Revision.V2025_06_18);
        assertTrue(text(call(dispatch, other, confirmation)).contains("was given to somebody else"));
        assertTrue(text(remove(dispatch, Outlet.NONE, "{}", confirmation + "x")).contains("is not one"));
        assertEquals(0, edits.get());
        assertEquals("removed t", text(remove(dispatch, Outlet.NONE, "{}", confirmation)));
        assertTrue(text(remove(dispatch, Outlet.NONE, "{}", confirmation)).contains("was used before"));
        assertEquals(1, edits.get());

        var second = text(remove(dispatch, Outlet.NONE, "{}", ""));
        now = now.plus(Limits.STATE_LIFETIME);
        assertTrue(text(remove(dispatch, Outlet.NONE, "{}", second.substring(second.lastIndexOf(' ') + 1)))
                .contains("has expired"));
        assertEquals(1, edits.get());
    }

    @Test
    void aPreviewIsBounded_AndSaysWhatItLeavesOut() {
        var params = JsonNodeFactory.instance.objectNode().put("name", "remove");
        params.putObject("arguments").put("title", "t".repeat(1_000_000));
        var preview = text(confirming().answer(exchange(TestCallers.user("u"), Revision.V2025_06_18),
                Methods.TOOLS_CALL, new Message.Request(new Id.Number("1"), "tools/call", params)));
        assertTrue(preview.length() < Limits.PREVIEW_CHARS + 1_500, "preview of " + preview.length());
        assertTrue(preview.contains("characters more, which are not shown]"), preview);
        assertEquals(0, edits.get());
    }

    record Gone(String title) {}

    /// Clients hold answers against the output schema, and a preview is an answer.
    @Test
    void aPreviewIsTakenAlsoFromAToolThatDescribesItsAnswers() {
        tools.add(RecordTool.named("remove", "Removes a lesson.").secret("password").confirm()
                .of(Edit.class, Gone.class, (edit, call) -> new Gone(edit.title())));
        var dispatch = dispatch(CallLimits.USUAL);
        var preview = remove(dispatch, Outlet.NONE, "{}", "");
        assertFalse(preview.path("isError").asBoolean(), preview.toString());
        var text = text(preview);
        assertTrue(text.contains("Nothing was done yet."), text);
        var confirmation = text.substring(text.lastIndexOf(' ') + 1);
        var done = remove(dispatch, Outlet.NONE, "{}", confirmation);
        assertEquals("{\"title\":\"t\"}", done.path("structuredContent").toString());
        var listed = ToolListing.of(tools.getLast()).json();
        assertFalse(listed.has("outputSchema"), listed.toString());
    }
}
