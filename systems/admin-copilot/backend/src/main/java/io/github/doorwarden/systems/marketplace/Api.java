package io.github.doorwarden.systems.marketplace;

import com.sun.net.httpserver.HttpExchange;
import io.github.doorwarden.systems.backend.EventLog;
import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.Outage;
import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import io.github.doorwarden.systems.backend.RouteTable;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One request, socket to reply. Read this file first.
final class Api {

    private record Answer(int status, String type, byte[] body, Map<String, String> headers) {}

    private final RouteTable<Route> routes;
    private final Authentication authentication;
    private final Audit audit;
    private final Meters meters;
    private final EventLog log;
    private final SecureRandom random = new SecureRandom();

    /// @param routes in the order in which they are tried: the literal ones before those with variables
    Api(List<Route> routes, Authentication authentication, Audit audit, Meters meters, EventLog log) {
        this.routes = new RouteTable<>(routes);
        this.authentication = authentication;
        this.audit = audit;
        this.meters = meters;
        this.log = log;
    }

    void handle(HttpExchange http) throws IOException {
        var begin = System.nanoTime();
        Optional<RouteTable.Match<Route>> match = Optional.empty();
        Optional<Principal.Proven> caller = Optional.empty();
        Answer answer;
        try {
            var url = http.getRequestURI();
            match = Optional.of(routes.find(http.getRequestMethod(), url.getRawPath()));         // 404, 405
            var route = match.get().route();
            if (route.scope().isPresent()) {
                caller = Optional.of(authentication.prove(http.getRequestHeaders(), route.template()));    // 401, 503
                authentication.scope(caller.get(), route.scope().get(), route.template());       // 403
            }
            var params = Params.parse(url.getRawQuery(), route.params(), Limits.QUERY_CHARS);    // 422
            var body = route.method().equals("POST") ? body(http) : null;                        // 413, 415, 422
            answer = ok(route.answer().apply(new Route.Call(match.get().path(), params, body, caller.orElse(null))));
        } catch (Refused refused) {
            answer = refusal(refused.why());
        } catch (RuntimeException | IOException broken) {
            answer = failure(broken);
        }
        if (match.flatMap(m -> m.route().scope()).isPresent()) {
            answer = audited(caller, match.get().route(), answer);
        }
        meters.answered(http.getRequestMethod(), match.map(m -> m.route().template()).orElse("none"), answer.status,
                System.nanoTime() - begin);
        send(http, answer);
    }

    private static JsonNode body(HttpExchange http) throws IOException {
        var type = Optional.ofNullable(http.getRequestHeaders().getFirst("Content-Type")).orElse("");
        if (!type.split(";")[0].strip().equalsIgnoreCase("application/json")) {
            throw Problems.unsupportedMedia();
        }
        var bytes = http.getRequestBody().readNBytes(Limits.BODY_BYTES + 1);
        if (bytes.length > Limits.BODY_BYTES) {
            throw Problems.tooLarge();
        }
        return Json.object(bytes);
    }

    private static Answer ok(Object value) {
        return switch (value) {
            case byte[] ready -> new Answer(200, "application/json", ready, Map.of());
            case Route.Text text -> new Answer(200, text.type(), text.bytes(), Map.of());
            default -> new Answer(200, "application/json", Json.bytes(value), Map.of());
        };
    }

    private static Answer refusal(Problem why) {
        Map<String, String> headers = switch (why.code()) {
            case "no_token" -> Map.of("WWW-Authenticate", "Bearer");
            case "invalid_token" -> Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            case "insufficient_scope" -> Map.of("WWW-Authenticate",
                    "Bearer error=\"insufficient_scope\", scope=\"" + why.more().get("scope") + "\"");
            case "method_not_allowed" -> Map.of("Allow", why.more().get("allow").toString());
            case "identity_provider_unavailable", "outage" -> Map.of("Retry-After", "2");
            default -> Map.of();
        };
        return new Answer(why.status(), "application/problem+json", Json.bytes(Problems.body(why)), headers);
    }

    private Answer failure(Exception broken) {
        var incident = new byte[6];
        random.nextBytes(incident);
        var id = HexFormat.of().formatHex(incident);
        log.error("incident", Map.of("incident", id), broken);
        return refusal(broken instanceof Outage ? Problem.unavailable("outage",
                "The marketplace's database does not answer. Try again in a "
                + "moment; if it stays, report incident " + id + ".").why() : Problems.incident(id));
    }

    /// What cannot be written to the audit table is not answered.
    private Answer audited(Optional<Principal.Proven> caller, Route route, Answer answer) {
        try {
            audit.record(caller, route.method(), route.template(), answer.status);
            return answer;
        } catch (RuntimeException broken) {
            return failure(broken);
        }
    }

    private static void send(HttpExchange http, Answer answer) throws IOException {
        try (http) {
            var headers = http.getResponseHeaders();
            headers.set("Content-Type", answer.type);
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            answer.headers.forEach(headers::set);
            http.sendResponseHeaders(answer.status, answer.body.length);
            http.getResponseBody().write(answer.body);
        }
    }
}
