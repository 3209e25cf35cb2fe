package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.MailAddress;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.Tiers;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/// A resource that tokens are issued for: an MCP endpoint, or an API behind it.
///
/// @param identifier   becomes `aud`
/// @param name         for the consent page
/// @param forPeople    whether a person may grant access to it; false: client credentials alone
/// @param clients      ids of the clients that may ask what its tokens mean (RFC 7662): its own servers
/// @param keeping      whom it is kept for ([KeptResources]); empty: for nobody in particular
public record ProtectedResource(URI identifier, String name, Scopes scopes, boolean forPeople, Set<String> clients,
        Optional<Keeping> keeping) {

    /// The people for whom a resource is kept.
    ///
    /// @param emails in lower case
    /// @param tiers  names of tiers whose people they are too
    public record Keeping(Set<String> emails, Set<String> tiers, Tiers sorting) {

        public Keeping {
            emails = Set.copyOf(emails);
            tiers = Set.copyOf(tiers);
        }

        /// Whether somebody with this address is one of them.
        public boolean takes(String email) {
            return emails.contains(MailAddress.plain(email))
                    || sorting.ofAddress(email).filter(place -> tiers.contains(place.tier())).isPresent();
        }
    }

    public ProtectedResource {
        clients = Set.copyOf(clients);
    }

    /// One that is kept for nobody in particular.
    public ProtectedResource(URI identifier, String name, Scopes scopes, boolean forPeople, Set<String> clients) {
        this(identifier, name, scopes, forPeople, clients, Optional.empty());
    }

    /// One whose tokens nobody asks about: the resource is in this process.
    public ProtectedResource(URI identifier, String name, Scopes scopes, boolean forPeople) {
        this(identifier, name, scopes, forPeople, Set.of());
    }

    boolean kept() {
        return keeping.isPresent();
    }

    /// Whether it may be meant when none is named.
    boolean unasked() {
        return forPeople && !kept();
    }
}
