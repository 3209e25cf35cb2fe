package io.github.doorwarden.watch;

import java.time.Duration;

/// Every bound of this module, each with its reason.
final class Limits {

    /// Upper bounds of a call's duration, in seconds: from an answer out of memory to the longest deadline that is
    /// usual. Each costs a number per tool and outcome.
    static final double[] CALL_SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
        60};

    /// Names of tools that are counted apart, each with some 2 kB for its three outcomes; the rest are one. Of tools
    /// that do not exist none is kept.
    static final int TOOLS = 1_000;

    /// Endpoints, upstreams, kinds of event: all from the configuration or from the code, so this only keeps a mistake
    /// of ours from growing.
    static final int NAMES = 200;

    /// Lines of the record that one report reads at most: a few seconds. What is older is left out, and the report says
    /// so.
    static final int REPORT_LINES = 2_000_000;

    /// Lines read at once; between two pages others write.
    static final int PAGE_LINES = 10_000;

    /// Groups of a report, about 5 kB each; what comes after them is one group more.
    static final int REPORT_GROUPS = 1_000;

    /// People of a report that are told apart, to count them.
    static final int REPORT_PEOPLE = 100_000;

    /// Parts of a window that are counted apart: an alert is a tenth of its window late at most.
    static final int WINDOW_PARTS = 10;

    /// What a window weighs among those before it: with 5 minutes, the usual is that of the last hour or so.
    static final double BASELINE_WEIGHT = 0.1;

    /// Tries to tell a webhook, and the pause after the first, which grows fivefold: all are over in three minutes,
    /// within which a receiver has been restarted.
    static final int HOOK_TRIES = 4;
    static final Duration HOOK_PAUSE = Duration.ofSeconds(5);

    /// For one try.
    static final Duration HOOK_TIMEOUT = Duration.ofSeconds(10);

    /// Messages that wait to be told; of more, the oldest is given up, because a newer one says how it is now.
    static final int HOOK_WAITING = 64;

    /// Of a receiver's answer, which nobody reads.
    static final int HOOK_ANSWER_BYTES = 64 * 1024;

    private Limits() {}
}
