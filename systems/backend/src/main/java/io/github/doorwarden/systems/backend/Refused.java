package io.github.doorwarden.systems.backend;

/// Carries a [Problem] up to the boundary, which is the only place that turns it into bytes. Has no stack trace: it is
/// expected.
public final class Refused extends RuntimeException {

    private final transient Problem why;

    public Refused(Problem why) {
        super(why.code(), null, false, false);
        this.why = why;
    }

    public Problem why() {
        return why;
    }
}
