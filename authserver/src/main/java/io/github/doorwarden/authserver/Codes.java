package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Authorization codes: 256 random bits, stored as hashes, redeemed once (OAuth 2.1 §4.1.2). Safe for use by many
/// threads and by many processes on one database.
public final class Codes {

    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
    private static final String NOT_OURS =
            "The authorization code is unknown, has ended or was issued to another client. Authorize again.";

    /// What a code stands for.
    ///
    /// @param redirectUri exactly as presented at `/authorize`
    /// @param challenge   S256 code challenge
    /// @param amr         by which means the person signed in ([Factors])
    /// @param boundTo     thumbprint of the key that must be proven when it is redeemed (RFC 9449 §10)
    /// @param openId      when an ID token is wanted too
    /// @param tenant      organisation that it counts for
    public record Approved(String clientId, String personId, String redirectUri, String challenge, String resource,
            Set<String> scopes, Instant signedInAt, Set<String> amr, Optional<String> boundTo,
            Optional<OpenIdRequest> openId, Optional<String> tenant) {

        /// Without an ID token, for no organisation in particular.
        public Approved(String clientId, String personId, String redirectUri, String challenge, String resource,
                Set<String> scopes, Instant signedInAt, Set<String> amr, Optional<String> boundTo) {
            this(clientId, personId, redirectUri, challenge, resource, scopes, signedInAt, amr, boundTo,
                    Optional.empty(), Optional.empty());
        }

        /// For any key, or none.
        public Approved(String clientId, String personId, String redirectUri, String challenge, String resource,
                Set<String> scopes, Instant signedInAt, Set<String> amr) {
            this(clientId, personId, redirectUri, challenge, resource, scopes, signedInAt, amr, Optional.empty());
        }

        /// Of somebody of whom it is not known by which means they signed in, for any key or none.
        public Approved(String clientId, String personId, String redirectUri, String challenge, String resource,
                Set<String> scopes, Instant signedInAt) {
            this(clientId, personId, redirectUri, challenge, resource, scopes, signedInAt, Set.of(), Optional.empty());
        }
    }

    /// A redemption as presented at `/token`.
    ///
    /// @param redirectUri no longer required; when present it must be the one of `/authorize` (OAuth 2.1 §10.2)
    /// @param resources   empty, or the one that was approved
    /// @param key         that was proven, by its thumbprint
    /// @param bindRefresh whether refresh tokens are bound to that key: those of public clients (RFC 9449 §5)
    record Redemption(String code, String clientId, Optional<String> redirectUri, Optional<String> verifier,
            List<String> resources, Optional<String> key, boolean bindRefresh) {

        /// Without a proof.
        Redemption(String code, String clientId, Optional<String> redirectUri, Optional<String> verifier,
                List<String> resources) {
            this(code, clientId, redirectUri, verifier, resources, Optional.empty(), false);
        }
    }

    private record Row(Approved approved, Instant expiresAt, Optional<Instant> spentAt, Optional<String> grantId) {}

    private final Database database;
    private final AuthServerSettings settings;
    private final InstantSource clock;
    private final Grants grants;

