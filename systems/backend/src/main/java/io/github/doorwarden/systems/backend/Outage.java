package io.github.doorwarden.systems.backend;

/// The database or another thing we stand on does not answer; the caller gets 503 and may try again.
public final class Outage extends RuntimeException {

    public Outage(String message, Throwable cause) {
        super(message, cause);
    }
}
