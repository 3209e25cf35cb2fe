package io.github.doorwarden.client.oauth;

/// How far a sign-in has come. A process may die at any of them, and another one goes on from there.
enum Stage {
    /// It is this process's turn.
    TURN,
    /// We are known to the authorization server.
    REGISTERED,
    /// The sign-in is written down.
    BEGUN,
    /// It is written down that the browser is about to be opened.
    OPENING,
    /// The browser was started.
    STARTED,
    /// It is written down that it was.
    OPENED,
    /// The answer has come.
    ARRIVED,
    /// The answer is written down.
    KEPT,
    /// The code was redeemed.
    REDEEMED,
    /// The tokens are written down.
    DONE;

    /// Hears of each stage.
    interface Watch {

        Watch NOBODY = _ -> { };

        void at(Stage stage);
    }
}
