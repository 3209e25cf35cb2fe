package io.github.doorwarden.server;

import java.util.List;
import java.util.Optional;

/// The built-in tool that tells callers who they are here, so that a person can see which account and which permissions
/// an agent works with. Says nothing that the caller's own token does not say.
public final class WhoAmI {

    /// Nothing to say.
    record Nothing() {}

    /// Who calls.
    record You(@Description("anonymous, user or service") String kind,
            @Description("The account's id at the authorization server") String subject,
            Optional<String> email,
            @Description("The client that the token was given to") String client,
            @Description("The permissions that the client was given") List<String> scopes) {}

    private WhoAmI() {}

    /// The tool `doorwarden_whoami`; any signed-in caller may call it.
    public static Tool tool() {
        return RecordTool.named("doorwarden_whoami", "Tells which account this connection is signed in with, through "
                        + "which client, and which permissions (scopes) it was given. Call it when another tool was "
                        + "refused.")
                .title("Who am I?").readOnly()
                .of(Nothing.class, You.class, (nothing, call) -> {
                    var caller = call.caller();
                    return new You(CallRecord.kind(caller), caller.subject(), caller.email(), caller.clientId(),
                            caller.scopes().stream().sorted().toList());
                });
    }
}
