package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the audit line of one call will say, gathered while the call goes on. For one thread.
final class CallRecord {

    private final Exchange exchange;
    private final String event;
    private final Instant began;
    private String thing = "";
    private String outcome = "allowed";
    private String reason = "";
    private String arguments;
    private Cause cause = Cause.NONE;
    boolean silent;
    boolean changing;

    /// @param event the method, for example `tools/call`
    CallRecord(Exchange exchange, String event, Instant began) {
        this.exchange = exchange;
        this.event = event;
        this.began = began;
    }

    Exchange exchange() {
        return exchange;
    }

    Instant began() {
        return began;
    }

    void thing(String name) {
        thing = Text.bounded(name, Limits.AUDITED_NAME_CHARS);
    }

    /// The call ends for now, because the client is asked first.
    void asks(Set<String> keys) {
        reason = "The client is asked first: " + String.join(", ", keys);
    }

    /// What is answered of what a task asks.
    void answers(Set<String> keys) {
        reason = keys.isEmpty() ? "" : "Answered: " + String.join(", ", keys);
    }

    /// The call is answered with a task, whose end has a line of its own.
    void goesOn() {
        reason = "Goes on as a task.";
    }

    void refused(Cause word, String why) {
        outcome = "refused";
        cause = word;
        reason = why;
    }

    void failed(Cause word, String why) {
        outcome = "failed";
        cause = word;
        reason = why;
    }

    /// What a call that was refused by its exception is counted under.
    static Cause cause(RuntimeException refused) {
        return switch (refused) {
            case Challenged challenged -> challenged.cause();
            case Refused why -> switch (why.why()) {
                case Refusal.TooMany many -> Cause.TOO_MANY;
                case Refusal.NoSuchTool tool -> Cause.UNKNOWN_THING;
                case Refusal.NoSuchResource resource -> Cause.UNKNOWN_THING;
                case Refusal.NoSuchMethod method -> Cause.UNKNOWN_THING;
                case Refusal.BadParams params -> Cause.BAD_ARGUMENTS;
                case Refusal.MissingCapability missing -> Cause.MISSING_CAPABILITY;
                case Refusal.Outage outage -> Cause.STORE_DOWN;
                case Refusal.Bug bug -> Cause.FAULT;
                default -> Cause.OTHER;
            };
            default -> Cause.FAULT;
        };
    }

    boolean undecided() {
        return outcome.equals("allowed");
    }

    /// Keeps the arguments without the secret ones.
    ///
    /// @param fit whether they passed the input schema; if not, members that the schema does not name are left out too,
    ///            because a secret under a misspelt name is still a secret
    void arguments(ObjectNode all, ToolSpec spec, boolean fit) {
        if (all.isEmpty()) {
            return;
        }
        var declared = spec.inputSchema().path("properties");
        var kept = all;
        if (!fit || !spec.secretArguments().isEmpty() || spec.confirm()) {
            kept = JsonNodeFactory.instance.objectNode();
            for (var member : all.properties()) {
                var ours = spec.confirm() && member.getKey().equals(Confirmation.ARGUMENT);
                if (!ours && !isSecret(member.getKey(), spec.secretArguments())
                        && (fit || declared.has(member.getKey()))) {
                    kept.set(member.getKey(), member.getValue());
                }
            }
        }
        var text = kept.toString();
        arguments = text.length() <= Limits.AUDIT_ARGUMENTS_CHARS ? text : shortened(kept);
    }

    private static boolean isSecret(String name, Set<String> secrets) {
        return secrets.contains(name) || secrets.stream().anyMatch(name::equalsIgnoreCase);
    }

    private static String shortened(ObjectNode all) {
        var kept = JsonNodeFactory.instance.objectNode();
        var chars = 0;
        var left = 0;
        for (var member : all.properties()) {
            var length = member.getValue().toString().length();
            var room = Limits.AUDIT_ARGUMENTS_CHARS - chars - member.getKey().length();
            if (room < Limits.AUDIT_ARGUMENT_CHARS) {
                left++;
            } else if (length > Limits.AUDIT_ARGUMENT_CHARS) {
                kept.put(member.getKey(), "(left out: " + length + " characters)");
                chars += member.getKey().length() + 40;
            } else {
                kept.set(member.getKey(), member.getValue());
                chars += member.getKey().length() + length + 4;
            }
        }
        if (left > 0) {
            kept.put("…", "(left out: " + left + " more)");
        }
        return kept.toString();
    }

    AuditEvent event(Instant now) {
        var caller = exchange.caller();
        var duration = Duration.between(began, now);
        return new AuditEvent(now, exchange.requestId(), event, outcome, kind(caller), caller.subject(),
                caller.clientId(), caller.tokenId(), exchange.endpoint().path(), thing, reason, arguments,
                duration.isNegative() ? Duration.ZERO : duration, exchange.peer(), caller.tenant().orElse(""),
                exchange.traceId(), cause.word());
    }

    static String kind(Caller caller) {
        return switch (caller.kind()) {
            case ANONYMOUS -> "anonymous";
            case USER -> "user";
            case SERVICE -> "service";
        };
    }
}
