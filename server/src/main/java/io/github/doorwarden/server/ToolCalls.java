package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Cause;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `tools/call`, from the parameters to the result. Safe for use by many threads.
final class ToolCalls {

    private static final String METHOD = "tools/call";

    private final Desk desk;
    private final Confirmation confirmation;
    private final Optional<TaskRuns> tasks;

    ToolCalls(Desk desk, Confirmation confirmation, Optional<TaskRuns> tasks) {
        this.desk = desk;
        this.confirmation = confirmation;
        this.tasks = tasks;
    }

    /// One call of a tool, step by step. Read this method first.
    ObjectNode call(Projection projection, Exchange exchange, ObjectNode params, CallRecord line) {
        var caller = exchange.caller();
        var who = desk.counted(exchange, line);                                           // 429
        desk.guard(desk.policy.decide(caller, exchange.endpoint(), METHOD), "This server"); // 401  RFC 9728 §5.1
        var name = Desk.text(params, "name", METHOD, "the name of a tool");               // -32602 MCP, Tools
        line.thing(name);
        var offer = projection.tools.named(name).orElseThrow(() -> unknown(name));        // -32602
        var needed = exchange.endpoint().methodScopes().of(METHOD, offer.scopes());
        var decision = desk.policy.decide(caller, needed, offer.conditions());
        var arguments = Desk.arguments(params);                                           // -32602
        if (decision instanceof Decision.Allowed) {
            var misfits = offer.input.misfits(arguments);
            line.arguments(arguments, offer.spec, misfits.isEmpty());
            Desk.within(desk.limiter.take(who, name, line.began()), line);                // 429
            able(exchange, offer.tool);                                                   // -32021
            Tasks.able(exchange, offer.spec);                                             // -32021 SEP-2663
            if (!misfits.isEmpty()) {
                return Offer.json(misfit(name, misfits, line), exchange.revision());      // isError
            }
            desk.onRecord(offer.spec.readOnly());                                         // 503
            var interview = desk.interview(exchange, METHOD, params);                     // -32602 MRTR
            ObjectNode own = offer.spec.confirm() ? arguments.deepCopy().without(Confirmation.ARGUMENT) : arguments;
            return run(new ToolRun.Job(offer, exchange, own, interview, who, line), params);  // isError, -32603, 503
        }
        line.arguments(arguments, offer.spec, false);
        if (decision instanceof Decision.Hidden) {
            throw unknown(name);                                                          // -32602
        }
        if (desk.policy.tellsInResult(caller, decision)) {
            return Offer.json(untold(decision, name, line), exchange.revision());         // isError
        }
        throw desk.challenge(decision, "The tool " + name); // 401, 403 RFC 6750 §3.1, RFC 9470 §3
    }

    private ToolResult untold(Decision decision, String name, CallRecord line) {
        var challenge = desk.challenge(decision, "The tool " + name);
        var sentence = challenge.getMessage();
        line.refused(challenge.cause(), sentence);
        return ToolResult.error(sentence + " Tell the user: in the client, disconnect this server or clear its "
                + "authentication, connect it again, and allow this when asked.");
    }

    private ObjectNode run(ToolRun.Job job, ObjectNode params) {
        var tool = job.offer().tool;
        var spec = job.offer().spec;
        var deadline = new Deadline(job.line().began(), spec.deadline());
        var call = new Call(job.exchange(), job.arguments(), deadline, job.interview(), desk.changes);
        var asTask = Tasks.possible(job.exchange(), spec);
        return said(job, params, deadline, () -> call.run(() -> {
            var held = spec.confirm()
                    ? confirmation.hold(call, tool, Desk.arguments(params).path(Confirmation.ARGUMENT)) : null;
            if (held != null) {
                return Optional.of(held);
            }
            tool.prepare(call);
            return asTask ? Optional.empty() : Optional.of(tool.call(call));
        })).or(() -> tasks.orElseThrow().begin(job))                                       // 429
                .or(() -> said(job, params, deadline, () -> call.run(() -> Optional.of(tool.call(call)))))
                .orElseThrow();
    }

    /// What the handler answers, or the question that must be answered first; empty when the handler has no answer yet.
    private Optional<ObjectNode> said(ToolRun.Job job, ObjectNode params, Deadline deadline,
            Callable<Optional<ToolResult>> handler) {
        var result = ToolRun.answered(job, handler, deadline, ToolRun.place(desk, job.who(), job.line()));
        return desk.asks(job.exchange(), METHOD, params, job.interview(), job.line())
                .or(() -> result.map(answer -> Offer.json(answer, job.exchange().revision())));
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
        return new Refused(new Refusal.NoSuchTool("Unknown tool: " + Text.bounded(name, Limits.ECHOED_NAME_CHARS)
                + ". tools/list names the ones that there are."));
    }

    private static ToolResult misfit(String name, List<SchemaCheck.Misfit> misfits, CallRecord line) {
        line.refused(Cause.BAD_ARGUMENTS, "The arguments do not fit the input schema: "
                + misfits.stream().map(SchemaCheck.Misfit::keyword).distinct().collect(Collectors.joining(", ")));
        var text = new StringBuilder("The arguments do not fit the tool " + name + ", so it was not called:");
        for (var misfit : misfits) {
            text.append("\n- ").append(misfit.path().isEmpty() ? "" : misfit.path() + ": ").append(misfit.message());
        }
        return ToolResult.error(text + "\nCorrect this and call it again; its input schema says what fits.");
    }
}
