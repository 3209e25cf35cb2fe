package io.github.doorwarden.doctor;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A real client: what it sends, and which faults it does not live with. The rows are in [Clients].
public final class Client {

    /// A port that it found free when it registered, and another one when it came back.
    static final String REGISTERED_PORT = "43110";
    static final String OTHER_PORT = "43111";

    /// Which `resource` it names (RFC 8707): that of the metadata, the URL that was typed, or that with a slash.
    enum Target { DOCUMENT, ENDPOINT, SLASH }

    /// What it sends.
    ///
    /// @param document     its Client ID Metadata Document, whose URL is its id; empty: it has none
    /// @param registration the body of its registration; `{port}` is the port that it found
    /// @param redirect     where its person comes back to when it has registered; the port may be another one by then
    /// @param cameBy       the same when it is known by its document
    /// @param alwaysAsks   scopes that it adds
    /// @param speaks       the newest revision that it speaks, among those with `initialize`
    record Play(String userAgent, Optional<URI> document, String registration, String redirect, String cameBy,
            List<String> alwaysAsks, Target target, String speaks) {}

    /// What it lives with. A fault that is not named has the harm that it has for all.
    record Row(Set<Fault> fails, Set<Fault> hindered, Set<Fault> spared) {}

    private final String key;
    private final String label;
    private final String seen;
    private final Play play;
    private final Row row;

    Client(String key, String label, String seen, Play play, Row row) {
        this.key = key;
        this.label = label;
        this.seen = seen;
        this.play = play;
        this.row = row;
    }

    /// Those that the doctor knows, in the order of the report.
    public static List<Client> all() {
        return Clients.ALL;
    }

    /// @param key as on the command line, for example `claude-code`
    public static Optional<Client> of(String key) {
        return all().stream().filter(client -> client.key.equals(key)).findFirst();
    }

    public String key() {
        return key;
    }

    public String label() {
        return label;
    }

    /// As of which month it was seen to do so.
    public String seen() {
        return seen;
    }

    Play play() {
        return play;
    }

    /// What a fault does to it.
    Outcome harm(Fault fault) {
        if (row.spared().contains(fault)) {
            return Outcome.CONNECTS;
        }
        if (row.fails().contains(fault)) {
            return Outcome.FAILS;
        }
        if (row.hindered().contains(fault)) {
            return Outcome.CONNECTS_WITH_FAULTS;
        }
        return switch (fault.harm()) {
            case STOPS_ALL -> Outcome.FAILS;
            case HINDERS_ALL -> Outcome.CONNECTS_WITH_FAULTS;
            case SOME, SECURITY -> Outcome.CONNECTS;
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
