package io.github.doorwarden.sources.sql;

/// An argument that fits the schema and still cannot be used. The message is for the model.
final class RefusedArgument extends Exception {

    private static final long serialVersionUID = 1;

    RefusedArgument(String message) {
        super(message);
    }
}
