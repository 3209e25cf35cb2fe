package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Spent;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// How a client proves who it is with a key of its own: `private_key_jwt` (OpenID Connect Core §9, RFC 7523bis §4, MCP
/// OAuth Client Credentials). Safe for use by many threads and by many nodes on one database.
final class ClientAssertions {

    static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// What an ID-JAG, an access token or a proof of possession says in `typ` is not among them.
    private static final List<String> TYPES = List.of("", "jwt", "client-authentication+jwt");

    private final AuthServerSettings settings;
    private final OutsideKeys keys;
    private final Verifications turns;
    private final Spent spent;
    private final InstantSource clock;

    ClientAssertions(AuthServerSettings settings, OutsideKeys keys, Verifications turns, Spent spent,
            InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        this.turns = turns;
        this.spent = spent;
        this.clock = clock;
    }

    /// Which client an assertion is said to be of; nothing is proven by it.
    ///
    /// @throws AssertionRefused when it says none
    static String clientOf(String assertion) {
        return Assertion.read(assertion).needed("sub");
    }

    /// Proves that the client made it, for this server, now, and uses it up.
    ///
    /// @throws AssertionRefused when one of that does not hold
    void check(Client client, String presented) {
        var assertion = Assertion.read(presented);
        assertion.checkType(TYPES);
        if (!assertion.needed("iss").equals(client.id()) || !assertion.needed("sub").equals(client.id())) {
            throw new AssertionRefused("iss and sub of a client assertion are both the client_id.");
        }
        assertion.checkAudience(audiences(client));
        var now = clock.instant();
        var remember = assertion.checkTimes(now, Limits.CLIENT_ASSERTION_LIFE, false);
        var id = assertion.needed("jti");
        assertion.checkSignature(keys.ofClient(client), turns);
        if (!spent.takeOf(client.id(), "client assertion", id, remember, now)) {
            throw new AssertionRefused("The client assertion was used before. Make a new one, with a jti of its own, "
                    + "for each request.");
        }
    }

    private List<String> audiences(Client client) {
        var names = new ArrayList<>(List.of(settings.issuer().toString()));
        var legacy = settings.agents().tokenEndpointAudience();
        if (legacy.contains(client.id()) || client.kind() == Client.Kind.METADATA_DOCUMENT
                && legacy.contains(URI.create(client.id()).getHost())) {
            names.add(settings.issuer() + MetadataEndpoint.TOKEN);
        }
        return names;
    }
}
