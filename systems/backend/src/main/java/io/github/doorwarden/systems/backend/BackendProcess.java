package io.github.doorwarden.systems.backend;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Function;

/// A backend as a process: it prints `ready <URL>` once it accepts calls, and ends with its standard input, so it never
/// outlives the process that started it.
public final class BackendProcess {

    private BackendProcess() {}

    /// What the process runs.
    public interface Service extends AutoCloseable {

        URI uri();

        /// What can wait until nobody waits for the start any more.
        void afterReady();

        /// Lets running calls end, then stops.
        @Override
        void close();
    }

    /// Makes the service, which accepts calls when this returns.
    @FunctionalInterface
    public interface Start {
        Service start() throws Mistake, IOException;
    }

    /// Returns never. Exit codes: 0 ended as asked, 1 could not start, 2 told wrongly.
    ///
    /// @param why the sentence about what kept it from starting
    public static void run(Function<Exception, String> why, Start start) {
        // Read by the HTTP server's class when it loads: answers leave at once, and no client can hold a connection
        // half open for long.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "60");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "32768");
        // The drivers would otherwise wake a whole logging library, which costs more than everything else here.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        try {
            var service = start.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                service.close();
                // an orderly end by SIGTERM is a success; Java alone would report 143
                Runtime.getRuntime().halt(0);
            }));
            System.out.println("ready " + service.uri());
            service.afterReady();
            System.in.transferTo(OutputStream.nullOutputStream());
            System.exit(0);
        } catch (Mistake mistake) {
            System.err.println(mistake.getMessage());
            System.exit(2);
        } catch (IOException | UncheckedIOException | Outage broken) {
            System.err.println(why.apply(broken));
            System.exit(1);
        }
    }
}
