package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class OrganizationsTest {

    private static final URI DOOR = URI.create("https://tools.example.com/mcp");
    private static final URI LIST = URI.create("https://orgs.example/user_management/organization_memberships");
    private static final Duration KEEP = Duration.ofSeconds(30);

    private Instant now = Instant.parse("2026-11-27T12:00:00Z");
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile List<String> memberships = List.of();
    private volatile int status = 200;
    private Optional<String> bound = Optional.empty();

    /// The form of WorkOS, two to a page.
    private Provider.Answer page(URI uri) {
        asked.add(uri.getRawQuery());
        var from = uri.getQuery().contains("after=") ? Integer.parseInt(uri.getQuery().replaceAll(".*after=", "")) : 0;
        var to = Math.min(memberships.size(), from + 2);
        var data = memberships.subList(from, to).stream().map(id -> "{\"object\":\"organization_membership\","
                + "\"organization_id\":\"" + id.replace("-", "") + "\",\"status\":\""
                + (id.startsWith("-") ? "inactive" : "active") + "\"}").toList();
        var after = to < memberships.size() ? "\"" + to + "\"" : "null";
        return new Provider.Answer(status, ("{\"data\":" + data + ",\"list_metadata\":{\"after\":" + after + "}}")
                .getBytes());
    }

    private BearerTokens tokens() {
        var calls = new Provider.Calls() {
            @Override
            public Provider.Answer get(URI uri, Optional<String> authorization) throws IOException {
                assertEquals("Bearer key", authorization.orElse(""));
                return page(uri);
            }

            @Override
            public Provider.Answer post(URI uri, Map<String, String> form, Optional<String> authorization) {
                throw new IllegalStateException("Nothing is posted.");
            }
        };
        var organizations = new Organizations(new Organizations.Settings(() -> LIST, "key", Organizations.By.BOTH,
                KEEP), calls, () -> now);
        var lists = new Tiers(List.of(new Tiers.Tier("robots", Set.of(), Set.of(), Set.of("robot"))));
        TokenVerifier verifier = token -> new VerifiedToken(token, token.equals("robot") ? "robot" : "client",
                token.equals("robot"), Optional.of(token + "@example.org").filter(_ -> !token.equals("robot")),
                Set.of(), Set.of(DOOR.toString()), Optional.empty(), "id", now.plusSeconds(600), SignIn.UNKNOWN,
                Optional.empty(), bound);
        return new BearerTokens(verifier, grant -> false, Possession.NONE,
                new Tenants(lists, Optional.of(organizations), () -> now), Limits.STANDARD, () -> now);
    }

    private static HttpIn request(String tenant) {
        var headers = Headers.NONE.with("Authorization", "Bearer ada");
        return new HttpIn("POST", "/mcp", "", tenant.isEmpty() ? headers : headers.with(Organizations.HEADER, tenant),
                new byte[0], "127.0.0.1", "r");
    }

    @Test
    void whoeverBelongsToOneOrganisationIsOfThatOneAndItIsAskedForOnce() {
        memberships = List.of("acme", "-globex");
        var tokens = tokens();
        assertEquals(Optional.of("acme"), tokens.verify("ada", DOOR).tenant());
        assertEquals(Optional.of("acme"), tokens.verify("ada", DOOR).tenant());
        assertEquals(List.of("user_id=ada&email=ada%40example.org&limit=100"), asked);
    }

    @Test
    void aMembershipThatIsLostEndsWithinTheTimeThatAnAnswerIsBelieved() {
        memberships = List.of("acme");
        var tokens = tokens();
        tokens.verify("ada", DOOR);
        memberships = List.of();
        now = now.plus(KEEP).minusMillis(1);
        assertEquals(Optional.of("acme"), tokens.verify("ada", DOOR).tenant());
        now = now.plusMillis(1);
        var caller = tokens.verify("ada", DOOR);
        assertEquals(Optional.empty(), caller.tenant());
        assertTrue(caller.belonging().why().startsWith("You belong to no organisation."), caller.belonging().why());
    }

    @Test
    void whoeverBelongsToSeveralIsToldWhichAndMayChooseByTheHeader() {
        memberships = List.of("acme", "globex", "initech");
        var tokens = tokens();
        var caller = tokens.verify(request(""), DOOR);
        assertEquals(Optional.empty(), caller.tenant());
        assertTrue(caller.belonging().why().contains("several organisations: acme, globex, initech."),
                caller.belonging().why());
        assertEquals(2, asked.size(), "two pages: " + asked);
        assertEquals(Optional.of("initech"), tokens.verify(request("initech"), DOOR).tenant());
        var other = tokens.verify(request("umbrella"), DOOR);
        assertEquals(Optional.empty(), other.tenant());
        assertTrue(other.belonging().why().startsWith("You do not belong to the organisation"),
                other.belonging().why());
        assertEquals(2, asked.size());
    }

    @Test
    void whatATokenIsForIsOneOfThePersonsOwnOrNone() {
        memberships = List.of("acme", "globex");
        bound = Optional.of("globex");
        assertEquals(Optional.of("globex"), tokens().verify(request("acme"), DOOR).tenant(), "no header changes it");
        bound = Optional.of("umbrella");
        var caller = tokens().verify(request("acme"), DOOR);
        assertEquals(Optional.empty(), caller.tenant());
        assertTrue(caller.belonging().why().contains("umbrella no longer"), caller.belonging().why());
    }

    @Test
    void anApiThatIsDownStopsWhatNeedsAnOrganisationAndNothingElse() {
        status = 503;
        memberships = List.of("acme");
        var tokens = tokens();
        var caller = tokens.verify("ada", DOOR);
        assertEquals("ada", caller.subject());
        assertEquals(Optional.empty(), caller.tenant());
        assertTrue(caller.belonging().why().contains("cannot be told now"), caller.belonging().why());
        status = 200;
        tokens.verify("ada", DOOR);
        assertEquals(1, asked.size(), "not asked again at once");
        now = now.plus(Limits.ORGANIZATIONS_RETRIED_AFTER);
        assertEquals(Optional.of("acme"), tokens.verify("ada", DOOR).tenant());
    }

    @Test
    void servicesBelongWhereTheListsPutThem() {
        memberships = List.of("acme");
        assertEquals(Optional.of("robots"), tokens().verify("robot", DOOR).tenant());
        assertTrue(asked.isEmpty());
    }
}
