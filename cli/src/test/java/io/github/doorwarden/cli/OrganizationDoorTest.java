package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tenants by an organisation API: the choice on the consent page, what tokens are for, and what is lost with a
/// membership.
class OrganizationDoorTest {

    @TempDir
    private Path folder;
    private HttpServer organizations;
    private volatile List<String> memberships = List.of();
    private volatile boolean down;
    private final AtomicInteger refused = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        organizations = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        organizations.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        organizations.createContext("/memberships", this::answer);
        organizations.start();
    }

    @AfterEach
    void close() {
        organizations.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (down) {
                refused.incrementAndGet();
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            var known = exchange.getRequestURI().getQuery().contains("email=" + Door.EMAIL)
                    && "Bearer canary-organisation-key".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            var data = known ? memberships.stream().map(id -> "{\"organization_id\":\"" + id
                    + "\",\"organization_name\":\"The " + id + " company\",\"status\":\"active\"}").toList()
                    : List.of();
            var bytes = ("{\"object\":\"list\",\"data\":" + data + ",\"list_metadata\":{\"after\":null}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Door door() {
        return Door.open(folder, "    credentials: {type: static, token: canary-upstream-token-4711}",
                "    credentials: {type: static, token: canary-upstream-token-4711}\n"
                + "    signing: {key_id: k1, key: canary-signing-key-0123456789abcdef}",
                "  clients:\n", "  organizations: {url: \"http://127.0.0.1:" + organizations.getAddress().getPort()
                + "/memberships\", key: canary-organisation-key, by: both, keep: 1s}\n  clients:\n");
    }

    private static String tenant(Door door) {
        return door.backend.requests.getLast().split("(?i)x-tenant-id=\\[")[1].split("]")[0];
    }

    /// Through login to the consent page.
    private static Web.Answer consentPage(Agent agent, Browser browser) {
        agent.verifier = Agent.newVerifier();
        var page = browser.get(agent.authorizeUrl(Door.READ));
        var next = browser.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303);
        return browser.get(next.location(), "Sec-Fetch-Site", "same-origin").expect(200);
    }

    @Test
    void whoeverBelongsToSeveralChoosesOnThePageAndTheTokenIsForThatOneAlone() {
        memberships = List.of("acme", "globex");
        try (var door = door()) {
            var agent = door.agent();
            var browser = door.browser();
            var page = consentPage(agent, browser);
            assertTrue(page.body().contains("The globex company"), page.body());
            var none = browser.decide(page, "allow");
            assertEquals(400, none.status(), "nothing was chosen");
            var form = Browser.form(page, "/consent");
            assertEquals(400, browser.post(form.action(), form.with("decision", "allow", "tenant", "initech"))
                    .status(), "nobody's own");
            var back = browser.post(form.action(), form.with("decision", "allow", "tenant", "globex")).expect(303);
            var tokens = Agent.Tokens.of(agent.redeem(Web.query(back.location()).get("code")));
            assertEquals("globex", JsonMapper.shared().readTree(Base64.getUrlDecoder()
                    .decode(tokens.access().split("\\.")[1])).path("tenant").asString());
            assertFalse(Agent.result(agent.call(tokens.access(), "notes_list", "{}")).path("isError").asBoolean());
            assertEquals("globex", tenant(door));

            var fresh = Agent.Tokens.of(agent.refresh(tokens.refresh()));
            agent.call(fresh.access(), "notes_list", "{}");
            assertEquals("globex", tenant(door), "what was chosen lasts");

            memberships = List.of("acme");
            var lost = await(() -> Agent.result(agent.call(fresh.access(), "notes_list", "{}")));
            assertTrue(lost.toString().contains("globex no longer"), lost.toString());
            var after = door.backend.requests.size();
            agent.call(fresh.access(), "notes_list", "{}");
            assertEquals(after, door.backend.requests.size(), "the backend is not called any more");
        }
    }

    @Test
    void whoeverBelongsToOneIsNotAskedAndTheTokenIsForIt() {
        memberships = List.of("acme");
        try (var door = door()) {
            var agent = door.agent();
            var browser = door.browser();
            var page = consentPage(agent, browser);
            assertFalse(page.body().contains("For which of your organisations"), "there is one");
            var back = browser.decide(page, "allow").expect(303);
            var tokens = Agent.Tokens.of(agent.redeem(Web.query(back.location()).get("code")));
            agent.call(tokens.access(), "notes_list", "{}");
            assertEquals("acme", tenant(door));
        }
    }

    @Test
    void nobodyIsSparedTheChoiceBecauseTheOrganisationApiIsDownWhenTheyComeBack() {
        memberships = List.of("acme", "globex");
        try (var door = door()) {
            var agent = door.vouched();
            var browser = door.browser();
            var page = consentPage(agent, browser);
            var form = Browser.form(page, "/consent");
            browser.post(form.action(), form.with("decision", "allow", "tenant", "globex")).expect(303);

            down = true;
            while (refused.get() == 0) {                         // what was told before is believed for a second
                page = browser.get(agent.authorizeUrl(Door.READ), Browser.TYPED);
                assertTrue(Browser.has(page, "/consent"), "allowed before, for one alone: " + page.status());
            }
            var again = Browser.form(page, "/consent");
            var late = browser.post(again.action(), again.with("decision", "allow", "tenant", "globex"));
            assertEquals(503, late.status(), "whether it is one of theirs is not known");
        }
    }

    /// Until an answer is an error, for as long as a membership may be believed.
    private static JsonNode await(Supplier<JsonNode> answers) {
        var end = System.nanoTime() + 10_000_000_000L;
        while (true) {
            var answer = answers.get();
            if (answer.path("isError").asBoolean() || System.nanoTime() > end) {
                return answer;
            }
        }
    }
}
