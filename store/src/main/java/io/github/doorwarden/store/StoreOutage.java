package io.github.doorwarden.store;

/// The store could not do what was asked: 503 to the caller, the cause to the log.
public final class StoreOutage extends RuntimeException {

    public StoreOutage(String message, Throwable cause) {
        super(message, cause);
    }
}
