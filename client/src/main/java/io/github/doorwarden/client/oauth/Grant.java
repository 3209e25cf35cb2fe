package io.github.doorwarden.client.oauth;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/// In which way tokens are had.
public sealed interface Grant {

    /// A person signs in with a browser (OAuth 2.1 §4.1). Tokens are kept.
    ///
    /// @param redirect where answers come to on this machine; its port may be 0 for any
    record SignedIn(ClientIdentity identity, URI redirect) implements Grant {

        /// Any port of `127.0.0.1` (RFC 8252 §7.3).
        public static final URI ANYWHERE = URI.create("http://127.0.0.1:0/callback");

        public SignedIn {
            if (!"http".equals(redirect.getScheme()) || !Origin.isLoopback(redirect) || redirect.getPort() < 0
                    || redirect.getRawQuery() != null || redirect.getRawFragment() != null
                    || redirect.getRawPath().isEmpty()) {
                throw new IllegalArgumentException("answers come to http://127.0.0.1:PORT/PATH or to localhost");
            }
        }

        public static SignedIn as(ClientIdentity identity) {
            return new SignedIn(identity, ANYWHERE);
        }
    }

    /// The client itself, without a person (OAuth 2.1 §4.2; MCP extension OAuth client credentials).
    ///
    /// @param issuer that knows the client; empty: whichever the server names
    record ClientCredentials(String clientId, ClientAuthentication authentication, Optional<String> issuer)
            implements Grant {}

    /// A person whose company's provider vouches for them (MCP extension enterprise-managed authorization): the token
    /// of their sign-in there becomes one for the server, without asking.
    ///
    /// @param clientId   at the authorization server of the MCP server
    /// @param provider   the issuer of the company's provider
    /// @param exchange   its token endpoint
    /// @param atProvider our client id there
    /// @param idToken    of the person; asked for each time
    record Enterprise(String clientId, ClientAuthentication authentication, String provider, URI exchange,
            String atProvider, ClientAuthentication atProviderAuthentication, Supplier<String> idToken)
            implements Grant {

        public Enterprise {
            if (Origin.safe(exchange.toString()).isEmpty()) {
                throw new IllegalArgumentException("the token endpoint of a provider is an https address");
            }
        }
    }

    /// A workload whose platform gives it a signed statement of who it is (RFC 7523 §2.1; MCP extension workload
    /// identity federation). What is refused is not tried again.
    ///
    /// @param clientId  empty when the statement says all
    /// @param statement a JWT; asked for each time
    record Workload(Optional<String> clientId, Supplier<String> statement) implements Grant {}
}
