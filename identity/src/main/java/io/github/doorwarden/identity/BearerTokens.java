package io.github.doorwarden.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.doorwarden.http.HttpIn;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From the `Authorization` header, or a bare token, to a [Caller], through a cache of verified tokens. Past this class
/// a token's bytes are gone, but for an exchange ([#presented]). Tokens in the query or in the body are never looked at
/// (MCP 2026-07-28, Authorization, Token requirements). Safe for use by many threads.
///
/// A cached token is believed until the least of [Limits#cachedFor], its expiry, a change of the verifier's epoch, the
/// revocation of its grant. Refused tokens are not cached.
public final class BearerTokens {

    private static final Logger LOG = LoggerFactory.getLogger(BearerTokens.class);

    private record Known(VerifiedToken token, Caller caller, long epoch, Instant until) {}

    private final TokenVerifier verifier;
    private final Predicate<String> grantRevoked;
    private final Possession possession;
    private final Tenants tenants;
    private final Limits limits;
    private final InstantSource clock;
    private final Cache<TokenId, Known> cache;
    private final Semaphore verifications;
    private volatile boolean carried;

    /// @param grantRevoked told a grant id, asked on every request: it must answer from memory
    public BearerTokens(TokenVerifier verifier, Predicate<String> grantRevoked, Limits limits, InstantSource clock) {
        this(verifier, grantRevoked, Possession.NONE, Tenants.NONE, limits, clock);
    }

    /// @param possession what is asked with every request of tokens that are bound to a key
    public BearerTokens(TokenVerifier verifier, Predicate<String> grantRevoked, Possession possession, Limits limits,
            InstantSource clock) {
        this(verifier, grantRevoked, possession, Tenants.NONE, limits, clock);
    }

    /// @param possession what is asked with every request of tokens that are bound to a key
    /// @param tenants    for which organisations callers' requests are
    public BearerTokens(TokenVerifier verifier, Predicate<String> grantRevoked, Possession possession, Tenants tenants,
            Limits limits, InstantSource clock) {
        this.verifier = verifier;
        this.grantRevoked = grantRevoked;
        this.possession = possession;
        this.tenants = tenants;
        this.limits = limits;
        this.clock = clock;
        this.cache = Caffeine.newBuilder().maximumSize(limits.cachedTokens()).build();
        this.verifications = new Semaphore(limits.verificationsAtOnce());
    }

    /// The caller of a request at the resource; anonymous when it carries no credentials.
    ///
    /// @throws TokenRefused when it carries credentials that do not open this door
    public Caller verify(HttpIn in, URI resource) {
        var fields = in.headers().all("Authorization");
        if (fields.isEmpty()) {
            return Caller.anonymous();
        }
        if (fields.size() > 1) {
            throw new TokenRefused(400, "invalid_request", "The request has several Authorization headers. Send one.",
                    "several Authorization headers", "");
        }
        var dpop = possession.mode() != DpopMode.OFF && scheme(fields.getFirst()).equalsIgnoreCase("DPoP");
        var token = token(fields.getFirst(), dpop ? "DPoP" : "Bearer");
        var known = known(token, resource);
        possession.require(in, resource, dpop, token, known.token);
        return chosen(in, known.caller);
    }

    /// Whoever belongs to several organisations and has not chosen one while signing in may do so with each request.
    private static Caller chosen(HttpIn in, Caller caller) {
        var choices = caller.belonging().choices();
        var asked = choices.isEmpty() ? List.<String>of() : in.headers().all(Organizations.HEADER);
        return asked.isEmpty() ? caller : caller.in(caller.belonging().choosing(asked.size() == 1
                ? asked.getFirst().strip() : ""));
    }

    /// The caller who holds a token that came another way than by HTTP.
    ///
    /// @throws TokenRefused 401 when it does not open this door
    public Caller verify(String token, URI resource) {
        var known = known(token, resource);
        possession.requireUnbound(known.token);
        return known.caller;
    }

    private Known known(String token, URI resource) {
        if (token.isEmpty() || token.length() > limits.tokenChars()) {
            throw malformed();
        }
        var known = known(token);
        if (known.token.grantId().filter(grantRevoked).isPresent()) {
            throw TokenRefused.revoked(known.token.tokenId());
        }
        if (!known.token.audiences().contains(resource.toString())) {
            throw TokenRefused.invalid("it was issued for " + String.join(", ",
                    known.token.audiences()) + ", this door is " + resource,
                    known.token.tokenId()).counted("wrong_audience");
        }
        return known;
    }

