package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// As whom a client comes to an authorization server.
class RegistrationTest {

    private static final URI DOCUMENT = URI.create("https://client.example/doorwarden.json");
    private static final ClientIdentity NAMED = ClientIdentity.named("Test client");

    @TempDir
    Path folder;

    private static ClientIdentity prepared(Optional<String> issuer) {
        return NAMED.withDocument(DOCUMENT).withPrepared("ours", new ClientAuthentication.Secret("s&cret"), issuer);
    }

    @Test
    @Covers("CL-4")
    void whatWasPreparedGoesFirst() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.metadata = document -> document.put("client_id_metadata_document_supported", true)
                    .remove("token_endpoint_auth_methods_supported");
            site.with(prepared(Optional.of(site.authority.issuer)));
            assertEquals(200, site.call());
            assertEquals("ours", site.authority.authorizations().getFirst().get("client_id"));
            assertEquals("Basic b3VyczpzJTI2Y3JldA==", site.authority.seen("/token").getFirst()
                    .header("Authorization"), "RFC 6749 §2.3.1: encoded first");
            assertEquals(List.of(), site.authority.seen("/register"));
        }
    }

    @Test
    @Covers("CL-4")
    void whatWasPreparedElsewhereIsNotShownHere() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.with(prepared(Optional.of("https://old.example")));
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("https://old.example"));
            assertFalse(site.authority.seen.toString().contains("ours"));
        }
    }

    @Test
    @Covers("CL-4")
    void thenTheDocument() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.metadata = document -> document.put("client_id_metadata_document_supported", true);
            site.with(NAMED.withDocument(DOCUMENT));
            assertEquals(200, site.call());
            assertEquals(DOCUMENT.toString(), site.authority.authorizations().getFirst().get("client_id"));
            assertEquals(DOCUMENT.toString(), site.authority.tokenRequests().getFirst().get("client_id"));
        }
        assertThrows(IllegalArgumentException.class, () -> NAMED.withDocument(URI.create("https://client.example")));
        assertThrows(IllegalArgumentException.class, () -> NAMED.withDocument(URI.create("http://client.example/a")));
    }

    @Test
    @Covers("CL-4")
    void thenRegisteringByOurselves() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.with(NAMED.withDocument(DOCUMENT));              // which this server does not know how to read
            assertEquals(200, site.call());
            var asked = Documents.JSON.readTree(site.authority.seen("/register").getFirst().body());
            assertEquals("native", asked.get("application_type").stringValue());
            assertEquals("Test client", asked.get("client_name").stringValue());
            assertTrue(asked.get("grant_types").toString().contains("refresh_token"));
            assertEquals(site.authority.authorizations().getFirst().get("redirect_uri"),
                    asked.get("redirect_uris").get(0).stringValue());
            site.authority.forgetAccess();
            site.authority.forgetRefresh();
            assertEquals(200, site.call());
            assertEquals(1, site.authority.seen("/register").size(), "once is enough");
        }
    }

    @Test
    @Covers("CL-4")
    void thenThePersonIsTold() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.dynamic = false;
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("client id"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post", "none"})
    void clientsAuthenticateAsTheServerLikesIt(String method) throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.method = method;
            assertEquals(200, site.call());
            var asked = site.authority.seen("/token").getFirst();
            assertEquals(method.equals("client_secret_basic"), asked.headers().containsKey("authorization"));
            assertEquals(method.equals("client_secret_post"), asked.form().containsKey("client_secret"));
        }
    }

    @Test
    @Covers("CL-4")
    void anotherAuthorizationServerGetsARegistrationOfItsOwn() throws Exception {
        try (var site = new SignedIn(folder); var next = new StubAuthority()) {
            assertEquals(200, site.call());
            site.resource.named = next;
            site.authority.forgetAccess();
            site.resource.door = asked -> next.live.contains(asked.header("Authorization").replace("Bearer ", ""))
                    ? StubSite.Reply.json(200, Map.of()) : StubSite.Reply.nothing(401)
                    .with("WWW-Authenticate", site.resource.challenge);
            var before = site.authority.seen.size();
            assertEquals(200, site.call());
            assertEquals(before, site.authority.seen.size(), "the old one is not even asked to renew");
            assertEquals(1, next.seen("/register").size());
            var sent = next.seen.stream().map(Object::toString).collect(Collectors.joining());
            assertFalse(sent.contains("access-") || sent.contains("refresh-"), sent);
        }
    }

    @Test
    void aServerThatForgotUsIsAskedToRegisterUsAnew() throws Exception {
        try (var site = new SignedIn(folder)) {
            assertEquals(200, site.call());
            site.authority.forgetAccess();
            var token = site.authority.token;
            site.authority.token = _ -> StubSite.Reply.json(401, Map.of("error", "invalid_client"));
            assertThrows(ClientFailure.class, site::call);
            site.authority.token = token;
            assertThrows(ClientFailure.class, site::call, "nobody is asked again at once");
            site.clock.pass(Limits.QUIET);
            assertEquals(200, site.call());
            assertTrue(site.authority.seen("/register").size() >= 2);
        }
    }
}
