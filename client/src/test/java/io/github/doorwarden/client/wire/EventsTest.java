package io.github.doorwarden.client.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

/// The stream of events as its standard has it.
final class EventsTest {

    private static Events of(String text) {
        return new Events(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> all(Events events) throws IOException {
        var all = new ArrayList<String>();
        for (var data = events.next(); data != null; data = events.next()) {
            all.add(new String(data, StandardCharsets.UTF_8));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void eventsEndAtAnEmptyLineOfWhateverKind(String end) throws IOException {
        var text = String.join(end, ": comment", "id: 1", "data:", "", "event: message", "data: one", "data:two",
                "data:  three", "", "retry: 250", "id: 2", "", "data: cut off");
        var events = of(text + end);
        assertEquals(List.of("one\ntwo\n three"), all(events));
        assertEquals("2", events.lastId());
        assertEquals(Optional.of(Duration.ofMillis(250)), events.retry());
    }

    @Test
    void aRetryIsBounded_AndOneThatIsNoNumberIsNone() throws IOException {
        var events = of("retry: 999999999\n\nretry: soon\n\n");
        assertNull(events.next());
        assertEquals(Optional.of(Limits.RESUME_MOST), events.retry());
    }

    @Test
    void anEventWithoutEndIsRefused() {
        var endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        assertThrows(Events.TooLarge.class, () -> new Events(endless).next());
        var lines = new InputStream() {
            private int at;

            @Override
            public int read() {
                return "data: 0123456789\n".charAt(at++ % 17);
            }
        };
        assertThrows(Events.TooLarge.class, () -> new Events(lines).next());
    }
}
