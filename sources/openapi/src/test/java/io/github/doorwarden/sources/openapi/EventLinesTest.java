package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLinesTest {

    private static List<String> lines(String text) throws IOException {
        var lines = new EventLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        var all = new ArrayList<String>();
        for (var line = lines.next(); line != null; line = lines.next()) {
            all.add(line);
        }
        return all;
    }

    @Test
    void eachWayToEndALineEndsOne() throws IOException {
        assertEquals(List.of("a", "", "b", "", "c", "é", "", ""), lines("a\n\nb\r\n\r\nc\ré\r\r\n\n"));
        assertEquals(List.of("a"), lines("a\ncut"), "what the end cut is no line");
    }

    @Test
    void aLineWithoutEndIsNotCollected() {
        var read = new int[1];
        var endless = new InputStream() {
            @Override
            public int read() {
                read[0]++;
                return 'a';
            }
        };
        var lines = new EventLines(endless);
        assertTrue(assertThrows(IOException.class, lines::next).getMessage().contains("longer than"));
        assertTrue(read[0] < 2 * Limits.FEED_EVENT_CHARACTERS, "read " + read[0]);
    }
}
