package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.SignIn;
import java.util.LinkedHashSet;
import java.util.Set;

/// By which means somebody signed in, in the words that tokens carry (`amr`, RFC 8176). Pure.
final class Factors {

    private static final Set<String> PASSKEY = Set.of("pop", "user", SignIn.SEVERAL);

    private Factors() {}

    /// Of a first step alone. A passkey is two factors at once: the device, and what unlocks it. A link has no word of
    /// its own.
    static Set<String> of(Sessions.Method method) {
        return switch (method) {
            case PASSWORD -> Set.of("pwd");
            case MAGIC_LINK -> Set.of();
            case PASSKEY -> PASSKEY;
        };
    }

    /// With a one-time code after it.
    static Set<String> andCode(Set<String> first) {
        var all = new LinkedHashSet<>(first);
        all.add("otp");
        all.add(SignIn.SEVERAL);
        return all;
    }

    static String acr(Set<String> amr) {
        return amr.contains(SignIn.SEVERAL) ? SignIn.TWO_FACTORS : SignIn.ONE_FACTOR;
    }
}
