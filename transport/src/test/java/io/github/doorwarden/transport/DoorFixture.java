package io.github.doorwarden.transport;

import io.github.doorwarden.http.HttpServer;
import io.github.doorwarden.http.HttpSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A [TestDoor] behind the real engine.
abstract class DoorFixture {

    @TempDir
    Path folder;
    TestDoor door;
    HttpServer server;
    final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).build();

    @BeforeEach
    void start() {
        var opened = new AtomicReference<TestDoor>();
        server = HttpServer.start(HttpSettings.local(), origin -> {
            opened.set(new TestDoor(folder, URI.create(origin.toString())));
            return opened.get().rows;
        });
        door = opened.get();
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        server.close();
        door.close();
    }
}
