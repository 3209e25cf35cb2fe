package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.ParamHeaders;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.store.TaskRecords;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Carries out the methods of the catalogue for a caller that the transport has let in: the same for every transport.
/// Safe for use by many threads.
///
/// Errors come in two kinds (MCP 2026-07-28, Tools, Error handling). What the model can mend is a result with
/// `isError`: arguments that do not fit, a tool that fails, a deadline. Everything else is a protocol error: an unknown
/// tool, a malformed request, a limit, a fault of ours.
public final class Dispatch {

    private final Map<String, Projection> projections = new ConcurrentHashMap<>();
    private final Desk desk;
    private final ToolCalls tools;
    private final Reads reads;
    private final Completions completions;
    private final Optional<Tasks> tasks;

    /// What a dispatch stands on.
    ///
    /// @param states        seals what clients carry between two rounds of a request
    /// @param confirmations seals what clients carry between preview and run
    /// @param tasks         keeps tasks; empty: no tool may make any
    public record Ground(Policy policy, AuditLog audit, Spent spent, Seal states, Seal confirmations,
            CallLimits limits, InstantSource clock, Optional<TaskRecords> tasks) {

        /// For tools that make no tasks.
        public Ground(Policy policy, AuditLog audit, Spent spent, Seal states, Seal confirmations, CallLimits limits,
                InstantSource clock) {
            this(policy, audit, spent, states, confirmations, limits, clock, Optional.empty());
        }
    }

    /// Makes everything ready that calls need, so that what is wrong with a tool shows at the start.
    ///
    /// @throws IllegalArgumentException with a sentence that names the tool
    public Dispatch(List<Endpoint> endpoints, Ground ground) {
        this.desk = new Desk(ground.policy, ground.audit, new CallLimiter(ground.limits),
                new RequestStates(ground.states, ground.spent, ground.clock), ground.clock);
        var runs = ground.tasks.map(records -> new TaskRuns(desk, records));
        this.tasks = runs.map(each -> new Tasks(desk, each));
        this.tools = new ToolCalls(desk, new Confirmation(ground.confirmations, ground.spent, ground.clock), runs);
        this.reads = new Reads(desk);
        this.completions = new Completions(desk);
        for (var endpoint : endpoints) {
            if (projections.put(endpoint.path(), projected(endpoint)) != null) {
                throw new IllegalArgumentException("Two endpoints have the path " + endpoint.path() + ".");
            }
        }
    }

    private Projection projected(Endpoint endpoint) {
        var projection = new Projection(endpoint, desk.policy);
        if (projection.makesTasks() && tasks.isEmpty()) {
            throw new IllegalArgumentException("A tool of the endpoint " + endpoint.path() + " makes tasks, but there "
                    + "is nothing that keeps them. Give the ground of Dispatch its TaskRecords.");
        }
        return projection;
    }

    /// The bare result of a request; the transport stamps what a revision adds, at the top level alone: what is below
    /// is shared.
    ///
    /// @throws Refused with the reason
    /// @throws Challenged when the caller must sign in or ask for more
    public ObjectNode answer(Exchange exchange, Methods method, Message.Request call) {
        var params = call.params();
        var projection = projection(exchange.endpoint());
        if (!projection.offers(method)) {
            throw notOffered(method);
        }
        return switch (method) {
            case TOOLS_LIST -> list(exchange, method, projection.tools, params);
            case RESOURCES_LIST -> list(exchange, method, projection.resources, params);
            case TEMPLATES_LIST -> list(exchange, method, projection.templates, params);
            case PROMPTS_LIST -> list(exchange, method, projection.prompts, params);
            case TOOLS_CALL -> desk.recorded(exchange, method.wireName(),
                    line -> tools.call(projection, exchange, params, line));
            case RESOURCES_READ -> desk.recorded(exchange, method.wireName(),
                    line -> reads.resource(projection, exchange, params, line));
            case PROMPTS_GET -> desk.recorded(exchange, method.wireName(),
                    line -> reads.prompt(projection, exchange, params, line));
            case COMPLETE -> completions.complete(projection, exchange, params);
            case TASKS_GET -> tasks.orElseThrow().get(projection, exchange, params);
            case TASKS_UPDATE -> desk.recorded(exchange, method.wireName(),
                    line -> tasks.orElseThrow().update(projection, exchange, params, line));
            case TASKS_CANCEL -> desk.recorded(exchange, method.wireName(),
                    line -> tasks.orElseThrow().cancel(projection, exchange, params, line));
            case SKILLS_LIST, SKILLS_GET, DIRECTORY_READ -> projection.skills.answer(desk, exchange, method, params);
            case INITIALIZE, INITIALIZED, PING, DISCOVER, LISTEN, RESOURCES_SUBSCRIBE, RESOURCES_UNSUBSCRIBE, SET_LEVEL,
                    CANCELLED -> throw notOffered(method);
        };
    }

