package io.github.doorwarden.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server that was started for this run and prints `ready <url>` when it takes calls; ended by [#close].
final class Started implements AutoCloseable {

    private static final int SECONDS_TO_END = 10;
    private static final String READY = "ready ";

    private final Process process;
    private final URI url;

    private Started(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /// Waits for the line; what the server writes to its standard error goes to ours.
    static Started run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return new Started(process, URI.create(line.substring(READY.length()).strip()));
            }
        }
        throw new IOException("'" + String.join(" ", command) + "' ended without a line that begins with '" + READY
                + "'");
    }

    URI url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
