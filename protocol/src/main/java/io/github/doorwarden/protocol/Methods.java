package io.github.doorwarden.protocol;

import java.util.Optional;

/// The methods that this server knows, each with the revisions that have it: a closed table. Every other method of the
/// specification is answered as one that does not exist.
public enum Methods {

    INITIALIZE("initialize", Revision.V2024_11_05, Revision.V2025_11_25, Kind.REQUEST, "", false),
    INITIALIZED("notifications/initialized", Revision.V2024_11_05, Revision.V2025_11_25, Kind.NOTIFICATION, "", false),
    PING("ping", Revision.V2024_11_05, Revision.V2025_11_25, Kind.REQUEST, "", false),
    DISCOVER("server/discover", Revision.V2026_07_28, Revision.V2026_07_28, Kind.REQUEST, "", true),
    TOOLS_LIST("tools/list", Revision.V2024_11_05, Revision.V2026_07_28, Kind.REQUEST, "", true),
    TOOLS_CALL("tools/call", Revision.V2024_11_05, Revision.V2026_07_28, Kind.REQUEST, "name", false),
    CANCELLED("notifications/cancelled", Revision.V2024_11_05, Revision.V2026_07_28, Kind.NOTIFICATION, "", false);

    /// Whether an answer is due.
    public enum Kind { REQUEST, NOTIFICATION }

    private final String wireName;
    private final Revision first;
    private final Revision last;
    private final Kind kind;
    private final String nameParam;
    private final boolean cacheable;

    Methods(String wireName, Revision first, Revision last, Kind kind, String nameParam, boolean cacheable) {
        this.wireName = wireName;
        this.first = first;
        this.last = last;
        this.kind = kind;
        this.nameParam = nameParam;
        this.cacheable = cacheable;
    }

    /// As it stands on the wire, for example `tools/call`.
    public String wireName() {
        return wireName;
    }

    public Kind kind() {
        return kind;
    }

    /// The member of `params` that `Mcp-Name` mirrors (2026-07-28, Streamable HTTP, Standard request headers); empty
    /// when the method has none.
    public Optional<String> nameParam() {
        return nameParam.isEmpty() ? Optional.empty() : Optional.of(nameParam);
    }

    /// Whether its complete results carry `ttlMs` and `cacheScope` (2026-07-28, Caching).
    public boolean cacheable() {
        return cacheable;
    }

    public boolean in(Revision revision) {
        return first.compareTo(revision) <= 0 && revision.compareTo(last) <= 0;
    }

    /// Whether only modern revisions have it.
    public boolean modernOnly() {
        return first.modern();
    }

    /// By its name, whatever the revision.
    public static Optional<Methods> named(String wireName) {
        for (var method : values()) {
            if (method.wireName.equals(wireName)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    /// The request method of this name at a revision.
    ///
    /// @throws Refused [Refusal.NoSuchMethod]; for a method of other revisions the sentence names those that are
    ///         served, because it may be all that a client of another era can show to its user (2026-07-28, Versioning)
    public static Methods request(String wireName, Revision revision) {
        var known = named(wireName).filter(method -> method.kind == Kind.REQUEST);
        return known.filter(method -> method.in(revision)).orElseThrow(() -> new Refused(new Refusal.NoSuchMethod(
                known.isEmpty() ? "This server has no method " + Quote.word(wireName) + "."
                        : "Revision " + revision.date() + " has no method " + wireName + ". This server serves the "
                                + "revisions " + Revision.served() + ".")));
    }
}
