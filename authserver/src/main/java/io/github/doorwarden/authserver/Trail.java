package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one request to a JSON endpoint leaves behind: its answer and its one audit line. Belongs to one request and its
/// thread.
final class Trail {

    private static final Logger LOG = LoggerFactory.getLogger(Trail.class);
    private static final int RETRY_AFTER_SECONDS = 60;

    private final HttpIn in;
    private final String event;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;
    private final Instant begin;
    private String kind = "anonymous";
    private String subject = "";
    private String clientId = "";
    private String tokenId = "";
    private String thing = "";
    private String grantId = "";

    Trail(HttpIn in, String event, InstantSource clock, Consumer<AuditEvent> audit) {
        this.in = in;
        this.event = event;
        this.clock = clock;
        this.audit = audit;
        this.begin = clock.instant();
    }

    /// As presented, before it is proven.
    void client(String id) {
        clientId = Text.clean(id, 200);
    }

    void about(String what) {
        thing = Text.clean(what, 200);
    }

    void token(String id) {
        tokenId = id;
    }

    void grant(Grant grant) {
        grantId = grant.id();
        kind = grant.personId().isPresent() ? "user" : "service";
        subject = grant.personId().orElse(grant.clientId());
    }

    Reply allowed(Reply reply) {
        write("allowed", "", Cause.NONE);
        return reply;
    }

    /// RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 7591 §3.2.2.
    Reply refused(OAuthRefusal why) {
        write("refused", why.error() + ": " + Text.clean(why.detail(), 500), cause(why));
        var status = switch (why) {
            case OAuthRefusal.Json json -> json.status();
            case OAuthRefusal.Page page -> page.status();
            case OAuthRefusal.Redirect redirect -> 400;
        };
        var reply = noStore(Reply.json(status, error(why.error(), why.description())));
        if (status == 401 && in.headers().first("Authorization").isPresent()) {
            return reply.with("WWW-Authenticate", "Basic realm=\"token\", charset=\"UTF-8\"");
        }
        return status == 429 || status == 503 ? reply.with("Retry-After", Integer.toString(RETRY_AFTER_SECONDS))
                : reply;
    }

    /// The database is down: the client may try again.
    Reply failed(StoreOutage outage) {
        LOG.error("{} {} failed: the store is down", in.requestId(), event, outage);
        write("failed", "store outage", Cause.STORE_DOWN);
        return noStore(Reply.json(503,
                error("temporarily_unavailable", "The server cannot reach its database. Try again in a minute.")))
                .with("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    }

    private static byte[] error(String code, String description) {
        // RFC 6749 §5.2 allows no quote and no backslash here, and no character outside ASCII.
        var text = description.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "'");
        return Json.bytes(Json.object().put("error", code).put("error_description", text));
    }

    static Reply noStore(Reply reply) {
        return reply.with("Cache-Control", "no-store").with("Pragma", "no-cache");
    }

    /// Too many of something has no error of its own in OAuth.
    private static Cause cause(OAuthRefusal why) {
        return why instanceof OAuthRefusal.Json json && json.status() == 429 ? Cause.TOO_MANY : Cause.of(why.error());
    }

    private void write(String outcome, String reason, Cause cause) {
        var end = clock.instant();
        audit.accept(new AuditEvent(end, in.requestId(), event, outcome, kind, subject, clientId, tokenId, in.path(),
                thing, reason, grantId.isEmpty() ? null : "{\"grant\":\"" + grantId + "\"}",
                Duration.between(begin, end), in.peer()).because(cause));
    }
}
