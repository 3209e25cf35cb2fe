package io.github.doorwarden.identity;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The groups that a deployment sorts its callers into, each caller into one: the first whose lists name them.
/// Immutable.
public final class Tiers {

    /// Nobody is sorted.
    public static final Tiers NONE = new Tiers(List.of());

    /// @param name    for example `ADMIN`
    /// @param emails  of people, in lower case
    /// @param domains of people's e-mail addresses, exactly
    /// @param clients ids of services
    public record Tier(String name, Set<String> emails, Set<String> domains, Set<String> clients) {

        public Tier {
            emails = Set.copyOf(emails);
            domains = Set.copyOf(domains);
            clients = Set.copyOf(clients);
        }

        /// Whether it takes whoever is left, people without a token too.
        boolean forEverybody() {
            return emails.isEmpty() && domains.isEmpty() && clients.isEmpty();
        }

        private boolean names(Caller caller) {
            return switch (caller.kind()) {
                case ANONYMOUS -> false;
                case SERVICE -> clients.contains(caller.clientId());
                case USER -> caller.email().filter(this::names).isPresent();
            };
        }

        private boolean names(String address) {
            var email = MailAddress.plain(address);
            var at = email.lastIndexOf('@');
            return at > 0 && (emails.contains(email) || domains.contains(email.substring(at + 1)));
        }
    }

    private final List<Tier> inOrder;

    public Tiers(List<Tier> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /// Empty for somebody whom no tier takes.
    public Optional<String> of(Caller caller) {
        return inOrder.stream().filter(tier -> tier.forEverybody() || tier.names(caller)).map(Tier::name).findFirst();
    }

    /// Of a person with this address, and why.
    ///
    /// @param why a phrase: `the address is on its list`
    public record Place(String tier, String why) {}

    /// The tier of whoever has this address; empty when none takes them.
    public Optional<Place> ofAddress(String email) {
        return inOrder.stream().filter(tier -> tier.forEverybody() || tier.names(email)).findFirst()
                .map(tier -> new Place(tier.name, tier.forEverybody()
                        ? "it takes everybody whom no tier before it takes"
                        : tier.emails.contains(MailAddress.plain(email))
                        ? "the address is on its list"
                        : "the domain of the address is on its list"));
    }

    public Set<String> names() {
        var names = new LinkedHashSet<String>();
        inOrder.forEach(tier -> names.add(tier.name));
        return names;
    }
}
