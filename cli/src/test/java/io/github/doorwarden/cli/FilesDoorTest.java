package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// One file with the rows of two organisations, and whoever has signed in sees those of the own one: a person of the
/// first by her address, a program of the second by its id.
final class FilesDoorTest {

    private static final String SECRET = "canary-robot-secret-4711-4711-4711-4711";
    private static final String YAML = """
            server: {port: 0}
            authorization:
              scopes:
                fares:read: {text: look up fares, baseline: true}
              clients:
                - {id: bolt-robot, secret: %1$s, grants: [client_credentials], scopes: [fares:read]}
                - {id: stray-robot, secret: %1$s, grants: [client_credentials], scopes: [fares:read]}
              tenants:
                acme: {domains: [example.org]}
                bolt: {clients: [bolt-robot]}
            sources:
              fares:
                type: files
                datasets:
                  fares:
                    files: [fares.csv]
                    columns: {org: {type: text}, route: {type: text}, day: {type: date}, fare: {type: number, unit: EUR}}
                tools:
                  rows: {kind: rows, dataset: fares, description: Rows., scopes: ["fares:read"], filters: &filters {
                    mine: {column: org, bind: caller.tenant}, routes: {column: route, by: in},
                    from_route: {column: route, by: from}, route_prefix: {column: route, by: prefix},
                    from: {column: day, by: from}, above: {column: fare, by: from}}}
                  statistics: {kind: aggregate, dataset: fares, description: Figures., scopes: ["fares:read"],
                    filters: *filters, group_by: [org, route], buckets: [year],
                    measures: {fare: {functions: [avg, max, distinct, p90]}}}
                  trend: {kind: trend, dataset: fares, description: Course., scopes: ["fares:read"], filters: *filters,
                    group_by: [org, route], measures: {fare: {functions: [max]}}}
                  profile: {kind: describe, dataset: fares, description: Profile., scopes: ["fares:read"], filters: *filters}
            endpoints:
              /mcp: {sources: [fares]}
            """.formatted(SECRET);

    /// When files were written and read, in nanoseconds that look like fares.
    private static final Pattern TIMES = Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z");

    /// What every kind of tool can be asked, with values of the others' among them.
    private static final List<String> QUESTIONS = List.of("{}", "{'routes':['BOLT-ONE','ACME-ONE']}",
            "{'routes':['BOLT-ONE']}", "{'routes':['NO-SUCH']}", "{'from_route':'B'}", "{'route_prefix':'BOLT'}",
            "{'from':'2031'}", "{'from':'2099'}", "{'above':70000}");
    private static final Map<String, List<String>> MORE = Map.of(
            "rows", List.of("{'order_by':'org','descending':true}", "{'columns':['org','route']}", "{'limit':1}",
            "{'cursor':'1.1'}"),
            "statistics", List.of("{'group_by':['org','route'],'bucket':'year'}", "{'routes':['BOLT-ONE'],'group_by':"
            + "['org']}", "{'measures':['max_fare'],'group_by':['route']}"),
            "trend", List.of("{'group_by':'org','bucket':'year'}", "{'group_by':'route','routes':['BOLT-ONE']}"),
            "profile", List.of("{'columns':['org','route']}", "{'columns':['fare']}"));

    @TempDir
    private Path folder;
    private final Web web = new Web();
    private Deployment deployment;
    private Agent agent;
    private String origin;

    private Config config(Map<String, String> set) {
        return ConfigFile.read(folder, set, name -> null);
    }

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), YAML);
        Files.writeString(folder.resolve("fares.csv"), """
                org,route,day,fare
                acme,ACME-ONE,2026-01-01,100
                bolt,BOLT-ONE,2031-01-01,77700
                acme,ACME-TWO,2026-02-01,300
                bolt,BOLT-TWO,2032-01-01,77800
                bolt,ACME-ONE,2033-01-01,77900
                """);
        deployment = Deployment.start(config(Map.of()), line -> { });
        var endpoint = deployment.endpoints().getFirst().toString();
        origin = endpoint.substring(0, endpoint.length() - "/mcp".length());
        try (var administration = Administration.open(config(Map.of("server.public_origin", origin)))) {
            administration.addPerson(Door.EMAIL, "Ada", Door.PASSWORD);
        }
        agent = Agent.registered(web, origin, endpoint, "Stranger", "http://127.0.0.1:9/callback");
    }

    @AfterEach
    void stop() {
        deployment.close();
    }

    private String robot(String id) {
        return web.form(origin + "/token", Map.of("grant_type", "client_credentials", "client_id", id,
                "client_secret", SECRET, "resource", agent.resource)).expect(200).json().path("access_token")
                .asString();
    }

    private JsonNode call(String token, String tool, String arguments) {
        return Agent.result(agent.modern(token, "tools/call", tool, "{\"name\":\"" + tool + "\",\"arguments\":"
                + arguments.replace('\'', '"') + "}"));
    }

    private void seesOnly(String token, String others, long rows) {
        for (var tool : MORE.entrySet()) {
            for (var list : List.of(QUESTIONS, tool.getValue())) {
                for (var question : list) {
                    var result = call(token, tool.getKey(), question);
                    assertFalse(result.path("isError").asBoolean(false), tool.getKey() + question + result);
                    assertFalse(TIMES.matcher(result.toString()).replaceAll("")
                            .matches("(?s).*(" + others + ").*"),
                            tool.getKey() + question + result);
                }
            }
            var all = call(token, tool.getKey(), "{}").path("structuredContent").path("facts");
            assertEquals(rows, all.path("rows_matched").asLong(), tool.getKey());
            assertEquals(rows, all.path("sources").path(0).path("rows").asLong(), tool.getKey());
        }
    }

    @Test
    void everyKindOfToolShowsTheCallersOrganisationAlone_OffersOfEmptyAnswersToo() {
        seesOnly(agent.tokens(new Browser(web, origin), "fares:read").access(), "BOLT|bolt|77[789]00|203[0-9]", 2);
        seesOnly(robot("bolt-robot"), "ACME-TWO|acme|2026-0[0-9]-01", 3);
    }

    @Test
    void nobodyCanNameAnotherOrganisation_AndWhoHasNoneSeesNothing() {
        var ada = agent.tokens(new Browser(web, origin), "fares:read").access();
        var stray = robot("stray-robot");
        for (var tool : MORE.keySet()) {
            for (var forged : List.of("{'mine':'bolt'}", "{'org':'bolt'}", "{'caller.tenant':'bolt'}",
                    "{'mine':'bolt','routes':['BOLT-ONE']}")) {
                var result = call(ada, tool, forged);
                assertTrue(result.path("isError").asBoolean(), tool + forged + result);
                assertFalse(result.toString().contains("777"), result.toString());
            }
            var result = call(stray, tool, "{}");
            assertTrue(result.path("isError").asBoolean(), result.toString());
            assertTrue(result.toString().contains("you belong to none that is known here"), result.toString());
        }
        var tools = Agent.result(agent.modern(ada, "tools/list", "", "{}")).path("tools");
        assertEquals(4, tools.size());
        assertFalse(tools.toString().contains("mine"), tools.toString());
    }
}
