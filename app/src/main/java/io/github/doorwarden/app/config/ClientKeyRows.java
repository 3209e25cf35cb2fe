package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.late;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;

import io.github.doorwarden.authserver.ClientProof;
import io.github.doorwarden.identity.ClientKey;
import java.util.List;
import java.util.Optional;

/// The keys of the configuration by which we prove elsewhere that we are a client, in the place of a secret: their rows
/// of [Keys], and how they are read.
final class ClientKeyRows {

    private static final String BY_KEY = "by_key";
    private static final String GROUP = "client_key";

    private ClientKeyRows() {}

    /// @param section of somebody whose metadata names an issuer
    static List<Key> rows(String section) {
        return List.of(whole(section), privateKey(section), algorithm(section), kid(section),
                choice(section + GROUP + ".audience", "issuer", List.of("issuer", "token_endpoint"), "How our "
                        + "assertions name the provider. Older ones take their token endpoint alone; the issuer is "
                        + "safer, because no other server can use what it gets."));
    }

    /// @param section of a backend's credentials, of whose server nothing but the token endpoint is known
    static List<Key> rowsOfBackend(String section) {
        return List.of(whole(section), privateKey(section), algorithm(section), kid(section),
                late(section + GROUP + ".audience", "How our assertions name the authorization server: by its issuer "
                        + "identifier, or, where it is an older one, by its token endpoint."));
    }

    private static Key whole(String section) {
        return group(section + GROUP, "A key in the place of a secret (`private_key_jwt`): each request is signed "
                + "anew. The public half is at `<public origin>/client-keys`, to be fetched there or registered by "
                + "hand.");
    }

    private static Key privateKey(String section) {
        return secret(section + GROUP + ".private_key", "The private key: PEM (PKCS#8, not encrypted) or a JWK, for "
                + "example `${file:keys/provider.pem}`. RSA with at least 2048 bits, or P-256.");
    }

    private static Key algorithm(String section) {
        return choice(section + GROUP + ".algorithm", BY_KEY, List.of(BY_KEY, "RS256", "PS256", "ES256"), "How we "
                + "sign. `by_key`: as its JWK says, else RS256 or ES256.");
    }

    private static Key kid(String section) {
        return text(section + GROUP + ".kid", "By which the other side knows the key; without it, what the JWK says, "
                + "else its thumbprint (RFC 7638).");
    }

    /// @param in the section of somebody with an issuer
    static Optional<ClientProof> read(Section in) {
        var section = in.section(GROUP);
        var atTokenEndpoint = section.choice("audience").equals("token_endpoint");
        var key = key(in, section);
        section.end();
        return key.map(read -> new ClientProof(read, atTokenEndpoint));
    }

    /// @param in the section of a backend's credentials
    static Optional<Config.BackendKey> readOfBackend(Section in) {
        var section = in.section(GROUP);
        var key = key(in, section);
        var audience = section.textOrEmpty("audience");
        if (key.isPresent() && audience.isBlank()) {
            section.need("audience");
        }
        section.end();
        return key.map(read -> new Config.BackendKey(read, audience));
    }

    private static Optional<ClientKey> key(Section in, Section section) {
        var algorithm = Optional.of(section.choice("algorithm")).filter(name -> !name.equals(BY_KEY));
        var kid = section.text("kid").filter(name -> !name.isBlank());
        var text = section.secret("private_key");
        if (text.isPresent() && in.secret("client_secret").isPresent()) {
            section.mistake("private_key", "stands beside client_secret. One of them proves who we are: remove the "
                    + "other.");
        }
        try {
            return text.map(secret -> ClientKey.read(secret.reveal(), algorithm, kid));
        } catch (IllegalArgumentException unusable) {
            section.mistake("private_key", "cannot be used. " + unusable.getMessage());
            return Optional.empty();
        }
    }
}
