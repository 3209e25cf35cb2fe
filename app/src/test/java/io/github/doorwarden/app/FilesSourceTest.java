package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A deployment with a files source, called through MCP: the one of its manual page, block by block.
final class FilesSourceTest {

    private static final Path MANUAL = Path.of("../docs/sources/files.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+) ([^\\n]+)\\n(.*?)^```$");

    @TempDir
    private Path folder;

    /// Writes the files of the page; what is left are its configuration, its call and its answer.
    private HashMap<String, String> page() throws IOException {
        var rest = new HashMap<String, String>();
        for (var found = BLOCK.matcher(Files.readString(MANUAL)); found.find();) {
            var name = found.group(2);
            if (name.startsWith("data/")) {
                Files.createDirectories(folder.resolve("data"));
                Files.writeString(folder.resolve(name), found.group(3));
            } else {
                rest.put(name, found.group(3));
            }
        }
        return rest;
    }

    private static JsonNode ask(Deployed deployed, String tool, String arguments) {
        var answer = deployed.modern("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
        var result = answer.path("result");
        assertTrue(result.has("structuredContent"), answer.toString());
        assertEquals(result.path("structuredContent"), Deployed.JSON.readTree(Deployed.text(answer)));
        return result.path("structuredContent");
    }

    @Test
    void theManualsExampleAnswersAsTheManualSays() throws Exception {
        var page = page();
        try (var deployed = Deployed.at(folder, page.get("doorwarden.yaml"))) {
            assertEquals(List.of("airfare_trend_insights", "airfare_statistics", "airfare_rows", "airfare_overview"),
                    Deployed.names(deployed.modern("tools/list", "{}"), "tools"));
            var answer = (ObjectNode) ask(deployed, "airfare_statistics", page.get("call airfare_statistics"));
            var facts = (ObjectNode) answer.path("facts");
            assertTrue(facts.remove("loaded").asString().startsWith("20"));
            facts.path("sources").forEach(source -> ((ObjectNode) source).remove("modified"));
            assertEquals(Deployed.JSON.readTree(page.get("answer")).toPrettyString(), answer.toPrettyString());
        }
    }

    @Test
    void aBadFileIsCountedUnderHealth_AndTakesNothingDown() throws Exception {
        var yaml = page().get("doorwarden.yaml");
        try (var deployed = Deployed.at(folder, yaml)) {
            ask(deployed, "airfare_rows", "{}");
            var health = Deployed.JSON.readTree(deployed.get("/health"));
            assertEquals("up", health.path("status").asString());
            assertEquals("{\"airfares\":1}", health.path("warnings").toString(), "the row that was left out");
        }
    }

    @Test
    void oneToolAnswersOverFaresDemandAndLoadFactors() throws Exception {
        try (var deployed = Deployed.at(folder, page().get("doorwarden.yaml"))) {
            var trend = ask(deployed, "airfare_trend_insights", "{\"routes\":[\"LHR-JFK\"],\"carriers\":[\"BA\"],"
                    + "\"cabins\":[\"economy\"],\"measure\":\"median_fare\",\"bucket\":\"month\"}");
            var last = trend.path("points").path(14);
            assertEquals("2026-03 489.9 11.04", last.path("period").asString() + " " + last.path("value") + " "
                    + last.path("year_change_percent"));
            var load = ask(deployed, "airfare_trend_insights", "{\"months\":[\"2026-01\",\"2026-03\"],"
                    + "\"measure\":\"avg_load_factor\",\"bucket\":\"month\"}");
            // weighted by seats: (82.4 * 50 + 79.7 * 36) / 86
            assertEquals(81.27, Math.round(load.path("points").path(0).path("value").asDouble() * 100) / 100.0);
            assertEquals("%", load.path("facts").path("units").path("value").asString());
            var demand = ask(deployed, "airfare_trend_insights", "{\"measure\":\"sum_passengers\",\"group_by\":"
                    + "\"carrier\",\"bucket\":\"quarter\"}");
            assertEquals(2, demand.path("series").size());
            var refused = deployed.modern("tools/call", "{\"name\":\"airfare_trend_insights\",\"arguments\":"
                    + "{\"cabins\":[\"steerage\"]}}");
            assertTrue(refused.path("result").path("isError").asBoolean(false), refused.toString());
        }
    }
}
