package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `resources/read` and `prompts/get`, from the parameters to the result. Safe for use by many threads.
final class Reads {

    private static final Logger LOG = LoggerFactory.getLogger(Reads.class);
    private static final String READ = "resources/read";
    private static final String GET = "prompts/get";

    private final Desk desk;

    Reads(Desk desk) {
        this.desk = desk;
    }

    /// What is read, and what the door must know about it.
    private record Target(String thing, Set<String> scopes, Duration deadline, ObjectNode arguments) {}

    private interface Handler<R> {
        R run(Call call) throws Exception;
    }

    /// MCP, Resources, Reading resources.
    ObjectNode resource(Projection projection, Exchange exchange, ObjectNode params, CallRecord line) {
        var who = desk.counted(exchange, line);                                           // 429
        desk.guard(desk.policy.decide(exchange.caller(), exchange.endpoint(), READ), "This server");
        var uri = Desk.text(params, "uri", READ, "the URI of a resource");                // -32602
        line.thing(uri);
        var exact = projection.resource(uri);
        var methods = exchange.endpoint().methodScopes();
        List<ObjectNode> contents;
        var none = JsonNodeFactory.instance.objectNode();
        var interview = desk.interview(exchange, READ, params);                           // -32602 MRTR
        if (exact.isPresent()) {
            var spec = exact.get().spec();
            contents = run(new Target("The resource " + uri, methods.of(READ, spec.scopes()), spec.deadline(), none),
                    exchange, interview, who, line, call -> wellFormed(exact.get().resource().read(call)));
        } else {
            var matched = projection.matched(uri);                                        // -32602, legacy -32002
            var spec = matched.template().spec();
            contents = run(new Target("The resource " + uri, methods.of(READ, spec.scopes()), spec.deadline(),
                    Desk.strings(matched.values())), exchange, interview, who, line,
                    call -> wellFormed(matched.template().template().read(uri, call)));
        }
        var asks = desk.asks(exchange, READ, params, interview, line);
        if (asks.isPresent()) {
            return asks.get();
        }
        if (contents.isEmpty()) {
            throw Projection.noSuchResource(uri);
        }
        var result = JsonNodeFactory.instance.objectNode();
        contents.forEach(result.putArray("contents")::add);
        return result;
    }

    /// Clients refuse the whole answer for contents that are neither text nor bytes (MCP, Resource contents).
    private static List<ObjectNode> wellFormed(List<ObjectNode> contents) {
        for (var each : contents) {
            if (!each.path("uri").isString() || each.path("text").isString() == each.path("blob").isString()) {
                throw new IllegalStateException("The contents of a resource need a uri and either text or blob.");
            }
        }
        return contents;
    }

    /// MCP, Prompts, Embedded resources.
    private static void requireWhole(ObjectNode message) {
        var block = message.path("content");
        if (block.path("type").asString("").equals("resource")
                && (!(block.path("resource") instanceof ObjectNode embedded)
                        || !embedded.path("mimeType").isString() || wellFormed(List.of(embedded)).isEmpty())) {
            throw new IllegalStateException("A resource that a prompt embeds needs a uri, a mimeType and either text "
                    + "or blob.");
        }
    }

    /// MCP, Prompts, Getting a prompt.
    ObjectNode prompt(Projection projection, Exchange exchange, ObjectNode params, CallRecord line) {
        var who = desk.counted(exchange, line);                                           // 429
        desk.guard(desk.policy.decide(exchange.caller(), exchange.endpoint(), GET), "This server");
        var name = Desk.text(params, "name", GET, "the name of a prompt");                // -32602
        line.thing(name);
        var offer = projection.prompts.named(name).orElseThrow(() -> new Refused(new Refusal.BadParams(
                "Unknown prompt: " + Text.bounded(name, Limits.ECHOED_NAME_CHARS)
                        + ". prompts/list names the ones that there are.")));             // -32602
        var spec = offer.spec();
        var arguments = Desk.arguments(params);
        var methods = exchange.endpoint().methodScopes();
        var interview = desk.interview(exchange, GET, params);                            // -32602 MRTR
        var answer = run(new Target("The prompt " + name, methods.of(GET, spec.scopes()), spec.deadline(), arguments),
                exchange, interview, who, line, call -> {
                    fit(spec, arguments);                                                 // -32602
                    var said = offer.prompt().get(call);
                    said.messages().forEach(Reads::requireWhole);
                    return said;
                });
        return desk.asks(exchange, GET, params, interview, line).orElseGet(() -> {
            var result = JsonNodeFactory.instance.objectNode();
            if (!answer.description().isEmpty()) {
                result.put("description", answer.description());
            }
            var messages = result.putArray("messages");
            for (var message : answer.messages()) {
                var known = message.path("content") instanceof ObjectNode block
                        ? Prompt.message(message.path("role").asString("user"),
                                Wares.block(block, exchange.revision())) : message;
                messages.add(known);
            }
            return result;
        });
    }

