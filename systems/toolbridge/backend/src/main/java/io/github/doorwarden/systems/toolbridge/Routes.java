package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.toolbridge.Route.Answer;
import io.github.doorwarden.systems.toolbridge.Route.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The closed table of routes.
final class Routes {

    static final String STREAM = "/v1/changes/stream";

    private Routes() {}

    /// What the routes lead to.
    record Services(Store store, Records records, Lists lists, Operations operations, Search search, Vectors vectors,
            Aggregates aggregates, Changes changes, Tags tags, Suggestions suggestions, Sessions sessions,
            Tenants tenants, TenantSecrets secrets, Organizations organizations, Metrics metrics) {}

    static List<Route> of(Services to) {
        var routes = new ArrayList<Route>();
        routes.addAll(open(to));
        routes.addAll(beyond(to));
        for (var kind : Kind.values()) {
            routes.addAll(kind(to, kind));
        }
        routes.addAll(administration(to));
        return routes;
    }

    private static Route route(String method, String template, Access access, List<String> params,
            Function<Call, Object> answer) {
        return new Route(method, template, access, params, answer);
    }

    private static List<Route> open(Services to) {
        return List.of(
                route("GET", "/health", Access.OPEN, List.of(), call -> health(to)),
                route("GET", "/metrics", Access.OPEN, List.of(), call -> new Answer(200,
                "text/plain; version=0.0.4; charset=utf-8", to.metrics.text().getBytes(StandardCharsets.UTF_8),
                Map.of())),
                route("GET", "/openapi.json", Access.OPEN, List.of(), call -> ToolBridge.resource("openapi.json")));
    }

    private static Object health(Services to) {
        to.store.read(Scope.PLATFORM, tx -> tx.number("SELECT 1"));
        var warnings = Stream.concat(to.secrets.warnings().stream(), to.metrics.warnings().stream()).toList();
        var health = new LinkedHashMap<String, Object>();
        health.put("status", warnings.isEmpty() ? "ok" : "warning");
        health.put("service", "toolbridge");
        health.put("store", to.store.dialect().label());
        health.put("warnings", warnings);
        return health;
    }

    private static List<Route> beyond(Services to) {
        return List.of(
                route("POST", "/v1/sync/sessions", Access.USER, List.of(), call ->
                Answer.created(to.sessions.open(call.caller()))),
                route("DELETE", "/v1/sync/sessions/{session}", Access.USER, List.of(), call -> {
                    to.sessions.end(call.caller(), call.path().get("session"));
                    return Answer.nothing();
                }),
                route("POST", "/v1/batch", Access.SESSION, List.of(), call -> to.operations.batch(call.caller(),
                call.body(), call.trace())),
                route("POST", "/v1/transactions", Access.SESSION, List.of(), call ->
                to.operations.transaction(call.caller(), call.body())),
                route("GET", "/v1/search", Access.SESSION, List.of("q", "kind", "limit", "cursor"), call ->
                to.search.find(call.caller(), call.params())),
                route("POST", "/v1/search/semantic", Access.SESSION, List.of(), call ->
                to.vectors.search(call.caller(), call.body())),
                route("POST", "/v1/aggregate", Access.SESSION, List.of(), call -> to.aggregates.compute(call.caller(),
                call.body())),
                route("GET", "/v1/changes", Access.SESSION, List.of("since", "kind", "limit"), call ->
                to.changes.list(call.caller(), call.params())),
                // Written by Changes itself, for as long as it is read.
                route("GET", STREAM, Access.SERVICE, List.of("tenants"), call -> Answer.nothing()),
                route("GET", "/v1/tags", Access.SESSION, List.of("kind", "limit"), call -> to.tags.list(call.caller(),
                call.params())));
    }

