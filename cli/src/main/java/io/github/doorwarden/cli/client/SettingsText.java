package io.github.doorwarden.cli.client;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The text of a file in which a client keeps its servers. It belongs to somebody else, so what is there stays to the
/// letter, comments included: an entry is spliced in, and the result is read again to prove that nothing else changed.
sealed interface SettingsText permits JsonSettings, TomlSettings {

    /// The entry that is there now.
    Optional<ObjectNode> entry(String name);

    /// The whole text with the entry in it, in place of one of that name.
    ///
    /// @throws Unreadable when that cannot be done without touching what is beside it
    String with(String name, ObjectNode entry) throws Unreadable;

    /// The entry alone, as somebody would paste it.
    static String alone(KnownClient client, String name, ObjectNode entry) {
        try {
            return of(client, "").with(name, entry);
        } catch (Unreadable e) {
            throw new IllegalStateException(e);                        // nothing is there that could be in the way
        }
    }

    static SettingsText of(KnownClient client, String text) throws Unreadable {
        return client.toml() ? TomlSettings.read(text, client.member()) : JsonSettings.read(text, client.member());
    }

    /// The text is not what its client reads, or not in a form that can be added to. The message is a sentence.
    final class Unreadable extends Exception {

        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }
}
