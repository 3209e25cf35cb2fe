package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import java.net.URI;

/// Brings a magic link to a person: by the console in development, by mail. Called on the thread of the request and may
/// block; what it throws is an outage. Must be safe for many threads and must not log the link when it sends it
/// elsewhere.
@FunctionalInterface
public interface LinkSender {

    void send(Person to, URI link);

    /// The same for somebody who asked in a program without a browser ([SessionApi]): there it has to be pasted.
    default void sendForProgram(Person to, URI link) {
        send(to, link);
    }
}
