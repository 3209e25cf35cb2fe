package io.github.doorwarden.bench;

import java.util.Arrays;

/// What one run of the load generator saw.
///
/// @param answered  right answers
/// @param wrong     everything else: another status, other bytes, a lost connection
/// @param seconds   how long it ran
/// @param latencies of the right answers, nanoseconds, ascending
/// @param cpuMicros user and system time that the server took meanwhile; negative when unknown
/// @param bytes     of the body of an answer; all are equally long
record Sample(long answered, long wrong, double seconds, int[] latencies, double cpuMicros, int bytes) {

    Sample {
        Arrays.sort(latencies);
    }

    double perSecond() {
        return answered / seconds;
    }

    /// `share` between 0 and 1, for example 0.99; milliseconds.
    double latencyMillis(double share) {
        return latencies.length == 0 ? Double.NaN : latencies[(int) (share * (latencies.length - 1))] / 1e6;
    }

    /// CPU microseconds per answered request; NaN when unknown.
    double cpuPerRequest() {
        return cpuMicros < 0 || answered == 0 ? Double.NaN : cpuMicros / answered;
    }
}
