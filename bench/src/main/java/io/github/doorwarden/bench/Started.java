package io.github.doorwarden.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A server that was started for this run and prints `ready <url>` when it takes calls; ended by [#close].
final class Started implements AutoCloseable {

    private static final int SECONDS_TO_END = 30;
    private static final String READY = "ready ";

    private final Process process;
    private final URI url;
    private final long began;
    private final long ready;

    private Started(Process process, URI url, long began) {
        this.process = process;
        this.url = url;
        this.began = began;
        this.ready = System.nanoTime();
    }

    /// Waits for the line.
    ///
    /// @param log what the server writes to its standard error
    static Started run(List<String> command, Map<String, String> environment, Path log) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        var began = System.nanoTime();
        var process = builder.start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return new Started(process, URI.create(line.substring(READY.length()).strip()), began);
            }
        }
        throw new IOException("'" + String.join(" ", command) + "' ended without a line that begins with '" + READY
                + "'. It said:\n" + java.nio.file.Files.readString(log).strip());
    }

    URI url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    /// From the start of the process to its line, milliseconds.
    double readyMillis() {
        return (ready - began) / 1e6;
    }

    /// From the start of the process until now, milliseconds.
    double millis() {
        return (System.nanoTime() - began) / 1e6;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
