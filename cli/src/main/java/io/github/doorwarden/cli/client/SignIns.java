package io.github.doorwarden.cli.client;

import io.github.doorwarden.client.oauth.OAuthSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// Where a person's sign-ins to servers are kept, for all programs of this installation alike: who signed in by
/// `doorwarden login` is signed in for the bridge too.
public final class SignIns {

    /// Names another folder.
    public static final String VARIABLE = "DOORWARDEN_SIGN_INS";
    /// The name under which people are asked for consent.
    public static final String CLIENT = "Doorwarden";

    private SignIns() {}

    /// For the person who runs this process, with the key in the system's keychain where there is one.
    ///
    /// @param named a folder in place of the usual one, which has the key too
    /// @throws IllegalArgumentException for an address to which no credentials go
    public static OAuthSettings at(URI server, Optional<Path> named) {
        var machine = Machine.here();
        var settings = OAuthSettings.of(server, named.orElseGet(() -> folder(machine)), InstantSource.system(), CLIENT);
        return named.isPresent() || !machine.environment().getOrDefault(VARIABLE, "").isBlank()
                ? settings.with(OAuthSettings.Keys.FILE) : settings;
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
