package io.github.doorwarden.systems.toolbridge;

import com.nimbusds.jwt.JWTClaimsSet;
import io.github.doorwarden.systems.backend.AccessTokens;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a good token says.
///
/// @param email  in small letters, if the issuer has verified it
/// @param tenant that it is for, if it says so
record Token(String subject, Optional<String> email, Optional<String> tenant, Set<String> scopes) {

    private static final List<String> TENANT_CLAIMS = List.of("tenant", "tenant_id", "org_id");

    static Token of(JWTClaimsSet claims) throws ParseException, AccessTokens.Bad {
        require(claims.getSubject().matches("[!-~]+( [!-~]+)*") && claims.getSubject().length() <= Limits.USER_CHARS,
                "subject");
        // An address that nobody has verified could be anybody's.
        var email = Boolean.TRUE.equals(claims.getClaim("email_verified"))
                ? Optional.ofNullable(claims.getStringClaim("email")).map(text -> text.toLowerCase(Locale.ROOT))
                : Optional.<String>empty();
        var tenants = new TreeSet<String>();
        for (var name : TENANT_CLAIMS) {
            switch (claims.getClaim(name)) {
                case String tenant when !tenant.isEmpty() -> tenants.add(tenant);
                case null -> { }
                default -> throw new AccessTokens.Bad("tenant");
            }
        }
        require(tenants.size() <= 1, "tenant");
        return new Token(claims.getSubject(), email, tenants.stream().findFirst(), AccessTokens.scopes(claims));
    }

    private static void require(boolean holds, String reason) throws AccessTokens.Bad {
        if (!holds) {
            throw new AccessTokens.Bad(reason);
        }
    }
}
