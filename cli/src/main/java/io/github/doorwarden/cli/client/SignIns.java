package io.github.doorwarden.cli.client;

import java.nio.file.Path;

/// Where a person's sign-ins to servers are kept, for all programs of this installation alike: who signed in by
/// `doorwarden login` is signed in for the bridge too.
public final class SignIns {

    /// Names another folder.
    public static final String VARIABLE = "DOORWARDEN_SIGN_INS";
    /// The name under which people are asked for consent.
    public static final String CLIENT = "Doorwarden command line";

    private SignIns() {}

    /// For the person who runs this process.
    public static Path folder() {
        return folder(Machine.here());
    }

    static Path folder(Machine machine) {
        return machine.from(VARIABLE, switch (machine.system()) {
            case LINUX -> machine.from("XDG_STATE_HOME", machine.home().resolve(".local").resolve("state"))
                    .resolve("doorwarden");
            case MAC -> machine.settings().resolve("Doorwarden");
            case WINDOWS -> machine.from("LOCALAPPDATA", machine.home().resolve("AppData").resolve("Local"))
                    .resolve("Doorwarden");
        });
    }
}
