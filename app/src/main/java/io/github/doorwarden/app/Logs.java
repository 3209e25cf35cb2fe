package io.github.doorwarden.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.Logger;

/// Where log lines go: standard error, one JSON object a line; short lines for a person when a terminal is there. Found
/// by Logback as a service, which spares the reading of an XML file at each start. `DOORWARDEN_LOG` sets the level:
/// `debug`, `info`, `warn`, `error`.
public final class Logs extends ContextAwareBase implements Configurator {

    private static volatile Level usual = Level.INFO;

    /// For a command that ends by itself: what a server tells its operator is noise beside a result. To be called
    /// before anything is logged; `DOORWARDEN_LOG` still wins.
    public static void onlyWarnings() {
        usual = Level.WARN;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var terminal = System.console() != null && System.console().isTerminal();
        var encoder = terminal ? forPeople(context) : forPrograms(context);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        for (var quotesItsCallers : List.of("org.eclipse.jetty.http.HttpParser", "org.eclipse.jetty.util.HostPort")) {
            context.getLogger(quotesItsCallers).setLevel(Level.OFF);
        }
        context.getLogger("com.networknt").setLevel(Level.ERROR);  // it warns of x-mcp-header, which is MCP's
        var wanted = System.getenv("DOORWARDEN_LOG");
        context.getLogger("io.github.doorwarden").setLevel(Level.toLevel(wanted, usual));
        if (terminal && wanted == null) {
            // The head of the audit log is for logs that somebody keeps; a terminal keeps nothing.
            context.getLogger("io.github.doorwarden.store.AuditLog").setLevel(Level.WARN);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> forPeople(LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss} %-5level %msg %kvp%n%ex");
        return encoder;
    }

    private static Encoder<ILoggingEvent> forPrograms(LoggerContext context) {
        var encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithContext(false);
        encoder.setWithThreadName(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        return encoder;
    }
}
