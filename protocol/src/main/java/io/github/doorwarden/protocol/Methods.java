package io.github.doorwarden.protocol;

import java.util.Optional;

/// The methods that this server knows, each with the revisions that have it: a closed table. Every other method of the
/// specification is answered as one that does not exist.
public enum Methods {

    INITIALIZE("initialize", Years.LEGACY, Kind.REQUEST, "", false),
    INITIALIZED("notifications/initialized", Years.LEGACY, Kind.NOTIFICATION, "", false),
    PING("ping", Years.LEGACY, Kind.REQUEST, "", false),
    DISCOVER("server/discover", Years.MODERN, Kind.REQUEST, "", true),

    TOOLS_LIST("tools/list", Years.ALL, Kind.REQUEST, "", true),
    TOOLS_CALL("tools/call", Years.ALL, Kind.REQUEST, "name", false),
    RESOURCES_LIST("resources/list", Years.ALL, Kind.REQUEST, "", true),
    TEMPLATES_LIST("resources/templates/list", Years.ALL, Kind.REQUEST, "", true),
    RESOURCES_READ("resources/read", Years.ALL, Kind.REQUEST, "uri", true),
    PROMPTS_LIST("prompts/list", Years.ALL, Kind.REQUEST, "", true),
    PROMPTS_GET("prompts/get", Years.ALL, Kind.REQUEST, "name", false),
    COMPLETE("completion/complete", Years.ALL, Kind.REQUEST, "", false),

    LISTEN("subscriptions/listen", Years.MODERN, Kind.REQUEST, "", false),
    RESOURCES_SUBSCRIBE("resources/subscribe", Years.LEGACY, Kind.REQUEST, "", false),
    RESOURCES_UNSUBSCRIBE("resources/unsubscribe", Years.LEGACY, Kind.REQUEST, "", false),
    SET_LEVEL("logging/setLevel", Years.LEGACY, Kind.REQUEST, "", false),
    CANCELLED("notifications/cancelled", Years.ALL, Kind.NOTIFICATION, "", false),

    TASKS_GET("tasks/get", Years.MODERN, Kind.REQUEST, "taskId", false),
    TASKS_UPDATE("tasks/update", Years.MODERN, Kind.REQUEST, "taskId", false),
    TASKS_CANCEL("tasks/cancel", Years.MODERN, Kind.REQUEST, "taskId", false),
    SKILLS_LIST("skills/list", Years.MODERN, Kind.REQUEST, "", true),
    SKILLS_GET("skills/get", Years.MODERN, Kind.REQUEST, "", true),
    DIRECTORY_READ("resources/directory/read", Years.MODERN, Kind.REQUEST, "", false);

    /// Whether an answer is due.
    public enum Kind { REQUEST, NOTIFICATION }

    private enum Years {
        LEGACY(Revision.V2024_11_05, Revision.V2025_11_25),
        MODERN(Revision.V2026_07_28, Revision.V2026_07_28),
        ALL(Revision.V2024_11_05, Revision.V2026_07_28);

        private final Revision first;
        private final Revision last;

        Years(Revision first, Revision last) {
            this.first = first;
            this.last = last;
        }
    }

    private final String wireName;
    private final Years years;
    private final Kind kind;
    private final String nameParam;
    private final boolean cacheable;

    Methods(String wireName, Years years, Kind kind, String nameParam, boolean cacheable) {
        this.wireName = wireName;
        this.years = years;
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

    /// The member of `params` that `Mcp-Name` mirrors (2026-07-28, Streamable HTTP, Standard request headers; the tasks
    /// extension, Request headers); empty when the method has none.
    public Optional<String> nameParam() {
        return nameParam.isEmpty() ? Optional.empty() : Optional.of(nameParam);
    }

    /// Whether its complete results carry `ttlMs` and `cacheScope` (2026-07-28, Caching; the skills extension).
    public boolean cacheable() {
        return cacheable;
    }

    public boolean in(Revision revision) {
        return years.first.compareTo(revision) <= 0 && revision.compareTo(years.last) <= 0;
    }

    /// Whether only modern revisions have it.
    public boolean modernOnly() {
        return years == Years.MODERN;
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
