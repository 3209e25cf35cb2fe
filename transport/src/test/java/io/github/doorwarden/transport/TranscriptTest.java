package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.protocol.Revision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Conversations under `src/test/transcripts`, each against a door of its own. `-Dupdate` writes what the server says
/// into the files; the difference is to be reviewed.
class TranscriptTest {

    private static final Path FOLDER = Path.of("src/test/transcripts");
    private static final boolean UPDATE = System.getProperty("update") != null;

    /// Stands for the newest `requestState`, which is another one each time.
    private static final String STATE = "(the state above)";
    private static final Pattern SEALED = Pattern.compile("\"requestState\":\"([^\"]+)\"");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> conversationsGoAsWritten() throws Exception {
        return files().stream().map(file -> DynamicTest.dynamicTest(FOLDER.relativize(file).toString(),
                () -> replay(file)));
    }

    @Test
    void everyRevisionHasConversations() throws Exception {
        for (var revision : Revision.dates()) {
            assertTrue(files().stream().anyMatch(file -> file.getParent().endsWith(revision)), revision);
        }
    }

    private static List<Path> files() throws Exception {
        try (var files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
        }
    }

    private void replay(Path file) throws Exception {
        var transcript = Transcript.parse(Files.readString(file));
        assertFalse(transcript.prose().isEmpty(), "A transcript begins with what it shows.");
        assertFalse(transcript.exchanges().isEmpty(), "A transcript has an exchange.");
        var replies = new ArrayList<String>();
        var names = new Transcript.Names();
        try (var door = new TestDoor(Files.createTempDirectory(folder, "door"))) {
            var state = "";
            for (var exchange : transcript.exchanges()) {
                var fields = exchange.fields().stream()
                        .map(field -> new Headers.Field(field.name(), names.reveal(field.value()))).toList();
                var body = names.reveal(exchange.body().replace(STATE, state));
                var reply = Transcript.text(door.send(exchange.method(), exchange.path(), fields,
                        body.getBytes(StandardCharsets.UTF_8)));
                var sealed = SEALED.matcher(reply);
                if (sealed.find()) {
                    state = sealed.group(1);
                }
                replies.add(names.hide(state.isEmpty() ? reply : reply.replace(state, STATE)));
            }
        }
        if (UPDATE) {
            Files.writeString(file, transcript.with(replies));
            return;
        }
        for (var i = 0; i < replies.size(); i++) {
            assertEquals(transcript.exchanges().get(i).reply(), replies.get(i), "exchange " + (i + 1));
        }
    }
}
