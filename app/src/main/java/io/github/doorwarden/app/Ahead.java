package io.github.doorwarden.app;

import io.github.doorwarden.http.HttpServer;
import io.github.doorwarden.store.Database;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/// What every start needs whatever its configuration says: loaded on other cores while the first one reads that. What
/// it loads is not touched elsewhere before [#await], for two threads that begin with one library from two ends could
/// wait for each other's half.
public final class Ahead {

    private final CountDownLatch log = new CountDownLatch(1);
    private final CountDownLatch loaded = new CountDownLatch(2);

    private Ahead() {}

    public static Ahead begin() {
        var ahead = new Ahead();
        start("ahead-store", ahead::logAndStore);
        start("ahead-engine", ahead::jsonAndEngine);
        return ahead;
    }

    private static void start(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).start(work);
    }

    private void logAndStore() {
        try {
            LoggerFactory.getILoggerFactory();
            log.countDown();
            Database.prepare();
        } finally {
            log.countDown();
            loaded.countDown();
        }
    }

    private void jsonAndEngine() {
        try {
            JsonNodeFactory.instance.objectNode().put("ready", true).put("for", "texts").toString();
        } finally {
            loaded.countDown();
        }
        try {
            log.await();
            HttpServer.prepare();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns when things may be logged, stored and read. What failed is tried, and told, where it is needed.
    public void await() throws InterruptedException {
        loaded.await();
    }
}
