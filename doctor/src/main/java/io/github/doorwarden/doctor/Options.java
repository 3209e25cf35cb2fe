package io.github.doorwarden.doctor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// How an examination is made.
///
/// @param token   a bearer token for what is behind the door; it goes to the examined origin alone and into no report
/// @param clients whom to judge; all of them when empty
/// @param time    what the server's clock is compared with
/// @param tls     whom to trust; empty: whom this JDK trusts
/// @param patience for one question
/// @param total   for the whole examination
public record Options(Optional<String> token, List<Client> clients, InstantSource time, Optional<SSLContext> tls,
        Duration patience, Duration total) {

    public Options {
        clients = clients.isEmpty() ? Client.all() : List.copyOf(clients);
        if (patience.isNegative() || patience.isZero() || patience.compareTo(Limits.PROBE) > 0) {
            throw new IllegalArgumentException("A question waits up to " + Limits.PROBE.toSeconds() + " seconds.");
        }
        if (total.compareTo(Limits.TOTAL) > 0) {
            throw new IllegalArgumentException("An examination takes " + Limits.TOTAL.toSeconds()
                    + " seconds at most.");
        }
    }

    /// Without a token, for all clients.
    public static Options usual(InstantSource time) {
        return new Options(Optional.empty(), List.of(), time, Optional.empty(), Limits.PROBE,
                Limits.TOTAL);
    }

    public Options withToken(String token) {
        return new Options(Optional.of(token), clients, time, tls, patience, total);
    }

    public Options withClients(List<Client> some) {
        return new Options(token, some, time, tls, patience, total);
    }

    /// No token is printed.
    @Override
    public String toString() {
        return "Options[" + (token.isPresent() ? "with a token" : "without a token") + ", " + clients.size()
                + " clients]";
    }
}
