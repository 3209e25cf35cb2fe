package io.github.doorwarden.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// One line of the audit log: who did what through which door, and how it was decided.
///
/// @param at        when it ended
/// @param requestId what a person reports
/// @param event     a name from a closed list: `tools/call`, `authorize`, `login`, `consent`, `token`, `register`,
///                  `revoke`, `authenticate`, `tasks/update`, `tasks/cancel`, `tasks/resume` and `tasks/end` for what
///                  becomes of a call that goes on as a task, `account/…` for what a person does on their own page and
///                  what becomes of their connected accounts, and `admin/…` for what an operator did
/// @param outcome   `allowed`, `refused`, `failed`
/// @param callerKind `anonymous`, `user`, `service`, `operator` for administration
/// @param subject   `sub` of the token, id of the person; empty when nobody is known
/// @param clientId  empty when no client is known
/// @param tokenId   `jti`, or `sha256:` and the first 8 hex digits of a refused token's hash; never the token
/// @param endpoint  path of the endpoint
/// @param thing     tool, grant type, scope: what it was about
/// @param reason    why it was refused, in words for an operator; empty when it was not
/// @param arguments the call's arguments as JSON with the secret ones left out, null when there are none or they are
///                  not kept
/// @param peer      address of the other end
/// @param tenant    the caller's organisation; empty when nobody has said so
/// @param traceId   of the W3C trace that the request belongs to; empty when there is none
/// @param cause     why it was refused or failed, a word of [Cause]; empty when it was not
public record AuditEvent(Instant at, String requestId, String event, String outcome, String callerKind, String subject,
        String clientId, String tokenId, String endpoint, String thing, String reason, String arguments,
        Duration duration,
        String peer, String tenant, String traceId, String cause) {

    /// One of no organisation, trace and cause.
    public AuditEvent(Instant at, String requestId, String event, String outcome, String callerKind, String subject,
            String clientId, String tokenId, String endpoint, String thing, String reason, String arguments,
            Duration duration, String peer) {
        this(at, requestId, event, outcome, callerKind, subject, clientId, tokenId, endpoint, thing, reason, arguments,
                duration, peer, "", "", "");
    }

    /// The same with a reason in a word.
    public AuditEvent because(Cause why) {
        return new AuditEvent(at, requestId, event, outcome, callerKind, subject, clientId, tokenId, endpoint, thing,
                reason, arguments, duration, peer, tenant, traceId, why.word());
    }

    public AuditEvent {
        Objects.requireNonNull(at);
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(event);
        Objects.requireNonNull(outcome);
        Objects.requireNonNull(callerKind);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(clientId);
        Objects.requireNonNull(tokenId);
        Objects.requireNonNull(endpoint);
        Objects.requireNonNull(thing);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(duration);
        Objects.requireNonNull(peer);
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(traceId);
        Objects.requireNonNull(cause);
    }
}
