package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What a parameter of a tool can be bound to: the proven caller gives the value, it stands in no schema, and whoever
/// gives it as an argument is refused, so that it cannot be forged.
public enum CallerValue {

    /// The token's `sub`.
    SUBJECT("caller.subject", caller -> Optional.of(caller.subject())),
    /// The verified e-mail address of a person.
    EMAIL("caller.email", Caller::email),
    /// The `client_id` of the program that calls.
    CLIENT("caller.client", caller -> Optional.of(caller.clientId())),
    /// The organisation that the caller belongs to.
    TENANT("caller.tenant", Caller::tenant);

    private final String key;
    private final Function<Caller, Optional<String>> value;

    CallerValue(String key, Function<Caller, Optional<String>> value) {
        this.key = key;
        this.value = value;
    }

    /// As the configuration spells it, for example `caller.email`.
    public String key() {
        return key;
    }

    /// All spellings, for schemas and messages.
    public static List<String> keys() {
        return Arrays.stream(values()).map(CallerValue::key).toList();
    }

    /// @return empty for a spelling that is none of [#keys]
    public static Optional<CallerValue> of(String key) {
        return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
    }

    /// @throws Absent when this caller has none, never an empty text
    public String of(Caller caller) throws Absent {
        return value.apply(caller).filter(text -> !text.isEmpty()).orElseThrow(() -> new Absent(this, caller));
    }

    /// The caller has no such value, so the call cannot run; the message is for the caller.
    public static final class Absent extends Exception {

        private static final long serialVersionUID = 1;

        Absent(CallerValue value, Caller caller) {
            super(value == TENANT && !caller.belonging().why().isEmpty() ? "This tool works for one organisation. "
                    + caller.belonging().why() : "This tool works with " + switch (value) {
                case SUBJECT, CLIENT -> "who calls it, and this call is nobody's. Sign in and call it again.";
                case EMAIL -> "the caller's e-mail address, and yours is not known here. Sign in as a person with a "
                        + "verified address.";
                case TENANT -> "the caller's organisation, and you belong to none that is known here. Ask the "
                        + "administrator to put you into one.";
            });
        }
    }
}
