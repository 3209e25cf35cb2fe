package io.github.doorwarden.watch;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `GET /metrics`, for Prometheus and whoever reads its text format. With a token, whoever shows it; without one, this
/// machine alone, which the configuration allows only where nobody else can ask. Everybody else learns no more than
/// that there is such a page. Safe for use by many threads.
public final class MetricsEndpoint {

    public static final String PATH = "/metrics";

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "0:0:0:0:0:0:0:1");
    private static final Headers TEXT =
            Headers.of(List.of(new Headers.Field("Content-Type", Measures.CONTENT_TYPE)));

    private final Measures measures;
    private final Optional<byte[]> token;

    /// @param token to be shown as `Authorization: Bearer`; empty: this machine may ask without one
    public MetricsEndpoint(Measures measures, Optional<String> token) {
        this.measures = measures;
        this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    public Reply handle(HttpIn in) {
        if (token.isPresent() && !shows(in, token.get())) {
            return Reply.json(401, "{\"error\":\"unauthorized\",\"message\":\"Send the token of metrics.token as "
                    + "Authorization: Bearer.\"}").with("WWW-Authenticate", "Bearer realm=\"metrics\"");
        }
        if (token.isEmpty() && !LOOPBACK.contains(in.peer())) {
            return Reply.json(403, "{\"error\":\"forbidden\",\"message\":\"Metrics are for this machine alone. Set "
                    + "metrics.token to read them from elsewhere.\"}");
        }
        return new Reply(200, TEXT, measures.text()).with("Cache-Control", "no-store");
    }

    private static boolean shows(HttpIn in, byte[] wanted) {
        var fields = in.headers().all("Authorization");
        return fields.size() == 1 && fields.getFirst().regionMatches(true, 0, "Bearer ", 0, 7) && MessageDigest
                .isEqual(fields.getFirst().substring(7).strip().getBytes(StandardCharsets.UTF_8), wanted);
    }
}
