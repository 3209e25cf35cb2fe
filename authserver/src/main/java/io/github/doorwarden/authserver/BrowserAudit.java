package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Cause;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/// One audit line per decision that a browser brought about.
record BrowserAudit(Consumer<AuditEvent> log, InstantSource clock) {

    void allowed(HttpIn in, String event, String personId, String clientId, String thing) {
        write(in, event, "allowed", personId, clientId, thing, "", Cause.NONE);
    }

    /// @param personId empty when nobody has signed in
    /// @param reason   for an operator
    void refused(HttpIn in, String event, String personId, String clientId, String thing, String reason) {
        write(in, event, "refused", personId, clientId, thing, reason, Cause.of(thing));
    }

    /// A sign-in that was none, or one too many.
    ///
    /// @param how it was tried
    void noSignIn(HttpIn in, String event, String personId, String how, Cause cause, String reason) {
        write(in, event, "refused", personId, "", how, reason, cause);
    }

    private void write(HttpIn in, String event, String outcome, String personId, String clientId, String thing,
            String reason, Cause cause) {
        var kind = personId.isEmpty() ? "anonymous" : "user";
        log.accept(new AuditEvent(clock.instant(), in.requestId(), event, outcome, kind, personId, clientId, "",
                in.path(), thing, reason, null, Duration.ZERO, in.peer()).because(cause));
    }
}
