package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What became of a line that somebody typed.
///
/// @param out standard output
/// @param err standard error
record Typed(String line, int exit, String out, String err) {

    static Typed run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = Doorwarden.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Typed(String.join(" ", words), exit, out.toString(), err.toString());
    }

    /// With something on standard input.
    static Typed answering(String input, String... words) {
        var before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(words);
        } finally {
            System.setIn(before);
        }
    }

    /// One line as it stands in a manual, split at blanks.
    static Typed line(String line) {
        return run(line.split(" "));
    }

    Typed done(String... said) {
        assertEquals(0, exit, this::toString);
        for (var each : said) {
            assertTrue(out.contains(each), () -> each + " is missing: " + this);
        }
        return this;
    }

    /// Says what is wrong and nothing else: no results, no stack.
    Typed failed(int wanted, String... said) {
        assertEquals(wanted, exit, this::toString);
        assertEquals("", out, "results alone go to standard output");
        return told(said);
    }

    /// On standard error.
    Typed told(String... said) {
        for (var each : said) {
            assertTrue(err.contains(each), () -> each + " is missing: " + this);
        }
        assertFalse(List.of("Exception", "\tat ", "fault of Doorwarden").stream().anyMatch(err::contains),
                this::toString);
        return this;
    }

    @Override
    public String toString() {
        return "doorwarden " + line + " [" + exit + "]\n" + out + "\n--- standard error\n" + err;
    }
}
