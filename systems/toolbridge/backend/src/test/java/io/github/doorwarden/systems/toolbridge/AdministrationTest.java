package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Tenants, their secrets and people, and the API about organisations.
class AdministrationTest {

    private Bed bed;

    @AfterEach
    void stop() throws IOException {
        bed.close();
    }

    private Bed.Answer as(String credential, String method, String path, Object body) {
        return bed.call(method, path, body, Map.of("Authorization", "Bearer " + credential));
    }

    private JsonNode admin(String method, String path, Object body) {
        return Bed.require(200, as(Bed.ADMIN, method, path, body)).body();
    }

    @ParameterizedTest
    @EnumSource
    void secretsAreSealedRotatedAndWatched(Dialect dialect) throws Exception {
        bed = new Bed(dialect);
        bed.tenant("acme", true);
        var first = admin("GET", "/admin/tenants/acme", null).path("secret");
        var secret = Bed.require(200, as(Bed.SERVICE, "GET", "/admin/tenants/acme/secret", null)).body();
        assertEquals(first.path("key_id"), secret.path("key_id"));
        assertEquals(43, secret.path("secret").asString().length());
        assertFalse(first.toString().contains(secret.path("secret").asString()));
        try (var connection = bed.raw(); var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT sealed FROM secret")) {
            assertTrue(rows.next());
            assertFalse(new String(rows.getBytes(1), java.nio.charset.StandardCharsets.ISO_8859_1).contains(
                    secret.path("secret").asString()));
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(bed.data.resolve(
                "master.key"))));
        bed.clock.pass(Limits.SECRET_AGE);
        assertTrue(admin("GET", "/admin/tenants/acme", null).path("secret").path("overdue").asBoolean());
        var health = bed.call("GET", "/health", null, Map.of()).body();
        assertEquals("warning", health.path("status").asString());
        assertEquals(dialect.label(), health.path("store").asString());
        var rotated = admin("POST", "/admin/tenants/acme/secret/rotate", Map.of("overlap_seconds", 60)).path("secret");
        assertEquals(first.path("key_id"), rotated.path("previous").path(0).path("key_id"));
        assertFalse(rotated.path("overdue").asBoolean());
        assertEquals("ok", bed.call("GET", "/health", null, Map.of()).body().path("status").asString());
        var accesses = admin("GET", "/admin/tenants/acme/secret/accesses", null).path("items").valueStream().map(each ->
                each.path("action").asString() + " by " + each.path("by").asString()).toList();
        assertEquals(List.of("rotate by admin credential", "read by service credential", "create by admin credential"),
                accesses);
        assertEquals(422, as(Bed.ADMIN, "POST", "/admin/tenants/acme/secret/rotate", Map.of("overlap_seconds",
                999_999)).status());
    }

    @ParameterizedTest
    @EnumSource
    void credentialsOpenWhatTheyAreForAlone(Dialect dialect) throws Exception {
        bed = new Bed(dialect);
        bed.tenant("acme", true, "ada@acme.example");
        for (var wrong : List.of(Bed.ADMIN, Bed.ORGANIZATIONS)) {
            assertEquals(403, as(wrong, "GET", "/admin/tenants/acme/secret", null).status());
        }
        assertEquals(403, as(Bed.SERVICE, "GET", "/admin/tenants", null).status());
        assertEquals(403, as(Bed.SERVICE, "GET", "/organizations/acme", null).status());
        assertEquals(401, as("guess-guess-guess-guess", "GET", "/admin/tenants", null).status());
        assertEquals(401, bed.call("GET", "/admin/tenants", null, Map.of()).status());
        assertEquals("insufficient_scope", as(bed.idp.token("ada@acme.example"), "GET", "/admin/tenants", null).code());
        var scoped = bed.idp.token("ops@acme.example", claims -> claims.claim("scope", "toolbridge:admin"));
        assertEquals(200, as(scoped, "GET", "/admin/tenants", null).status());
        var gateway = bed.idp.token("gw@x.example", claims -> claims.claim("scope", "x toolbridge:service"));
        assertEquals(200, as(gateway, "GET", "/admin/tenants/acme/secret", null).status());
        assertEquals("sub-gw@x.example", admin("GET", "/admin/tenants/acme/secret/accesses", null).path("items").path(0)
                .path("by").asString());
    }

    @ParameterizedTest
    @EnumSource
    void tenantsAndPeopleAreMadeAndTakenAway(Dialect dialect) throws Exception {
        bed = new Bed(dialect);
        for (var id : List.of("acme", "globex", "initech")) {
            bed.tenant(id, false, "sam@both.example");
        }
        assertEquals(409, as(Bed.ADMIN, "POST", "/admin/tenants", Map.of("id", "acme", "name", "x")).status());
        assertEquals(409, as(Bed.ADMIN, "POST", "/admin/tenants", Map.of("id", "other", "name", "x", "host",
                "ACME.toolbridge.example")).status(), "host names are unique");
        for (var bad : List.of(Map.of("id", "A", "name", "x"), Map.of("id", "ok"),
                Map.of("id", "ok", "name", "x", "host",
                "no host"))) {
            assertEquals(422, as(Bed.ADMIN, "POST", "/admin/tenants", bad).status());
        }
        var page = admin("GET", "/admin/tenants?limit=2", null);
        assertEquals(2, page.path("items").size());
        assertEquals("initech", admin("GET", "/admin/tenants?limit=2&cursor=" + page.path("next_cursor").asString(),
                null).path("items").path(0).path("id").asString());
        assertEquals(409, as(Bed.ADMIN, "POST", "/admin/tenants/acme/members", Map.of("email", "SAM@both.example"))
                .status());
        var sam = bed.person("sam@both.example").choosing("acme");
        sam.made("notes", Map.of("title", "N"));
        var board = admin("GET", "/admin/tenants/acme/dashboard", null);
        assertEquals(1, board.path("records").path("notes").asInt());
        assertEquals(1, board.path("changes_last_24h").asInt());
        assertEquals(1, board.path("active_users_last_24h").asInt());
        assertEquals(1, board.path("open_sessions").asInt());
        var member = admin("GET", "/admin/tenants/acme/members", null).path("items").path(0);
        assertEquals("sub-sam@both.example", member.path("user_id").asString(), "bound by the first call");
        assertEquals(404, as(Bed.ADMIN, "DELETE", "/admin/tenants/globex/members/" + member.path("id").asString(), null)
                .status());
        assertEquals(204, as(Bed.ADMIN, "DELETE", "/admin/tenants/acme/members/" + member.path("id").asString(), null)
                .status());
        assertEquals("tenant_forbidden", sam.call("GET", "/v1/notes", null).code());
        assertEquals(404, as(Bed.ADMIN, "GET", "/admin/tenants/nowhere", null).status());
    }

    @ParameterizedTest
    @EnumSource
    void organisationsOfAUserAreTold(Dialect dialect) throws Exception {
        bed = new Bed(dialect);
        for (var id : List.of("acme", "globex", "initech")) {
            bed.tenant(id, false, "sam@both.example");
        }
        bed.person("sam@both.example").choosing("globex").get("/v1/notes");
        assertEquals(List.of("acme", "globex", "initech"), organizations("email=sam%40both.example"));
        assertEquals(List.of("globex"), organizations("user_id=sub-sam%40both.example"));
        assertEquals(List.of("acme", "globex", "initech"),
                organizations("user_id=sub-sam%40both.example&email=sam%40both.example"));
        assertEquals(List.of("acme"), organizations("organization_id=acme"));
        admin("POST", "/admin/tenants/acme/suspend", null);
        assertEquals(List.of("globex", "initech"), organizations("email=sam%40both.example"));
        assertEquals(List.of("acme"), organizations("email=sam%40both.example&statuses=inactive"));
        var first = memberships("email=sam%40both.example&limit=1");
        assertEquals("list", first.path("object").asString());
        var after = first.path("list_metadata").path("after").asString();
        assertEquals(1, memberships("email=sam%40both.example&limit=5&after=" + after).path("data").size());
        assertEquals(422, as(Bed.ORGANIZATIONS, "GET", "/user_management/organization_memberships", null).status());
        var organization = Bed.require(200, as(Bed.ORGANIZATIONS, "GET", "/organizations/globex", null)).body();
        assertEquals("GLOBEX", organization.path("name").asString());
        assertEquals(404, as(Bed.ORGANIZATIONS, "GET", "/organizations/nowhere", null).status());
        bed.clock.pass(Duration.ofSeconds(1));
    }

    private JsonNode memberships(String query) {
        return Bed.require(200, as(Bed.ORGANIZATIONS, "GET", "/user_management/organization_memberships?" + query,
                null)).body();
    }

    private List<String> organizations(String query) {
        return memberships(query).path("data").valueStream().map(each -> each.path("organization_id").asString())
                .sorted().toList();
    }
}
