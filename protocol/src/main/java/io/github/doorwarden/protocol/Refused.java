package io.github.doorwarden.protocol;

/// Carries a [Refusal] to the one place that turns it into bytes. Has no stack trace: a refusal is an answer, not a fault.
public final class Refused extends RuntimeException {

    private final transient Refusal why;

    public Refused(Refusal why) {
        super(why.message(), null, false, false);
        this.why = why;
    }

    public Refusal why() {
        return why;
    }
}
