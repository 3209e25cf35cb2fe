package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The tokens that [SessionApi] gives out: opaque whatever others are, so that ending one needs nobody else, and as
/// long as a browser's session. Safe for use by many threads.
final class SessionTokens {

    private static final String MARK = "session_api=1&";

    /// What a program wants its session for.
    ///
    /// @param resource identifier
    record Asked(String resource, Set<String> scopes) {

        /// As it is kept beside the link.
        String written() {
            return MARK + "resource=" + URLEncoder.encode(resource, StandardCharsets.UTF_8) + "&scope="
                    + URLEncoder.encode(Rows.words(scopes), StandardCharsets.UTF_8);
        }

        /// Empty for what a browser asked.
        static Optional<Asked> read(String written) {
            if (!written.startsWith(MARK)) {
                return Optional.empty();
            }
            try {
                var params = Gate.parse(written);
                return params.one("resource").map(resource -> new Asked(resource,
                        params.one("scope").map(Rows::words).orElse(Set.of())));
            } catch (OAuthRefused broken) {
                return Optional.empty();
            }
        }
    }

    private final AuthServerSettings settings;
    private final Grants grants;
    private final OpaqueTokens opaque;
    private final InstantSource clock;

    SessionTokens(AuthServerSettings settings, Grants grants, OpaqueTokens opaque, InstantSource clock) {
        this.settings = settings;
        this.grants = grants;
        this.opaque = opaque;
        this.clock = clock;
    }

    /// @param resource an identifier, or the path of an endpoint; empty: the first endpoint
    /// @param scope    empty: what everybody gets
    /// @throws OAuthRefused `invalid_target`, `invalid_scope`
    Asked asked(Optional<String> resource, Optional<String> scope) {
        var issuer = settings.issuer().toString();
        var named = resource.map(text -> text.startsWith("/") ? issuer + text : text).orElse(issuer);
        var found = settings.resource(named).filter(ProtectedResource::unasked).orElseThrow(() ->
                SessionApi.refused(400, "invalid_target", "There is no resource of that name that a session can be "
                        + "for. Name an endpoint by its path or URL.", "resource"));
        var wanted = new LinkedHashSet<>(scope.map(Rows::words).orElse(Set.copyOf(found.scopes().baseline())));
        if (!wanted.stream().allMatch(found.scopes()::knows)) {
            throw SessionApi.refused(400, "invalid_scope", "The resource has no such scope. Its metadata lists those "
                    + "that it has.", "unknown scope");
        }
        if (wanted.isEmpty() && !found.scopes().all().isEmpty()) {
            throw SessionApi.refused(400, "invalid_scope", "Say in scope what you want: the resource has no scopes "
                    + "that are given unasked.", "no scope");
        }
        return new Asked(found.identifier().toString(), wanted);
    }

    /// The answer to a sign-in that is complete.
    ///
    /// @param amr    how they proved who they are
    /// @param wanted looked at once more: it has travelled with the program, and the configuration may have changed
    /// @throws OAuthRefused `invalid_target`, `invalid_scope`
    ObjectNode open(Person person, Set<String> amr, Asked wanted, Trail trail) {
        var asked = asked(Optional.of(wanted.resource), Optional.of(Rows.words(wanted.scopes)));
        var now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        var grant = grants.ofSession(new Sessions.Session("", person, now, amr), SessionApi.CLIENT, asked.resource,
                asked.scopes);
        var facts = new TokenFacts(Hashes.id(), grant.id(), asked.scopes, now, grant.expiresAt(), Optional.empty());
        var token = opaque.keep(facts);
        trail.grant(grant);
        trail.token(facts.id());
        return Json.object().put("access_token", token).put("token_type", "Bearer")
                .put("expires_in", settings.lifetimes().session().toSeconds()).put("scope", Rows.words(asked.scopes))
                .put("resource", asked.resource).put("acr", Factors.acr(amr));
    }

    /// Nothing happens for a token that is none of ours.
    void end(String token, Trail trail) {
        opaque.find(token).flatMap(facts -> grants.find(facts.grantId()))
                .filter(grant -> grant.clientId().equals(SessionApi.CLIENT)).ifPresent(grant -> {
                    trail.client(SessionApi.CLIENT);
                    trail.grant(grant);
                    grants.revoke(grant.id(), "signed out");
                });
    }
}
