package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TrustedIssuersTest {

    private static final URI MCP = URI.create("https://tools.example/mcp");
    private static final URI OTHER = URI.create("https://tools.example/other");
    private static final String API = "https://api.example";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T12:00:00Z"));
    private final ProviderInMemory provider = new ProviderInMemory();

    private static TrustedIssuer trusted(Set<String> audiences, boolean plainJwt) {
        return new TrustedIssuer("p", ProviderInMemory.ISSUER, audiences, "aud", Set.of("RS256", "PS256", "ES256"),
                plainJwt, List.of("scope", "scp", "permissions"), "email", Optional.empty());
    }

    private TrustedIssuers issuers(TrustedIssuer... trusted) {
        return issuers(Admission.OPEN, trusted);
    }

    private TrustedIssuers issuers(Admission admission, TrustedIssuer... trusted) {
        return new TrustedIssuers(List.of(trusted), List.of(MCP, OTHER), admission, provider, Limits.STANDARD,
                now::get);
    }

    private String token(String type, String... changes) {
        return ProviderInMemory.signed(type, ProviderInMemory.claims(now.get(), changes));
    }

    private static String refusal(TrustedIssuers issuers, String token) {
        var refused = assertThrows(TokenRefused.class, () -> issuers.verify(token));
        assertFalse(refused.getMessage().contains(token.substring(0, 40)), "the token is not repeated");
        return refused.detail();
    }

    @Test
    @Covers({"RS-11a", "RS-3"})
    void takesWhatTheProviderSignedForThisEndpoint() {
        var verified = issuers(trusted(Set.of(), false)).verify(token("at+jwt", "email", "\"ada@example.com\"",
                "email_verified", "true"));
        assertEquals("u1", verified.subject());
        assertEquals("c1", verified.clientId());
        assertEquals(Set.of("a", "b"), verified.scopes());
        assertEquals(Set.of(MCP.toString()), verified.audiences(), "BearerTokens holds it against the endpoint");
        assertEquals(Optional.of("ada@example.com"), verified.email());
        assertFalse(verified.service());
        assertTrue(verified.grantId().isEmpty());
    }

    @Test
    @Covers({"RS-11", "RS-3"})
    void refusesWhatIsNotAnAccessTokenOfTheProvider() {
        var issuers = issuers(trusted(Set.of(), false));
        var secret = new OctetSequenceKey.Builder(ProviderInMemory.KEY.toPublicJWK().toString().getBytes())
                .keyID("k1").build();
        var claims = ProviderInMemory.claims(now.get());
        assertTrue(refusal(issuers, ProviderInMemory.signed("at+jwt", claims, secret, JWSAlgorithm.HS256,
                new DefaultJWSSignerFactory())).contains("algorithm"), "HS256 with the public key as the secret");
        var none = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes()) + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes()) + ".";
        assertTrue(refusal(issuers, none).contains("not a signed JWT"));
        assertTrue(refusal(issuers, ProviderInMemory.signed("at+jwt", claims, ProviderInMemory.rsa("k1"),
                JWSAlgorithm.RS256, new DefaultJWSSignerFactory())).contains("signature is wrong"));
        assertTrue(refusal(issuers, ProviderInMemory.signed("at+jwt", claims, ProviderInMemory.rsa("k9"),
                JWSAlgorithm.RS256, new DefaultJWSSignerFactory())).contains("does not publish"));
        assertTrue(refusal(issuers, token("JWT")).contains("not at+jwt"));
        assertTrue(refusal(issuers, token("")).contains("not at+jwt"));
        assertTrue(refusal(issuers, token("logout+jwt")).contains("not at+jwt"));
        assertTrue(refusal(issuers, token("at+jwt", "iss", "\"https://login.example\"")).contains("none of those"),
                "issuers are compared as strings: the slash at the end counts");
        assertTrue(refusal(issuers, token("at+jwt", "exp", Long.toString(now.get().getEpochSecond())))
                .contains("expired"));
        assertTrue(refusal(issuers, token("at+jwt", "exp", null)).contains("no expiry"));
        assertTrue(refusal(issuers, token("at+jwt", "nbf", Long.toString(now.get().getEpochSecond() + 60)))
                .contains("not valid yet"));
        assertTrue(refusal(issuers, token("at+jwt", "sub", null)).contains("no sub"));
        assertTrue(refusal(issuers, "an-opaque-token-that-nobody-can-be-asked-about-here").contains("no JWT"));
    }

    @Test
    @Covers("RS-11a")
    void knowsTheAccessTokensOfOtherHousesFromTheirIdTokens() {
        var issuers = issuers(trusted(Set.of(API), true));
        var api = '"' + API + '"';
        // Auth0: typ JWT, permissions of its access control, a custom audience beside the one for user information.
        assertEquals(Set.of("openid", "tools:read"), issuers.verify(token("JWT", "aud", "[" + api
                + ", \"https://login.example/userinfo\"]", "client_id", null, "azp", "\"c2\"", "scope", "\"openid\"",
                "permissions", "[\"tools:read\"]", "jti", null)).scopes());
        // Entra: scp as one text, the application in azp, no jti.
        assertEquals(Set.of("Tools.Read", "Tools.Write"), issuers.verify(token("JWT", "aud", api, "client_id", null,
                "azp", "\"c3\"", "scope", null, "scp", "\"Tools.Read Tools.Write\"", "jti", null)).scopes());
        // Okta: no typ, cid, scp as a list; a service is its own subject.
        var okta = issuers.verify(token("", "aud", api, "client_id", null, "cid", "\"c4\"", "sub", "\"c4\"", "scope",
                null, "scp", "[\"a\"]"));
        assertTrue(okta.service());
        assertEquals("c4", okta.clientId());
        // Keycloak says it in the claims.
        assertEquals("u1", issuers.verify(token("JWT", "aud", api, "typ", "\"Bearer\"")).subject());

        for (var idToken : List.of(token("JWT", "aud", api, "typ", "\"ID\""),
                token("JWT", "aud", api, "token_use", "\"id\""), token("JWT", "aud", api, "nonce", "\"n\""),
                token("JWT", "aud", api, "at_hash", "\"h\""), token("JWT", "aud", api, "scope", null))) {
            assertTrue(refusal(issuers, idToken).contains("ID token"));
        }
        assertTrue(refusal(issuers, token("JWT", "aud", "\"https://somebody.example\"")).contains("somebody else"));
    }

    @Test
    @Covers("RS-11a")
    void anAudienceOfTheConfigurationStandsForEveryEndpoint() {
        var verified = issuers(trusted(Set.of(API), false)).verify(token("at+jwt", "aud", '"' + API + '"'));
        assertEquals(Set.of(MCP.toString(), OTHER.toString()), verified.audiences());
        assertTrue(refusal(issuers(trusted(Set.of(API), false)), token("at+jwt")).contains("somebody else"));

        var cognito = new TrustedIssuer("c", ProviderInMemory.ISSUER, Set.of("c1"), "client_id", Set.of("RS256"), true,
                List.of("scope"), "email", Optional.empty());
        assertEquals("u1", issuers(cognito).verify(token("", "aud", null, "token_use", "\"access\"")).subject());
        assertTrue(refusal(issuers(cognito), token("", "aud", null, "token_use", "\"access\"", "client_id",
                "\"c2\"")).contains("client_id"));
    }

    @Test
    @Covers({"RS-11", "T16"})
    void anUnknownKeyIsLookedForOnceAndAnOldOneDiesWithinTheBound() {
        var issuers = issuers(trusted(Set.of(), false));
        issuers.verify(token("at+jwt"));
        for (var i = 0; i < 100; i++) {
            refusal(issuers, ProviderInMemory.signed("at+jwt", ProviderInMemory.claims(now.get()),
                    new com.nimbusds.jose.jwk.RSAKey.Builder(ProviderInMemory.KEY).keyID("x" + i).build(),
                    JWSAlgorithm.RS256, new DefaultJWSSignerFactory()));
        }
        assertEquals(2, provider.asked.stream().filter("/keys"::equals).count());

        var fresh = ProviderInMemory.rsa("k2");
        provider.published = List.of(fresh);
        now.updateAndGet(t -> t.plus(Limits.KEYS_KEPT));
        assertTrue(refusal(issuers, token("at+jwt")).contains("does not publish"));
        issuers.verify(ProviderInMemory.signed("at+jwt", ProviderInMemory.claims(now.get()), fresh,
                JWSAlgorithm.RS256, new DefaultJWSSignerFactory()));
    }

    @Test
    @Covers({"RS-11a", "RS-11"})
    void aProviderThatIsDownIsAnOutageUntilItAnswers() {
        provider.down = true;
        var issuers = issuers(trusted(Set.of(), false));
        var outage = assertThrows(ProviderOutage.class, () -> issuers.verify(token("at+jwt")));
        assertTrue(outage.getMessage().contains("try again"));
        assertFalse(issuers.providers().getFirst().answers());
        provider.down = false;
        now.updateAndGet(t -> t.plus(Limits.METADATA_RETRIED_AFTER));
        assertEquals("u1", issuers.verify(token("at+jwt")).subject());
        assertTrue(issuers.providers().getFirst().answers());

        provider.down = true;
        now.updateAndGet(t -> t.plus(Duration.ofHours(2)));
        assertEquals("u1", issuers.verify(token("at+jwt")).subject(), "what was known is used a while longer");
    }

    @Test
    @Covers("RS-11")
    void metadataOfAnotherIssuerIsNotBelieved() {
        provider.metadata.put("issuer", "https://login.example");
        var outage = assertThrows(ProviderOutage.class, () ->
                issuers(trusted(Set.of(), false)).verify(token("at+jwt")));
        assertTrue(outage.detail().contains("slash at the end included"), outage.detail());
        assertFalse(provider.asked.contains("/keys"));
    }

    @Test
    @Covers("RS-11a")
    void asksAboutOpaqueTokensAndRemembersWhatIsDead() {
        var asking = new TrustedIssuer("p", ProviderInMemory.ISSUER, Set.of(), "aud", Set.of("RS256"), false,
                List.of("scope"), "email", Optional.of(new TrustedIssuer.Introspection(Optional.empty(), "me",
                "my secret", false, Duration.ofSeconds(30))));
        var issuers = issuers(asking);
        provider.opaque.put("opaque-1", "{\"active\": true, \"sub\": \"u1\", \"client_id\": \"c1\", \"scope\": \"a\","
                + " \"aud\": \"" + MCP + "\", \"exp\": " + (now.get().getEpochSecond() + 60) + "}");
        var verified = issuers.verify("opaque-1");
        assertEquals("u1", verified.subject());
        assertEquals(Set.of(MCP.toString()), verified.audiences());
        assertTrue(verified.tokenId().startsWith("sha256:"));
        assertEquals(Optional.of("Basic " + Base64.getEncoder().encodeToString("me:my+secret".getBytes())),
                provider.shown);
        assertEquals("access_token", provider.form.get("token_type_hint"));

        var before = provider.asked.size();
        for (var i = 0; i < 50; i++) {
            assertTrue(refusal(issuers, "x".repeat(40) + "unknown").contains("not active"));
        }
        assertEquals(before + 1, provider.asked.size());

        provider.opaque.put("opaque-2", "{\"active\": true, \"iss\": \"https://else.example\", \"sub\": \"u1\", "
                + "\"client_id\": \"c1\", \"aud\": \"" + MCP + "\", \"exp\": " + (now.get().getEpochSecond() + 60)
                + "}");
        assertThrows(TokenRefused.class, () -> issuers.verify("opaque-2"));
        provider.down = true;
        assertThrows(ProviderOutage.class, () -> issuers.verify("opaque-1"));
    }

    @Test
    @Covers("RS-11a")
    void theOperatorsListAndHookHaveTheLastWord() {
        var listed = issuers(new Admission(List.of("ada@example.com", "@example.org"), subject -> Optional.empty()),
                trusted(Set.of(), false));
        listed.verify(token("at+jwt", "email", "\"Ada@Example.com\"", "email_verified", "true"));
        listed.verify(token("at+jwt", "email", "\"bob@example.org\"", "email_verified", "\"true\""));
        for (var refused : List.of(token("at+jwt", "email", "\"eve@sub.example.org\"", "email_verified", "true"),
                token("at+jwt"), token("at+jwt", "email", "\"ada@example.com\""),
                token("at+jwt", "email", "\"ada@example.com\"", "email_verified", "null"),
                token("at+jwt", "email", "\"ada@example.com\"", "email_verified", "\"False\""),
                token("at+jwt", "email", "\"ada@example.com\"", "email_verified", "[true, false]"),
                token("at+jwt", "email", "\"ada@example.com\"", "email_verified", "false"))) {
            var why = assertThrows(TokenRefused.class, () -> listed.verify(refused));
            assertEquals(403, why.status());
            assertEquals("access_denied", why.error());
        }
        var hooked = issuers(new Admission(List.of(), subject -> subject.claims().all("groups").contains("staff")
                ? Optional.empty() : Optional.of("You are not staff.")), trusted(Set.of(), false));
        hooked.verify(token("at+jwt", "groups", "[\"staff\", \"x\"]"));
        assertTrue(refusal(hooked, token("at+jwt", "groups", "[\"guests\"]")).contains("not staff"));
        var broken = issuers(new Admission(List.of(), subject -> {
            throw new IllegalStateException("no connection");
        }), trusted(Set.of(), false));
        assertThrows(ProviderOutage.class, () -> broken.verify(token("at+jwt")));
    }

    @Test
    @Covers("RS-11a")
    void peopleOfTwoIssuersAreNeverTheSame() {
        var second = new TrustedIssuer("q", "https://other.example", Set.of(), "aud", Set.of("RS256"), false,
                List.of("scope"), "email", Optional.empty());
        assertEquals("p|u1", issuers(trusted(Set.of(), false), second).verify(token("at+jwt")).subject());
    }

    /// Tiers and lists of people go by addresses, so one that nobody stands for is none.
    @Test
    @Covers({"RS-11a", "T14"})
    void anAddressCountsOnlyWhenSomebodyStandsForIt() {
        var address = "\"ada@example.com\"";
        var strict = issuers(trusted(Set.of(), false));
        assertTrue(strict.verify(token("at+jwt", "email", address)).email().isEmpty(), "the provider says nothing");
        assertTrue(strict.verify(token("at+jwt", "email", address, "email_verified", "false")).email().isEmpty());
        var upn = new TrustedIssuer("p", ProviderInMemory.ISSUER, Set.of(), "aud", Set.of("RS256"), false,
                List.of("scope"), "upn", Optional.empty());
        assertTrue(issuers(upn).verify(token("at+jwt", "upn", address, "email_verified", "true")).email().isEmpty(),
                "email_verified speaks of email alone");
        var vouched = new TrustedIssuer("p", ProviderInMemory.ISSUER, Set.of(), "aud", Set.of("RS256"), false,
                List.of("scope"), "upn", true, Optional.empty(), Optional.empty());
        assertEquals(Optional.of("ada@example.com"), issuers(vouched).verify(token("at+jwt", "upn", address)).email());
        assertTrue(issuers(vouched).verify(token("at+jwt", "upn", address, "email_verified", "false")).email()
                .isEmpty(), "what the provider itself denies nobody vouches for");
    }

    @Test
    @Covers({"RS-11a", "T14"})
    void programsOfTwoIssuersAreNeverTheSame() {
        var second = new TrustedIssuer("q", "https://other.example", Set.of(), "aud", Set.of("RS256"), false,
                List.of("scope"), "email", Optional.empty());
        var both = issuers(trusted(Set.of(), false), second).verify(token("at+jwt", "sub", "\"c1\""));
        assertTrue(both.service());
        assertEquals("p|c1", both.clientId(), "tiers name services by this");
        assertEquals("p|c1", both.subject());
    }

    @Test
    void theOrganisationStandsInTheClaimThatIsNamed() {
        var named = withTenants("p", ProviderInMemory.ISSUER);
        assertEquals(Optional.of("acme"), issuers(named).verify(token("at+jwt", "org_id", "\"acme\"")).tenant());
        assertEquals(Optional.of("acme"), issuers(named).verify(token("at+jwt", "org_id", "[\"acme\"]")).tenant());
        for (var nothing : List.of("\"\"", "[]", "null")) {
            assertTrue(issuers(named).verify(token("at+jwt", "org_id", nothing)).tenant().isEmpty(), nothing);
        }
        assertTrue(issuers(trusted(Set.of(), false)).verify(token("at+jwt", "org_id", "\"acme\"")).tenant().isEmpty(),
                "nobody said where to look");
        assertEquals(Optional.of("p|acme"), issuers(named, withTenants("q", "https://other.example"))
                .verify(token("at+jwt", "org_id", "\"acme\"")).tenant(), "of two issuers neither names the other's");
    }

    @Test
    void aClaimOfTheOrganisationThatCannotBeToldOpensNothing() {
        var named = issuers(withTenants("p", ProviderInMemory.ISSUER));
        var longest = "a".repeat(Limits.TENANT_CHARS);
        assertEquals(Optional.of(longest), named.verify(token("at+jwt", "org_id", "\"" + longest + "\"")).tenant());
        for (var claim : List.of("[\"acme\",\"globex\"]", "\"" + longest + "a\"", "{\"acme\":{}}",
                "[\"acme\",{\"id\":\"globex\"}]")) {
            assertEquals("its claim of the organisation, org_id, is not one short text",
                    refusal(named, token("at+jwt", "org_id", claim)), claim);
        }
    }

    private static TrustedIssuer withTenants(String name, String issuer) {
        return new TrustedIssuer(name, issuer, Set.of(), "aud", Set.of("RS256"), false, List.of("scope"), "email",
                false, Optional.of("org_id"), Optional.empty());
    }
}
