package io.github.doorwarden.server;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// `traceparent` of W3C Trace Context: as a client sent it, or begun here for a client that sends none, so that there
/// is always one id that leads from the client's request to the record, the log and the backend's own log. Pure.
public final class TraceContext {

    /// W3C Trace Context §3.2: neither id is all zeros, and there is no version `ff`.
    private static final Pattern FORM = Pattern.compile(
            "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int LENGTH = 55;
    private static final int ID_FROM = 3;
    private static final int ID_TO = 35;

    private TraceContext() {}

    /// Anything that is no trace context is as good as none.
    static boolean holds(String traceparent) {
        return traceparent.length() == LENGTH && FORM.matcher(traceparent).matches();
    }

    /// A new trace, marked as recorded: backends that follow that mark go on recording as they would without it. The
    /// ids are for finding, not for guarding, so a quick source of chance will do.
    static String begin() {
        var chance = ThreadLocalRandom.current();
        var text = new char[LENGTH];
        text[0] = '0';
        text[1] = '0';
        text[2] = '-';
        hex(chance.nextLong() | 1, text, ID_FROM);                           // never all zeros
        hex(chance.nextLong(), text, ID_FROM + 16);
        text[ID_TO] = '-';
        hex(chance.nextLong() | 1, text, ID_TO + 1);
        text[52] = '-';
        text[53] = '0';
        text[54] = '1';
        return new String(text);
    }

    private static void hex(long value, char[] into, int at) {
        for (var i = 0; i < 16; i++) {
            into[at + i] = Character.forDigit((int) (value >>> 60 - 4 * i) & 15, 16);
        }
    }

    /// The id of the trace: 32 hex digits.
    static String id(String traceparent) {
        return traceparent.substring(ID_FROM, ID_TO);
    }
}
