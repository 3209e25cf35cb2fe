package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.StoreOutage;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// One run of a tool's handler, and what the client is told when it ends without an answer of its own.
final class ToolRun {

    private static final Logger LOG = LoggerFactory.getLogger(ToolRun.class);

    private ToolRun() {}

    /// A call that may run.
    ///
    /// @param arguments the tool's own
    /// @param who       as [CallLimiter#who] names callers
    record Job(Offer offer, Exchange exchange, ObjectNode arguments, Interview interview, String who,
            CallRecord line) {}

    /// A place among the caller's running calls, which [#answered] leaves again.
    ///
    /// @throws Refused `TooMany`
    static CallLimiter.Place place(Desk desk, String who, CallRecord line) {
        var place = desk.limiter.place(who, line.began());
        Desk.within(place.enter(line.began()), line);
        return place;
    }

    /// What the handler answers, or what the client is told instead. Empty when there is no answer yet: the handler
    /// said so, or the client is to be asked first.
    ///
    /// @throws Refused for a store that is down, a bug, or what the tool itself refused
    static Optional<ToolResult> answered(Job job, Callable<Optional<ToolResult>> handler, Deadline deadline,
            CallLimiter.Place place) {
        var line = job.line;
        var spec = job.offer.spec;
        line.changing = !spec.readOnly();
        try {
            var result = HandlerRun.run(handler, deadline, job.exchange.outlet(), place);
            return result.map(answer -> checked(job.offer, Cleaned.of(answer), line));
        } catch (HandlerRun.Ended ended) {
            return switch (ended.how()) {
                case HandlerRun.Unfinished.TooSlow slow -> Optional.of(tooSlow(spec, line));
                case HandlerRun.Unfinished.Cancelled cancelled -> Optional.of(cancelled(line));
                case HandlerRun.Unfinished.Failed failed -> Optional.ofNullable(failed(spec, failed.cause(), line));
            };
        }
    }

    private static ToolResult tooSlow(ToolSpec spec, CallRecord line) {
        var seconds = spec.deadline().toMillis() / 1000.0;
        line.failed(Cause.TOO_SLOW, "No answer within the deadline of " + seconds + " s.");
        return ToolResult.error("The tool " + spec.name() + " was stopped because it had not answered within " + seconds
                + " s. " + (spec.readOnly() ? "Ask for less at once, or try again later."
                : "What it was to change may be changed in part: look before you try again."));
    }

    private static ToolResult cancelled(CallRecord line) {
        line.failed(Cause.CANCELLED, "The client went away before the answer.");
        return ToolResult.error("The call was cancelled.");
    }

    /// Null when the client is to be asked first.
    private static ToolResult failed(ToolSpec spec, Throwable cause, CallRecord line) {
        var request = line.exchange().requestId();
        var trace = line.exchange().traceId();
        switch (cause) {
            case Interview.Asked asked -> {
                return null;
            }
            case InterruptedException cancelled -> {
                return cancelled(line);
            }
            case Refused refused -> throw refused;
            case Challenged challenged -> throw challenged;
            case LiveInterview.Unanswered unanswered -> {
                line.failed(Cause.NOT_ANSWERED, "The client could not be asked.");
                return ToolResult.error(unanswered.getMessage());
            }
            case ToolOutage outage -> {
                line.failed(Cause.BACKEND_DOWN, "A backend of the tool is down.");
                LOG.atWarn().addKeyValue("request", request).addKeyValue("trace", trace)
                        .addKeyValue("tool", spec.name()).setCause(outage)
                        .log("A backend of a tool is down.");
                return ToolResult.error(outage.getMessage());
            }
            case StoreOutage outage -> {
                LOG.atError().addKeyValue("request", request).addKeyValue("trace", trace)
                        .addKeyValue("tool", spec.name()).setCause(outage)
                        .log("The store failed a tool.");
                line.failed(Cause.STORE_DOWN, "The store is down.");
                throw new Refused(new Refusal.Outage("The server's own store is down. Try again later.",
                        outage.getMessage(), true));
            }
            default -> {
                line.failed(Cause.FAULT, "A fault of the tool; incident " + request + ".");
                LOG.atError().addKeyValue("incident", request).addKeyValue("trace", trace)
                        .addKeyValue("tool", spec.name()).setCause(cause)
                        .log("A tool failed with a bug.");
                throw new Refused(new Refusal.Bug(request));
            }
        }
    }

    /// What does not fit the tool's own output schema does not go out: clients refuse it with an error that nobody
    /// understands (MCP 2026-07-28, Tools, Output schema).
    private static ToolResult checked(Offer offer, ToolResult result, CallRecord line) {
        if (result.isError()) {
            line.failed(Cause.TOOL_ERROR, "The tool answered with an error.");
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
        line.failed(Cause.FAULT, "The answer does not fit the tool's own output schema; incident " + incident + ".");
        LOG.atError().addKeyValue("incident", incident).addKeyValue("trace", line.exchange().traceId())
                .addKeyValue("tool", offer.spec.name())
                .addKeyValue("misfits", misfits).log("A tool's answer does not fit its own output schema.");
        return ToolResult.error("The tool " + offer.spec.name()
                + " gave an answer that does not fit its own output schema. "
                + "This is a fault of the tool, not of the call; trying again will not help. Give this incident id to "
                + "your administrator: " + incident);
    }
}
