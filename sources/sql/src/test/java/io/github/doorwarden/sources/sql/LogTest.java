package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the log has of a statement that failed: enough to mend it, no row and no secret.
final class LogTest {

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SqlTool.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
    }

    private String logged() {
        assertEquals(1, log.list.size(), log.list.toString());
        var event = log.list.getFirst();
        return event.getFormattedMessage() + (event.getThrowableProxy() == null ? ""
                : ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }

    private static ParameterSettings text(boolean secret) {
        return new ParameterSettings(ParameterType.STRING, null, null, false, null, null, null, null, null, null, null,
                null, secret);
    }

    private static void call(String statement, boolean secret, String arguments) throws Exception {
        var tool = ToolSettings.of(statement, Map.of("text", text(secret))).writing();
        try (var source = new SqlSource("notes", Bed.settings(Bed.WRITER, tool).withChecks(true, true))) {
            assertTrue(Bed.call(source, arguments).isError());
        }
    }

    @Test
    void theReasonIsThere_AndTheValuesOfTheRowAreNot() throws Exception {
        call("insert into notes values (null, :text)", false, "{'text':'row-4711'}");
        var logged = logged();
        assertTrue(logged.contains("violates not-null constraint"), logged);
        assertFalse(logged.contains("4711"), logged);
    }

    @Test
    void ofAToolWithASecretTheStateAloneIsThere() throws Exception {
        call("insert into notes values (:text::int, '')", true, "{'text':'secret-4711'}");
        var logged = logged();
        assertTrue(logged.contains("SQLState 22P02"), logged);
        assertFalse(logged.contains("4711"), logged);
    }
}