    public Codes(Database database, AuthServerSettings settings, InstantSource clock, Grants grants) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.grants = grants;
    }

    /// A new code; only its hash is kept.
    public String issue(Approved approved) {
        var code = Hashes.secret();
        database.update("INSERT INTO authorization_code (code_hash, client_id, person_id, redirect_uri, challenge, "
                + "resource, scopes, "
                + "signed_in_at, expires_at, amr, bound_to, openid, tenant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                + "?, ?)",
                Hashes.sha256(code), approved.clientId(), approved.personId(), approved.redirectUri(),
                approved.challenge(), approved.resource(), Rows.words(approved.scopes()), approved.signedInAt(),
                clock.instant().plus(settings.lifetimes().code()), Rows.words(approved.amr()),
                approved.boundTo().orElse(null), approved.openId().map(OpenIdRequest::kept).orElse(null),
                approved.tenant().orElse(null));
        return code;
    }

    /// Whether this code was issued to that client: the reason to fetch the client's document once more after a
    /// restart.
    boolean issuedTo(String code, String clientId) {
        return find(code).filter(row -> row.approved.clientId().equals(clientId)).isPresent();
    }

    /// What a code was to bring beside the grant.
    Optional<OpenIdRequest> openId(String code) {
        return find(code).flatMap(row -> row.approved.openId());
    }

    /// Takes the code and makes the grant, both or neither. Every check comes before the code is spent, so a mistake
    /// can be corrected; using a code twice, with everything else right, revokes what the first use gave (OAuth 2.1
    /// §7.5.2), while somebody who saw only the code can revoke nothing.
    ///
    /// @throws OAuthRefused `invalid_grant` or `invalid_target`
    Grant redeem(Redemption presented) {
        var now = clock.instant();
        var row = find(presented.code()).orElseThrow(() -> invalidGrant(NOT_OURS, "unknown code"));
        if (!row.approved.clientId().equals(presented.clientId())) {
            throw invalidGrant(NOT_OURS, "code of another client");
        }
        checkRedirect(row.approved, presented.redirectUri());
        checkVerifier(row.approved, presented.verifier());
        checkKey(row.approved, presented.key());
        Resources.requireOnly(settings, row.approved.resource(), presented.resources());
        if (row.spentAt.isEmpty() && !now.isBefore(row.expiresAt)) {
            throw invalidGrant(NOT_OURS, "code has ended");
        }
        return take(presented, row.approved).orElseThrow(() -> replayed(presented.code()));
    }

    private static void checkRedirect(Approved approved, Optional<String> presented) {
        if (presented.isPresent() && !presented.get().equals(approved.redirectUri())) {
            throw invalidGrant("The redirect_uri differs from the one of the authorization request. Send the same.",
                    "redirect_uri differs");
        }
    }

    private static void checkKey(Approved approved, Optional<String> key) {
        if (approved.boundTo().isPresent() && !approved.boundTo().equals(key)) {
            throw invalidGrant("The code is bound to the key of dpop_jkt. Send a DPoP proof by that key.",
                    "no proof by the key of dpop_jkt");
        }
    }

    /// RFC 7636 §4.6, S256 alone.
    private static void checkVerifier(Approved approved, Optional<String> verifier) {
        var text = verifier.orElseThrow(() -> invalidGrant("The code_verifier is missing.", "no code_verifier"));
        if (!VERIFIER.matcher(text).matches() || !Hashes.same(Hashes.sha256Base64Url(text), approved.challenge())) {
            throw invalidGrant("The code_verifier does not belong to the code_challenge.", "wrong code_verifier");
        }
    }

    private Optional<Grant> take(Redemption presented, Approved approved) {
        var code = presented.code();
        return database.transaction(tx -> {
            var taken = tx.update("UPDATE authorization_code SET spent_at = ? WHERE code_hash = ? AND spent_at IS NULL",
                    clock.instant(), Hashes.sha256(code));
            if (taken == 0) {
                return Optional.<Grant>empty();
            }
            var grant = grants.createIn(tx, approved,
                    presented.bindRefresh() ? presented.key() : Optional.empty());
            tx.update("UPDATE authorization_code SET grant_id = ? WHERE code_hash = ?", grant.id(),
                    Hashes.sha256(code));
            return Optional.of(grant);
        });
    }

    private OAuthRefused replayed(String code) {
        find(code).flatMap(Row::grantId).ifPresent(grant -> grants.revoke(grant, "authorization code used twice"));
        return invalidGrant("The authorization code was used before. What it gave has been revoked; authorize again.",
                "code used twice");
    }

    private static OAuthRefused invalidGrant(String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(400, "invalid_grant", description, detail));
    }

    private Optional<Row> find(String code) {
        return database.first("SELECT client_id, person_id, redirect_uri, challenge, resource, scopes, signed_in_at, "
                + "expires_at, spent_at, bound_to, openid, "
                + "grant_id, amr, tenant FROM authorization_code WHERE code_hash = ?", Codes::read,
                Hashes.sha256(code));
    }

    private static Row read(ResultSet row) throws SQLException {
        var approved = new Approved(row.getString("client_id"), row.getString("person_id"),
                row.getString("redirect_uri"),
                row.getString("challenge"), row.getString("resource"), Rows.words(row.getString("scopes")),
                Rows.time(row, "signed_in_at"), Rows.words(row.getString("amr")),
                Optional.ofNullable(row.getString("bound_to")), OpenIdRequest.kept(row.getString("openid")),
                Optional.ofNullable(row.getString("tenant")));
        return new Row(approved, Rows.time(row, "expires_at"), Rows.maybeTime(row, "spent_at"),
                Optional.ofNullable(row.getString("grant_id")));
    }

    void sweep(Instant now) {
        database.update("DELETE FROM authorization_code WHERE expires_at < ?", now.minus(Limits.SPENT_CODE_KEPT));
    }
}
