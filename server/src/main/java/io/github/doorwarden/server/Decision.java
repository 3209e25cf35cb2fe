package io.github.doorwarden.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the policy says of one caller and one thing. The same decision filters the lists, guards the call and writes
/// the challenge.
public sealed interface Decision {

    record Allowed() implements Decision {}

    /// The caller may not know that it exists; answered as if it did not.
    record Hidden() implements Decision {}

    /// 401 with a challenge; listed, so that a client sees what signing in would bring. `scopes` go into the challenge.
    record NeedsLogin(List<String> scopes) implements Decision {}

    /// 403 `insufficient_scope` naming all scopes of this operation (MCP 2026-07-28, Authorization, Scope challenge
    /// handling).
    record NeedsScope(List<String> scopes) implements Decision {}

    /// 401 `insufficient_user_authentication` (RFC 9470 §3): the person has to sign in again, or with more.
    ///
    /// @param scopes       of this operation, so that a client asks for everything at once
    /// @param secondFactor whether it takes two factors
    /// @param age          how old the sign-in may be
    record NeedsSignIn(List<String> scopes, boolean secondFactor, Optional<Duration> age) implements Decision {}
}
