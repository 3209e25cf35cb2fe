package io.github.doorwarden.server;

import java.util.List;

/// Tools written in Java, as a source.
public final class JavaSource implements Source {

    private final String name;
    private final List<Tool> tools;

    public JavaSource(String name, List<? extends Tool> tools) {
        this.name = name;
        this.tools = List.copyOf(tools);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Tool> tools() {
        return tools;
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }
}
