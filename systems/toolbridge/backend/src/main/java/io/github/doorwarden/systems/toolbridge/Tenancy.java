package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import io.github.doorwarden.systems.toolbridge.Authentication.Claimed;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// For which tenant a call is, once its user is proven: the signed one, the chosen one, the token's, the one whose host
/// name was called, or the only one that the user belongs to. Whatever names it, the user must belong to it, by our own
/// list or by the token's word.
final class Tenancy {

    private record Membership(String id, String tenant, boolean bound) {}

    private record Admitted(Caller caller, Optional<Membership> unbound) {}

    private final Store store;
    private final Sessions sessions;
    private final TenantSecrets secrets;
    private final InstantSource clock;

    Tenancy(Store store, Sessions sessions, TenantSecrets secrets, InstantSource clock) {
        this.store = store;
        this.sessions = sessions;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// @param host    of the request, without its port
    /// @param session that the call names; null when the route needs none
    Caller admit(Claimed claimed, Optional<String> host, Optional<String> session) {
        var admitted = store.read(Scope.PLATFORM, tx -> admit(tx, claimed, host, session));
        admitted.unbound.ifPresent(each -> store.write(Scope.PLATFORM, tx -> tx.update("UPDATE membership SET user_id "
                + "= ?, updated_at = ? WHERE id = ? AND user_id IS NULL", admitted.caller.user(), clock.millis(),
                each.id)));
        return admitted.caller;
    }

    private Admitted admit(Tx tx, Claimed claimed, Optional<String> host, Optional<String> session)
            throws SQLException {
        var token = claimed.token();
        // An address binds a person once; after that only the subject counts, whoever has the address then.
        var memberships = tx.query("SELECT id, tenant_id, user_id FROM membership WHERE user_id = ? OR (user_id IS "
                + "NULL AND email = ?) ORDER BY tenant_id", row -> new Membership(row.getString(1), row.getString(2),
                row.getString(3) != null), token.subject(), token.email().orElse(""));
        var called = host.isEmpty() ? Optional.<String>empty() : tx.first("SELECT id FROM tenant WHERE host = ?",
                row -> row.getString(1), host.get().toLowerCase(Locale.ROOT));
        var tenant = claimed.signed().or(claimed::chosen).or(token::tenant).or(() -> called.filter(each -> memberships
                .stream().anyMatch(own -> own.tenant.equals(each)))).orElseGet(() -> only(memberships));
        if (token.tenant().filter(each -> !each.equals(tenant)).isPresent()) {
            throw forbidden("The access token is for another organisation than the call.");
        }
        var membership = memberships.stream().filter(each -> each.tenant.equals(tenant)).findFirst();
        if (membership.isEmpty() && token.tenant().isEmpty()) {
            throw forbidden("You do not belong to the organisation that the call is for.");
        }
        var status = tx.first("SELECT status FROM tenant WHERE id = ?", row -> row.getString(1), tenant).orElseThrow(
                () -> forbidden("You do not belong to the organisation that the call is for."));
        if (!status.equals("active")) {
            throw Problem.forbidden("tenant_suspended",
                    "Your organisation is suspended, and nothing can be done in it. "
                    + "Ask the administrator.");
        }
        if (claimed.signed().isEmpty() && secrets.isSigned(tx, tenant)) {
            throw Problem.unauthorized("signature_required", "Calls for this organisation have to be signed with its "
                    + "secret: X-Tenant-Id, X-User-Id, X-Timestamp, X-Nonce, X-Key-Id and X-Signature are missing.");
        }
        if (called.isPresent() && !called.get().equals(tenant)) {
            throw Problem.forbidden("host_mismatch", "The host name " + host.get() + " is another organisation's. Call "
                    + "the one of your own.");
        }
        var caller = new Caller(tenant, token.subject());
        if (session.isPresent()) {
            sessions.require(tx, caller, session.get());
        }
        return new Admitted(caller, membership.filter(each -> !each.bound));
    }

    private static String only(List<Membership> memberships) {
        return switch (memberships.size()) {
            case 0 -> throw forbidden("You belong to no organisation here. Ask an administrator to add you.");
            case 1 -> memberships.getFirst().tenant;
            default -> throw Problems.ambiguousTenant(memberships.stream().map(Membership::tenant).toList());
        };
    }

    private static Refused forbidden(String why) {
        return Problem.forbidden("tenant_forbidden", why);
    }
}
