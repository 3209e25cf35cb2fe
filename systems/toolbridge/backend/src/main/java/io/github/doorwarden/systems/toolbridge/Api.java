package io.github.doorwarden.systems.toolbridge;

import com.sun.net.httpserver.HttpExchange;
import io.github.doorwarden.systems.backend.EventLog;
import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.Outage;
import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import io.github.doorwarden.systems.backend.RouteTable;
import io.github.doorwarden.systems.toolbridge.Route.Answer;
import io.github.doorwarden.systems.toolbridge.Route.Call;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// One request, socket to reply. Read this file first.
final class Api {

    private static final Pattern ETAG = Pattern.compile("(?:W/)?\"?([0-9]{1,9})\"?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+|localhost");

    private final RouteTable<Route> routes;
    private final Authentication authentication;
    private final Tenancy tenancy;
    private final Changes changes;
    private final Metrics metrics;
    private final EventLog log;

    /// @param routes in the order in which they are tried: the literal ones before those with variables
    Api(List<Route> routes, Authentication authentication, Tenancy tenancy, Changes changes, Metrics metrics,
            EventLog log) {
        this.routes = new RouteTable<>(routes);
        this.authentication = authentication;
        this.tenancy = tenancy;
        this.changes = changes;
        this.metrics = metrics;
        this.log = log;
    }

    void handle(HttpExchange http) throws IOException {
        var begin = System.nanoTime();
        metrics.begun();
        var trace = Trace.of(Optional.ofNullable(http.getRequestHeaders().getFirst("traceparent")));
        var seen = new LinkedHashMap<String, Object>();
        var status = 0;
        var route = "none";
        try (http) {
            http.getResponseHeaders().set("traceparent", trace.traceparent());
            Answer answer;
            try {
                Authentication.once(http.getRequestHeaders());                                   // 422
                var url = http.getRequestURI();
                var match = routes.find(http.getRequestMethod(), url.getRawPath());              // 404, 405
                route = match.route().template();
                var bytes = bytes(http);                                                         // 413
                var caller = caller(http, match.route(), bytes, seen);                           // 401, 403, 428, 503
                var credential = credential(http, match.route(), seen);                          // 401, 403, 503
                var params = Params.parse(url.getRawQuery(), match.route().params(), Limits.QUERY_CHARS); // 422
                var body = body(http, match.route(), bytes);                                     // 415, 422
                if (route.equals(Routes.STREAM)) {
                    status = 200;
                    changes.stream(http, params);
                    return;
                }
                answer = answer(match.route(), new Call(match.path(), params, body, caller, credential, ifMatch(http),
                        trace));
                if (!match.route().method().equals("GET")) {
                    changes.wake();
                }
            } catch (Refused refused) {
                answer = refusal(http, refused.why(), trace);
            } catch (RuntimeException broken) {
                answer = failure(http, broken, trace);
            }
            status = answer.status();
            send(http, answer);
        } catch (IOException gone) {
            seen.put("client", "gone");
        } finally {
            var seconds = (System.nanoTime() - begin) / 1e9;
            metrics.ended(http.getRequestMethod().matches("[A-Z]{1,7}") ? http.getRequestMethod() : "OTHER", route,
                    status, seconds);
            seen.put("trace_id", trace.id());
            seen.put("method", http.getRequestMethod());
            seen.put("route", route);
            seen.put("status", status);
            seen.put("ms", Math.round(seconds * 1e5) / 1e2);
            log.info("request", seen);
        }
    }

    private static byte[] bytes(HttpExchange http) throws IOException {
        var bytes = http.getRequestBody().readNBytes(Limits.BODY_BYTES + 1);
        if (bytes.length > Limits.BODY_BYTES) {
            throw Problems.tooLarge();
        }
        return bytes;
    }

