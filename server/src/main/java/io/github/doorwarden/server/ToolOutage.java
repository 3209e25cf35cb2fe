package io.github.doorwarden.server;

/// A backend that a tool needs is down. `message` is for the caller; the cause is for the log.
public final class ToolOutage extends Exception {

    private static final long serialVersionUID = 1;

    public ToolOutage(String message, Throwable cause) {
        super(message, cause);
    }
}
