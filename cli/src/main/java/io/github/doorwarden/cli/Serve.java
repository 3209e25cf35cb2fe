package io.github.doorwarden.cli;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/// What `serve` does: a deployment runs until the process is told to end.
final class Serve {

    private Serve() {}

    /// Does not return before the process ends.
    ///
    /// @param reading reads the configuration anew, whenever its file has changed
    static void run(Config config, Supplier<Config> reading, PrintWriter out, PrintWriter err)
            throws InterruptedException {
        var running = Deployment.start(config, err::println);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (onTerminal()) {
                err.println();  // the shell's prompt goes below the ^C
            }
            running.close();
            ended.countDown();
            err.flush();
            Runtime.getRuntime().halt(0);
        }, "drain"));
        err.println(running.guide());
        out.println("ready " + running.address());
        out.flush();
        running.follow(reading);
        ended.await();
    }

    private static boolean onTerminal() {
        return System.console() != null && System.console().isTerminal();
    }
}
