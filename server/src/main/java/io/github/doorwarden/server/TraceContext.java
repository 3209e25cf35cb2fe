package io.github.doorwarden.server;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
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

    /// What tells the traces of this process from those of all others; one apart from the next, a count.
    private static final long PROCESS;
    private static final AtomicLong COUNT;

    static {
        var chance = new SecureRandom();
        PROCESS = chance.nextLong();
        COUNT = new AtomicLong(chance.nextLong());
    }

    private TraceContext() {}

    /// Anything that is no trace context is as good as none.
    static boolean holds(String traceparent) {
        return traceparent.length() == LENGTH && FORM.matcher(traceparent).matches();
    }

    /// A new trace, marked as recorded: backends that follow that mark go on recording as they would without it. The
    /// ids are for finding, not for guarding: it is enough that there is no second one.
    static String begin() {
        var count = COUNT.incrementAndGet();
        var text = new char[LENGTH];
        text[0] = '0';
        text[1] = '0';
        text[2] = '-';
        hex(mixed(PROCESS ^ count), text, ID_FROM);
        hex(mixed(count) | 1, text, ID_FROM + 16);                           // never all zeros
        text[ID_TO] = '-';
        hex(mixed(PROCESS + count) | 1, text, ID_TO + 1);
        text[52] = '-';
        text[53] = '0';
        text[54] = '1';
        return new String(text);
    }

    /// Spreads neighbours over all values, each to one of its own (the last steps of SplitMix64).
    private static long mixed(long value) {
        var once = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        var twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
        return twice ^ twice >>> 31;
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