    private Caller caller(HttpExchange http, Route route, byte[] body, Map<String, Object> seen) {
        if (route.access() != Access.USER && route.access() != Access.SESSION) {
            return null;
        }
        var headers = http.getRequestHeaders();
        var url = http.getRequestURI();
        var claimed = authentication.prove(headers, http.getRequestMethod(), url.getRawPath()
                + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()), body);
        seen.put("user", claimed.token().subject());
        claimed.signed().ifPresent(tenant -> seen.put("tenant", tenant));
        var session = Optional.ofNullable(headers.getFirst("X-Sync-Session"));
        if (route.access() == Access.SESSION && session.isEmpty()) {
            throw Problems.sessionRequired("This call names no sync session.");
        }
        var host = Optional.ofNullable(headers.getFirst("Host")).map(text -> text.replaceFirst("\\.?(:[0-9]*)?$", ""))
                .filter(text -> !ADDRESS.matcher(text).matches());
        var caller = tenancy.admit(claimed, host, session.filter(id -> route.access() == Access.SESSION));
        seen.put("tenant", caller.tenant());
        return caller;
    }

    private String credential(HttpExchange http, Route route, Map<String, Object> seen) {
        return switch (route.access()) {
            case OPEN, USER, SESSION -> null;
            case ADMIN, SERVICE, ORGANIZATIONS -> {
                var credential = authentication.require(http.getRequestHeaders(), route.access());
                seen.put("user", credential);
                yield credential;
            }
        };
    }

    private static Body body(HttpExchange http, Route route, byte[] bytes) {
        if (!route.hasBody() || bytes.length == 0) {
            return new Body(Json.MAPPER.createObjectNode());
        }
        var type = Optional.ofNullable(http.getRequestHeaders().getFirst("Content-Type")).orElse("").split(";")[0]
                .strip();
        if (!type.equalsIgnoreCase("application/json") && !(route.method().equals("PATCH")
                && type.equalsIgnoreCase("application/merge-patch+json"))) {
            throw Problems.unsupportedMedia();
        }
        return new Body(Json.object(bytes));
    }

    private static Optional<Long> ifMatch(HttpExchange http) {
        return Optional.ofNullable(http.getRequestHeaders().getFirst("If-Match")).map(String::strip).filter(text ->
                !text.equals("*")).map(text -> {
                    var version = ETAG.matcher(text);
                    if (!version.matches()) {
                        throw Problem.invalid("If-Match must be one ETag of ours, such as \"3\".");
                    }
                    return Long.parseLong(version.group(1));
                });
    }

    private static Answer answer(Route route, Call call) {
        var answer = route.answer().apply(call);
        return answer instanceof Answer ready ? ready : Answer.of(200, answer);
    }

    private Answer refusal(HttpExchange http, Problem why, Trace trace) {
        var headers = http.getResponseHeaders();
        switch (why.code()) {
            case "no_token" -> headers.set("WWW-Authenticate", "Bearer");
            case "invalid_token" -> headers.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            case "signature_required", "signature_invalid" -> headers.set("WWW-Authenticate", "Signature");
            case "insufficient_scope" -> headers.set("WWW-Authenticate",
                    "Bearer error=\"insufficient_scope\", scope=\"" + why.more().get("scope") + "\"");
            case "method_not_allowed" -> headers.set("Allow", why.more().get("allow").toString());
            case "identity_provider_unavailable", "outage", "too_many_sessions", "too_many_streams",
                    "model_unavailable" -> headers.set("Retry-After", "2");
            default -> { }
        }
        if (why.status() == 401 || why.status() == 403) {
            metrics.refused(why.code());
        }
        return new Answer(why.status(), "application/problem+json", Json.bytes(Problems.body(why, trace.id())),
                Map.of());
    }

    private Answer failure(HttpExchange http, RuntimeException broken, Trace trace) {
        log.error("incident", Map.of("trace_id", trace.id()), broken);
        return refusal(http, broken instanceof Outage ? Problem.unavailable("outage",
                "The database does not answer. Try again in a moment; if it stays, report trace_id.").why()
                : Problems.incident(), trace);
    }

    private static void send(HttpExchange http, Answer answer) throws IOException {
        var headers = http.getResponseHeaders();
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(headers::set);
        if (answer.type() == null) {
            http.sendResponseHeaders(answer.status(), -1);
            return;
        }
        headers.set("Content-Type", answer.type());
        http.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        http.getResponseBody().write(answer.body());
    }
}
