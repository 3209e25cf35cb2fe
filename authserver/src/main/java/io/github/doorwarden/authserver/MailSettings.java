package io.github.doorwarden.authserver;

import java.util.Optional;

/// The mail server that brings sign-in links.
///
/// @param user   empty: it wants nobody to sign in
/// @param secret of the user
/// @param from   the sender's address
public record MailSettings(String host, int port, Security security, Optional<String> user, Optional<String> secret,
        String from) {

    /// How the connection is protected.
    public enum Security {
        /// Plain at first, then TLS; nothing is sent without it (RFC 3207).
        STARTTLS,
        /// TLS from the first byte (RFC 8314).
        TLS,
        /// Not at all: for a mail server on this machine.
        NONE
    }

    @Override
    public String toString() {
        return "MailSettings[" + host + ":" + port + " " + security + "]";
    }
}
