package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.StoreOutage;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `tools/call`, from the parameters to the result. Safe for use by many threads.
final class ToolCalls {

    private static final Logger LOG = LoggerFactory.getLogger(ToolCalls.class);
    private static final String METHOD = "tools/call";

    private final Desk desk;
    private final Confirmation confirmation;

    ToolCalls(Desk desk, Confirmation confirmation) {
        this.desk = desk;
        this.confirmation = confirmation;
    }

    /// One call of a tool, step by step. Read this method first.
    ObjectNode call(Projection projection, Exchange exchange, ObjectNode params, CallRecord line) {
        var caller = exchange.caller();
        var who = desk.counted(exchange, line);                                           // 429
        desk.guard(desk.policy.decide(caller, exchange.endpoint(), METHOD), "This server"); // 401  RFC 9728 §5.1
        var name = Desk.text(params, "name", METHOD, "the name of a tool");               // -32602 MCP, Tools
        line.thing(name);
        var offer = projection.tools.named(name).orElseThrow(() -> unknown(name));        // -32602
        var decision = desk.policy.decide(caller, offer.spec.scopes());
        var arguments = Desk.arguments(params);                                           // -32602
        if (decision instanceof Decision.Allowed) {
            var misfits = offer.input.misfits(arguments);
            line.arguments(arguments, offer.spec, misfits.isEmpty());
            Desk.within(desk.limiter.take(who, name, line.began()), line);                // 429
            able(exchange, offer.tool);                                                   // -32021
            if (!misfits.isEmpty()) {
                return Offer.json(misfit(name, misfits, line), exchange.revision());      // isError
            }
            desk.onRecord(offer.spec.readOnly());                                         // 503
            var interview = desk.interview(exchange, METHOD, params);                     // -32602 MRTR
            return run(new Job(offer, exchange, arguments, interview, who, line), params);  // isError, -32603, 503
        }
        line.arguments(arguments, offer.spec, false);
        if (decision instanceof Decision.Hidden) {
            throw unknown(name);                                                          // -32602
        }
        throw desk.challenge(decision, "The tool " + name);                               // 401, 403 RFC 6750 §3.1
    }

    /// A call that may run.
    private record Job(Offer offer, Exchange exchange, ObjectNode arguments, Interview interview, String who,
            CallRecord line) {}

    private ObjectNode run(Job job, ObjectNode params) {
        var spec = job.offer.spec;
        var deadline = new Deadline(job.line.began(), spec.deadline());
        var own = spec.confirm() ? job.arguments.deepCopy() : job.arguments;
        JsonNode confirmed = spec.confirm() && own.has(Confirmation.ARGUMENT) ? own.remove(Confirmation.ARGUMENT)
                : JsonNodeFactory.instance.missingNode();
        var call = new Call(job.exchange, own, deadline, job.interview, desk.changes);
        var result = answered(job, () -> call.run(() -> {
            var held = spec.confirm() ? confirmation.hold(call, job.offer.tool, confirmed) : null;
            if (held != null) {
                return held;
            }
            job.offer.tool.prepare(call);
            return job.offer.tool.call(call);
        }), deadline);
        return desk.asks(job.exchange, METHOD, params, job.interview, job.line)
                .orElseGet(() -> Offer.json(result, job.exchange.revision()));
    }

    /// What the handler answers, or what the client is told instead. Null when the client is to be asked first.
    ///
    /// @throws Refused for too many at once, a store that is down, a bug, or what the tool itself refused
    private ToolResult answered(Job job, Callable<ToolResult> handler, Deadline deadline) {
        var line = job.line;
        var spec = job.offer.spec;
        var place = desk.limiter.place(job.who, line.began());
        Desk.within(place.enter(line.began()), line);
        line.changing = !spec.readOnly();
        try {
            return checked(job.offer, HandlerRun.run(handler, deadline, job.exchange.outlet(), place), line);
        } catch (HandlerRun.Ended ended) {
            return switch (ended.how()) {
                case HandlerRun.Unfinished.TooSlow slow -> tooSlow(spec, line);
                case HandlerRun.Unfinished.Cancelled cancelled -> {
                    line.failed("The client went away before the answer.");
                    yield ToolResult.error("The call was cancelled.");
                }
                case HandlerRun.Unfinished.Failed failed -> failed(spec, failed.cause(), line);
            };
        }
    }

