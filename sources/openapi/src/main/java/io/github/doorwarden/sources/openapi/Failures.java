package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.upstream.UpstreamAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Turns an answer that is no success into a sentence for the model. Of the backend's own words only its stated reason
/// gets through, bounded and in one line; never its headers, its HTML or its stack traces.
final class Failures {

    /// From the first frame on.
    private static final Pattern STACK_TRACE = Pattern.compile(" (at [\\w.$/]+\\(|File \"|Traceback ).*");

    private Failures() {}

    static ToolResult result(String upstream, UpstreamAnswer answer, List<Argument> arguments, String requestId) {
        var status = answer.status();
        if (status == 401 || status == 403) {
            return ToolResult.error("The gateway's own credentials were refused by " + upstream + " (" + status
                    + "). Signing in again "
                    + "will not help: tell the administrator, with request id " + requestId + ".");
        }
        if (status == 429) {
            var wait = answer.header("retry-after").filter(value -> value.matches("[0-9]{1,5}"));
            return ToolResult.error(upstream + " is being asked too often (429). Try again "
                    + wait.map(seconds -> "in " + seconds + " s.").orElse("in a minute."));
        }
        if (status >= 500) {
            return ToolResult.error(upstream + " failed (" + status
                    + "). Try again later; if it stays, tell the administrator, with "
                    + "request id " + requestId + ".");
        }
        if (status < 400) {
            return ToolResult.error(upstream + " answered with a redirect (" + status
                    + "), which is not followed. Tell the "
                    + "administrator: the base URL or the path is wrong. Request id " + requestId + ".");
        }
        var reason = reason(answer);
        var text = new StringBuilder(upstream).append(" refused the request (").append(status).append(')')
                .append(reason.isEmpty() ? "." : ": " + reason);
        var allowed = allowed(arguments);
        if ((status == 400 || status == 422) && !allowed.isEmpty()) {
            text.append(" Allowed values: ").append(allowed).append('.');
        }
        return ToolResult.error(text.toString());
    }

    /// Problem details (RFC 9457), or what common frameworks send in their place.
    private static String reason(UpstreamAnswer answer) {
        if (!answer.header("content-type").orElse("").contains("json")) {
            return "";
        }
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(answer.body());
        } catch (JacksonException e) {
            return "";
        }
        var said = new ArrayList<String>();
        var error = json.path("error");
        for (var node : List.of(json.path("title"), json.path("detail"), json.path("message"),
                json.path("error_description"), error,
                error.path("message"))) {
            if (node.isString()) {
                say(said, node.asString());
            }
        }
        for (var list : List.of(json.path("errors"), json.path("detail"), json.path("invalid-params"))) {
            if (list.isArray()) {
                list.valueStream().limit(Limits.REASONS).forEach(each -> say(said, one(each)));
            }
        }
        return Schemas.capped(String.join(" ", said), Limits.REASON_CHARACTERS);
    }

    private static String one(JsonNode error) {
        if (error.isString()) {
            return error.asString();
        }
        var where = error.path("loc").isArray()
                ? error.path("loc").valueStream().map(part -> part.asString("")).collect(Collectors.joining("."))
                : first(error, "field", "pointer", "name", "path");
        var what = first(error, "msg", "message", "detail", "reason");
        return where.isEmpty() ? what : what.isEmpty() ? "" : where + ": " + what;
    }

    private static String first(JsonNode node, String... names) {
        for (var name : names) {
            if (node.path(name).isString()) {
                return node.path(name).asString();
            }
        }
        return "";
    }

    private static void say(List<String> said, String text) {
        var line = STACK_TRACE.matcher(text.replaceAll("[\\p{Cntrl}\\s]+", " ")).replaceFirst("").strip();
        if (!line.isEmpty() && !said.contains(line)) {
            said.add(line.matches(".*[.!?]$") ? line : line + ".");
        }
    }

    private static String allowed(List<Argument> arguments) {
        return arguments.stream().filter(each -> each.listed() && each.schema().path("enum").isArray())
                .map(each -> each.name() + ": " + each.schema().path("enum").valueStream().filter(value ->
                !value.isNull()).limit(20)
                        .map(Schemas::shown).collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
    }
}
