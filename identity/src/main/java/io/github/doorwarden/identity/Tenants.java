package io.github.doorwarden.identity;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// For which organisation a caller's requests are: the one that the token names, else that of the house's lists, else
/// the one that the organisation API knows the person in. What that API has for people is asked of every token, so that
/// who lost a membership loses what it gave. Safe for use by many threads.
public final class Tenants {

    /// Only what tokens name.
    public static final Tenants NONE = new Tenants(Tiers.NONE, Optional.empty(), () -> Instant.MIN);

    private final Tiers lists;
    private final Optional<Organizations> organizations;
    private final InstantSource clock;

    /// @param lists         the organisations of callers whose tokens name none
    /// @param organizations asked for people; services belong where the lists put them
    public Tenants(Tiers lists, Optional<Organizations> organizations, InstantSource clock) {
        this.lists = lists;
        this.organizations = organizations;
        this.clock = clock;
    }

    /// @param until it is believed
    record Placed(Caller caller, Instant until) {}

    Placed place(Caller caller) {
        if (organizations.isEmpty() || caller.kind() != Caller.Kind.USER) {
            return new Placed(caller.tenant().isPresent() ? caller : caller.in(Belonging.to(lists.of(caller))),
                    Instant.MAX);
        }
        try {
            var told = organizations.get().of(caller.subject(), caller.email());
            return new Placed(caller.in(belonging(caller, told)), told.until());
        } catch (ProviderOutage down) {
            // Nothing but what needs an organisation stops, and soon it is asked again.
            return new Placed(caller.in(Belonging.nowhere(down.getMessage())),
                    clock.instant().plus(Limits.ORGANIZATIONS_RETRIED_AFTER));
        }
    }

    private Belonging belonging(Caller caller, Organizations.Told told) {
        var ids = told.all().stream().map(Organizations.Organization::id).toList();
        var named = caller.tenant();
        if (named.isPresent()) {
            return ids.contains(named.get()) ? Belonging.to(named) : Belonging.nowhere("You belong to the organisation "
                    + named.get() + " no longer, for which you signed in. Sign in again to choose another one, or ask "
                    + "its administrator.");
        }
        return switch (ids.size()) {
            case 0 -> Belonging.nowhere("You belong to no organisation. Ask the administrator of yours to invite you, "
                    + "with the address that you sign in with.");
            case 1 -> Belonging.to(Optional.of(ids.getFirst()));
            default -> lists.of(caller).filter(ids::contains).map(one -> Belonging.to(Optional.of(one)))
                    .orElseGet(() -> Belonging.several(ids));
        };
    }
}
