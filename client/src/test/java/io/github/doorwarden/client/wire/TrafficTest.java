package io.github.doorwarden.client.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a server says while calls run, and who hears it.
final class TrafficTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(ServerLog.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final LinkedBlockingQueue<Message> sent = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();
    private final Talk caller = new Talk() {
        @Override
        public void log(LogLevel level, String logger, JsonNode data) {
            heard.add(data.asString());
        }

        @Override
        public JsonNode ask(String method, ObjectNode params) {
            heard.add(method + " " + params.path("message").asString());
            return json("{'action':'decline'}");
        }
    };
    private final Traffic traffic = new Traffic("stub", new Connection.Listener() {
        @Override
        public void listChanged(String method) {
            heard.add(method);
        }

        @Override
        public void resourceChanged(String uri) {
            heard.add(uri);
        }

        @Override
        public void lost(ClientFailure why) {
            heard.add(why.getMessage());
        }
    }, why -> heard.add(why.getMessage()), sent::add);

    @BeforeEach
    void listen() {
        log.start();
        LOG.addAppender(log);
    }

    @AfterEach
    void leave() {
        LOG.detachAppender(log);
    }

    private List<String> logged() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private static Message.Notification says(String data) {
        return new Message.Notification("notifications/message", json("{'level':'warning','logger':'db'}")
                .put("data", data));
    }

    private static Pending pending(int id, Talk talk) {
        return new Pending(new Message.Request(new Id.Number("" + id), "tools/call", json("{}")), "stub", talk);
    }

    private void answered(Pending call) throws Exception {
        traffic.received(new Message.Response(call.request.id(), json("{}"), null), null);
        call.await(Duration.ofSeconds(5), reply -> { });
    }

    @Test
    void aLogMessageOfNoCallGoesToOurLogAlone_AndOneOfACallToItsCaller() throws Exception {
        var call = pending(1, caller);
        var news = pending(2, Connection.NEWS);
        traffic.begin(1, call);
        traffic.begin(2, news);
        traffic.received(says("about another's files\u001b[31m"), null);
        traffic.received(says("about all"), news);
        traffic.received(says("about this"), call);
        answered(call);
        assertEquals(List.of("about this"), heard);
        assertEquals(List.of("A server says to no call in particular: warning db about another's files[31m",
                "A server says to no call in particular: warning db about all"), logged());
    }

    /// A process may have ended while its first request was written.
    @Test
    void aRequestAfterTheEndOfTheConnectionDoesNotWait() {
        var why = new ClientFailure(ClientFailure.Kind.UNREACHABLE, "stub has ended.", null);
        traffic.fail(why);
        assertSame(why, assertThrows(ClientFailure.class, () -> traffic.begin(1, pending(1, caller))));
    }

    @Test
    void whatWaitsForACallerIsBoundedInSizeToo() throws Exception {
        var call = pending(1, caller);
        traffic.begin(1, call);
        traffic.received(says("x".repeat(Limits.EVENT_CHARS)), call);
        traffic.received(says("small"), call);
        traffic.received(new Message.Notification("notifications/progress", json("{'progressToken':1,'progress':1}")
                .put("message", "x".repeat(Limits.EVENT_CHARS))), null);
        answered(call);
        assertEquals(List.of("small"), heard);
        assertTrue(logged().size() == 2 && logged().getFirst().contains("more than 16384 characters"), logged()
                .toString());
    }

    @Test
    void onlyAHandfulOfQuestionsWaits_AndTheOthersAreRefusedWithTheReason() throws Exception {
        var call = pending(1, caller);
        traffic.begin(1, call);
        for (var i = 0; i < Limits.QUESTIONS + 1; i++) {
            traffic.received(new Message.Request(new Id.Number("" + i), "elicitation/create",
                    json("{'message':'" + i + "?'}")), call);
        }
        var refused = (Message.Response) sent.poll(30, TimeUnit.SECONDS);
        assertTrue(refused.error().path("message").asString().contains("Already 4 questions"), refused.toString());
        assertEquals(new Id.Number("" + Limits.QUESTIONS), refused.id());
        answered(call);
        assertEquals(IntStream.range(0, Limits.QUESTIONS).mapToObj(i -> "elicitation/create " + i + "?").toList(),
                heard);
    }

    @Test
    void ourLogTakesSoManyLinesOfAServerAMinute_EachBounded() {
        for (var i = 0; i < 2 * Limits.LOG_LINES; i++) {
            traffic.received(says("x".repeat(100_000)), null);
        }
        assertEquals(Limits.LOG_LINES, logged().size());
        assertTrue(logged().stream().allMatch(line -> line.length() < 2 * Limits.LOG_CHARS));
    }
}
