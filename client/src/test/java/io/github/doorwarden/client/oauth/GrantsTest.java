package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Grants without a person.
@Covers("CL-12")
class GrantsTest {

    @TempDir
    Path folder;

    private static final ClientAuthentication SECRET = new ClientAuthentication.Secret("shared");

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
    void aClientWithASecret(String method) throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.metadata = document -> document.putArray("token_endpoint_auth_methods_supported")
                    .add(method);
            site.resource.challenge += ", scope=\"read\"";
            site.settings = site.settings.with(new Grant.ClientCredentials("robot", SECRET, Optional.empty()));
            var authorization = site.open();
            assertEquals(200, site.resource.call(authorization));
            assertEquals(200, site.resource.call(authorization));
            assertEquals(1, site.authority.seen("/token").size());
            var asked = site.authority.seen("/token").getFirst();
            assertEquals(Map.of("grant_type", "client_credentials", "scope", "read", "resource",
                    site.resource.address().toString()), without(asked.form(), "client_id", "client_secret"));
            assertEquals(method.equals("client_secret_basic") ? "Basic cm9ib3Q6c2hhcmVk" : "",
                    asked.header("Authorization"));
            assertEquals(method.equals("client_secret_post") ? "shared" : null, asked.form().get("client_secret"));
            assertEquals(List.of(), site.browser.tabs);
        }
    }

    private static Map<String, String> without(Map<String, String> form, String... names) {
        List.of(names).forEach(form::remove);
        return form;
    }

    @Test
    void aClientWithAKeyNamesTheIssuerAlone() throws Exception {
        var curve = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        var rsa = new RSAKeyGenerator(2048).generate();
        for (var text : List.of(pem(curve.toPrivateKey().getEncoded()), curve.toJSONString(),
                pem(rsa.toPrivateKey().getEncoded()))) {
            try (var site = new SignedIn(folder)) {
                site.settings = site.settings.with(new Grant.ClientCredentials("robot",
                        ClientAuthentication.Key.read(text, Optional.empty(), Optional.empty()), Optional.empty()));
                assertEquals(200, site.call());
                var form = site.authority.tokenRequests().getFirst();
                assertEquals(ClientAuthentication.Key.TYPE, form.get("client_assertion_type"));
                assertFalse(form.containsKey("client_secret"));
                var jwt = SignedJWT.parse(form.get("client_assertion"));
                assertTrue(jwt.verify(jwt.getHeader().getAlgorithm().getName().equals("ES256")
                        ? new ECDSAVerifier((ECKey) curve.toPublicJWK())
                        : new RSASSAVerifier((RSAKey) rsa.toPublicJWK())));
                var claims = jwt.getJWTClaimsSet();
                assertEquals(List.of(site.authority.issuer), claims.getAudience());
                assertEquals("robot robot", claims.getIssuer() + " " + claims.getSubject());
                assertEquals(60, (claims.getExpirationTime().getTime() - claims.getIssueTime().getTime()) / 1000);
                assertFalse(claims.getJWTID().isEmpty());
            }
        }
    }

    private static String pem(byte[] key) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PRIVATE KEY-----\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{}", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}",
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"})
    void whatIsNoKeySaysSoWithoutShowingIt(String text) {
        var refused = assertThrows(IllegalArgumentException.class, () ->
                ClientAuthentication.Key.read(text, Optional.empty(), Optional.empty()));
        assertFalse(refused.getMessage().contains("c2VjcmV0"), refused.getMessage());
    }

    @Test
    void aClientOfOneIssuerIsNotShownToAnother() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.settings = site.settings.with(new Grant.ClientCredentials("robot", SECRET,
                    Optional.of("https://other.example")));
            assertThrows(ClientFailure.class, site::call);
            assertEquals(List.of(), site.authority.seen("/token"));
        }
    }

    @Test
    void theCompanysProviderVouchesForThePerson() throws Exception {
        try (var site = new SignedIn(folder); var provider = new StubAuthority("/acme")) {
            provider.token = asked -> StubSite.Reply.json(200, Map.of("access_token", "jag-1", "issued_token_type",
                    "urn:ietf:params:oauth:token-type:id-jag", "token_type", "N_A"));
            site.authority.metadata = document ->
                    document.putArray("token_endpoint_auth_methods_supported").add("client_secret_basic");
            site.settings = site.settings.with(new Grant.Enterprise("ours", SECRET, provider.issuer,
                    URI.create(provider.origin() + "/token"), "ours-at-acme", ClientAuthentication.NONE, () -> "id-1"));
            assertEquals(200, site.call());
            assertEquals(Map.of("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                    "requested_token_type", "urn:ietf:params:oauth:token-type:id-jag", "audience",
                    site.authority.issuer, "resource", site.resource.address().toString(), "subject_token", "id-1",
                    "subject_token_type", "urn:ietf:params:oauth:token-type:id_token", "client_id", "ours-at-acme"),
                    provider.tokenRequests().getFirst());
            var redeemed = site.authority.seen("/token").getFirst();
            assertEquals("urn:ietf:params:oauth:grant-type:jwt-bearer", redeemed.form().get("grant_type"));
            assertEquals("jag-1", redeemed.form().get("assertion"));
            assertEquals("Basic b3VyczpzaGFyZWQ=", redeemed.header("Authorization"));
        }
    }

    @Test
    void anotherKindOfTokenFromTheProviderIsNotPassedOn() throws Exception {
        try (var site = new SignedIn(folder); var provider = new StubAuthority()) {
            site.settings = site.settings.with(new Grant.Enterprise("ours", SECRET, provider.issuer,
                    URI.create(provider.origin() + "/token"), "ours-at-acme", ClientAuthentication.NONE, () -> "id-1"));
            assertThrows(ClientFailure.class, site::call);
            assertEquals(List.of(), site.authority.seen("/token"));
        }
    }

    @Test
    void aWorkloadThatIsRefusedTriesNothingElse() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.settings = site.settings.with(new Grant.Workload(Optional.of("workload"), () -> "jwt-1"));
            site.authority.token = _ -> StubSite.Reply.json(400, Map.of("error", "invalid_grant"));
            var authorization = site.open();
            for (var i = 0; i < 3; i++) {
                var failure = assertThrows(ClientFailure.class, () -> site.resource.call(authorization));
                assertTrue(failure.getMessage().contains("invalid_grant"), failure.getMessage());
            }
            assertEquals(List.of(Map.of("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion",
                    "jwt-1", "resource", site.resource.address().toString(), "client_id", "workload")),
                    site.authority.tokenRequests());
        }
    }

    @Test
    void aWorkloadThatIsTrusted() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.settings = site.settings.with(new Grant.Workload(Optional.empty(), () -> "jwt-1"));
            assertEquals(200, site.call());
            assertFalse(site.authority.tokenRequests().getFirst().containsKey("client_id"));
        }
    }

    @Test
    void aFreshTokenThatIsRefusedEndsIt() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.settings = site.settings.with(new Grant.ClientCredentials("robot", SECRET, Optional.empty()));
            site.resource.door = _ -> StubSite.Reply.nothing(401).with("WWW-Authenticate", site.resource.challenge);
            assertEquals(401, site.call());
            assertEquals(1, site.authority.seen("/token").size());
        }
    }
}
