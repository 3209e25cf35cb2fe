package io.github.doorwarden.server;

import java.util.List;

/// Where tools come from. Safe for use by many threads; closing it lets go of what it holds.
public interface Source extends AutoCloseable {

    /// As it is called in the configuration.
    String name();

    /// In a fixed order.
    List<Tool> tools();

    /// What could not be turned into a tool, and why; one sentence each. Empty when all went well.
    List<String> warnings();

    @Override
    default void close() {}
}
