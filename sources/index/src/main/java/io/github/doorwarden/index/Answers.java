package io.github.doorwarden.index;

import io.github.doorwarden.upstream.Patience;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamCall;
import io.github.doorwarden.upstream.UpstreamFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls of an index elsewhere: JSON goes, JSON comes, inside one deadline. Safe for use by many threads.
public final class Answers {

    private final Upstream upstream;
    private final Map<String, String> headers;

    public Answers(Upstream upstream, Map<String, String> headers) {
        this.upstream = upstream;
        this.headers = headers;
    }

    /// @return empty for a 404
    public Optional<JsonNode> get(String target, long end) throws Failure, InterruptedException {
        return call("GET", target, Optional.empty(), end);
    }

    /// @return empty for a 404
    public Optional<JsonNode> post(String target, JsonNode body, long end) throws Failure, InterruptedException {
        return call("POST", target, Optional.of(new UpstreamCall.Body("application/json",
                body.toString().getBytes(StandardCharsets.UTF_8))), end);
    }

    public Optional<JsonNode> call(String method, String target, Optional<UpstreamCall.Body> body, long end)
            throws Failure, InterruptedException {
        try {
            var answer = Patience.call(upstream, new UpstreamCall(method, target, headers, body, true,
                    UUID.randomUUID().toString()), Duration.ofNanos(end - System.nanoTime()));
            if (answer.status() == 404) {
                return Optional.empty();
            }
            if (!answer.isSuccess()) {
                throw new Failure(sentence(answer.status()), new IllegalStateException(method + " " + target + ": "
                        + answer.status() + " " + start(answer.body())));
            }
            return Optional.of(JsonMapper.shared().readTree(answer.body()));
        } catch (UpstreamFailure e) {
            throw new Failure(e.getMessage(), e);
        } catch (JacksonException e) {
            throw new Failure(upstream.settings().name() + " did not answer in JSON. Tell the administrator.", e);
        }
    }

    /// For the log alone.
    private static String start(byte[] body) {
        return new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    }

    private String sentence(int status) {
        var name = upstream.settings().name();
        return switch (status) {
            case 401, 403 -> name + " does not take the gateway's key. Signing in again will not help: tell the "
                    + "administrator.";
            case 429 -> name + " is busy, or its quota is used up. Try again in a minute.";
            default -> name + " answered " + status + (status >= 500 ? ". Try again in a minute."
                    : ". Tell the administrator.");
        };
    }
}
