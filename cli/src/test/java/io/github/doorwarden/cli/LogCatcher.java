package io.github.doorwarden.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// Keeps log lines as they would be printed, for as long as it is open.
final class LogCatcher extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    final List<String> lines = new CopyOnWriteArrayList<>();
    /// Those of them that wake somebody up: warnings and errors.
    final List<String> alarms = new CopyOnWriteArrayList<>();
    private final JsonEncoder encoder = new JsonEncoder();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = root.getLoggerContext().getLogger("io.github.doorwarden");
    private final Level before = ours.getLevel();

    /// @param level of our own loggers in the meantime; those of libraries stay as the product sets them
    LogCatcher(Level level) {
        setContext(root.getLoggerContext());
        encoder.setContext(root.getLoggerContext());
        encoder.start();
        start();
        ours.setLevel(level);
        root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        var line = new String(encoder.encode(event), StandardCharsets.UTF_8);
        lines.add(line);
        if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            alarms.add(line);
        }
    }

    @Override
    public void close() {
        root.detachAppender(this);
        ours.setLevel(before);
    }
}
