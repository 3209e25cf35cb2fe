package io.github.doorwarden.http;

import java.util.function.Consumer;

/// Where the bytes of an [EventStream] go: a connection ([HttpOutlet]) or the paper of a test ([EventStream.Recording]).
interface Outlet {

    /// Begins to write and returns; one write at a time. `head`, when not null, goes before the bytes. `done` is told
    /// once, null meaning that the bytes are with the kernel, on any thread.
    void write(Headers head, byte[] bytes, Consumer<Throwable> done);

    /// Begins to look whether the client is still there; at most once.
    void watch(Runnable gone);

    /// Ends the look, so that the connection may take the next request.
    void unwatch();

    /// Gives the client up: what is being written fails.
    void cut();

    /// Runs what a handler wants to be told, away from the threads that move bytes.
    void tell(Runnable told);
}
