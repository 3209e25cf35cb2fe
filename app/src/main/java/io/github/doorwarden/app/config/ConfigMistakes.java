package io.github.doorwarden.app.config;

import java.util.List;

/// The configuration cannot be used: every mistake in it, each with file, line, key and remedy.
public final class ConfigMistakes extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> mistakes;

    public ConfigMistakes(List<String> mistakes) {
        super(String.join("\n", mistakes), null, false, false);
        this.mistakes = List.copyOf(mistakes);
    }

    /// One line each, at least one.
    public List<String> mistakes() {
        return mistakes;
    }
}
