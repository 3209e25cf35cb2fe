package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.identity.Organizations;
import io.github.doorwarden.identity.Organizations.Organization;
import io.github.doorwarden.identity.ProviderOutage;
import java.util.List;
import java.util.Optional;

/// For which organisation it counts what a person allows an application. Whoever belongs to several chooses one on the
/// consent page, and what is granted is for that one alone; whoever belongs to one is not asked. While the organisation
/// API is down nothing is bound, what needs an organisation asks it again with each call, and nobody is spared the
/// page: an application that was allowed one of several must not get all of them by asking at the right time. Safe for
/// many threads.
final class Affiliations {

    private final Optional<Organizations> organizations;

    /// @param organizations empty: nobody is asked
    Affiliations(Optional<Organizations> organizations) {
        this.organizations = organizations;
    }

    /// What there is to choose from: two at least, else none.
    List<Organization> choices(Person person) {
        var all = of(person).orElse(List.of());
        return all.size() > 1 ? all.stream().limit(BrowserLimits.ORGANIZATIONS).toList() : List.of();
    }

    /// Whether only the person can say which one it is, or nobody can say now.
    boolean isOpen(Person person) {
        return of(person).filter(all -> all.size() < 2).isEmpty();
    }

    /// The only one.
    Optional<String> only(Person person) {
        var all = of(person).orElse(List.of());
        return all.size() == 1 ? Optional.of(all.getFirst().id()) : Optional.empty();
    }

    /// The one that the form names.
    ///
    /// @throws OAuthRefused page: when it is none of the person's, none was chosen, or what was cannot be looked up now
    Optional<String> chosen(Person person, Params form) {
        var named = form.one("tenant").filter(id -> !id.isBlank());
        var known = of(person);
        if (known.isEmpty() && named.isPresent()) {
            throw new OAuthRefused(new OAuthRefusal.Page(503, "temporarily_unavailable", "Whether you belong to the "
                    + "organisation that you chose cannot be told now, so nothing was allowed. Go back and allow it "
                    + "again in a minute.", "the organisation API is down"));
        }
        var all = known.orElse(List.of());
        if (all.size() < 2) {
            return all.stream().findFirst().map(Organization::id);
        }
        var asked = named.filter(id -> all.stream().anyMatch(each -> each.id().equals(id)));
        if (asked.isEmpty()) {
            throw new OAuthRefused(new OAuthRefusal.Page(400, "invalid_request", "You belong to several organisations, "
                    + "and none of yours was chosen, so nothing was allowed. Go back and choose for which one the "
                    + "application may work.", "no organisation was chosen"));
        }
        return asked;
    }

    /// Empty while it cannot be told.
    private Optional<List<Organization>> of(Person person) {
        try {
            return Optional.of(organizations.map(api -> api.of(person.id(), Optional.of(person.email())).all())
                    .orElse(List.of()));
        } catch (ProviderOutage down) {
            return Optional.empty();                             // it has been logged
        }
    }
}
