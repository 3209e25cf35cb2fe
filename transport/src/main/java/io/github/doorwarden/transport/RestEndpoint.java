package io.github.doorwarden.transport;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Challenge;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Challenged;
import io.github.doorwarden.server.Decision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Outlet;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.StoreOutage;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tools of one endpoint for programs that speak no MCP: a list and a call, with the catalogue, the policy, the
/// limits and the record of the endpoint. Results have the form of the newest revision; refusals are
/// `{"error": <a word for programs>, "message": <a sentence for people>}` under the status that HTTP has for them. Safe
/// for use by many threads. See `docs/decisions/0020-serve-tools-as-plain-rest-too.md`.
final class RestEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(RestEndpoint.class);
    private static final Revision FORM = Revision.V2026_07_28;
    private static final String CURSOR = "cursor=";

    private final Endpoint endpoint;
    private final Callers callers;
    private final Guard guard;
    private final Dispatch dispatch;
    private final RefusedTokens refusedTokens;

    RestEndpoint(Endpoint endpoint, Callers callers, Policy policy, Dispatch dispatch, AuditLog audit,
            InstantSource clock) {
        this.endpoint = endpoint;
        this.callers = callers;
        this.guard = new Guard(endpoint, policy, callers.dpop());
        this.dispatch = dispatch;
        this.refusedTokens = new RefusedTokens(audit, clock);
    }

    /// `GET <path>/tools`: `{"tools": […]}`, and `nextCursor` when there are more: the list goes on at
    /// `?cursor=<nextCursor>`.
    Reply list(HttpIn in) {
        return answer(in, null, Methods.TOOLS_LIST);
    }

    /// `POST <path>/tool/{name}` with the arguments as one JSON object: the result of the tool, 200 also when it has
    /// `isError`, because the call as such went well.
    Reply call(HttpIn in, EventStream stream) {
        return answer(in, stream, Methods.TOOLS_CALL);
    }

    private Reply answer(HttpIn in, EventStream stream, Methods method) {
        try {
            var caller = callers.of(in, endpoint.resource());                       // 400, 401  RFC 6750 §3
            guard.check(caller, method.wireName());                                 // 401, 403  Policy
            var params = method == Methods.TOOLS_LIST ? page(in) : arguments(in);   // 400, 415
            var outlet = stream == null ? Outlet.NONE : new StreamOutlet(stream, false, Optional.empty());
            var exchange = new Exchange(caller, endpoint, FORM, JsonNodeFactory.instance.objectNode(),
                    in.requestId(), in.peer(), Optional.empty(), Optional.empty(),
                    in.headers().first("traceparent"), outlet);
            var call = new Request(new Id.Text(in.requestId()), method.wireName(), params);
            return Reply.json(200, dispatch.answer(exchange, method, call).toString());  // 400, 404, 429, 503
        } catch (TokenRefused refused) {
            refusedTokens.record(in.requestId(), in.peer(), endpoint.path(), refused);
            return challenged(refused.status(), guard.refused(refused), refused.getMessage());
        } catch (Challenged challenged) {
            return challenge(in, challenged);
        } catch (Refused refused) {
            return refused(in, refused.why());
        } catch (ProviderOutage down) {
            return refused(in, new Refusal.Outage(down.getMessage(), down.detail(), true));
        } catch (StoreOutage outage) {
            LOG.atError().addKeyValue("request", in.requestId()).setCause(outage).log("The store is down.");
            return error(503, "The server cannot reach its store. Try again in a minute.");
        }
    }

    private static ObjectNode page(HttpIn in) {
        var params = JsonNodeFactory.instance.objectNode();
        if (in.query().isEmpty()) {
            return params;
        }
        if (!in.query().startsWith(CURSOR) || in.query().indexOf('&') >= 0) {
            throw new Refused(new Refusal.BadParams("The one parameter that is known here is cursor, with the value of "
                    + "nextCursor of the page before."));
        }
        try {
            return params.put("cursor", URLDecoder.decode(in.query().substring(CURSOR.length()),
                    StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Refused(new Refusal.BadParams("The cursor is not percent-encoded rightly."));
        }
    }

    /// A tool without arguments may be called without a body.
    private static ObjectNode arguments(HttpIn in) {
        var params = JsonNodeFactory.instance.objectNode().put("name", in.segment());
        if (in.body().length == 0) {
            return params;
        }
        if (!in.mediaType().equals("application/json")) {
            throw new Refused(new Refusal.WrongMediaType("The body must be declared as JSON. Send it with "
                    + "Content-Type: application/json."));
        }
        params.set("arguments", JsonRpc.object(in.body()));
        return params;
    }

    private Reply challenge(HttpIn in, Challenged challenged) {
        refusedTokens.challenged(in.requestId(), in.peer(), endpoint.path(), challenged);
        return switch (challenged.decision()) {
            case Decision.NeedsLogin login -> challenged(401, guard.login(login), challenged.getMessage()
                    + " Send an access token as Authorization: Bearer; WWW-Authenticate says where to get one.");
            case Decision.NeedsScope scope -> {
                Guard.logInsufficient(in.requestId(), scope);
                yield challenged(403, guard.insufficient(scope), challenged.getMessage()
                        + " Get an access token with these scopes; WWW-Authenticate says where.");
            }
            case Decision.NeedsSignIn again -> challenged(401, guard.signInAgain(again), challenged.getMessage()
                    + " Get an access token by a new sign-in; WWW-Authenticate says with what."
                    + guard.confirmSignIn());
            case Decision.Allowed allowed -> throw new IllegalStateException("challenged though allowed");
            case Decision.Hidden hidden -> throw new IllegalStateException("challenged though hidden");
        };
    }

    private static Reply challenged(int status, Challenge challenge, String sentence) {
        return challenge.on(error(status, sentence));
    }

    private static Reply refused(HttpIn in, Refusal why) {
        if (why instanceof Refusal.Outage outage) {
            LOG.atWarn().addKeyValue("request", in.requestId()).addKeyValue("detail", outage.detail())
                    .log("An outage was answered.");
        }
        var reply = error(why instanceof Refusal.NoSuchTool ? 404 : why.status(), why.message());
        return why instanceof Refusal.TooMany many ? reply.with("Retry-After", Long.toString(many.retryAfterSeconds()))
                : reply;
    }

    private static Reply error(int status, String message) {
        var word = switch (status) {
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 404 -> "not_found";
            case 415 -> "unsupported_media_type";
            case 429 -> "too_many_requests";
            case 500 -> "internal_error";
            case 503 -> "unavailable";
            default -> "bad_request";
        };
        return Reply.json(status, JsonNodeFactory.instance.objectNode().put("error", word).put("message", message)
                .toString());
    }
}
