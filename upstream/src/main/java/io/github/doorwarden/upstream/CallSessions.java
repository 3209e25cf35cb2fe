package io.github.doorwarden.upstream;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The requests around a call that has a session of its own, and what their answers mean. Sends nothing. Immutable.
final class CallSessions {

    /// What a backend says of the caller or of its own state: that is the answer to the call too.
    private static final Set<Integer> TOLD = Set.of(401, 403, 429, 500, 502, 503, 504);

    private static final String TRACE = "traceparent";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final SessionSettings settings;

    /// @param name of the backend, in messages
    CallSessions(String name, SessionSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    /// With a trace of its own, unless it is part of one: so that what belongs to one call is found together in the
    /// backend's log.
    static UpstreamCall traced(UpstreamCall call) {
        if (call.headers().keySet().stream().anyMatch(TRACE::equalsIgnoreCase)) {
            return call;
        }
        var ids = new byte[24];
        RANDOM.nextBytes(ids);
        ids[0] |= 1;                                             // neither is all zeros (W3C Trace Context §3.2)
        ids[16] |= 1;
        var hex = HexFormat.of();
        return call.with(TRACE, "00-" + hex.formatHex(ids, 0, 16) + "-" + hex.formatHex(ids, 16, 24) + "-01");
    }

    /// For the same party, with the same trace.
    UpstreamCall opening(UpstreamCall call) {
        return beside(call, settings.open(), settings.open().path());
    }

    UpstreamCall within(UpstreamCall call, String id) {
        return call.with(settings.header(), id);
    }

    /// Empty where sessions end by themselves.
    Optional<UpstreamCall> closing(UpstreamCall call, String id) {
        return settings.close().map(line -> beside(call, line, line.path().replace("{id}", id)).with(settings.header(),
                id));
    }

    private static UpstreamCall beside(UpstreamCall call, SessionSettings.Line line, String target) {
        var trace = call.headers().entrySet().stream().filter(each -> each.getKey().equalsIgnoreCase(TRACE))
                .map(Map.Entry::getValue).findFirst();
        return new UpstreamCall(line.method(), target, trace.map(value -> Map.of(TRACE, value))
                .orElse(Map.of()), Optional.empty(), call.slow(), call.requestId(), call.party());
    }

    /// Whether the answer to the opening stands for the one to the call.
    boolean tells(UpstreamAnswer opened) {
        return TOLD.contains(opened.status());
    }

    /// @throws UpstreamFailure when the answer opens no session
    String id(UpstreamAnswer opened) throws UpstreamFailure {
        if (!opened.isSuccess()) {
            throw new UpstreamFailure(Kind.SESSION, name + " opened no session for the call (" + opened.status()
                    + "), so the call itself was not sent. Tell the administrator.", null);
        }
        try {
            var node = JsonMapper.shared().readTree(opened.body());
            for (var part : settings.id().split("\\.")) {
                node = node.path(part);
            }
            var id = node.isIntegralNumber() ? node.asString() : node.asString("");
            if (id.matches("[A-Za-z0-9._~-]{1," + Limits.SESSION_CHARACTERS + "}")) {
                return id;
            }
        } catch (JacksonException e) {
            throw unnamed(e);
        }
        throw unnamed(null);
    }

    private UpstreamFailure unnamed(Exception cause) {
        return new UpstreamFailure(Kind.SESSION, name + " opened a session for the call without naming it at "
                + settings.id() + ", so the call itself was not sent. Tell the administrator.", cause);
    }

    /// What a failure of the opening means for the call.
    UpstreamFailure unopened(UpstreamFailure failure) {
        return switch (failure.kind()) {
            case TIMEOUT, BROKEN -> new UpstreamFailure(failure.kind(), name + " opened no session for the call "
                    + (failure.kind() == Kind.TIMEOUT ? "in time" : "because the connection broke")
                    + ", so the call itself was not sent. Try again in a minute.", failure);
            default -> failure;
        };
    }
}
