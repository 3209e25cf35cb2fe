package io.github.doorwarden.app;

import io.github.doorwarden.http.HttpServer;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/// What every start needs whatever its configuration says: a second core brings it up while the first reads that.
public final class Ahead {

    private final CountDownLatch log = new CountDownLatch(1);

    private Ahead() {}

    public static Ahead begin() {
        var ahead = new Ahead();
        Thread.ofPlatform().daemon().name("ahead").start(ahead::run);
        return ahead;
    }

    private void run() {
        try {
            LoggerFactory.getILoggerFactory();
        } finally {
            log.countDown();
        }
        HttpServer.prepare();
    }

    /// To be waited for before anything is logged: what is said to a half-made log arrives with a warning.
    public void logIsUp() throws InterruptedException {
        log.await();
    }
}
