package io.github.doorwarden.app;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.Caller;

/// Who administers, as the record names them.
///
/// @param subject   `sub` of the token, or the account on this machine
/// @param clientId  the client through which they do it; empty on the command line
/// @param requestId what a person reports
/// @param endpoint  path; empty on the command line
record Operator(String subject, String clientId, String tokenId, String requestId, String endpoint, String peer) {

    static Operator onCommandLine(long millis) {
        return new Operator(System.getProperty("user.name", ""), "", "", "command-" + Long.toString(millis, 36), "",
                "");
    }

    static Operator of(Caller caller, HttpIn in) {
        return new Operator(caller.subject(), caller.clientId(), caller.tokenId(), in.requestId(), in.path(),
                in.peer());
    }
}
