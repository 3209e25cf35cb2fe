package io.github.doorwarden.systems.marketplace;

import com.sun.net.httpserver.Headers;
import io.github.doorwarden.systems.backend.AccessTokens;
import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.EventLog;
import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From the `Authorization` header to a proven principal: a JWT of the identity provider, or the static service token.
/// Tells the log of every success and failure. Safe for use by many threads.
final class Authentication {

    private static final Principal STATIC = new Principal.Service("static-service-token", "static service token");

    private final Optional<AccessTokens<Principal.Proven>> jwts;
    private final Optional<String> staticToken;
    private final EventLog log;

    Authentication(Optional<AccessTokens<Principal.Proven>> jwts, Optional<String> staticToken, EventLog log) {
        this.jwts = jwts;
        this.staticToken = staticToken;
        this.log = log;
    }

    /// Throws 401 when nobody is proven, 503 when the keys to prove it cannot be had, 422 for an unusable
    /// `X-On-Behalf-Of`.
    Principal.Proven prove(Headers headers, String route) {
        var token = bearer(headers, route);
        if (staticToken.filter(expected -> Digests.same(expected, token)).isPresent()) {
            log.info("mcp_auth_static_token", Map.of("route", route, "principal_type", STATIC.type(), "principal_id",
                    STATIC.id()));
            return onBehalf(new Principal.Proven(STATIC, Set.of("mcp:read", "mcp:write"), Optional.empty()), headers);
        }
        if (jwts.isEmpty()) {
            throw failed(route, token, "unknown_token");
        }
        try {
            var proven = jwts.get().verify(token);
            log.info("mcp_auth_m2m_jwt", Map.of("route", route, "principal_type", proven.principal().type(),
                    "principal_id", proven.principal().shortId(), "token", mark(token)));
            return onBehalf(proven, headers);
        } catch (AccessTokens.Bad bad) {
            throw failed(route, token, bad.getMessage());
        } catch (Refused unavailable) {
            logFailure(route, token, unavailable.why().code());
            throw unavailable;
        }
    }

    void scope(Principal.Proven caller, String scope, String route) {
        if (!caller.scopes().contains(scope)) {
            log.warn("mcp_scope_insufficient", Map.of("route", route, "principal_type", caller.principal().type(),
                    "principal_id", caller.principal().shortId(), "scope", scope));
            throw Problem.insufficientScope(scope);
        }
    }

    private String bearer(Headers headers, String route) {
        var values = headers.getOrDefault("Authorization", List.of());
        if (values.isEmpty()) {
            logFailure(route, null, "no_token");
            throw Problem.unauthorized("no_token",
                    "This call carries no access token. Send one as 'Authorization: Bearer …'.");
        }
        var parts = values.getFirst().strip().split(" +", 2);
        if (values.size() > 1 || parts.length < 2 || !parts[0].equalsIgnoreCase("Bearer")
                || parts[1].length() > Limits.TOKEN_CHARS) {
            throw failed(route, null, "not_a_bearer_token");
        }
        return parts[1];
    }

    private Refused failed(String route, String token, String reason) {
        logFailure(route, token, reason);
        return Problem.unauthorized("invalid_token", AccessTokens.remedy(reason,
                "The access token cannot be accepted. Obtain a new one from the identity provider and call again."));
    }

    private void logFailure(String route, String token, String reason) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("route", route);
        fields.put("reason", reason);
        if (token != null) {
            fields.put("token", mark(token));
        }
        log.warn("mcp_auth_failed", fields);
    }

    /// What may be said of a token in a log: enough to recognise it, not enough to use it.
    private static String mark(String token) {
        return Digests.sha256(token).substring(0, 8);
    }

    /// A service may say for which person it acts; what a user says about that is not listened to.
    private static Principal.Proven onBehalf(Principal.Proven caller, Headers headers) {
        var said = headers.getOrDefault("X-On-Behalf-Of", List.of());
        if (said.isEmpty() || !(caller.principal() instanceof Principal.Service)) {
            return caller;
        }
        var name = said.getFirst().strip();
        if (said.size() > 1 || name.isEmpty() || name.length() > Limits.PRINCIPAL_CHARS || name.chars()
                .anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw Problem.invalid("X-On-Behalf-Of must be one value of 1 to " + Limits.PRINCIPAL_CHARS
                    + " printable ASCII characters: "
                    + "the id or e-mail address of the person behind the call.");
        }
        return new Principal.Proven(caller.principal(), caller.scopes(), Optional.of(name));
    }
}
