package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Which key calls for a tenant are signed with: one of the configuration, or one that the backend gives while both
/// run. Safe for use by many threads.
public sealed interface TenantKeys extends AutoCloseable permits TenantKeys.Fixed, ProvisionedKeys {

    /// The key of now. May block, at most for `within`.
    ///
    /// @return empty when there is none for this tenant
    Optional<SigningKey> of(String tenant, Duration within) throws UpstreamFailure, InterruptedException;

    /// Tells that the backend answered 401 to a call for this tenant.
    ///
    /// @return whether a second try could go better, because there may be another key by now
    boolean refused(String tenant);

    @Override
    default void close() {}

    /// Those of the configuration.
    ///
    /// @param usual     for tenants without a key of their own; empty: they cannot be signed for
    /// @param ofTenants by their tenants
    record Fixed(Optional<SigningKey> usual, Map<String, SigningKey> ofTenants) implements TenantKeys {

        public Fixed {
            ofTenants = Map.copyOf(ofTenants);
        }

        @Override
        public Optional<SigningKey> of(String tenant, Duration within) {
            return Optional.ofNullable(ofTenants.get(tenant)).or(() -> usual);
        }

        @Override
        public boolean refused(String tenant) {
            return false;
        }
    }
}
