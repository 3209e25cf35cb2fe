package io.github.doorwarden.server;

import java.util.List;

/// Where tools, resources, prompts and skills come from. Implementations are safe for use by many threads.
///
/// A source in Java is named by its class in the configuration, or comes in a jar under `plugins`; either way it has a
/// public constructor without parameters. [JavaSource] is one for things that are at hand.
public interface Source extends AutoCloseable {

    /// As the configuration refers to it, for example in `endpoints./mcp.sources`.
    String name();

    /// What it has, each kind in a fixed order. Whoever answers otherwise later has told the [Listener] so.
    Things things();

    /// What could not be offered, and why; one sentence each. Empty when all went well.
    default List<String> warnings() {
        return List.of();
    }

    /// Called once, after the start and before any call. A source whose things never change has nothing to do here.
    ///
    /// @param listener to be told of every change for as long as the source is open, from any thread
    default void listen(Listener listener) {}

    /// Lets go of what it holds; called once, when nothing of it is offered any more.
    @Override
    default void close() {}

    /// Hears of the changes of a source. Never blocks for long; safe for use by many threads.
    interface Listener {

        /// [Source#things] answers otherwise than before. Calls that run are not disturbed; clients who want to know
        /// are told which lists changed.
        void thingsChanged();

        /// A resource reads otherwise than before; clients that subscribed to it are told.
        void resourceChanged(String uri);

        /// The same of a resource that reads otherwise for one organisation: its callers alone are told. Who does not
        /// tell organisations apart tells nobody.
        default void resourceChanged(String uri, String tenant) {}
    }
}
