package io.github.doorwarden.app.config;

/// A value that is never printed. Read it where it is used, by its one searchable name.
public record Secret(String reveal) {

    @Override
    public String toString() {
        return Reading.MASK;
    }
}