    private static List<Route> kind(Services to, Kind kind) {
        var list = "/v1/" + kind.plural();
        var one = list + "/{id}";
        var records = to.records;
        return List.of(
                route("GET", list, Access.SESSION, Lists.params(kind), call -> to.lists.list(call.caller(), kind,
                call.params())),
                route("POST", list, Access.SESSION, List.of(), call -> Answer.created(write(to, call, tx ->
                records.create(tx, call.caller(), kind, call.body()).json()))),
                route("POST", list + "/query", Access.SESSION, List.of(), call -> to.lists.query(call.caller(), kind,
                call.body())),
                route("GET", one, Access.SESSION, List.of(), call -> to.store.read(call.caller().scope(), tx ->
                records.get(tx, call.caller(), kind, id(call))).json()),
                route("PUT", one, Access.SESSION, List.of(), call -> write(to, call, tx -> records.update(tx,
                call.caller(), kind, id(call), call.body(), call.expected()).json())),
                route("PATCH", one, Access.SESSION, List.of(), call -> write(to, call, tx -> records.patch(tx,
                call.caller(), kind, id(call), call.body(), call.expected()).json())),
                route("DELETE", one, Access.SESSION, List.of("version"), call -> write(to, call, tx ->
                records.delete(tx, call.caller(), kind, id(call), call.expected()))),
                route("POST", one + "/archive", Access.SESSION, List.of(), call -> write(to, call, tx ->
                records.archive(tx, call.caller(), kind, id(call), call.body(), call.expected()).json())),
                route("POST", one + "/process", Access.SESSION, List.of(), call -> write(to, call, tx ->
                records.process(tx, call.caller(), kind, id(call), call.body(), call.expected()).json())),
                route("POST", one + "/tags", Access.SESSION, List.of(), call -> write(to, call, tx -> records.tag(tx,
                call.caller(), kind, id(call), Operations.tags(call.body())).json())),
                route("GET", one + "/tags/suggested", Access.SESSION, List.of(), call ->
                to.tags.suggest(call.caller(), kind, id(call))),
                route("DELETE", one + "/tags/{tag}", Access.SESSION, List.of(), call -> write(to, call, tx ->
                records.untag(tx, call.caller(), kind, id(call), List.of(Body.tag(call.path().get("tag")))).json())),
                route("GET", one + "/suggestions", Access.SESSION, List.of(), call ->
                to.suggestions.of(call.caller(), kind, id(call))));
    }

    private static String id(Call call) {
        return call.path().get("id");
    }

    private static Map<String, Object> write(Services to, Call call, Store.Work<Map<String, Object>> work) {
        return to.store.write(call.caller().scope(), work);
    }

    private static List<Route> administration(Services to) {
        var tenants = to.tenants;
        var one = "/admin/tenants/{tenant}";
        return List.of(
                route("GET", "/admin/tenants", Access.ADMIN, List.of("limit", "cursor"), call ->
                tenants.list(call.params())),
                route("POST", "/admin/tenants", Access.ADMIN, List.of(), call ->
                Answer.created(tenants.create(call.body(), call.credential()))),
                route("GET", one, Access.ADMIN, List.of(), call -> tenants.get(tenant(call))),
                route("GET", one + "/dashboard", Access.ADMIN, List.of(), call -> tenants.dashboard(tenant(call))),
                route("POST", one + "/suspend", Access.ADMIN, List.of(), call -> tenants.status(tenant(call),
                "suspended")),
                route("POST", one + "/resume", Access.ADMIN, List.of(), call -> tenants.status(tenant(call),
                "active")),
                route("POST", one + "/secret/rotate", Access.ADMIN, List.of(), call -> tenants.rotate(tenant(call),
                call.body(), call.credential())),
                route("GET", one + "/secret", Access.SERVICE, List.of(), call -> to.secrets.read(tenant(call),
                call.credential())),
                route("GET", one + "/secret/accesses", Access.ADMIN, List.of(), call ->
                to.secrets.accesses(tenant(call))),
                route("GET", one + "/members", Access.ADMIN, List.of(), call -> tenants.members(tenant(call))),
                route("POST", one + "/members", Access.ADMIN, List.of(), call ->
                Answer.created(tenants.addMember(tenant(call), call.body()))),
                route("DELETE", one + "/members/{member}", Access.ADMIN, List.of(), call -> {
                    tenants.removeMember(tenant(call), call.path().get("member"));
                    return Answer.nothing();
                }),
                route("GET", "/user_management/organization_memberships", Access.ORGANIZATIONS, List.of("user_id",
                "email", "organization_id", "statuses", "limit", "after"), call ->
                to.organizations.memberships(call.params())),
                route("GET", "/organizations/{organization}", Access.ORGANIZATIONS, List.of(), call ->
                to.organizations.organization(call.path().get("organization"))));
    }

    private static String tenant(Call call) {
        return call.path().get("tenant");
    }
}
