package io.github.doorwarden.authserver;

import java.nio.charset.StandardCharsets;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.upstream.GuardedFetch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// All clients, however they became known. Safe for use by many threads.
public final class Clients {

    private static final String COLUMNS =
            "SELECT id, kind, metadata, secret_hash, created_at, last_used_at, expires_at, revoked_at FROM client ";
    private static final String CHOSEN_ID = "[A-Za-z0-9][A-Za-z0-9._-]{2,63}";

    /// A client and its secret, which is shown this once.
    public record Registered(Client client, Optional<String> secret) {
        @Override
        public String toString() {
            return "Registered[" + client.id() + "]";
        }
    }

    /// A line of the operator's list.
    public record Listed(Client client, Instant createdAt, Optional<Instant> lastUsedAt, Optional<Instant> expiresAt,
            Optional<Instant> revokedAt) {}

    private final Database database;
    private final AuthServerSettings settings;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;
    private final MetadataDocuments documents;
    private final OutsideKeys outsideKeys;

    public Clients(Database database, AuthServerSettings settings, GuardedFetch fetch, InstantSource clock,
            Consumer<AuditEvent> audit) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.audit = audit;
        this.documents = new MetadataDocuments(settings, fetch, clock);
        this.outsideKeys = new OutsideKeys(fetch, clock);
    }

    /// The keys by which clients, and issuers elsewhere, prove things here.
    OutsideKeys outsideKeys() {
        return outsideKeys;
    }

    Quirks quirks() {
        return settings.quirks();
    }

    /// A client that is stored or whose document is cached; never fetches. One that was revoked or has expired is not
    /// known.
    public Optional<Client> known(String id) {
        if (id.length() > Limits.CLIENT_ID_CHARS) {
            return Optional.empty();
        }
        var row = row(id);
        if (MetadataDocuments.isUrl(id)) {
            return row.filter(known -> known.revokedAt.isPresent()).isPresent() ? Optional.empty()
                    : documents.cached(id);
        }
        return row.filter(this::alive).map(Listed::client);
    }

    /// As [#known], and fetches a metadata document when the id is the URL of one. Called only after the person has
    /// signed in.
    ///
    /// @throws OAuthRefused with a `Page` refusal that says why the document was not taken
    public Optional<Client> resolve(String id) {
        try {
            return fetched(id);
        } catch (DocumentRefused refused) {
            throw new OAuthRefused(new OAuthRefusal.Page(refused.status(), "invalid_client", refused.getMessage(),
                    "metadata document of " + Text.clean(id, 200) + ": " + refused.getMessage()));
        }
    }

    /// As [#resolve], for the token leg, where nobody can be shown a page.
    Optional<Client> fetched(String id) throws DocumentRefused {
        var known = known(id);
        if (known.isPresent() || !MetadataDocuments.isUrl(id) || id.length() > Limits.CLIENT_ID_CHARS || row(id)
                .filter(row -> row.revokedAt.isPresent()).isPresent()) {
            return known;
        }
        return Optional.of(documents.fetch(id));
    }

    private boolean alive(Listed row) {
        return row.revokedAt.isEmpty() && row.expiresAt.filter(end -> !clock.instant().isBefore(end)).isEmpty();
    }

    /// Newest first, also those that were revoked.
    public List<Listed> list() {
        return database.query(COLUMNS + "ORDER BY created_at DESC LIMIT ?", Clients::read, Limits.LISTED);
    }

    /// Some of all clients, by id.
    ///
    /// @param after id of the last one of the page before; empty: from the first
    public List<Listed> page(String after, int count) {
        return database.query(COLUMNS + "WHERE id > ? ORDER BY id LIMIT ?", Clients::read, after, count);
    }

    /// One that is stored, also one that was revoked or has expired.
    public Optional<Listed> find(String id) {
        return id.length() > Limits.CLIENT_ID_CHARS ? Optional.empty() : row(id);
    }

    /// Gives a client another secret; the old one opens nothing from then on. What was granted goes on.
    ///
    /// @return the new secret, shown this once; empty when there is no such client, or none with a secret
    public Optional<String> rotateSecret(String id) {
        var secret = Hashes.secret();
        return database.update("UPDATE client SET secret_hash = ? WHERE id = ? AND secret_hash IS NOT NULL "
                + "AND revoked_at IS NULL", Hashes.sha256(secret), id) == 1 ? Optional.of(secret) : Optional.empty();
    }

    /// Forgets a client and ends everything that was granted to it. Its id is nobody's from then on.
    ///
    /// @return whether there was one
    public boolean delete(String id, String why, Grants grants) {
        var there = row(id).isPresent();
        revoke(id, why, grants);
        return there && database.update("DELETE FROM client WHERE id = ?", id) == 1;
    }

    /// Registers a client that the operator vouches for.
    ///
    /// @throws IllegalArgumentException with a sentence for the operator
    public Registered add(NewClient wanted) {
        var made = make(wanted, Client.Kind.PRE_REGISTERED);
        if (insert(made.client, Optional.empty()) == 0) {
            throw new IllegalArgumentException("There is already a client " + made.client.id()
                    + ". Choose another id.");
        }
        return made;
    }

    /// As [#add] for a client of the configuration: the same at every start. A public client needs no secret; a
    /// confidential one must bring its own.
    public Client declare(NewClient wanted) {
        if (wanted.id().isEmpty() || wanted.needsSecret() && wanted.secret().isEmpty()) {
            throw new IllegalArgumentException(
                    "A client in the configuration needs an id, and a secret or keys unless it is public.");
        }
        var client = make(wanted, Client.Kind.PRE_REGISTERED).client;
        if (insert(client, Optional.empty()) == 0) {
            database.update("UPDATE client SET kind = ?, metadata = ?, secret_hash = ?, expires_at = NULL WHERE id = ?",
                    client.kind().name(),
                    ClientRows.metadata(client), client.secretHash().orElse(null), client.id());
        }
        return client;
    }

    /// Replaces what a client said of itself when it registered; a confidential one gets a new secret.
    Registered change(String id, NewClient wanted) {
        var made = make(new NewClient(Optional.of(id), wanted.name(), wanted.redirectUris(), wanted.authMethods(),
                wanted.grantTypes(), wanted.scopes(), Optional.empty(), wanted.keys(), wanted.pushes(),
                wanted.dpopBound()), Client.Kind.DYNAMIC);
        database.update("UPDATE client SET metadata = ?, secret_hash = ? WHERE id = ?",
                ClientRows.metadata(made.client), made.client.secretHash().orElse(null), id);
        return made;
    }

    /// Ends a registration at the client's own wish: its id is nobody's from then on, and no row is kept.
    void forget(String id, String why, Grants grants) {
        grants.revokeOfClient(id, why);
        database.update("DELETE FROM client WHERE id = ? AND kind = 'DYNAMIC'", id);
    }

    /// Stores a dynamic registration; empty when there is no room for one more.
    Optional<Registered> register(NewClient wanted) {
        var made = make(wanted, Client.Kind.DYNAMIC);
        return makeRoom() && insert(made.client,
                Optional.of(clock.instant().plus(settings.registration().unusedFor()))) == 1
                ? Optional.of(made) : Optional.empty();
    }

    private boolean makeRoom() {
        var atMost = settings.registration().atMost();
        return database.transaction(tx -> {
            var count = "SELECT COUNT(*) FROM client WHERE kind = 'DYNAMIC'";
            if (tx.first(count, row -> row.getInt(1)).orElseThrow() < atMost) {
                return true;
            }
            // A tenth at once, so that a full table does not cost every registration a search.
            tx.update("DELETE FROM client WHERE id IN (SELECT id FROM client WHERE kind = 'DYNAMIC' AND (expires_at "
                    + "<= ? OR last_used_at IS NULL "
                    + "AND created_at < ?) ORDER BY created_at LIMIT ?)", clock.instant(),
                    clock.instant().minus(Limits.UNUSED_REGISTRATION_SAFE), Math.max(1, atMost / 10));
            return tx.first(count, row -> row.getInt(1)).orElseThrow() < atMost;
        });
    }

    private Registered make(NewClient wanted, Client.Kind kind) {
        wanted.id().ifPresent(this::requireFree);
        var uris = RedirectUris.screen(wanted.redirectUris(), settings.registration().privateSchemes());
        if (!uris.refused().isEmpty()) {
            throw new IllegalArgumentException(uris.refused().getFirst());
        }
        if (wanted.grantTypes().contains(GrantType.CODE) && uris.accepted().isEmpty()) {
            throw new IllegalArgumentException("A client that acts for people needs a redirect URI.");
        }
        if (wanted.grantTypes().contains(GrantType.CLIENT_CREDENTIALS) && !wanted.confidential()) {
            throw new IllegalArgumentException("A client that acts for itself needs a secret or keys; it cannot be "
                    + "public.");
        }
        requireKeys(wanted);
        if (wanted.secret().filter(secret -> secret.length() < Limits.SECRET_CHARS_AT_LEAST).isPresent()) {
            throw new IllegalArgumentException("The secret of a client needs at least " + Limits.SECRET_CHARS_AT_LEAST
                    + " characters.");
        }
        var id = wanted.id().orElseGet(() -> "cl_" + Hashes.id());
        var secret = wanted.needsSecret() ? Optional.of(wanted.secret().orElseGet(Hashes::secret))
                : Optional.<String>empty();
        var name = Optional.of(Text.clean(wanted.name(), Limits.CLIENT_NAME_CHARS)).filter(text -> !text.isEmpty())
                .orElse("Unnamed client");
        return new Registered(ClientRows.client(id, kind, name, uris.accepted(), wanted.authMethods(),
                secret.map(Hashes::sha256),
                wanted.keys().jwks(), wanted.keys().jwksUri(), wanted.grantTypes(), wanted.scopes(),
                wanted.pushes(), wanted.dpopBound()), secret);
    }

    private static void requireKeys(NewClient wanted) {
        var keys = wanted.keys();
        if (keys.jwks().isPresent() && keys.jwksUri().isPresent()) {
            throw new IllegalArgumentException("A client has its keys here or elsewhere: jwks or jwks_uri, not both.");
        }
        if (keys.jwks().flatMap(text -> Json.parse(text.getBytes(StandardCharsets.UTF_8))).filter(OwnKeys::arePrivate)
                .isPresent()) {
            throw new IllegalArgumentException("The jwks has a private key. Give public ones, and replace that key at "
                    + "once.");
        }
        if (wanted.authMethods().contains(AuthMethod.PRIVATE_KEY_JWT) && keys.jwksUri().isEmpty()
                && keys.jwks().filter(OutsideKeys::isUsable).isEmpty()) {
            throw new IllegalArgumentException("A client with private_key_jwt needs public keys: jwks with at least "
                    + "one RSA key of 2048 bits or EC key, or jwks_uri.");
        }
    }

    /// `sub` of a service is its client id, so it must be nobody's (OAuth 2.1 §7.4); URLs are ids of documents.
    private void requireFree(String id) {
        if (!id.matches(CHOSEN_ID)) {
            throw new IllegalArgumentException(
                    "The id of a client has 3 to 64 letters, digits, dots, dashes and underscores: "
                    + Text.clean(id, 64));
        }
        if (database.first("SELECT 1 FROM person WHERE id = ?", row -> 1, id).isPresent()) {
            throw new IllegalArgumentException("A person has the id " + id + ". Choose another one for the client.");
        }
    }

    private int insert(Client client, Optional<Instant> expiresAt) {
        return database.update("INSERT INTO client (id, kind, metadata, secret_hash, created_at, expires_at) VALUES "
                + "(?, ?, ?, ?, ?, ?) "
                + "ON CONFLICT (id) DO NOTHING", client.id(), client.kind().name(), ClientRows.metadata(client),
                client.secretHash().orElse(null), clock.instant(), expiresAt.orElse(null));
    }

    /// Shuts a client out and ends everything that was granted to it. A document client is shut out by its URL.
    ///
    /// @return whether it was known until now
    public boolean revoke(String id, String why, Grants grants) {
        if (MetadataDocuments.isUrl(id) && id.length() <= Limits.CLIENT_ID_CHARS) {
            documents.cached(id).ifPresent(client -> insert(client, Optional.empty()));
        }
        var changed = database.update("UPDATE client SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                clock.instant(), id) == 1;
        grants.revokeOfClient(id, why);
        if (changed) {
            audit.accept(new AuditEvent(clock.instant(), "", "revoke", "allowed", "service", "", id, "", "", "client",
                    why, null,
                    Duration.ZERO, ""));
        }
        return changed;
    }

    /// Notes that a client was used: a dynamic registration lives on.
    public void touch(Client client) {
        var now = clock.instant();
        var row = row(client.id());
        if (row.flatMap(Listed::lastUsedAt).filter(last -> last.plus(Limits.TOUCH_EVERY).isAfter(now)).isPresent()) {
            return;
        }
        if (client.kind() == Client.Kind.METADATA_DOCUMENT) {
            insert(client, Optional.empty());
        }
        database.update("UPDATE client SET last_used_at = ?, metadata = ?, expires_at = ? WHERE id = ?", now,
                ClientRows.metadata(client),
                client.kind() == Client.Kind.DYNAMIC ? now.plus(settings.registration().unusedFor()) : null,
                client.id());
    }

    void sweep(Instant now) {
        database.update("DELETE FROM client WHERE expires_at <= ? AND revoked_at IS NULL", now);
    }

    private Optional<Listed> row(String id) {
        return database.first(COLUMNS + "WHERE id = ?", Clients::read, id);
    }

    private static Listed read(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Listed(ClientRows.read(row), Rows.time(row, "created_at"), Rows.maybeTime(row, "last_used_at"),
                Rows.maybeTime(row, "expires_at"), Rows.maybeTime(row, "revoked_at"));
    }
}
