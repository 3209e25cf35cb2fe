package io.github.doorwarden.server;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// What a tool asks of its caller beside scopes.
///
/// @param secondFactor whether the person must have signed in with two factors
/// @param signInAge    how long ago they may have signed in; empty: as long as the token lives
/// @param tiers        who may know of it at all ([io.github.doorwarden.identity.Tiers]); empty: everybody
public record Conditions(boolean secondFactor, Optional<Duration> signInAge, Set<String> tiers) {

    public static final Conditions NONE = new Conditions(false, Optional.empty(), Set.of());

    public Conditions {
        tiers = Set.copyOf(tiers);
        if (signInAge.filter(age -> !age.isPositive()).isPresent()) {
            throw new IllegalArgumentException("A sign-in has always some age. Give one that is longer than nothing.");
        }
    }

    /// Both of them: the shorter age, and the tiers of the other where it names some.
    public Conditions and(Conditions other) {
        var age = signInAge.isEmpty() || other.signInAge.filter(two -> two.compareTo(signInAge.get()) < 0).isPresent()
                ? other.signInAge : signInAge;
        return new Conditions(secondFactor || other.secondFactor, age, other.tiers.isEmpty() ? tiers : other.tiers);
    }

    /// Whether only a person can meet them.
    boolean ofSignIn() {
        return secondFactor || signInAge.isPresent();
    }
}
