package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.body;
import static io.github.doorwarden.authserver.Visitor.form;
import static io.github.doorwarden.authserver.Visitor.html;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.webauthn4j.data.AttestationConveyancePreference;
import com.webauthn4j.data.AuthenticatorSelectionCriteria;
import com.webauthn4j.data.PublicKeyCredentialCreationOptions;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialRequestOptions;
import com.webauthn4j.data.PublicKeyCredentialRpEntity;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.PublicKeyCredentialUserEntity;
import com.webauthn4j.data.UserVerificationRequirement;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.test.authenticator.webauthn.NoneAttestationAuthenticator;
import com.webauthn4j.test.authenticator.webauthn.WebAuthnAuthenticatorAdaptor;
import com.webauthn4j.test.client.ClientPlatform;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Passkeys, with an authenticator in software in the place of a browser.
class PasskeysTest {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    @TempDir
    Path folder;

    private House house;
    private Visitor visitor;
    private ClientPlatform device;

    @BeforeEach
    void open() {
        house = new House(folder);
        visitor = new Visitor(house).signedIn();
        device = device(House.ISSUER);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static ClientPlatform device(String origin) {
        return new ClientPlatform(new Origin(origin),
                new WebAuthnAuthenticatorAdaptor(new NoneAttestationAuthenticator()));
    }

    private static DefaultChallenge challenge(Visitor.Form form) {
        return new DefaultChallenge(Base64.getUrlDecoder().decode(form.hidden().get("challenge")));
    }

    /// What `passkeys.js` sends for the offer on a page.
    private String created(Visitor.Form form) {
        var made = device.create(new PublicKeyCredentialCreationOptions(
                new PublicKeyCredentialRpEntity("door.example.org", "Door"),
                new PublicKeyCredentialUserEntity(house.ada.id().getBytes(StandardCharsets.UTF_8), "ada", "Ada"),
                challenge(form), List.of(new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY,
                COSEAlgorithmIdentifier.ES256)), null, List.of(),
                new AuthenticatorSelectionCriteria(null, true, UserVerificationRequirement.REQUIRED),
                AttestationConveyancePreference.NONE, null));
        var response = Json.object().put("clientDataJSON", BASE64.encodeToString(made.getResponse()
                .getClientDataJSON())).put("attestationObject", BASE64.encodeToString(made.getResponse()
                .getAttestationObject()));
        return credential(made.getRawId(), response);
    }

    private String got(Visitor.Form form) {
        var made = device.get(new PublicKeyCredentialRequestOptions(challenge(form), null, "door.example.org", null,
                UserVerificationRequirement.REQUIRED, null));
        var response = Json.object()
                .put("clientDataJSON", BASE64.encodeToString(made.getResponse().getClientDataJSON()))
                .put("authenticatorData", BASE64.encodeToString(made.getResponse().getAuthenticatorData()))
                .put("signature", BASE64.encodeToString(made.getResponse().getSignature()));
        if (made.getResponse().getUserHandle() != null) {
            response.put("userHandle", BASE64.encodeToString(made.getResponse().getUserHandle()));
        }
        return credential(made.getRawId(), response);
    }

    private static String credential(byte[] id, tools.jackson.databind.node.ObjectNode response) {
        var json = Json.object().put("id", BASE64.encodeToString(id)).put("rawId", BASE64.encodeToString(id))
                .put("type", "public-key");
        json.set("response", response);
        json.putObject("clientExtensionResults");
        return json.toString();
    }

    private Reply add() {
        var form = form(visitor.get("/account"), "/account/passkeys");
        return visitor.post("/account/passkeys", body(form, "credential", created(form), "name", "My laptop"));
    }

    @Test
    @Covers("AS-75")
    void aPasskeyIsAddedAndSignsIn_AsTwoFactors() {
        assertEquals(303, add().status());
        assertTrue(html(visitor.get("/account")).contains("My laptop"));
        var other = new Visitor(house);
        var page = other.get("/login");
        assertTrue(html(page).contains("Sign in with a passkey"));
        var form = form(page, "/login/passkey");
        var whole = body(form, "credential", got(form));
        var done = other.post("/login/passkey", whole);
        assertEquals("/account", Visitor.location(done));
        assertTrue(html(other.get("/account")).contains("by passkey"));
        var amr = house.database.first("SELECT amr FROM browser_session WHERE id_hash = ?", row -> row.getString(1),
                Hashes.sha256(other.session())).orElseThrow();
        assertTrue(Rows.words(amr).contains(SignIn.SEVERAL));
        // As with the many devices that do not count: the challenge alone has to hold.
        house.database.update("UPDATE passkey SET sign_count = 0");
        assertEquals(403, other.post("/login/passkey", whole).status(), "a challenge is spent once");
        Phone.enrol(visitor, house.clock);
        form = form(new Visitor(house).get("/login"), "/login/passkey");
        var third = new Visitor(house);
        form = form(third.get("/login"), "/login/passkey");
        assertEquals(303, third.post("/login/passkey", body(form, "credential", got(form))).status(),
                "no code is asked after it");
    }

