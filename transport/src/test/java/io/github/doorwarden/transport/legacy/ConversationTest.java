package io.github.doorwarden.transport.legacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Outlet;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.transport.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a conversation does between its messages, whatever the transport.
class ConversationTest {

    private final List<Message> sent = new ArrayList<>();
    private final Conversation conversation = new Conversation(null, null, Revision.V2025_11_25, object(), true);

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Test
    @Covers({"LT-38", "LT-39"})
    void aQuestionThatNobodyAnswersIsWithdrawnAndItsLateAnswerIgnored() {
        var running = conversation.begin(new Id.Number("1"), sent::add);
        assertThrows(Outlet.Unreachable.class, () -> running.ask("roots/list", object(), Duration.ofMillis(1)));
        var question = (Message.Request) sent.getFirst();
        var withdrawn = (Message.Notification) sent.getLast();
        assertEquals("notifications/cancelled", withdrawn.method());
        assertEquals(((Id.Text) question.id()).value(), withdrawn.params().path("requestId").asString());
        assertFalse(conversation.deliver(new Message.Response(question.id(), object(), null)));
        assertEquals(2, sent.size());
    }

    @Test
    @Covers("LT-38")
    void anAnsweredQuestionIsNotWithdrawn() throws Exception {
        var running = conversation.begin(new Id.Number("1"), message -> {
            sent.add(message);
            return !(message instanceof Message.Request question)
                    || conversation.deliver(new Message.Response(question.id(), object().put("yes", true), null));
        });
        assertTrue(running.ask("roots/list", object(), Duration.ofSeconds(20)).path("yes").asBoolean());
        assertEquals(1, sent.size());
        running.close();
        running.send(new Message.Notification("notifications/progress", object()));
        assertThrows(Outlet.Unreachable.class, () -> running.ask("roots/list", object(), Duration.ofSeconds(20)));
        assertEquals(1, sent.size(), "nothing follows the answer");
    }

    @Test
    @Covers("LT-40")
    void theReasonOfACancellationIsLoggedOnOneLine() {
        var log = (Logger) LoggerFactory.getLogger(Conversation.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try {
            var running = conversation.begin(new Id.Text("a"), sent::add);
            conversation.note(new Message.Notification("notifications/cancelled", object().put("requestId", "a")
                    .put("reason", "enough\r\n" + "x".repeat(10_000))));
            assertTrue(running.isCancelled());
            var reason = lines.list.getFirst().getKeyValuePairs().stream().filter(pair -> pair.key.equals("reason"))
                    .findFirst().orElseThrow().value.toString();
            assertEquals(1, lines.list.size());
            assertTrue(reason.startsWith("enough  xx") && reason.length() == Limits.REASON_CHARS + 1, reason);
        } finally {
            log.detachAppender(lines);
        }
    }
}
