package io.github.doorwarden.sources.openapi;

/// An argument that fits the schema and still cannot be sent. The message is for the model.
final class RefusedArgument extends Exception {

    private static final long serialVersionUID = 1;

    RefusedArgument(String message) {
        super(message);
    }
}
