package io.github.doorwarden.sources.code;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Universal Ctags in a process of its own, where it is installed: with an empty environment, its memory bounded, and
/// in its sandbox, so that it opens no file; what it parses comes through a pipe. For one thread.
final class Ctags implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ctags.class);
    private static final int FAILURES = 3;
    private static final List<String> COMMAND = List.of("sh", "-c", "ulimit -v 524288 2>/dev/null; exec ctags "
            + "--options=NONE --_interactive=sandbox --output-format=json --fields=+neKSl");

    private Process process;
    private BufferedReader answers;
    private int failures;

    /// @return empty where there is no such program, and for what it cannot read in time
    Optional<List<Symbol>> of(String path, SourceText text) {
        if (failures >= FAILURES) {
            return Optional.empty();
        }
        var watch = Thread.ofVirtual().name("ctags watch").unstarted(this::endAfterItsTime);
        try {
            if (process == null || !process.isAlive()) {
                start();
            }
            watch.start();
            ask(path, text.text());
            return Optional.of(read(text));
        } catch (IOException | JacksonException e) {
            failures++;
            LOG.atDebug().setCause(e).log("ctags gave no answer.");
            end();
            return Optional.empty();
        } finally {
            watch.interrupt();
        }
    }

    private void endAfterItsTime() {
        try {
            Thread.sleep(Limits.CTAGS_TIME);
            process.destroyForcibly();
        } catch (InterruptedException inTime) {
            // it has answered
        }
    }

    private void start() throws IOException {
        var builder = new ProcessBuilder(COMMAND).redirectError(ProcessBuilder.Redirect.DISCARD);
        var path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin" : path);
        process = builder.start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"program".equals(answer().path("_type").asString(""))) {
            failures = FAILURES;                                  // an older program of the same name
            throw new IOException("it is not Universal Ctags");
        }
    }

    private void ask(String path, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = process.getOutputStream();
        out.write(JsonNodeFactory.instance.objectNode().put("command", "generate-tags").put("filename",
                path.substring(path.lastIndexOf('/') + 1)).put("size", bytes.length).toString()
                .getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        out.write(bytes);
        out.flush();
    }

    private List<Symbol> read(SourceText text) throws IOException {
        var lines = text.all();
        var found = new ArrayList<Symbol>();
        for (var tag = answer(); !"completed".equals(tag.path("_type").asString("")); tag = answer()) {
            if ("error".equals(tag.path("_type").asString(""))) {
                throw new IOException(tag.path("message").asString(""));
            }
            var line = tag.path("line").asInt(0);
            var name = tag.path("name").asString("");
            if (line >= 1 && line <= lines.size() && !name.isEmpty() && !name.startsWith("__anon")
                    && found.size() < Limits.SYMBOLS) {
                found.add(new Symbol(name, tag.path("kind").asString("symbol"), tag.path("scope").asString("")
                        .replace("::", "."), lines.get(line - 1).strip(), line, Math.clamp(tag.path("end").asInt(line),
                        line, Math.max(line, lines.size())), Outline.begin(lines, line)));
            }
        }
        return found;
    }

    private JsonNode answer() throws IOException {
        var line = new StringBuilder();
        for (var c = answers.read(); c != '\n'; c = answers.read()) {
            if (c < 0 || line.length() > Limits.CTAGS_LINE_CHARS) {
                throw new IOException("it ended, or writes without end");
            }
            line.append((char) c);
        }
        return JsonMapper.shared().readTree(line.toString());
    }

    private void end() {
        if (process != null) {
            process.destroyForcibly();
            process = null;
        }
    }

    @Override
    public void close() {
        end();
    }
}
