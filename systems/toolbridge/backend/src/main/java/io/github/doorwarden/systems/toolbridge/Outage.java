package io.github.doorwarden.systems.toolbridge;

/// The database or another thing we stand on does not answer; the caller gets 503 and may try again.
final class Outage extends RuntimeException {

    Outage(String message, Throwable cause) {
        super(message, cause);
    }
}