    private static Refused notOffered(Methods method) {
        return new Refused(new Refusal.NoSuchMethod("This server has no method " + method.wireName() + "."));
    }

    private ObjectNode list(Exchange exchange, Methods method, Shelf<?> shelf, ObjectNode params) {
        desk.guard(desk.policy.decide(exchange.caller(), exchange.endpoint(), method.wireName()), "This server");
        return shelf.list(exchange.caller(), exchange.revision(), params.path("cursor"));
    }

    /// `ServerCapabilities` of an endpoint in the form of a revision: the same for every caller.
    ///
    /// @param reachable whether the client can be told of changes
    public ObjectNode capabilities(Endpoint endpoint, Revision revision, boolean reachable) {
        var projection = projection(endpoint);
        var json = JsonNodeFactory.instance.objectNode();
        changing(json.putObject("tools"), reachable);
        if (projection.hasResources()) {
            var resources = changing(json.putObject("resources"), reachable);
            if (reachable) {
                resources.put("subscribe", true);
            }
        }
        if (!projection.prompts.all().isEmpty()) {
            changing(json.putObject("prompts"), reachable);
        }
        if (revision.compareTo(Revision.V2025_03_26) >= 0 && projection.completes()) {
            json.putObject("completions");
        }
        if (reachable) {
            json.putObject("logging");
        }
        if (revision.modern() && projection.makesTasks()) {
            json.withObjectProperty("extensions").putObject(Tasks.EXTENSION);
        }
        if (revision.modern() && !projection.skills.isEmpty()) {
            json.withObject("extensions").putObject(Skills.EXTENSION).put("directoryRead", true);
        }
        return json;
    }

    private static ObjectNode changing(ObjectNode capability, boolean reachable) {
        return reachable ? capability.put("listChanged", true) : capability;
    }

    /// The headers that mirror the arguments of a tool, when this caller may call it: a tool that it may not call is
    /// left to the policy, whose answer says no more than it must.
    public Optional<ParamHeaders> mirrored(Exchange exchange, String tool) {
        return projection(exchange.endpoint()).tools.named(tool).filter(offer -> !offer.headers.isEmpty())
                .filter(offer -> desk.policy.decide(exchange.caller(), exchange.endpoint().methodScopes()
                        .of("tools/call", offer.scopes()), offer.conditions()) instanceof Decision.Allowed)
                .map(offer -> offer.headers);
    }

    /// What a client wants to hear about, as far as it may (2026-07-28, Subscriptions).
    ///
    /// @param honoured the filter that was agreed to, in the form of the request's
    public record Listening(Subscription subscription, ObjectNode honoured) {}

    /// @throws Refused `BadParams` when the filter has not the form of the specification
    public Listening listen(Exchange exchange, JsonNode filter) {
        if (!(filter instanceof ObjectNode wanted)) {
            throw new Refused(new Refusal.BadParams("subscriptions/listen needs params.notifications, an object that "
                    + "says which notifications are wanted."));
        }
        var honoured = JsonNodeFactory.instance.objectNode();
        var kinds = EnumSet.noneOf(Changes.Kind.class);
        var projection = projection(exchange.endpoint());
        var resources = projection.hasResources();
        kind(wanted, "toolsListChanged", Changes.Kind.TOOLS, lists(exchange, Methods.TOOLS_LIST), kinds, honoured);
        kind(wanted, "promptsListChanged", Changes.Kind.PROMPTS, projection.offers(Methods.PROMPTS_LIST)
                && lists(exchange, Methods.PROMPTS_LIST), kinds, honoured);
        kind(wanted, "resourcesListChanged", Changes.Kind.RESOURCES, resources
                && lists(exchange, Methods.RESOURCES_LIST), kinds, honoured);
        var uris = new LinkedHashSet<String>();
        var named = wanted.path("resourceSubscriptions");
        if (!named.isMissingNode()) {
            if (!named.isArray() || named.size() > Limits.SUBSCRIBED_RESOURCES) {
                throw new Refused(new Refusal.BadParams("params.notifications.resourceSubscriptions must be a list of "
                        + "at most " + Limits.SUBSCRIBED_RESOURCES + " URIs."));
            }
            named.forEach(uri -> {
                if (!uri.isString()) {
                    throw new Refused(new Refusal.BadParams("params.notifications.resourceSubscriptions has something "
                            + "that is no URI."));
                }
                if (readable(exchange, uri.asString())) {
                    uris.add(uri.asString());
                }
            });
            if (resources) {
                uris.forEach(honoured.putArray("resourceSubscriptions")::add);
            }
        }
        var ids = wanted.has("taskIds") ? Tasks.heard(tasks, projection, exchange,
                wanted.path("taskIds"), honoured) : Set.<String>of();
        var subscription = subscription(exchange, kinds, uris, ids);
        tasks.ifPresent(all -> all.tellNow(subscription, ids));
        return new Listening(subscription, honoured);
    }

