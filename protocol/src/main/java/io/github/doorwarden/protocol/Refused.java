package io.github.doorwarden.protocol;

import java.util.Optional;

/// Carries a [Refusal] to the one place that turns it into bytes. Has no stack trace: a refusal is an answer, not a
/// fault.
public final class Refused extends RuntimeException {

    private final transient Refusal why;
    private final transient Id id;

    public Refused(Refusal why) {
        this(why, null);
    }

    /// @param id of the message that is refused, when the message is so broken that nobody else can know it; else null
    Refused(Refusal why, Id id) {
        super(why.message(), null, false, false);
        this.why = why;
        this.id = id;
    }

    public Refusal why() {
        return why;
    }

    /// The id that could still be read from a message which [JsonRpc] refused; empty in every other refusal.
    public Optional<Id> id() {
        return Optional.ofNullable(id);
    }
}
