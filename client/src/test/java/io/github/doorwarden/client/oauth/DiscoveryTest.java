package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where is asked who gives out tokens, in which order, and what is not believed.
class DiscoveryTest {

    private static final String RESOURCE = "/.well-known/oauth-protected-resource";

    @TempDir
    Path folder;

    @Test
    @Covers("CL-1")
    void theAddressInTheChallengeIsAskedAlone() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.place = "/elsewhere.json";
            site.resource.challenge = "Bearer resource_metadata=\"" + site.resource.origin() + "/elsewhere.json\"";
            assertEquals(200, site.call());
            assertEquals(List.of("/mcp", "/elsewhere.json", "/mcp"), paths(site.resource));
        }
    }

    @Test
    @Covers("CL-1")
    void withoutOneThePathIsAskedAndThenTheRoot() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.place = RESOURCE;
            site.resource.challenge = "Bearer";
            assertEquals(200, site.call());
            assertEquals(List.of("/mcp", RESOURCE + "/mcp", RESOURCE, "/mcp"), paths(site.resource));
        }
    }

    @Test
    void anAddressWithNothingThereIsNoReasonToLookElsewhere() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.challenge = "Bearer resource_metadata=\"" + site.resource.origin() + "/gone\"";
            assertThrows(ClientFailure.class, site::call);
            site.resource.challenge = "Bearer resource_metadata=\"http://intranet.example/x\"";
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("https"));
            assertEquals(List.of(), site.authority.seen);
        }
    }

    @ParameterizedTest
    @CsvSource({"https://a.example/mcp, https://a.example/mcp, true", "https://a.example/mcp, https://a.example, true",
        "https://a.example/mcp, https://A.example:443/mcp/, true", "https://a.example/x/y, https://a.example/x, true",
        "https://a.example/mcp, https://a.example/mc, false", "https://a.example/mcp, https://a.example/mcp/x, false",
        "https://a.example/mcp, http://a.example/mcp, false", "https://a.example/mcp, https://a.example:444/mcp, false",
        "https://a.example/mcp, https://b.example/mcp, false", "https://a.example/mcp, https://a.example/mcp#x, false",
        "https://a.example/mcp, https://u@a.example/mcp, false", "https://a.example/mcp, nonsense, false",
        "https://a.example/mcp, https://a.example/mcp?x=1, false", "https://a.example/mcp?x=1, "
        + "https://a.example/mcp?x=1, true"})
    @Covers("CL-2")
    void whomMetadataSpeakFor(URI server, String resource, boolean good) {
        assertEquals(good, Origin.covers(resource, server));
    }

    @Test
    @Covers("CL-2")
    void metadataThatSpeakForOthersEndIt() throws Exception {
        try (var site = new SignedIn(folder)) {
            for (var resource : List.of("https://evil.example/mcp", "")) {
                site.resource.metadata = document -> document.put("resource", resource);
                assertThrows(ClientFailure.class, site::call);
            }
            assertEquals(List.of(), site.authority.seen, "nobody was asked");
        }
    }

    @Test
    @Covers("CL-2")
    void theResourceGoesOutAsItStandsThere() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.resource.metadata = document -> document.put("resource", site.resource.origin() + "/");
            assertEquals(200, site.call());
            assertEquals(site.resource.origin() + "/", site.authority.authorizations().getFirst().get("resource"));
            assertEquals(site.resource.origin() + "/", site.authority.tokenRequests().getFirst().get("resource"));
        }
    }

    @Test
    @Covers("CL-3")
    void placesWithAndWithoutAPath() {
        assertEquals(List.of("https://a.example/.well-known/oauth-authorization-server/t/1",
                "https://a.example/.well-known/openid-configuration/t/1",
                "https://a.example/t/1/.well-known/openid-configuration"),
                Discovery.places(URI.create("https://a.example/t/1")).stream().map(URI::toString).toList());
        assertEquals(List.of("https://a.example:8443/.well-known/oauth-authorization-server",
                "https://a.example:8443/.well-known/openid-configuration"),
                Discovery.places(URI.create("https://A.example:8443/")).stream().map(URI::toString).toList());
    }

    @ParameterizedTest
    @CsvSource({"'', /.well-known/openid-configuration", "/tenant1, /.well-known/oauth-authorization-server/tenant1",
        "/tenant1, /.well-known/openid-configuration/tenant1", "/tenant1, /tenant1/.well-known/openid-configuration"})
    @Covers("CL-3")
    void eachPlaceIsFound(String path, String place) throws Exception {
        try (var site = new SignedIn(folder, new StubAuthority(path))) {
            site.authority.place = place;
            assertEquals(200, site.call());
        }
    }

    @Test
    @Covers("CL-3")
    void metadataOfAnotherIssuerAreNotUsed() throws Exception {
        try (var site = new SignedIn(folder)) {
            for (var said : List.of("https://evil.example", site.authority.issuer + "/")) {
                site.authority.metadata = document -> document.put("issuer", said);
                assertThrows(ClientFailure.class, site::call);
            }
            assertEquals(2, site.authority.seen.size(), "nothing but metadata was asked for");
        }
    }

    @Test
    void anOutageIsNotTakenForSilence() throws Exception {
        try (var resource = new StubSite() {
            @Override
            Reply reply(Seen asked) {
                return Reply.nothing(asked.path().equals("/mcp") ? 401 : 503);
            }
        }) {
            var settings = OAuthSettings.of(URI.create(resource.origin() + "/mcp"), folder, () ->
                    Instant.EPOCH, "Test").with(OAuthSettings.Keys.FILE).with(Browser.NONE);
            var failure = assertThrows(ClientFailure.class, () -> OAuthAuthorization.open(settings).signIn());
            assertTrue(failure.getMessage().contains("503"), failure.getMessage());
        }
    }

    /// A server of revision 2025-03-26 has its own authorization server, at its origin.
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aServerWithoutMetadataIsItsOwnAuthorizationServer(boolean described) throws Exception {
        try (var both = new StubAuthority() {
            @Override
            Reply reply(Seen asked) {
                return !asked.path().equals("/mcp") ? super.reply(asked)
                        : live.contains(asked.header("Authorization").replace("Bearer ", ""))
                        ? Reply.json(200, Map.of()) : Reply.nothing(401);
            }
        }) {
            both.place = described ? both.place : "";
            both.answer = back -> {
                var all = new HashMap<>(back);
                all.remove(described ? "" : "iss");
                return all;
            };
            var browser = new StubBrowser();
            var settings = OAuthSettings.of(URI.create(both.origin() + "/mcp"), folder, () -> Instant.EPOCH,
                    "Test").with(OAuthSettings.Keys.FILE).with(browser);
            assertEquals(200, StubResource.call(OAuthAuthorization.open(settings), settings.server(), "x"));
            assertEquals(both.origin() + "/mcp", both.authorizations().getFirst().get("resource"));
            assertFalse(both.seen("/register").isEmpty());
        }
    }

    @Test
    @Covers("CL-11")
    void inAServerNothingButPublicAddressesIsAsked() throws Exception {
        try (var site = new SignedIn(folder)) {
            var guarded = OAuthAuthorization.open(site.settings.inServer());
            var failure = assertThrows(ClientFailure.class, guarded::signIn);
            assertTrue(failure.getMessage().contains("not public"), failure.getMessage());
            assertEquals(List.of(), site.resource.seen);
        }
    }

    @Test
    @Covers("CL-11")
    void aServerElsewhereSendsNobodyToThisMachine() throws Exception {
        var asked = new ArrayList<URI>();
        Reach reach = request -> {
            asked.add(request.target());
            var document = StubSite.object().put("resource", "https://a.example/mcp");
            document.putArray("authorization_servers").add("http://127.0.0.1:9");
            return new Reach.Answer(request.method().equals("GET") ? 200 : 401, Map.of(),
                    document.toString().getBytes(StandardCharsets.UTF_8));
        };
        var settings = OAuthSettings.of(URI.create("https://a.example/mcp"), folder, () -> Instant.EPOCH, "Test")
                .with(OAuthSettings.Keys.FILE).with(Browser.NONE).withReach(reach);
        var failure = assertThrows(ClientFailure.class, () -> OAuthAuthorization.open(settings).signIn());
        assertTrue(failure.getMessage().contains("on this machine"), failure.getMessage());
        assertEquals(List.of("a.example", "a.example"), asked.stream().map(URI::getHost).toList());
    }

    private static List<String> paths(StubSite site) {
        return site.seen.stream().map(StubSite.Seen::path).toList();
    }
}
