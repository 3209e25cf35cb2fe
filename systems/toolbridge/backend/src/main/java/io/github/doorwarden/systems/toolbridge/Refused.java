package io.github.doorwarden.systems.toolbridge;

/// Carries a [Problem] up to the boundary, which is the only place that turns it into bytes. Has no stack trace: it is
/// expected.
final class Refused extends RuntimeException {

    private final transient Problem why;

    Refused(Problem why) {
        super(why.code(), null, false, false);
        this.why = why;
    }

    Problem why() {
        return why;
    }
}
