package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;
import io.github.doorwarden.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Access tokens that say nothing to who finds them: 256 random bits, kept as a hash beside what they stand for (OAuth
/// 2.1 §7.7). Others learn what one means by introspection. Safe for use by many threads and by many processes on one
/// database.
public final class OpaqueTokens implements TokenVerifier {

    private static final int CHARS = 43;
    private static final String COLUMNS =
            "SELECT id, grant_id, scopes, issued_at, expires_at, bound_to FROM access_token ";

    private final Database database;
    private final Grants grants;
    private final Function<String, Optional<PersonClaims>> people;
    private final InstantSource clock;

    /// @param people what is said of a person, by their id; empty for one who may no longer sign in
    public OpaqueTokens(Database database, Grants grants, Function<String, Optional<PersonClaims>> people,
            InstantSource clock) {
        this.database = database;
        this.grants = grants;
        this.people = people;
        this.clock = clock;
    }

    /// Whether it could be one of these: what has a dot is a JWT.
    public static boolean isOne(String token) {
        return token.length() == CHARS && token.indexOf('.') < 0;
    }

    /// Whether it is one of these, dead or alive, that has not been forgotten yet.
    public boolean knows(String token) {
        return find(token).isPresent();
    }

    /// A new token that stands for this.
    String keep(TokenFacts facts) {
        var token = Hashes.secret();
        database.update("INSERT INTO access_token (token_hash, id, grant_id, scopes, issued_at, expires_at, bound_to) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?)", Hashes.sha256(token), facts.id(), facts.grantId(),
                Rows.words(facts.scopes()), facts.issuedAt(), facts.expiresAt(), facts.boundTo().orElse(null));
        return token;
    }

    /// Also one that is dead.
    Optional<TokenFacts> find(String token) {
        return isOne(token) ? database.first(COLUMNS + "WHERE token_hash = ?", OpaqueTokens::read,
                Hashes.sha256(token)) : Optional.empty();
    }

    @Override
    public VerifiedToken verify(String token) {
        var facts = find(token).orElseThrow(() -> TokenRefused.invalid("it is unknown here or ended long ago", ""));
        var now = clock.instant();
        if (!now.isBefore(facts.expiresAt())) {
            throw TokenRefused.expired(facts.expiresAt(), facts.id());
        }
        var grant = grants.find(facts.grantId()).filter(known -> known.alive(now))
                .orElseThrow(() -> TokenRefused.revoked(facts.id()));
        var person = grant.personId().map(id -> people.apply(id).orElseThrow(() ->
                TokenRefused.invalid("the person who granted it may no longer sign in", facts.id())));
        return new VerifiedToken(grant.personId().orElse(grant.clientId()), grant.clientId(), person.isEmpty(),
                person.map(PersonClaims::email), facts.scopes(), Set.of(grant.resource()), Optional.of(grant.id()),
                facts.id(), facts.expiresAt(), new SignIn(grant.signedInAt(),
                grant.signedInAt().map(at -> Factors.acr(grant.amr())), grant.amr()), facts.boundTo(),
                grant.tenant());
    }

    private static TokenFacts read(ResultSet row) throws SQLException {
        return new TokenFacts(row.getString("id"), row.getString("grant_id"), Rows.words(row.getString("scopes")),
                Rows.time(row, "issued_at"), Rows.time(row, "expires_at"),
                Optional.ofNullable(row.getString("bound_to")));
    }

    void sweep(Instant now) {
        database.update("DELETE FROM access_token WHERE expires_at < ?", now);
    }
}
