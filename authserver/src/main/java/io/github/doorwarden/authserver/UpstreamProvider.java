package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An OpenID provider whom people sign in at, as we are registered there.
///
/// @param name            by which the configuration knows it; part of a path
/// @param label           for people: "Sign in with …"
/// @param issuer          byte for byte as in its metadata and ID tokens
/// @param clientSecret    empty: we are a public client there
/// @param inBody          `client_secret_post` in the place of `client_secret_basic`
/// @param scopes          asked for; `openid` among them
/// @param resourceAsScope asks for `<resource>/.default` too, as Entra wants it; `resource` itself is never sent
/// @param linkByEmail     whether somebody with a verified address is taken for the person here who has it
/// @param algorithms      of ID tokens
/// @param emailClaim      where the e-mail address stands
/// @param vouchesForEmails addresses count although it does not call them verified
/// @param proof           a key in the place of a secret
public record UpstreamProvider(String name, String label, String issuer, String clientId, String clientSecret,
        boolean inBody, List<String> scopes, boolean resourceAsScope, boolean linkByEmail, Set<String> algorithms,
        String emailClaim, boolean vouchesForEmails, Optional<ClientProof> proof) {

    /// Who says of an address whether it was verified.
    public UpstreamProvider(String name, String label, String issuer, String clientId, String clientSecret,
            boolean inBody, List<String> scopes, boolean resourceAsScope, boolean linkByEmail, Set<String> algorithms,
            String emailClaim) {
        this(name, label, issuer, clientId, clientSecret, inBody, scopes, resourceAsScope, linkByEmail, algorithms,
                emailClaim, false, Optional.empty());
    }

    /// The same, known under another identifier.
    public UpstreamProvider at(String identifier) {
        return new UpstreamProvider(name, label, identifier, clientId, clientSecret, inBody, scopes, resourceAsScope,
                linkByEmail, algorithms, emailClaim, vouchesForEmails, proof);
    }

    public UpstreamProvider {
        scopes = List.copyOf(scopes);
        algorithms = Set.copyOf(algorithms);
        if (!name.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException("A provider's name has 1 to 40 characters of a-z, 0-9 and -.");
        }
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "UpstreamProvider[" + name + " at " + issuer + "]";
    }
}
