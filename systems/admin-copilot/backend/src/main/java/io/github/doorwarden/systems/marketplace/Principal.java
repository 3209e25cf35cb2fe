package io.github.doorwarden.systems.marketplace;

import com.nimbusds.jwt.JWTClaimsSet;
import io.github.doorwarden.systems.backend.AccessTokens;
import io.github.doorwarden.systems.backend.Digests;
import java.text.ParseException;
import java.util.Optional;
import java.util.Set;

/// Who calls, proven: a person or a machine. `id` is stable and unique within its type, `identifier` is what people
/// call them.
sealed interface Principal {

    String id();

    String identifier();

    /// `user` or `service`.
    String type();

    record User(String id, String identifier) implements Principal {
        @Override
        public String type() {
            return "user";
        }
    }

    record Service(String id, String identifier) implements Principal {
        @Override
        public String type() {
            return "service";
        }
    }

    /// The id in at most [Limits#PRINCIPAL_CHARS] characters; a longer one ends in a digest, so that two never become
    /// one.
    default String shortId() {
        if (id().length() <= Limits.PRINCIPAL_CHARS) {
            return id();
        }
        return id().substring(0, Limits.PRINCIPAL_CHARS - 17) + "~" + Digests.sha256(id()).substring(0, 16);
    }

    /// A principal together with what it may do and for whom it says it acts.
    ///
    /// @param onBehalfOf the person behind a service's call, as the service tells it; always empty for users
    record Proven(Principal principal, Set<String> scopes, Optional<String> onBehalfOf) {

        public Proven {
            scopes = Set.copyOf(scopes);
        }

        /// A service is its own subject (RFC 9068 §2.2, client credentials); providers that leave out `client_id` name
        /// their machine clients `client_…` or say the grant in `gty`.
        static Proven of(JWTClaimsSet claims) throws ParseException {
            var subject = claims.getSubject();
            var client = Optional.ofNullable(claims.getStringClaim("client_id")).orElse(claims.getStringClaim("azp"));
            var service = subject.equals(client) || subject.startsWith("client_") || "client-credentials".equals(
                    claims.getClaim("gty"));
            var principal = service ? new Service(subject, client == null ? subject : client)
                    : new User(subject, Optional.ofNullable(claims.getStringClaim("email")).orElse(subject));
            return new Proven(principal, AccessTokens.scopes(claims), Optional.empty());
        }

        /// Who is on record for what was changed: the person behind the call, else the principal.
        String by() {
            return onBehalfOf.orElse(principal.shortId());
        }

        /// What a confirmation is bound to: this very principal, acting for this very person.
        String binding() {
            return Digests.sha256(principal.type() + "\n" + principal.id() + "\n" + onBehalfOf.orElse(""));
        }
    }
}
