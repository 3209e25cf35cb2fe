package io.github.doorwarden.systems.toolbridge;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import io.github.doorwarden.systems.backend.IdentityProvider;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Consumer;

/// An identity provider whose tokens are those of people.
final class PersonIssuer extends IdentityProvider {

    PersonIssuer(InstantSource clock) throws IOException {
        super(clock);
    }

    /// A good token of a person whose subject is the address, and whose address is verified.
    String token(String email) {
        return token(email, claims -> {});
    }

    String token(String email, Consumer<JWTClaimsSet.Builder> change) {
        return sign(RSA, JWSAlgorithm.RS256, "at+jwt", claims -> {
            claims.subject("sub-" + email).claim("email", email).claim("email_verified", true);
            change.accept(claims);
        });
    }
}