    private static ToolResult tooSlow(ToolSpec spec, CallRecord line) {
        var seconds = spec.deadline().toMillis() / 1000.0;
        line.failed("No answer within the deadline of " + seconds + " s.");
        return ToolResult.error("The tool " + spec.name() + " was stopped because it had not answered within " + seconds
                + " s. " + (spec.readOnly() ? "Ask for less at once, or try again later."
                : "What it was to change may be changed in part: look before you try again."));
    }

    private static ToolResult failed(ToolSpec spec, Throwable cause, CallRecord line) {
        var request = line.exchange().requestId();
        switch (cause) {
            case Interview.Asked asked -> {
                return null;
            }
            case Refused refused -> throw refused;
            case Challenged challenged -> throw challenged;
            case LiveInterview.Unanswered unanswered -> {
                line.failed("The client could not be asked.");
                return ToolResult.error(unanswered.getMessage());
            }
            case ToolOutage outage -> {
                line.failed("A backend of the tool is down.");
                LOG.atWarn().addKeyValue("request", request).addKeyValue("tool", spec.name()).setCause(outage)
                        .log("A backend of a tool is down.");
                return ToolResult.error(outage.getMessage());
            }
            case StoreOutage outage -> {
                LOG.atError().addKeyValue("request", request).addKeyValue("tool", spec.name()).setCause(outage)
                        .log("The store failed a tool.");
                line.failed("The store is down.");
                throw new Refused(new Refusal.Outage("The server's own store is down. Try again later.",
                        outage.getMessage(), true));
            }
            default -> {
                line.failed("A fault of the tool; incident " + request + ".");
                LOG.atError().addKeyValue("incident", request).addKeyValue("tool", spec.name()).setCause(cause)
                        .log("A tool failed with a bug.");
                throw new Refused(new Refusal.Bug(request));
            }
        }
    }

    /// What does not fit the tool's own output schema does not go out: clients refuse it with an error that nobody
    /// understands (MCP 2026-07-28, Tools, Output schema).
    private static ToolResult checked(Offer offer, ToolResult result, CallRecord line) {
        if (result == null) {
            return failed(offer.spec, new NullPointerException("The tool answered null."), line);
        }
        if (result.isError()) {
            line.failed("The tool answered with an error.");
            return result;
        }
        if (offer.output.isEmpty()) {
            return result;
        }
        var misfits = result.structured().isEmpty() ? "no structured content" : offer.output.get()
                .misfits(result.structured().get()).stream().map(misfit -> misfit.path() + " " + misfit.keyword())
                .collect(Collectors.joining(", "));
        if (misfits.isEmpty()) {
            return result;
        }
        var incident = line.exchange().requestId();
        line.failed("The answer does not fit the tool's own output schema; incident " + incident + ".");
        LOG.atError().addKeyValue("incident", incident).addKeyValue("tool", offer.spec.name())
                .addKeyValue("misfits", misfits).log("A tool's answer does not fit its own output schema.");
        return ToolResult.error("The tool " + offer.spec.name()
                + " gave an answer that does not fit its own output schema. "
                + "This is a fault of the tool, not of the call; trying again will not help. Give this incident id to "
                + "your administrator: " + incident);
    }

    /// Nothing is asked of a client that has not said it can answer (MCP 2026-07-28, Base protocol, `_meta`).
    private static void able(Exchange exchange, Tool tool) {
        var missing = tool.requiredCapabilities().stream()
                .filter(name -> exchange.revision().modern() && !exchange.capabilities().path(name).isObject())
                .toList();
        if (!missing.isEmpty()) {
            var required = JsonNodeFactory.instance.objectNode();
            missing.forEach(required::putObject);
            throw new Refused(new Refusal.MissingCapability("The tool " + tool.spec().name() + " needs a client that "
                    + "can do this, and the request does not declare it: " + String.join(", ", missing)
                    + ". Use a client that has it.", required));
        }
    }

    private static Refused unknown(String name) {
        return new Refused(new Refusal.BadParams("Unknown tool: " + Text.bounded(name, Limits.ECHOED_NAME_CHARS)
                + ". tools/list names the ones that there are."));
    }

    private static ToolResult misfit(String name, List<SchemaCheck.Misfit> misfits, CallRecord line) {
        line.refused("The arguments do not fit the input schema: "
                + misfits.stream().map(SchemaCheck.Misfit::keyword).distinct().collect(Collectors.joining(", ")));
        var text = new StringBuilder("The arguments do not fit the tool " + name + ", so it was not called:");
        for (var misfit : misfits) {
            text.append("\n- ").append(misfit.path().isEmpty() ? "" : misfit.path() + ": ").append(misfit.message());
        }
        return ToolResult.error(text + "\nCorrect this and call it again; its input schema says what fits.");
    }
}
