package io.github.doorwarden.systems.marketplace;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import io.github.doorwarden.systems.backend.IdentityProvider;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Consumer;

/// An identity provider whose tokens are those of a machine.
final class ServiceIssuer extends IdentityProvider {

    ServiceIssuer(InstantSource clock) throws IOException {
        super(clock);
    }

    /// A good machine-to-machine token with these scopes, changed as the test wants.
    String token(String scope, Consumer<JWTClaimsSet.Builder> change) {
        return sign(RSA, JWSAlgorithm.RS256, "at+jwt", scope, change);
    }

    String token(String scope) {
        return token(scope, claims -> {});
    }

    String sign(JWK key, JWSAlgorithm algorithm, String type, String scope, Consumer<JWTClaimsSet.Builder> change) {
        return sign(key, algorithm, type, claims -> {
            claims.subject("client_copilot").claim("client_id", "client_copilot").claim("scope", scope);
            change.accept(claims);
        });
    }
}
