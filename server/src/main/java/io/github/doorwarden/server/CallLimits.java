package io.github.doorwarden.server;

/// How much one caller may call: a signed-in caller is the subject of its token, whatever client it uses; an anonymous
/// one is its address (IPv6: its /64 network).
///
/// @param callsPerMinute        of all tools together; also how many may come at once after a quiet minute
/// @param callsPerToolPerMinute of one tool, likewise
/// @param concurrentCalls       running at the same time; a call whose deadline is over counts until its handler is out
/// @param streams               open at the same time to hear of changes
public record CallLimits(int callsPerMinute, int callsPerToolPerMinute, int concurrentCalls, int streams) {

    /// Generous for a person with an agent, tight for a program that loops.
    public static final CallLimits USUAL = new CallLimits(600, 300, 16);

    /// With as many streams as a person's clients may want: some have one for each window.
    public CallLimits(int callsPerMinute, int callsPerToolPerMinute, int concurrentCalls) {
        this(callsPerMinute, callsPerToolPerMinute, concurrentCalls, 32);
    }

    public CallLimits {
        if (callsPerMinute < 1 || callsPerToolPerMinute < 1 || concurrentCalls < 1 || streams < 1) {
            throw new IllegalArgumentException("A limit of calls is at least 1; to close a tool, leave it out of the "
                    + "endpoint.");
        }
    }
}
