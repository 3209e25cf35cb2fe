package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.StoreOutage;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Carries out the methods of the catalogue for a caller that the transport has let in. Safe for use by many threads.
///
/// Errors come in two kinds (MCP 2026-07-28, Tools, Error handling). What the model can mend is a result with
/// `isError`: arguments that do not fit, a tool that fails, a deadline. Everything else is a protocol error: an unknown
/// tool, a malformed request, a limit, a fault of ours.
public final class Dispatch {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final Map<String, Shelf> shelves = new HashMap<>();
    private final Policy policy;
    private final AuditLog audit;
    private final CallLimiter limiter;
    private final ToolRun runs;
    private final InstantSource clock;

    /// Makes everything ready that calls need, so that what is wrong with a tool shows at the start.
    ///
    /// @throws IllegalArgumentException with a sentence that names the tool
    public Dispatch(List<Endpoint> endpoints, Policy policy, AuditLog audit, CallLimits limits, InstantSource clock) {
        this.policy = policy;
        this.audit = audit;
        this.limiter = new CallLimiter(limits);
        this.runs = new ToolRun(limiter);
        this.clock = clock;
        for (var endpoint : endpoints) {
            if (shelves.put(endpoint.path(), new Shelf(endpoint, policy)) != null) {
                throw new IllegalArgumentException("Two endpoints have the path " + endpoint.path() + ".");
            }
        }
    }

    /// The bare result of `tools/list` or `tools/call`; the transport stamps what a revision adds, at the top level
    /// alone: what is below is shared.
    ///
    /// @throws Refused with the reason
    /// @throws Challenged when the caller must sign in or ask for more
    public ObjectNode answer(Exchange exchange, Message.Request call) {
        return switch (call.method()) {
            case "tools/list" -> list(exchange, call.params());
            case "tools/call" -> call(exchange, call.params());
            default -> throw new Refused(new Refusal.NoSuchMethod("This server does not know the method "
                    + Text.bounded(call.method(), Limits.ECHOED_NAME_CHARS) + "."));
        };
    }

    private ObjectNode list(Exchange exchange, ObjectNode params) {
        guard(policy.decide(exchange.caller(), exchange.endpoint(), "tools/list"), "This server");
        return shelf(exchange).list(exchange.caller(), exchange.revision(), params.path("cursor"));
    }

    private ObjectNode call(Exchange exchange, ObjectNode params) {
        var line = new CallRecord(exchange, clock.instant());
        try {
            var result = carryOut(exchange, params, line);
            audit(line);
            return Offer.json(result, exchange.revision());
        } catch (Refused | Challenged refused) {
            if (line.undecided()) {
                line.refused(refused.getMessage());
            }
            audit(line);
            throw refused;
        } catch (RuntimeException bug) {                         // the boundary logs it and finds the incident's name
            line.failed("A fault of the server.");
            audit(line);
            throw bug;
        } finally {
            if (line.interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// One call of a tool, step by step. Read this method first.
    private ToolResult carryOut(Exchange exchange, ObjectNode params, CallRecord line) {
        var caller = exchange.caller();
        var who = CallLimiter.who(caller, exchange.peer());
        within(limiter.take(who, line.began()), line);                                    // 429
        guard(policy.decide(caller, exchange.endpoint(), "tools/call"), "This server");  // 401    RFC 9728 §5.1
        var name = name(params);                                                          // -32602 MCP, Tools
        line.tool(name);
        var offer = shelf(exchange).named(name).orElseThrow(() -> unknown(name));         // -32602
        var decision = policy.decide(caller, offer.spec);
        var arguments = arguments(params);                                                // -32602
        if (decision instanceof Decision.Allowed) {
            var misfits = offer.input.misfits(arguments);
            line.arguments(arguments, offer.spec, misfits.isEmpty());
            within(limiter.take(who, name, line.began()), line);                          // 429
            able(exchange, offer.tool);                                                   // -32021
            if (!misfits.isEmpty()) {
                return misfit(name, misfits, line);                                       // isError
            }
            onRecord(offer.spec);                                                         // 503
            return runs.run(offer, arguments, who, line);                                 // isError, -32603, 503
        }
        line.arguments(arguments, offer.spec, false);
        if (decision instanceof Decision.Hidden) {
            throw unknown(name);                                                          // -32602
        }
        throw challenge(decision, "The tool " + name);                                    // 401, 403 RFC 6750 §3.1
    }

    private Shelf shelf(Exchange exchange) {
        var shelf = shelves.get(exchange.endpoint().path());
        if (shelf == null) {
            throw new IllegalArgumentException("The endpoint " + exchange.endpoint().path()
                    + " was not given to Dispatch.");
        }
        return shelf;
    }

    private void guard(Decision decision, String thing) {
        if (!(decision instanceof Decision.Allowed)) {
            throw challenge(decision, thing);
        }
    }

    private Challenged challenge(Decision decision, String thing) {
        return new Challenged(decision, policy.sentence(decision, thing).orElse(""));
    }

    private static void within(CallLimiter.TooMany tooMany, CallRecord line) {
        if (tooMany != null) {
            line.silent = tooMany.untold() == 0;
            line.refused(tooMany.refused().getMessage() + " Calls refused since the last line about it: "
                    + tooMany.untold());
            throw tooMany.refused();
        }
    }

    private static String name(ObjectNode params) {
        var name = params.path("name");
        if (!name.isString()) {
            throw new Refused(new Refusal.BadParams("tools/call needs params.name, the name of a tool, as a string."));
        }
        return name.asString();
    }

    /// Null stands for absent: some clients send it.
    private static ObjectNode arguments(ObjectNode params) {
        return switch (params.path("arguments")) {
            case ObjectNode object -> object;
            case JsonNode none when none.isMissingNode() || none.isNull() ->
                    JsonNodeFactory.instance.objectNode();
            default -> throw new Refused(new Refusal.BadParams("params.arguments must be an object."));
        };
    }

    /// Nothing is asked of a client that has not said it can answer (MCP 2026-07-28, Base protocol, `_meta`).
    private static void able(Exchange exchange, Tool tool) {
        var missing = tool.requiredCapabilities().stream()
                .filter(name -> exchange.revision().modern() && !exchange.capabilities().path(name).isObject())
                .toList();
        if (!missing.isEmpty()) {
            throw new Refused(new Refusal.MissingCapability("The tool " + tool.spec().name() + " needs a client that "
                    + "can do this, and the request does not declare it: " + String.join(", ", missing)
                    + ". Use a client that has it.", missing));
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

    /// What changes something is not even begun while it could not be put on record.
    private void onRecord(ToolSpec spec) {
        if (!spec.readOnly() && !audit.accepts()) {
            throw new Refused(new Refusal.Outage("The call was not begun, because it could not be put on record. Try "
                    + "again later.", "the audit log cannot be written", true));
        }
    }

    private void audit(CallRecord line) {
        if (line.silent) {
            return;
        }
        try {
            if (line.changing) {
                audit.writeDurably(line.event(clock.instant()));
            } else {
                audit.write(line.event(clock.instant()));
            }
        } catch (StoreOutage e) {
            LOG.atError().addKeyValue("request", line.exchange().requestId()).setCause(e)
                    .log("A call is not answered, because it could not be put on record.");
            throw new Refused(new Refusal.Outage("The call could not be put on record, so it is not answered. If it "
                    + "was "
                    + "to change something, look whether it did before you try again later.", e.getMessage(), true));
        }
    }
}