    @Test
    @Covers("AS-75")
    void anAnswerForAnotherChallengeOriginOrBrowserIsRefused() {
        add();
        var other = new Visitor(house);
        var form = form(other.get("/login"), "/login/passkey");
        var later = form(other.get("/login"), "/login/passkey");
        assertEquals(403, other.post("/login/passkey", body(later, "credential", got(form))).status());
        var thief = new Visitor(house);
        thief.get("/login");
        assertEquals(403, thief.post("/login/passkey", body(form, "credential", got(form))).status());
        device.setOrigin(new Origin("https://evil.example"));
        var phished = form(other.get("/login"), "/login/passkey");
        assertEquals(403, other.post("/login/passkey", body(phished, "credential", got(phished))).status());
        device.setOrigin(new Origin(House.ISSUER));
        var slow = form(other.get("/login"), "/login/passkey");
        var answer = got(slow);
        house.clock.turn(Duration.ofMinutes(6));
        assertEquals(403, other.post("/login/passkey", body(slow, "credential", answer)).status());
        for (var junk : List.of("", "{}", "[]", "x", "{\"id\":\"x\"}", "{\"response\":{}}")) {
            var again = form(other.get("/login"), "/login/passkey");
            assertEquals(403, other.post("/login/passkey", body(again, "credential", junk)).status(), junk);
        }
        assertNull(other.session());
    }

    @Test
    @Covers({"AS-75", "AS-72"})
    void addingAndRemovingNeedsAFreshSignIn_AndARemovedOneIsDead() {
        add();
        var page = visitor.get("/account");
        house.clock.turn(Duration.ofMinutes(11));
        assertFalse(html(visitor.get("/account")).contains("data-passkey"), "not even offered");
        var form = form(page, "/account/passkeys");
        assertTrue(html(visitor.post("/account/passkeys", body(form, "credential", "{}"))).contains("once more"));
        assertTrue(html(visitor.send("/account/passkeys/remove", page)).contains("once more"));
        visitor.signIn(visitor.get("/account?again=1"));
        assertEquals(303, visitor.send("/account/passkeys/remove", visitor.get("/account")).status());
        var other = new Visitor(house);
        var login = form(other.get("/login"), "/login/passkey");
        assertEquals(403, other.post("/login/passkey", body(login, "credential", got(login))).status());
    }

    @Test
    @Covers("AS-75")
    void atAnAddressThatIsANumberThereAreNone() {
        for (var issuer : List.of("http://127.0.0.1:8460", "http://[::1]:8460")) {
            assertTrue(Passkeys.at(URI.create(issuer), "x", house.database, house.clock).isEmpty());
        }
        assertTrue(Passkeys.at(URI.create("http://localhost:8460"), "x", house.database, house.clock).isPresent());
    }

    @Test
    @Covers({"AS-75", "AS-27a"})
    void nobodyRemovesThePasskeyOfAnother() {
        add();
        var handle = house.database.first("SELECT credential_id FROM passkey", row -> row.getBytes(1)).orElseThrow();
        var bob = house.people.add("bob@example.org", "Bob", Optional.of(House.PASSWORD));
        house.database.update("INSERT INTO passkey (credential_id, person_id, attested, sign_count, name, created_at) "
                + "VALUES (?, ?, ?, 0, 'Key of Bob', 0)", new byte[] {1}, bob.id(), new byte[] {1});
        var other = new Visitor(house);
        other.signIn(other.get("/login"), "bob@example.org", House.PASSWORD);
        var own = form(other.get("/account"), "/account/passkeys/remove");
        other.post("/account/passkeys/remove", body(own, "passkey", BASE64.encodeToString(handle)));
        assertEquals(1, house.database.first("SELECT COUNT(*) FROM passkey WHERE person_id = ?",
                row -> row.getInt(1), house.ada.id()).orElseThrow());
    }

    @Test
    @Covers("AS-75")
    void whoIsDisabledHasNoPasskeyEither() {
        add();
        house.people.disable(house.ada.id());
        var other = new Visitor(house);
        var form = form(other.get("/login"), "/login/passkey");
        assertEquals(403, other.post("/login/passkey", body(form, "credential", got(form))).status());
        assertNull(other.session());
    }
}
