package io.github.doorwarden.transport;

import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.server.Challenged;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.AuditSample;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts refused tokens on record, where an operator reads why a client does not get in: so many per second, and the
/// number of the others. Safe for use by many threads.
public final class RefusedTokens {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedTokens.class);

    private final AuditLog audit;
    private final InstantSource clock;
    private long second;
    private int inSecond;
    private long untold;

    public RefusedTokens(AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    public void record(String requestId, String peer, String endpoint, TokenRefused refused) {
        var others = othersSinceTheLastLine();
        if (others < 0) {
            audit.tell(event(requestId, peer, endpoint, refused.tokenId(), refused.detail(),
                    Cause.of(refused.cause())));
            return;
        }
        LOG.atInfo().addKeyValue("event", "mcp_auth_failed").addKeyValue("request", requestId)
                .addKeyValue("peer", peer).addKeyValue("token", refused.tokenId())
                .addKeyValue("reason", refused.detail()).addKeyValue("others", others).log("A token was refused.");
        try {
            audit.write(event(requestId, peer, endpoint, refused.tokenId(), refused.detail()
                    + (others == 0 ? "" : ". " + AuditSample.FURTHER + others), Cause.of(refused.cause())));
        } catch (StoreOutage e) {
            LOG.atWarn().setCause(e).log("A refused token could not be put on record. It stays refused.");
        }
    }

    /// Tells whoever watches of a challenge: of what a stranger, or a client that needs more, is told nothing is on
    /// record by itself.
    public void challenged(String requestId, String peer, String endpoint, Challenged challenged) {
        audit.tell(event(requestId, peer, endpoint, "", challenged.getMessage(), challenged.cause()));
    }

    private AuditEvent event(String requestId, String peer, String endpoint, String tokenId, String reason,
            Cause cause) {
        return new AuditEvent(clock.instant(), requestId, "authenticate", "refused", "anonymous", "", "", tokenId,
                endpoint, "", reason, null, Duration.ZERO, peer).because(cause);
    }

    /// Negative: this one is only counted.
    private synchronized long othersSinceTheLastLine() {
        var now = clock.instant().getEpochSecond();
        if (now != second) {
            second = now;
            inSecond = 0;
        }
        if (inSecond >= Limits.REFUSED_TOKENS_PER_SECOND) {
            untold++;
            return -1;
        }
        inSecond++;
        var others = untold;
        untold = 0;
        return others;
    }
}
