package io.github.doorwarden.identity;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes static tokens of programs, and leaves all others to the verifier behind it. What is presented is compared by
/// its hash with each of them, all 32 bytes, however early they differ and whichever matched: how long an answer takes
/// says nothing. Safe for use by many threads.
public final class ServiceTokens implements TokenVerifier {

    /// What subject and client id of such a caller begin with.
    public static final String PREFIX = "service-token:";

    private static final Logger LOG = LoggerFactory.getLogger(ServiceTokens.class);

    private final List<ServiceToken> tokens;
    private final List<URI> resources;
    private final TokenVerifier others;

    /// @param resources of all endpoints
    public ServiceTokens(List<ServiceToken> tokens, List<URI> resources, TokenVerifier others) {
        this.tokens = List.copyOf(tokens);
        this.resources = List.copyOf(resources);
        this.others = others;
    }

    @Override
    public VerifiedToken verify(String token) {
        var presented = TokenId.hash(token);
        Optional<ServiceToken> found = Optional.empty();
        for (var known : tokens) {
            if (known.is(presented)) {
                found = Optional.of(known);
            }
        }
        return found.map(known -> verified(known, TokenId.of(token))).orElseGet(() -> others.verify(token));
    }

    private VerifiedToken verified(ServiceToken known, String id) {
        var who = PREFIX + known.name();
        LOG.atInfo().addKeyValue("event", "mcp_auth_static_token").addKeyValue("client", who).addKeyValue("token", id)
                .log("A service signed in with a static token.");
        return new VerifiedToken(who, who, true, Optional.empty(), known.scopes(), audiences(known), Optional.empty(),
                id, Instant.MAX);
    }

    private Set<String> audiences(ServiceToken known) {
        return resources.stream().filter(resource -> known.endpoints().isEmpty()
                || known.endpoints().contains(resource.getPath())).map(URI::toString).collect(Collectors.toSet());
    }

    /// Whether a verified token is a static one: it has no grant behind it, and a name of that kind.
    static boolean isOne(VerifiedToken verified) {
        return verified.service() && verified.grantId().isEmpty() && verified.clientId().startsWith(PREFIX);
    }

    @Override
    public long epoch() {
        return others.epoch();
    }
}
