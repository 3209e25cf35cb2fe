package io.github.doorwarden.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// How the person behind a token proved who they are, as far as the token says it (RFC 9068 §2.2.1, OpenID Connect
/// Core §2). Immutable.
///
/// @param at  `auth_time`: when
/// @param acr `acr`: how much that is worth, in the words of the issuer
/// @param amr `amr`: by which means (RFC 8176)
public record SignIn(Optional<Instant> at, Optional<String> acr, Set<String> amr) {

    /// `acr` of somebody who signed in by one means.
    public static final String ONE_FACTOR = "urn:doorwarden:acr:one-factor";
    /// `acr` of somebody who signed in by two means of different kinds.
    public static final String TWO_FACTORS = "urn:doorwarden:acr:two-factors";
    /// RFC 8176 §2: several means were used.
    public static final String SEVERAL = "mfa";

    /// Nothing is known, for example of a service.
    public static final SignIn UNKNOWN = new SignIn(Optional.empty(), Optional.empty(), Set.of());

    public SignIn {
        amr = Set.copyOf(amr);
    }

    /// By our own words, or by the one that other issuers share.
    public boolean twoFactors() {
        return acr.equals(Optional.of(TWO_FACTORS)) || amr.contains(SEVERAL);
    }

    /// Whether it is known to be at most so long ago.
    public boolean within(Duration age, Instant now) {
        return at.filter(time -> !time.plus(age).isBefore(now)).isPresent();
    }
}