    /// What schemes are taken, for challenges.
    public DpopMode dpop() {
        return possession.mode();
    }

    /// Whether somebody who came in once may stay on an open connection: as long as the grant lives, or without one
    /// until the token's expiry. Anonymous callers may.
    public boolean mayStay(Caller caller) {
        return caller.isAnonymous() || caller.grantId().map(grant -> !grantRevoked.test(grant))
                .orElseGet(() -> clock.instant().isBefore(caller.expiresAt()));
    }

    private Known known(String token) {
        var key = TokenId.hash(token);
        var now = clock.instant();
        var known = cache.getIfPresent(key);
        if (known != null && known.epoch == verifier.epoch() && now.isBefore(known.until)
                && (!carried || known.caller.presented().isPresent())) {
            return known;
        }
        if (!wellFormed(token)) {                                // what is known was well-formed
            throw malformed();
        }
        var verified = verify(token);
        var placed = tenants.place(caller(verified.token));
        var caller = placed.caller();
        var kept = now.plus(limits.cachedFor());
        var until = kept.isBefore(placed.until()) ? kept : placed.until();
        var fresh = new Known(verified.token, carried ? caller.carrying(token) : caller, verified.epoch,
                until.isBefore(verified.token.expiresAt()) ? until : verified.token.expiresAt());
        cache.put(key, fresh);
        return fresh;
    }

    private record Verified(VerifiedToken token, long epoch) {}

    private Verified verify(String token) {
        verifications.acquireUninterruptibly();
        try {
            var epoch = verifier.epoch();
            var verified = verifier.verify(token);
            if (verified.service() && !ServiceTokens.isOne(verified)) {
                LOG.atInfo().addKeyValue("event", "mcp_auth_m2m_jwt").addKeyValue("client", verified.clientId())
                        .addKeyValue("token", verified.tokenId()).log("A service signed in with a token of its own.");
            }
            return new Verified(verified, epoch);
        } finally {
            verifications.release();
        }
    }

    private Caller caller(VerifiedToken token) {
        return new Caller(token.service() ? Caller.Kind.SERVICE : Caller.Kind.USER, token.subject(),
                token.clientId(),
                token.email(), token.scopes(), token.grantId(), token.tokenId(), token.expiresAt(),
                token.signIn(), token.tenant());
    }

    /// Compared without regard to case (OAuth 2.1 §5.1.1).
    private static String scheme(String field) {
        var space = field.indexOf(' ');
        return space < 0 ? field : field.substring(0, space);
    }

    /// RFC 6750 §2.1, RFC 9449 §7.1.
    private String token(String field, String scheme) {
        if (!scheme(field).equalsIgnoreCase(scheme)) {
            throw new TokenRefused(401, "invalid_token", possession.mode() == DpopMode.OFF
                    ? "This door takes Bearer tokens alone. Send Authorization: Bearer and the token."
                    : "This door takes tokens as Authorization: Bearer, or DPoP for those that are bound to a key.",
                    "another authentication scheme than Bearer", "").counted("malformed_token");
        }
        return field.substring(scheme.length()).strip();
    }

    private TokenRefused malformed() {
        return new TokenRefused(401, "invalid_token", "The access token is malformed: it is empty, longer than "
                + limits.tokenChars() + " characters, or has characters that no token has.",
                "malformed Bearer token", "").counted("malformed_token");
    }

    /// `b64token` of RFC 6750 §2.1.
    static boolean wellFormed(String token) {
        for (var i = 0; i < token.length(); i++) {
            var c = token.charAt(i);
            var fits = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
                    || "-._~+/=".indexOf(c) >= 0;
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /// From now on each caller carries the token that they came with: to be exchanged for another one at an
    /// authorization server (RFC 8693), and for nothing else. Whoever has only a [Caller] cannot get at it. What was
    /// verified before is verified again when it comes next.
    ///
    /// @return empty for a caller that came before, or another way
    public Function<Caller, Optional<String>> presented() {
        carried = true;
        return Caller::presented;
    }

    /// How many verified tokens are remembered, for health and tests.
    public long remembered() {
        cache.cleanUp();
        return cache.estimatedSize();
    }
}
