package io.github.doorwarden.identity;

import java.util.List;
import java.util.Optional;

/// To which organisation a caller belongs, or why it cannot be told. Immutable.
///
/// @param tenant  the one that their calls are for
/// @param choices ids of those that they belong to, when they have to choose one first; else empty
/// @param why     two sentences for the caller when there is no tenant: what is the matter, what to do; empty when
///                nobody has asked for any
public record Belonging(Optional<String> tenant, List<String> choices, String why) {

    /// Nobody has said anything.
    static final Belonging UNKNOWN = new Belonging(Optional.empty(), List.of(), "");

    public Belonging {
        choices = List.copyOf(choices);
    }

    static Belonging to(Optional<String> tenant) {
        return tenant.isEmpty() ? UNKNOWN : new Belonging(tenant, List.of(), "");
    }

    static Belonging nowhere(String why) {
        return new Belonging(Optional.empty(), List.of(), why);
    }

    static Belonging several(List<String> choices) {
        return new Belonging(Optional.empty(), choices, "You belong to several organisations: "
                + String.join(", ", choices) + ". Sign in again and choose one of them on the page that asks for your "
                + "consent, or have your client send the header " + Organizations.HEADER + " with one of these names.");
    }

    /// What choosing one of the choices gives.
    Belonging choosing(String asked) {
        return choices.contains(asked) ? to(Optional.of(asked)) : nowhere("You do not belong to the organisation that "
                + "the header " + Organizations.HEADER + " names. Yours are: " + String.join(", ", choices) + ".");
    }
}
