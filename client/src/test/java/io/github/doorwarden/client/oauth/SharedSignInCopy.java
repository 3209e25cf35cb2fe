package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// One of several processes that want in. The first that comes to the named stage is killed there.
final class SharedSignInCopy {

    private SharedSignInCopy() {}

    public static void main(String[] words) throws Exception {
        var server = URI.create(words[0]);
        var folder = Path.of(words[1]);
        if (words.length == 4) {
            tab(URI.create(words[3]));
            return;
        }
        // A tab outlives the process that opened it, so it is a process of its own.
        Browser browser = address -> {
            Files.createFile(folder.resolve("tab-" + UUID.randomUUID()));
            new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
                    System.getProperty("java.class.path"), SharedSignInCopy.class.getName(), words[0], words[1], "tab",
                    address.toString()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(folder.resolve("tab.log").toFile()).start();
        };
        var settings = OAuthSettings.of(server, folder.resolve("kept"), InstantSource.system(), "Copy")
                .with(OAuthSettings.Keys.FILE).with(browser).withNotices(_ -> { });
        var authorization = OAuthAuthorization.open(settings, Duration.ofSeconds(4), stage -> {
            if (stage.name().equals(words[2])) {
                try {
                    Files.createFile(folder.resolve("killed"));
                    Runtime.getRuntime().halt(9);
                } catch (FileAlreadyExistsException another) {
                    // One is enough.
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        System.out.println(StubResource.call(authorization, server, "tools/list"));
        System.exit(0);
    }

    /// The time that a person takes: there is nothing to wait for but that.
    static void moment(long millis) {
        try {
            if (new Semaphore(0).tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The page that a person sees, and reloads when nobody is there to take the answer.
    static void tab(URI address) throws Exception {
        var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
        var answer = client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        var back = URI.create(answer.headers().firstValue("Location").orElseThrow());
        for (var i = 0; i < 100; i++) {
            try {
                client.send(HttpRequest.newBuilder(back).build(), HttpResponse.BodyHandlers.ofString());
                return;
            } catch (IOException nobody) {
                moment(200);
            }
        }
    }
}