    private static void fit(Prompt.Spec spec, ObjectNode arguments) {
        for (var argument : spec.arguments()) {
            var value = arguments.path(argument.name());
            if (value.isMissingNode() && argument.required()) {
                throw new Refused(new Refusal.BadParams("The prompt " + spec.name() + " needs the argument "
                        + argument.name() + "."));
            }
        }
        for (var given : arguments.properties()) {
            var name = Text.bounded(given.getKey(), Limits.ECHOED_NAME_CHARS);
            if (spec.arguments().stream().noneMatch(argument -> argument.name().equals(given.getKey()))) {
                throw new Refused(new Refusal.BadParams("The prompt " + spec.name() + " has no argument " + name
                        + "."));
            }
            if (!given.getValue().isString()
                    || given.getValue().asString().length() > Limits.PROMPT_ARGUMENT_CHARS) {
                throw new Refused(new Refusal.BadParams("The arguments of a prompt are strings of at most "
                        + Limits.PROMPT_ARGUMENT_CHARS + " characters, and params.arguments." + name + " is none."));
            }
        }
    }

    /// What the handler returns; null when the client is to be asked first.
    private <R> R run(Target target, Exchange exchange, Interview interview, String who, CallRecord line,
            Handler<R> handler) {
        desk.guard(desk.policy.decide(exchange.caller(), target.scopes), target.thing);   // 401, 403
        var place = desk.limiter.place(who, line.began());
        Desk.within(place.enter(line.began()), line);                                     // 429
        var deadline = new Deadline(line.began(), target.deadline);
        var call = new Call(exchange, target.arguments, deadline, interview, desk.changes);
        Callable<R> run = () -> call.run(() -> handler.run(call));
        try {
            var answer = HandlerRun.run(run, deadline, exchange.outlet(), place);
            return answer == null ? failed(target, new NullPointerException("The handler answered null."), line)
                    : answer;
        } catch (HandlerRun.Ended ended) {
            return switch (ended.how()) {
                case HandlerRun.Unfinished.TooSlow slow -> {
                    line.failed(Cause.TOO_SLOW, "No answer within the deadline of " + target.deadline + ".");
                    throw outage(target.thing + " did not answer in time. Try again later.", "deadline");
                }
                case HandlerRun.Unfinished.Cancelled cancelled -> {
                    line.failed(Cause.CANCELLED, "The client went away before the answer.");
                    // nobody reads it, and no log should call it an outage
                    throw new Refused(new Refusal.BadParams("The request was cancelled."));
                }
                case HandlerRun.Unfinished.Failed failed -> failed(target, failed.cause(), line);
            };
        }
    }

    private static <R> R failed(Target target, Throwable cause, CallRecord line) {
        var request = line.exchange().requestId();
        var trace = line.exchange().traceId();
        switch (cause) {
            case Interview.Asked asked -> {
                return null;
            }
            case Refused refused -> throw refused;
            case Challenged challenged -> throw challenged;
            case IllegalArgumentException unusable when target.thing.startsWith("The prompt") ->
                    throw new Refused(new Refusal.BadParams(unusable.getMessage() == null
                            ? target.thing + " cannot use these arguments." : unusable.getMessage()));
            case LiveInterview.Unanswered unanswered -> {
                line.failed(Cause.NOT_ANSWERED, "The client could not be asked.");
                throw outage(unanswered.getMessage(), "the client could not be asked");
            }
            case ToolOutage down -> {
                line.failed(Cause.BACKEND_DOWN, "A backend is down.");
                LOG.atWarn().addKeyValue("request", request).addKeyValue("trace", trace).setCause(down)
                        .log("A backend is down.");
                throw outage(down.getMessage(), "a backend is down");
            }
            case StoreOutage down -> {
                line.failed(Cause.STORE_DOWN, "The store is down.");
                LOG.atError().addKeyValue("request", request).addKeyValue("trace", trace).setCause(down)
                        .log("The store failed a read.");
                throw outage("The server's own store is down. Try again later.", down.getMessage());
            }
            default -> {
                line.failed(Cause.FAULT, "A fault; incident " + request + ".");
                LOG.atError().addKeyValue("incident", request).addKeyValue("trace", trace)
                        .addKeyValue("thing", target.thing).setCause(cause)
                        .log("A resource or prompt failed with a bug.");
                throw new Refused(new Refusal.Bug(request));
            }
        }
    }

    private static Refused outage(String sentence, String detail) {
        return new Refused(new Refusal.Outage(sentence, detail, true));
    }
}
