package io.github.doorwarden.sources.documents;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Has PDFs read by [PdfProcess], a process with a small heap and nothing of our environment: a file that unpacks to
/// gigabytes, or never ends, ends that process and not this one. The process is started for the first PDF and kept
/// until [#rest]. For one thread.
final class PdfReader implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path scratch;
    private final Duration within;
    private Process process;
    private BufferedReader answers;

    /// @param scratch folder where the process may keep what it knows of the machine's fonts
    PdfReader(Path scratch) {
        this(scratch, Limits.PDF_TIME);
    }

    PdfReader(Path scratch, Duration within) {
        this.scratch = scratch;
        this.within = within;
    }

    Extracted read(Path file) throws Unreadable, InterruptedException {
        try {
            var answer = answer(file);
            if (answer.has("failure")) {
                throw new Unreadable(answer.path("failure").asString());
            }
            return new Extracted(answer.path("title").asString("").strip(), "", "", new TreeSet<>(),
                    answer.path("text").asString());
        } catch (TimeoutException e) {
            rest();
            throw new Unreadable("reading it took longer than " + within.toSeconds() + " s");
        } catch (IOException | JacksonException e) {
            rest();
            throw new Unreadable("it cannot be read within " + Limits.PDF_HEAP + " of memory, or it is broken");
        }
    }

    private JsonNode answer(Path file) throws IOException, TimeoutException, InterruptedException {
        if (process == null || !process.isAlive()) {
            start();
        }
        var task = new FutureTask<>(() -> {
            process.getOutputStream().write((JSON.writeValueAsString(file.toString()) + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return line();
        });
        Thread.ofVirtual().name("pdf").start(task);
        try {
            return JSON.readTree(task.get(within.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            rest();
            throw e;
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var next = answers.read(); next != '\n'; next = answers.read()) {
            if (next < 0 || line.length() > Limits.PDF_LINE_CHARS) {
                throw new IOException("the process that reads PDFs has ended");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private void start() throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // The JVM's own words would go to standard output, among the answers.
        var builder = new ProcessBuilder(List.of(java, "-Xlog:disable", "-Xmx" + Limits.PDF_HEAP,
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto",
                "-Djava.awt.headless=true", "-Dpdfbox.fontcache=" + scratch,
                "-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog", "-cp",
                System.getProperty("java.class.path"),
                PdfProcess.class.getName())).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        process = builder.start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Ends the process until the next PDF comes.
    void rest() {
        if (process != null) {
            process.destroyForcibly();
            process = null;
        }
    }

    @Override
    public void close() {
        rest();
    }
}
