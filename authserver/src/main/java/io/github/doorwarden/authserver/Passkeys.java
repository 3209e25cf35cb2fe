package io.github.doorwarden.authserver;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Spent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Passkeys (WebAuthn level 3): discoverable, unlocked by their owner, without attestation. A challenge travels in the
/// form that it was made for and is spent once, on all nodes together. Safe for many threads.
final class Passkeys {

    /// A ceremony that a page offers.
    ///
    /// @param options for the browser, JSON with binary values as base64url
    /// @param expires of the challenge, in milliseconds
    record Ask(String action, String csrf, String challenge, long expires, String options) {}

    /// As its owner sees it.
    ///
    /// @param handle names it in a form
    /// @param used   null: never
    record Listed(String handle, String name, Instant since, Instant used) {}

    /// What came back from a browser.
    record Answer(String credential, String challenge, long expires) {}

    private record Stored(String personId, byte[] attested, long count) {}

    private static final Logger LOG = LoggerFactory.getLogger(Passkeys.class);
    private static final String KIND = "passkey challenge";
    /// ES256, EdDSA, RS256 (RFC 9053, RFC 8812).
    private static final List<Integer> ALGORITHMS = List.of(-7, -8, -257);

    /// Takes a noticeable part of a second: not before somebody uses a passkey.
    private static final class Ceremonies {
        static final ObjectConverter CONVERTER = new ObjectConverter();
        static final WebAuthnManager MANAGER = WebAuthnManager.createNonStrictWebAuthnManager(CONVERTER);
        static final List<PublicKeyCredentialParameters> TAKEN = ALGORITHMS.stream().map(id ->
                new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY,
                COSEAlgorithmIdentifier.create(id))).toList();
        static final AttestedCredentialDataConverter ATTESTED = new AttestedCredentialDataConverter(CONVERTER);
    }

    private final URI issuer;
    private final String site;
    private final Database database;
    private final Spent spent;
    private final InstantSource clock;

    private Passkeys(URI issuer, String site, Database database, InstantSource clock) {
        this.issuer = issuer;
        this.site = site;
        this.database = database;
        this.spent = new Spent(database);
        this.clock = clock;
    }

    /// Empty where browsers allow none: at an address that is a number (WebAuthn level 3, §5.1.2: a valid domain).
    static Optional<Passkeys> at(URI issuer, String site, Database database, InstantSource clock) {
        var host = issuer.getHost();
        return host.startsWith("[") || host.matches("[0-9.]+") ? Optional.empty()
                : Optional.of(new Passkeys(issuer, site, database, clock));
    }

    /// For the sign-in page.
    Ask ask(String browser, String query) {
        var options = options();
        options.put("rpId", issuer.getHost()).put("userVerification", "required");
        return ask(BrowserSide.PASSKEY, query, browser, options);
    }

    /// For the account page.
    Ask register(Session who) {
        var person = who.person();
        var options = options();
        options.putObject("rp").put("id", issuer.getHost()).put("name", site);
        options.putObject("user").put("id", base64(person.id().getBytes(StandardCharsets.UTF_8)))
                .put("name", person.email()).put("displayName", person.name());
        var algorithms = options.putArray("pubKeyCredParams");
        ALGORITHMS.forEach(each -> algorithms.addObject().put("type", "public-key")
                .put("alg", each));
        options.putObject("authenticatorSelection").put("residentKey", "required").put("requireResidentKey", true)
                .put("userVerification", "required");
        var known = options.putArray("excludeCredentials");
        list(person.id()).forEach(each -> known.addObject().put("type", "public-key").put("id", each.handle));
        return ask(BrowserSide.PASSKEYS, "", who.id(), options.put("attestation", "none"));
    }

    private ObjectNode options() {
        return Json.object().put("challenge", Hashes.secret()).put("timeout", BrowserLimits.CEREMONY.toMillis());
    }

    private Ask ask(String path, String query, String secret, ObjectNode options) {
        var challenge = options.path("challenge").asString();
        var expires = clock.instant().plus(BrowserLimits.CEREMONY).toEpochMilli();
        return new Ask(Onward.with(path, query),
                FormGuard.token(secret, "passkey", challenge, Long.toString(expires), query), challenge, expires,
                options.toString());
    }

    /// What a form brings back.
    ///
    /// @param secret of the browser or the session that the ceremony was offered to
    /// @throws OAuthRefused 403 when it was offered to somebody else, is over or was used
    Answer answer(Params form, String secret, String query) {
        var challenge = form.one("challenge").orElse("");
        var expires = form.one("expires").filter(text -> text.matches("[0-9]{1,15}")).orElse("0");
        FormGuard.check(form.one("csrf"), secret, "passkey", challenge, expires, query);
        var end = Instant.ofEpochMilli(Long.parseLong(expires));
        var now = clock.instant();
        if (!now.isBefore(end) || !spent.take(KIND, challenge, end, now)) {
            throw FormGuard.refused("That took too long, or was sent twice, so nothing was done. Start again.",
                    "passkey challenge is over or spent");
        }
        return new Answer(form.one("credential").orElse(""), challenge, end.toEpochMilli());
    }

    /// Whose passkey it is, when everything about the answer is right; empty otherwise.
    Optional<String> signIn(Answer answer) {
        var data = sound(() -> Ceremonies.MANAGER.parseAuthenticationResponseJSON(answer.credential)).orElse(null);
        if (data == null || data.getCredentialId() == null) {
            return Optional.empty();
        }
        var stored = database.first("SELECT k.person_id, k.attested, k.sign_count FROM passkey k"
                        + " JOIN person p ON p.id = k.person_id WHERE k.credential_id = ? AND p.disabled_at IS NULL",
                row -> new Stored(row.getString(1), row.getBytes(2), row.getLong(3)), data.getCredentialId())
                .filter(known -> data.getUserHandle() == null || Hashes.same(data.getUserHandle(),
                known.personId.getBytes(StandardCharsets.UTF_8))).orElse(null);
        if (stored == null || sound(() -> verified(data, stored, answer)).isEmpty()) {
            return Optional.empty();
        }
        var counted = database.update("UPDATE passkey SET sign_count = ?, last_used_at = ?"
                        + " WHERE credential_id = ? AND sign_count = ?", data.getAuthenticatorData().getSignCount(),
                clock.instant(), data.getCredentialId(), stored.count);
        return counted == 1 ? Optional.of(stored.personId) : Optional.empty();
    }

    private AuthenticationData verified(AuthenticationData data, Stored stored, Answer answer) {
        var record = new CredentialRecordImpl(null, null, null, null, stored.count,
                Ceremonies.ATTESTED.convert(stored.attested), null, null, null, null);
        return Ceremonies.MANAGER.verify(data, new AuthenticationParameters(server(answer.challenge), record, null,
                true, true));
    }

    /// Whether the person has a new passkey now; false when something about the answer is wrong.
    boolean add(String personId, Answer answer, String name) {
        var made = sound(() -> Ceremonies.MANAGER.verifyRegistrationResponseJSON(answer.credential,
                new RegistrationParameters(server(answer.challenge), Ceremonies.TAKEN, true, true))
                .getAttestationObject().getAuthenticatorData()).orElse(null);
        if (made == null) {
            return false;
        }
        var attested = made.getAttestedCredentialData();
        return database.update("INSERT INTO passkey (credential_id, person_id, attested, sign_count, name,"
                        + " created_at) SELECT ?, ?, ?, ?, ?, ? WHERE"
                        + " (SELECT count(*) FROM passkey WHERE person_id = ?) < ?"
                        + " ON CONFLICT (credential_id) DO NOTHING",
                attested.getCredentialId(), personId, Ceremonies.ATTESTED.convert(attested), made.getSignCount(),
                name, clock.instant(), personId, BrowserLimits.PASSKEYS) == 1;
    }

    /// What the library makes of a stranger's bytes; empty when it refuses them, in whichever of its ways.
    private static <T> Optional<T> sound(Supplier<T> work) {
        try {
            return Optional.ofNullable(work.get());
        } catch (RuntimeException refused) {
            LOG.debug("A passkey was refused.", refused);
            return Optional.empty();
        }
    }

    private ServerProperty server(String challenge) {
        return ServerProperty.builder().origin(new Origin(FormGuard.origin(issuer))).rpId(issuer.getHost())
                .challenge(new DefaultChallenge(Base64.getUrlDecoder().decode(challenge))).build();
    }

    boolean has(String personId) {
        return !list(personId).isEmpty();
    }

    List<Listed> list(String personId) {
        return database.query("SELECT credential_id, name, created_at, last_used_at FROM passkey WHERE person_id = ?"
                        + " ORDER BY created_at",
                row -> new Listed(base64(row.getBytes(1)), row.getString(2), Rows.time(row, "created_at"),
                        Rows.maybeTime(row, "last_used_at").orElse(null)), personId);
    }

    boolean remove(String personId, String handle) {
        return handle.matches("[A-Za-z0-9_-]{1,1400}") && database.update(
                "DELETE FROM passkey WHERE person_id = ? AND credential_id = ?", personId,
                Base64.getUrlDecoder().decode(handle)) == 1;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
