package io.github.doorwarden.server;

import java.util.List;

/// Things written in Java, as a source.
public final class JavaSource implements Source {

    private final String name;
    private final Things things;

    public JavaSource(String name, List<? extends Tool> tools) {
        this(name, Things.of(tools));
    }

    public JavaSource(String name, Things things) {
        this.name = name;
        this.things = things;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return things;
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }
}
