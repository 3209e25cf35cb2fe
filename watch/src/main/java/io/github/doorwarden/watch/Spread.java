package io.github.doorwarden.watch;

/// How durations are spread, in bounded memory: a count for each of 32 steps of every doubling, so that a percentile is
/// at most three percent beside the true one, however many there are. For one thread.
final class Spread {

    private static final int STEP_BITS = 5;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int MOST_BITS = 37;                                 // 38 hours in microseconds

    private int[] counts = new int[0];
    private long all;

    void add(long micros) {
        var at = index(Math.clamp(micros, 0, (1L << MOST_BITS) - 1));
        if (at >= counts.length) {
            counts = java.util.Arrays.copyOf(counts, Math.max(at + 1, counts.length * 2));
        }
        counts[at]++;
        all++;
    }

    /// @param share 0.5 for the median
    /// @return milliseconds; 0 when nothing was added
    double percentile(double share) {
        var rank = (long) Math.ceil(all * share);
        long seen = 0;
        for (var i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return middle(i) / 1e3;
            }
        }
        return 0;
    }

    private static int index(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        var shift = 63 - Long.numberOfLeadingZeros(value) - STEP_BITS;
        return (shift + 1) * STEPS + (int) (value >>> shift) - STEPS;
    }

    private static double middle(int index) {
        if (index < STEPS) {
            return index;
        }
        var shift = index / STEPS - 1;
        var low = (long) (index % STEPS + STEPS) << shift;
        return low + (1L << shift) / 2.0;
    }
}
