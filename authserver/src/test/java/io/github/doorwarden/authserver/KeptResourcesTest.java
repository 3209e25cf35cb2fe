package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.authserver.AgentSettings.Workload;
import io.github.doorwarden.authserver.Granted.Acting;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.Tiers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The last look before a token is made, whatever grant type led there.
class KeptResourcesTest {

    private static final String ADMIN = Door.ISSUER + "/admin";
    private static final Optional<PersonClaims> ADA = Optional.of(new PersonClaims("ada@example.org", "Ada"));
    private static final Optional<PersonClaims> BOB = Optional.of(new PersonClaims("bob@example.org", "Bob"));

    private static final Signer PLATFORM = new Signer();

    @TempDir
    Path folder;

    private Door door;
    private KeptResources kept;

    @BeforeEach
    void open() {
        var workloads = List.of(new Workload("backup", "ns:backup", Map.of(), Set.of(), Set.of("admin:read")),
                new Workload("other", "ns:other", Map.of(), Set.of(), Set.of("mcp:read")));
        var platform = new TrustedIssuer("w", "https://w.example", TrustedIssuer.Kind.WORKLOAD, Optional.empty(),
                Optional.of(PLATFORM.jwks()), TrustedIssuer.Audience.ISSUER, true, Set.of(), Set.of(), Set.of(),
                workloads);
        var usual = Door.with(new AgentSettings(AgentSettings.STANDARD.grants(), AgentSettings.Pushed.OFFERED,
                Set.of(), List.of(platform), List.of()), false);
        var resources = new ArrayList<>(usual.resources());
        resources.add(new ProtectedResource(URI.create(ADMIN), "Administration", new Scopes(List.of(
                new Scopes.Scope("admin", "all", Set.of("admin:read"), false),
                new Scopes.Scope("admin:read", "see", Set.of(), false))), true, Set.of(),
                Optional.of(new ProtectedResource.Keeping(Set.of("ada@example.org"), Set.of("STAFF"),
                        new Tiers(List.of(new Tiers.Tier("STAFF", Set.of(), Set.of("staff.example"), Set.of()),
                                new Tiers.Tier("ALL", Set.of(), Set.of(), Set.of())))))));
        door = Door.open(folder, new AuthServerSettings(usual.issuer(), usual.name(), resources, false,
                usual.lifetimes(), usual.registration(), usual.tokens(), usual.agents()));
        kept = new KeptResources(door.settings, door.clients);
        door.desktop();
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Grant grant(String client, Optional<String> person, String resource, boolean signedIn) {
        var now = door.clock.instant();
        return new Grant("g", person, client, resource, Set.of("admin"), signedIn ? Optional.of(now)
                : Optional.empty(), Set.of(), now, now.plus(Duration.ofDays(1)), Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    private String refusal(Grant grant, Optional<PersonClaims> person, Optional<Acting> acting, String... scopes) {
        return assertThrows(OAuthRefused.class, () -> kept.require(grant, Set.of(scopes), person, acting)).why()
                .error();
    }

    @Test
    void aPersonHasToBeOneOfThemAndToHaveAllowedItHere() {
        var hers = grant("desktop", Optional.of("p_ada"), ADMIN, true);
        assertDoesNotThrow(() -> kept.require(hers, Set.of("admin"), ADA, Optional.empty()));
        assertDoesNotThrow(() -> kept.require(hers, Set.of("admin"),
                Optional.of(new PersonClaims("eve@Staff.example", "Eve")), Optional.empty()));
        for (var other : List.of(BOB, Optional.of(new PersonClaims("eve@staff.example.evil", "Eve")),
                Optional.of(new PersonClaims("", "")), Optional.<PersonClaims>empty())) {
            assertEquals("invalid_grant", refusal(hers, other, Optional.empty(), "admin"));
        }
        assertEquals("invalid_target", refusal(grant("desktop", Optional.of("p_ada"), ADMIN, false), ADA,
                Optional.empty(), "admin"), "an issuer elsewhere said so");
    }

    @Test
    void aClientThatNobodyVouchedForHasNothingThere() {
        var stranger = door.clients.register(NewClient.forPeople("stranger", "S", List.of("http://127.0.0.1/cb")))
                .orElseThrow().client();
        assertEquals("invalid_grant", refusal(grant(stranger.id(), Optional.of("p_ada"), ADMIN, true), ADA,
                Optional.empty(), "admin"));
        assertEquals("invalid_grant", refusal(grant("nobody", Optional.of("p_ada"), ADMIN, true), ADA,
                Optional.empty(), "admin"));
    }

    @Test
    void nothingIsExchangedForIt() {
        var acting = new Acting("desktop", ADMIN, Json.object(), door.clock.instant().plusSeconds(60));
        assertEquals("invalid_target", refusal(grant("desktop", Optional.of("p_ada"), Door.MCP, true), ADA,
                Optional.of(acting), "admin"));
    }

    @Test
    void aProgramNeedsItsScopesByName() {
        door.clients.add(NewClient.service("named", "Named", Set.of("admin:read"), Optional.empty()));
        door.clients.add(NewClient.service("any", "Any", Set.of(), Optional.empty()));
        assertDoesNotThrow(() -> kept.require(grant("named", Optional.empty(), ADMIN, false), Set.of("admin:read"),
                Optional.empty(), Optional.empty()));
        assertDoesNotThrow(() -> kept.require(grant("backup", Optional.empty(), ADMIN, false), Set.of("admin:read"),
                Optional.empty(), Optional.empty()));
        for (var client : List.of("named", "any", "backup", "other", "nobody")) {
            assertEquals("invalid_scope", refusal(grant(client, Optional.empty(), ADMIN, false), Optional.empty(),
                    Optional.empty(), "admin"));
            assertEquals("invalid_scope", refusal(grant(client, Optional.empty(), ADMIN, false), Optional.empty(),
                    Optional.empty()), "a token without a scope is none either");
        }
    }

    @Test
    void aRefusalHereSpendsNothing() {
        var desktop = door.desktop();
        var tokens = door.redeem(desktop, door.codes.issue(new Codes.Approved("desktop", "p_ada", Door.CALLBACK,
                Door.CHALLENGE, ADMIN, Set.of("admin:read"), door.clock.instant())));
        assertEquals(200, tokens.status(), tokens.json().toString());
        var refresh = tokens.text("refresh_token");
        var ada = door.people.put("p_ada", new PersonClaims("ada@elsewhere.example", "Ada"));
        assertEquals("invalid_grant", door.refresh(desktop, refresh).error(), "she is not one of them now");
        assertEquals(1, door.database.query("SELECT 1 FROM refresh_token", row -> 1).size(), "nothing was rotated");
        door.clock.pass(Duration.ofMinutes(5));                                       // past the grace
        door.people.put("p_ada", ada);
        assertEquals(200, door.refresh(desktop, refresh).status());

        var jwt = PLATFORM.sign(Signer.claims("https://w.example", "ns:other", Door.ISSUER, door.clock.instant()));
        assertEquals("invalid_scope", program(jwt).error());
        assertEquals(0, door.database.query("SELECT 1 FROM spent", row -> 1).size());
        assertEquals(List.of(), door.grants.ofClient("other"), "nothing is granted to who is refused");
    }

    private Door.Answer program(String assertion) {
        return door.token("grant_type", GrantType.JWT_BEARER, "assertion", assertion, "resource", ADMIN);
    }

    @Test
    void itIsNeverMeantWhenNothingIsSaid() {
        assertTrue(door.settings.resource(Door.ISSUER).filter(ProtectedResource::kept).isEmpty());
        var alone = new AuthServerSettings(URI.create(Door.ISSUER), "Door", List.of(door.settings.resources()
                .getLast()), false, door.settings.lifetimes(), door.settings.registration());
        assertEquals(Optional.empty(), alone.resource(Door.ISSUER));
        assertThrows(OAuthRefused.class, () -> Resources.choose(alone, List.of()));
    }
}
