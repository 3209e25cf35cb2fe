package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.StoreOutage;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What calls of every kind pass: the limits, the policy, the record. Safe for use by many threads.
final class Desk {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    final Policy policy;
    final CallLimiter limiter;
    final RequestStates states;
    final InstantSource clock;
    final Changes changes = new Changes();
    private final AuditLog audit;

    Desk(Policy policy, AuditLog audit, CallLimiter limiter, RequestStates states, InstantSource clock) {
        this.policy = policy;
        this.audit = audit;
        this.limiter = limiter;
        this.states = states;
        this.clock = clock;
    }

    /// Carries out one call and puts it on record, however it ends.
    ///
    /// @param event the method, as the audit log names it
    ObjectNode recorded(Exchange exchange, String event, Function<CallRecord, ObjectNode> work) {
        var line = new CallRecord(exchange, event, clock.instant());
        try {
            var result = work.apply(line);
            audit(line);
            return result;
        } catch (Refused | Challenged refused) {
            if (line.undecided()) {
                line.refused(CallRecord.cause(refused), refused.getMessage());
            }
            audit(line);
            throw refused;
        } catch (RuntimeException bug) {                         // the boundary logs it and finds the incident's name
            line.failed(Cause.FAULT, "A fault of the server.");
            audit(line);
            throw bug;
        }
    }

    /// The allowance of all calls of this caller.
    String counted(Exchange exchange, CallRecord line) {
        var who = CallLimiter.who(exchange.caller(), exchange.peer());
        within(limiter.take(who, line.began()), line);
        return who;
    }

    /// @throws Refused `TooMany`
    static void within(CallLimiter.TooMany tooMany, CallRecord line) {
        if (tooMany != null) {
            line.silent = tooMany.untold() == 0;
            line.refused(Cause.TOO_MANY, tooMany.refused().getMessage()
                    + " Calls refused since the last line about it: "
                    + tooMany.untold());
            throw tooMany.refused();
        }
    }

    /// @throws Challenged when the caller must sign in or ask for more
    void guard(Decision decision, String thing) {
        if (!(decision instanceof Decision.Allowed)) {
            throw challenge(decision, thing);
        }
    }

    Challenged challenge(Decision decision, String thing) {
        return new Challenged(decision, policy.sentence(decision, thing).orElse(""));
    }

    /// The way to ask the client in its era.
    Interview interview(Exchange exchange, String method, ObjectNode params) {
        if (!exchange.revision().modern()) {
            return new LiveInterview();
        }
        var opened = states.open(Occasion.of(exchange, method, params), params);
        return new Rounds(opened.answers(), opened.spend());
    }

    /// The result that asks the client, if a question is open.
    Optional<ObjectNode> asks(Exchange exchange, String method, ObjectNode params, Interview interview,
            CallRecord line) {
        if (!(interview instanceof Rounds rounds) || rounds.open().isEmpty()) {
            return Optional.empty();
        }
        var open = rounds.open();
        line.asks(open.keySet());
        var result = JsonNodeFactory.instance.objectNode().put("resultType", "input_required");
        result.set("inputRequests", Rounds.requests(open, exchange.revision()));
        return Optional.of(result.put("requestState",
                states.seal(Occasion.of(exchange, method, params), open.keySet(), rounds.used())));
    }

    /// What changes something is not even begun while it could not be put on record.
    void onRecord(boolean readOnly) {
        if (!readOnly && !audit.accepts()) {
            throw new Refused(new Refusal.Outage("The call was not begun, because it could not be put on record. Try "
                    + "again later.", "the audit log cannot be written", true));
        }
    }

    /// Puts on record what no request did.
    void note(AuditEvent event) {
        audit.write(event);
    }

    private void audit(CallRecord line) {
        if (line.silent) {
            audit.tell(line.event(clock.instant()));
            return;
        }
        try {
            if (line.changing) {
                audit.writeDurably(line.event(clock.instant()));
            } else {
                audit.write(line.event(clock.instant()));
            }
        } catch (StoreOutage e) {
            LOG.atError().addKeyValue("request", line.exchange().requestId())
                    .addKeyValue("trace", line.exchange().traceId()).setCause(e)
                    .log("A call is not answered, because it could not be put on record.");
            throw new Refused(new Refusal.Outage("The call could not be put on record, so it is not answered. If it "
                    + "was "
                    + "to change something, look whether it did before you try again later.", e.getMessage(), true));
        }
    }

    /// A parameter that must be a string.
    ///
    /// @throws Refused `BadParams`
    static String text(ObjectNode params, String name, String method, String what) {
        var value = params.path(name);
        if (!value.isString()) {
            throw new Refused(new Refusal.BadParams(method + " needs params." + name + ", " + what + ", as a string."));
        }
        return value.asString();
    }

    /// Null stands for absent: some clients send it.
    ///
    /// @throws Refused `BadParams`
    static ObjectNode arguments(ObjectNode params) {
        return switch (params.path("arguments")) {
            case ObjectNode object -> object;
            case JsonNode none when none.isMissingNode() || none.isNull() ->
                    JsonNodeFactory.instance.objectNode();
            default -> throw new Refused(new Refusal.BadParams("params.arguments must be an object."));
        };
    }

    /// @return as an object of strings
    static ObjectNode strings(Map<String, String> values) {
        var object = JsonNodeFactory.instance.objectNode();
        values.forEach(object::put);
        return object;
    }

    static Set<String> names(ObjectNode object) {
        return Set.copyOf(object.propertyNames());
    }
}