    /// Whether the caller has the scopes that a list needs: who may not see a list does not hear that it has changed.
    private boolean lists(Exchange exchange, Methods method) {
        var needed = exchange.endpoint().methodScopes().of(method.wireName());
        return needed.isEmpty() || desk.policy.decide(exchange.caller(), needed) instanceof Decision.Allowed;
    }

    /// @param offered false for what is not there for this caller: that is left out of what is honoured
    private static void kind(ObjectNode wanted, String member, Changes.Kind kind, boolean offered,
            Set<Changes.Kind> kinds, ObjectNode honoured) {
        var value = wanted.path(member);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new Refused(new Refusal.BadParams("params.notifications." + member + " must be true or false."));
        }
        if (offered && value.asBoolean(false)) {
            kinds.add(kind);
            honoured.put(member, true);
        }
    }

    /// A subscription of a client that hears of every list (2025-11-25 and earlier); resources are added to it one by
    /// one.
    public Subscription listenToLists(Exchange exchange) {
        return subscription(exchange, EnumSet.allOf(Changes.Kind.class), Set.of(), Set.of());
    }

    /// @throws Refused `TooMany` when this caller has as many streams as it may
    private Subscription subscription(Exchange exchange, Set<Changes.Kind> kinds, Set<String> uris,
            Set<String> tasks) {
        var now = desk.clock.instant();
        var place = desk.limiter.stream(CallLimiter.who(exchange.caller(), exchange.peer()), now);
        var tooMany = place.enter(now);
        if (tooMany != null) {
            throw tooMany.refused();
        }
        return new Subscription(desk.changes, exchange.endpoint().path(), Occasion.who(exchange.caller()),
                exchange.caller().tenant(), kinds, uris, tasks, uri -> readable(exchange, uri), place::leave);
    }

    /// Whether there is such a resource and the caller may read it.
    public boolean readable(Exchange exchange, String uri) {
        var projection = projection(exchange.endpoint());
        var exact = projection.resource(uri).map(Listing::scopes);
        var scopes = exact.or(() -> projection.templates.all().stream()
                .filter(template -> template.pattern().match(uri).isPresent()).findFirst().map(Listing::scopes));
        return scopes.map(own -> exchange.endpoint().methodScopes().of("resources/read", own))
                .filter(needed -> desk.policy.decide(exchange.caller(), needed) instanceof Decision.Allowed)
                .isPresent();
    }

    /// Looks after tasks from now on: those that a process left behind above all.
    ///
    /// @return stops the tasks of this process, and lets others have them
    public AutoCloseable tending() {
        return tasks.<AutoCloseable>map(Tasks::tending).orElse(() -> { });
    }

    /// One round of looking after tasks.
    void tend() {
        tasks.ifPresent(Tasks::tend);
    }

    /// A task that runs in this process, for tests; null when it does not.
    TaskRun run(String id) {
        return tasks.orElseThrow().run(id);
    }

    /// Where sources publish what changes.
    public Changes changes() {
        return desk.changes;
    }

    /// Puts other things behind an endpoint, without touching the calls that run, and tells whoever wants to know.
    ///
    /// @throws IllegalArgumentException with a sentence; then nothing is changed
    public void replace(Endpoint endpoint) {
        var after = projected(endpoint);
        var before = projections.put(endpoint.path(), after);
        if (before == null) {
            projections.remove(endpoint.path());
            throw new IllegalArgumentException("There is no endpoint " + endpoint.path() + ".");
        }
        tell(before.tools.sameAs(after.tools), Changes.Kind.TOOLS, endpoint);
        tell(before.prompts.sameAs(after.prompts), Changes.Kind.PROMPTS, endpoint);
        tell(before.resources.sameAs(after.resources) && before.templates.sameAs(after.templates),
                Changes.Kind.RESOURCES, endpoint);
        before.skills.changed(after.skills).forEach(uri -> desk.changes.publish(new Changes.Change.OfResource(uri)));
    }

    private void tell(boolean same, Changes.Kind kind, Endpoint endpoint) {
        if (!same) {
            desk.changes.publish(new Changes.Change.OfList(kind, endpoint.path()));
        }
    }

    private Projection projection(Endpoint endpoint) {
        var projection = projections.get(endpoint.path());
        if (projection == null) {
            throw new IllegalArgumentException("The endpoint " + endpoint.path() + " was not given to Dispatch.");
        }
        return projection;
    }
}
