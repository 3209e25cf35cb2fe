package io.github.doorwarden.server;

import java.util.List;

/// Where tools, resources, prompts and skills come from. Safe for use by many threads; closing it lets go of what it
/// holds.
public interface Source extends AutoCloseable {

    /// As it is called in the configuration.
    String name();

    /// What it has, each kind in a fixed order. May answer otherwise later: whoever changes it says so to [Changes].
    Things things();

    /// The tools among them.
    default List<Tool> tools() {
        return things().tools();
    }

    /// What could not be turned into a tool, and why; one sentence each. Empty when all went well.
    List<String> warnings();

    @Override
    default void close() {}
}
