package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.identity.Organizations;
import io.github.doorwarden.identity.Organizations.Organization;
import io.github.doorwarden.identity.ProviderOutage;
import java.util.List;
import java.util.Optional;

/// For which organisation it counts what a person allows an application. Whoever belongs to several chooses one on the
/// consent page, and what is granted is for that one alone; whoever belongs to one is not asked. While the organisation
/// API is down nothing is bound: what needs an organisation asks it again with each call. Safe for many threads.
final class Affiliations {

    private final Optional<Organizations> organizations;

    /// @param organizations empty: nobody is asked
    Affiliations(Optional<Organizations> organizations) {
        this.organizations = organizations;
    }

    /// What there is to choose from: two at least, else none.
    List<Organization> choices(Person person) {
        var all = of(person);
        return all.size() > 1 ? all.stream().limit(BrowserLimits.ORGANIZATIONS).toList() : List.of();
    }

    /// The only one.
    Optional<String> only(Person person) {
        var all = of(person);
        return all.size() == 1 ? Optional.of(all.getFirst().id()) : Optional.empty();
    }

    /// The one that the form names.
    ///
    /// @throws OAuthRefused page: when it is none of the person's, or none was chosen
    Optional<String> chosen(Person person, Params form) {
        var all = of(person);
        if (all.size() < 2) {
            return only(person);
        }
        var asked = form.one("tenant").filter(id -> all.stream().anyMatch(each -> each.id().equals(id)));
        if (asked.isEmpty()) {
            throw new OAuthRefused(new OAuthRefusal.Page(400, "invalid_request", "You belong to several organisations, "
                    + "and none of yours was chosen, so nothing was allowed. Go back and choose for which one the "
                    + "application may work.", "no organisation was chosen"));
        }
        return asked;
    }

    private List<Organization> of(Person person) {
        try {
            return organizations.map(api -> api.of(person.id(), Optional.of(person.email())).all()).orElse(List.of());
        } catch (ProviderOutage down) {
            return List.of();                                    // it has been logged
        }
    }
}
