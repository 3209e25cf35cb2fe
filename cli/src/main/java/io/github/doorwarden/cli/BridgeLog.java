package io.github.doorwarden.cli;

import java.util.Locale;
import java.util.Objects;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/// Log lines of `doorwarden bridge`: warnings go to standard error, which hosts keep; `DOORWARDEN_LOG` asks for more.
/// Logback would take half of the time of a start.
public final class BridgeLog implements SLF4JServiceProvider {

    private static final Level FROM = from(Objects.toString(System.getenv("DOORWARDEN_LOG"), "warn"));

    /// To be called before anything is logged.
    static void use() {
        System.setProperty("slf4j.provider", BridgeLog.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN");
    }

    private static Level from(String wanted) {
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "debug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "error" -> Level.ERROR;
            default -> Level.WARN;
        };
    }

    private static final class Line extends LegacyAbstractLogger {

        private static final long serialVersionUID = 1;

        Line(String name) {
            this.name = name;
        }

        private boolean enabled(Level level) {
            return level.toInt() >= FROM.toInt() && (name.startsWith("io.github.doorwarden")
                    || name.startsWith("doorwarden") || level.toInt() >= Level.WARN.toInt());
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return enabled(Level.DEBUG);
        }

        @Override
        public boolean isInfoEnabled() {
            return enabled(Level.INFO);
        }

        @Override
        public boolean isWarnEnabled() {
            return enabled(Level.WARN);
        }

        @Override
        public boolean isErrorEnabled() {
            return enabled(Level.ERROR);
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return "";
        }

        @Override
        protected void handleNormalizedLoggingCall(Level level, Marker marker, String message, Object[] arguments,
                Throwable thrown) {
            var text = "doorwarden bridge: " + Visible.lines(MessageFormatter.basicArrayFormat(message, arguments));
            synchronized (System.err) {
                System.err.println(text);
                if (thrown != null) {
                    thrown.printStackTrace(System.err);
                }
            }
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return Line::new;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return new NOPMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {
        // nothing is kept
    }
}
