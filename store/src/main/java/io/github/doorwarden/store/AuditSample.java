package io.github.doorwarden.store;

import java.time.Instant;

/// A line of the audit log as far as figures are made of it: without arguments, sentences and the chain.
///
/// @param seq     its number
/// @param micros  how long it took
/// @param tenant  empty when nobody has said so
/// @param cause   empty for none
/// @param further refusals that this line stands for beside its own
public record AuditSample(long seq, Instant at, String event, String outcome, String callerKind, String subject,
        String clientId, String thing, long micros, String tenant, String cause, long further) {

    /// How [AuditSample#further] stands in a line's reason.
    public static final String FURTHER = "Refused since the last line: ";
}
