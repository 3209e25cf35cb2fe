package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// What a person sees of their account.
///
/// @param connected all accounts that there are to connect
/// @param app      since when there is an authenticator app; null: none
/// @param recovery codes left
/// @param canAdd   whether there are passkeys at this address at all
/// @param add      how one is added; null: after signing in once more
record AccountPage(Person person, Tokens tokens, List<Agent> agents,
        List<ConnectedAccounts.Listed> connected, List<Sessions.Listed> sessions, Instant app, int recovery,
        List<Passkeys.Listed> passkeys, boolean canAdd, Passkeys.Ask add) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    /// For the forms of the page.
    record Tokens(String signOut, String agents, String sessions, String factors, String passkeys, String connected) {}

    /// A client that may act for the person.
    ///
    /// @param name as it calls itself
    /// @param home host of its `client_id`; null when its id is no address
    /// @param lets what it may do
    /// @param used when it last got a token
    record Agent(String grant, String name, String home, String resource, List<String> lets, Instant since,
            Instant used, Instant until) {}

    static String time(Instant at) {
        return TIME.format(at);
    }

    static String how(Sessions.Method method) {
        return switch (method) {
            case PASSWORD -> "by password";
            case MAGIC_LINK -> "by a link";
            case PASSKEY -> "by passkey";
            case PROVIDER -> "with a provider";
        };
    }
}
