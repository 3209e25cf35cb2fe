package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.CallOptions.Progress;
import java.util.Locale;
import java.util.function.LongSupplier;

/// How far a call is: one line that moves on a terminal, plain lines elsewhere, few of them.
final class ProgressBar implements Progress, AutoCloseable {

    private static final int CELLS = 24;
    /// Between two plain lines: who reads a log later wants to see that it went on, not each step.
    private static final long PAUSE_NANOS = 2_000_000_000L;
    private static final String BEGIN = "\r\033[K";

    private final Terminal terminal;
    private final LongSupplier nanos;
    private boolean shown;
    private long last;

    ProgressBar(Terminal terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.nanos = nanos;
    }

    @Override
    public synchronized void at(double done, double total, String message) {
        var said = Visible.line(message.strip());
        if (terminal.person()) {
            var line = total > 0 ? bar(done / total) + " " + percent(done, total) + "  " + said
                    : "… " + number(done) + "  " + said;
            terminal.err().print(BEGIN + (line.length() < terminal.width() ? line
                    : line.substring(0, terminal.width() - 1)));
            terminal.err().flush();
            shown = true;
        } else if (last == 0 || nanos.getAsLong() - last >= PAUSE_NANOS || total > 0 && done >= total) {
            last = nanos.getAsLong();
            terminal.err().println(((total > 0 ? percent(done, total).strip() : number(done)) + "  " + said).strip());
        }
    }

    private static String bar(double share) {
        var full = (int) Math.round(Math.clamp(share, 0, 1) * CELLS);
        return "[" + "#".repeat(full) + "-".repeat(CELLS - full) + "]";
    }

    private static String percent(double done, double total) {
        return String.format(Locale.ROOT, "%3.0f%%", Math.clamp(done / total, 0, 1) * 100);
    }

    private static String number(double done) {
        return done == Math.rint(done) ? Long.toString((long) done) : String.format(Locale.ROOT, "%.1f", done);
    }

    /// Takes the moving line away: what follows stands where it was.
    synchronized void clear() {
        if (shown) {
            terminal.err().print(BEGIN);
            terminal.err().flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
