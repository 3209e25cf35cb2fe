package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.StoreOutage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Runs a tool's handler on a virtual thread of its own until its deadline, and turns every way in which it can end
/// into a result or a refusal. Safe for use by many threads.
final class ToolRun {

    private static final Logger LOG = LoggerFactory.getLogger(ToolRun.class);

    private final CallLimiter limiter;
    ToolRun(CallLimiter limiter) {
        this.limiter = limiter;
    }

    /// @throws Refused for too many at once, a store that is down, a bug, or what the tool itself refused
    ToolResult run(Offer offer, ObjectNode arguments, String who, CallRecord line) {
        var place = limiter.place(who, line.began());
        var tooMany = place.enter(line.began());
        if (tooMany != null) {
            line.silent = tooMany.untold() == 0;
            throw tooMany.refused();
        }
        var exchange = line.exchange();
        var call = new ToolCall(arguments, exchange.caller(), exchange.requestId(),
                line.began().plus(offer.spec.deadline()));
        var task = new HandlerTask(offer.tool, call, place);
        line.changing = !offer.spec.readOnly();
        Thread.ofVirtual().start(task);
        Thread.yield();            // to the new thread: a handler that only thinks is done before a timer would be set
        try {
            return checked(offer, task.get(offer.spec.deadline().toNanos(), TimeUnit.NANOSECONDS), line);
        } catch (TimeoutException e) {
            task.cancel(true);
            return tooSlow(offer.spec, line);
        } catch (InterruptedException e) {
            task.cancel(true);
            line.interrupted = true;
            line.failed("The client went away before the answer.");
            return ToolResult.error("The call was cancelled.");
        } catch (ExecutionException e) {
            return failed(offer.spec, e.getCause(), line);
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
            case Refused refused -> throw refused;
            case Challenged challenged -> throw challenged;
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

    /// The handler, which holds its place for as long as it really runs: beyond its deadline, but never beyond its
    /// answer, so that a caller who makes one call after the other is never told that there are two.
    private static final class HandlerTask extends FutureTask<ToolResult> {

        private final CallLimiter.Place place;
        private final AtomicBoolean left;

        HandlerTask(Tool tool, ToolCall call, CallLimiter.Place place) {
            this(tool, call, place, new AtomicBoolean());
        }

        private HandlerTask(Tool tool, ToolCall call, CallLimiter.Place place, AtomicBoolean left) {
            super(() -> {
                try {
                    return tool.call(call);
                } finally {
                    leave(place, left);
                }
            });
            this.place = place;
            this.left = left;
        }

        @Override
        public void run() {
            super.run();
            leave(place, left);                                  // cancelled before it began
        }

        private static void leave(CallLimiter.Place place, AtomicBoolean left) {
            if (left.compareAndSet(false, true)) {
                place.leave();
            }
        }
    }
}
