package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `completion/complete`: suggestions for an argument of a prompt or a variable of a resource template (MCP,
/// Completion). Safe for use by many threads.
final class Completions {

    private static final String METHOD = "completion/complete";

    private final Desk desk;

    Completions(Desk desk) {
        this.desk = desk;
    }

    ObjectNode complete(Projection projection, Exchange exchange, ObjectNode params) {
        var line = new CallRecord(exchange, METHOD, desk.clock.instant());
        var who = desk.counted(exchange, line);                                           // 429
        desk.guard(desk.policy.decide(exchange.caller(), exchange.endpoint(), METHOD), "This server");
        var ref = params.path("ref");
        if (!(params.path("argument") instanceof ObjectNode argument) || !argument.path("name").isString()
                || !argument.path("value").isString()) {
            throw bad("completion/complete needs params.argument with the strings name and value.");
        }
        var name = argument.path("name").asString();
        var value = typed(argument.path("value"), "argument.value");
        var known = exchange.revision().compareTo(Revision.V2025_06_18) >= 0 ? known(params) : Map.<String, String>of();
        return result( switch (ref.path("type").asString("")) {
            case "ref/prompt" -> {
                var offer = projection.prompts.named(ref.path("name").asString(""))
                        .orElseThrow(() -> bad("params.ref names no prompt of this server."));
                allowed(exchange, "prompts/get", offer.spec().scopes(), "The prompt " + offer.name());
                there(offer.spec().arguments().stream().anyMatch(each -> each.name().equals(name)), name);
                yield asked(exchange, who, line, () -> offer.prompt().complete(name, value, known));
            }
            case "ref/resource" -> {
                var offer = projection.templates.named(ref.path("uri").asString(""))
                        .orElseThrow(() -> bad("params.ref names no resource template of this server."));
                allowed(exchange, "resources/read", offer.spec().scopes(), "The resource template "
                        + offer.name());
                there(offer.pattern().names().contains(name), name);
                yield asked(exchange, who, line, () -> offer.template().complete(name, value, known));
            }
            default -> throw bad("params.ref must be of type ref/prompt or ref/resource.");
        });
    }

    private static void there(boolean argument, String name) {
        if (!argument) {
            throw bad("There is no argument " + Text.bounded(name, Limits.ECHOED_NAME_CHARS) + ".");
        }
    }

    /// Text that a person may have typed so far.
    private static String typed(JsonNode value, String where) {
        var text = value.asString("");
        if (!value.isString() || text.length() > Limits.COMPLETED_CHARS
                || text.chars().anyMatch(Character::isISOControl)) {
            throw bad("params." + where + " must be a string of at most " + Limits.COMPLETED_CHARS
                    + " characters without control characters.");
        }
        return text;
    }

    private static ObjectNode result(List<String> found) {
        var result = JsonNodeFactory.instance.objectNode();
        var completion = result.putObject("completion");
        var values = completion.putArray("values");
        found.stream().limit(Limits.COMPLETIONS).forEach(values::add);
        completion.put("total", found.size()).put("hasMore", found.size() > Limits.COMPLETIONS);
        return result;
    }

    private List<String> asked(Exchange exchange, String who, CallRecord line,
            Callable<List<String>> handler) {
        var place = desk.limiter.place(who, line.began());
        Desk.within(place.enter(line.began()), line);
        try {
            var found = HandlerRun.run(handler, new Deadline(line.began(), Limits.COMPLETION), exchange.outlet(),
                    place);
            return Objects.requireNonNull(found, "A completion answered null.");
        } catch (HandlerRun.Ended ended) {
            return switch (ended.how()) {
                case HandlerRun.Unfinished.Failed failed when failed.cause() instanceof RuntimeException bug ->
                        throw bug;
                case HandlerRun.Unfinished.Failed failed ->
                        throw new IllegalStateException("A completion failed.", failed.cause());
                case HandlerRun.Unfinished.TooSlow slow -> List.of();
                case HandlerRun.Unfinished.Cancelled cancelled -> List.of();
            };
        }
    }

    /// @param method for which the thing is completed
    private void allowed(Exchange exchange, String method, Set<String> scopes, String thing) {
        desk.guard(desk.policy.decide(exchange.caller(), exchange.endpoint().methodScopes().of(method, scopes)), thing);
    }

    /// Arguments that are filled in already (2025-06-18 and later, Completion, context).
    private static Map<String, String> known(ObjectNode params) {
        var known = new HashMap<String, String>();
        params.path("context").path("arguments").properties().forEach(each -> known.put(each.getKey(),
                typed(each.getValue(), "context.arguments." + Text.bounded(each.getKey(), Limits.ECHOED_NAME_CHARS))));
        return known;
    }

    private static Refused bad(String sentence) {
        return new Refused(new Refusal.BadParams(sentence));
    }
}
