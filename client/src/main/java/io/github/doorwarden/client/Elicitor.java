package io.github.doorwarden.client;

/// Asks a person what a server wants to know. Used by many threads.
@FunctionalInterface
public interface Elicitor {

    /// Waits for the person; the clock of the request stands meanwhile. Whoever shows the question says which server
    /// asks, and shows the whole address of a link before it is opened.
    ///
    /// @throws InterruptedException when whoever waits for the call has given up
    Elicitation.Answer ask(Elicitation question) throws InterruptedException;
}
