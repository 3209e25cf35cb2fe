package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamCall;
import io.github.doorwarden.upstream.UpstreamFailure;
import java.time.Duration;

/// The way to a mounted server through an upstream, with the credentials of our own and its bounds.
///
/// @param upstream stays open when the source is closed
/// @param path     of the endpoint, below the upstream's base URL
public record UpstreamChannel(Upstream upstream, String path) implements HttpChannel {

    @Override
    public <T> T exchange(Sent sent, Duration within, boolean call, Reader<T> reader)
            throws ClientFailure, InterruptedException {
        if (!sent.to().isEmpty()) {
            throw new ClientFailure(Kind.MALFORMED, upstream.settings().name()
                    + " speaks HTTP+SSE of 2024-11-05, which "
                    + "is not mounted. Tell the administrator: newer versions of such servers have an endpoint of "
                    + "Streamable HTTP, often /mcp.", null);
        }
        var body = sent.message().map(each -> new UpstreamCall.Body("application/json", JsonRpc.print(each)));
        var id = "mcp-" + Long.toString(System.nanoTime(), 36);
        try {
            var outcome = upstream.read(new UpstreamCall(sent.method(), path, sent.headers(), body, false, id), within,
                    call, answer -> body.isPresent() && (answer.status() == 401 || answer.status() == 403)
                            ? new Outcome<T>(null, answer.status())
                            : new Outcome<>(reader.read(new Received(answer.status(), answer.headers(), answer.body(),
                                    answer::without)), 0));
            if (outcome.refused != 0) {
                throw new ClientFailure(Kind.CREDENTIALS, "The gateway's own credentials were refused by "
                        + upstream.settings().name() + " (" + outcome.refused + "). Signing in again will not help: "
                        + "tell the administrator.", null);
            }
            return outcome.read;
        } catch (UpstreamFailure e) {
            throw failure(e);
        }
    }

    /// @param refused the status, when it is one of credentials; else 0
    private record Outcome<T>(T read, int refused) {}

    private static ClientFailure failure(UpstreamFailure e) {
        return new ClientFailure(switch (e.kind()) {
            case TIMEOUT -> Kind.TIMEOUT;
            case UNREACHABLE -> Kind.UNREACHABLE;
            case BROKEN, SPARED -> Kind.FAULT;
            case TOO_LARGE -> Kind.TOO_LARGE;
            case BUSY -> Kind.BUSY;
            case CREDENTIALS -> Kind.CREDENTIALS;
            case UNREADABLE, SESSION -> Kind.MALFORMED;
        }, e.getMessage(), e);
    }
}
