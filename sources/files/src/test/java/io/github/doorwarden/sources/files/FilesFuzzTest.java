package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Files and questions as nobody should write them: read, refused in words, and never more than was declared.
final class FilesFuzzTest {

    private static final List<String> CSV = List.of("route,month,fare\nA,2026-01,1\nB,2026-02,2.5\nC,2026-03,3\n",
            "\uFEFFroute;month;fare\r\nA;2026-01;1\r\n", "fare,route,month\n1e3,\"A,\"\"B\n\",2026-01-31\n",
            "route,month,fare\nA,2026-01,1\nA,2026-13,x\nA\nA,2026-01,1,2\n", "route,route,fare\nA,B,1\n",
            "route,month,fare\n\"never ends,2026-01,1\n", "route\tmonth\tfare\nA\t2026-01\t1\n", "route,month,fare\n");
    private static final List<String> JSON = List.of("[{\"route\":\"A\",\"month\":\"2026-01\",\"fare\":1}]",
            "{\"route\":\"A\",\"month\":\"2026-01\",\"fare\":1}\n{\"route\":\"B\",\"month\":\"2026-02\",\"fare\":2}\n",
            "[{\"route\":{\"a\":[1]},\"month\":null,\"fare\":\"1.5\"},{\"fare\":1e400},{\"route\":[]}]",
            "[{\"route\":\"A\",\"route\":\"B\",\"month\":\"2026-01\",\"fare\":9007199254740993}]", "[]", "{}", "[[1]]");
    private static final List<String> PIECES = List.of(",", ";", "\t", "\"", "\"\"", "\n", "\r", "\r\n", "\n\n",
            "\u0000", "\u2028", "NaN", "Infinity", "-inf", "1e9999", "0x10", "1,000", "1_000", "2026-02-30", "infinity",
            "epoch", "now", "true", "'", "{", "[".repeat(3_000), "{\"a\":".repeat(3_000), "A".repeat(5_000), "é",
            "NULL",
            "_file", "/etc/passwd", "%s", "#", "\\N", "\\", "9".repeat(400), "-");
    private static final List<String> VALUES = List.of("A", "2026", "2026-Q1", "2026-W53", "2026-02-30", "-9999-01",
            "+999999999-12-31", "2026-01", "2026-03", "0000", "9999-Q4", "9999-12-31", "9999-W53", "' OR 1=1 --", "%",
            "_", "\"", "", "a\u0000b", "\uD83D", "route desc", "1e2147483647", "infinity", "\\", "\u0130");
    private static final List<String> NUMBERS = List.of("0", "1", "-1", "1.5", "1e400", "-0.0", "1e-400",
            "9223372036854775808", "1e2147483647", "123456789012345678901234567890.123456789");

    @TempDir
    private Path folder;

    private static String text(Fuzzer fuzz, List<String> corpus) {
        var text = new StringBuilder(fuzz.once(3) ? fuzz.one(corpus) : fuzz.mutated(fuzz.one(corpus)));
        for (var n = fuzz.below(3); n > 0; n--) {
            text.insert(fuzz.below(text.length() + 1), fuzz.one(PIECES));
        }
        return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);  // no lone half
    }

    private static void inWords(Fuzzer fuzz, String answer, Object input) {
        assertFalse(answer.contains("Exception") || answer.contains("/etc") || answer.contains("Parser Error")
                || answer.contains("Catalog Error"), () -> fuzz.said(input + "\n" + answer));
    }

    /// One bad file beside a good one of another dataset, which is served whatever the bad one has.
    @Test
    void aFileIsReadOrRefusedAndTheOthersAreServed() throws Exception {
        var fuzz = new Fuzzer(60);
        var read = 0;
        try (var files = new Fixture(folder).write("good.csv", CSV.getFirst())
                .dataset("good", Fixture.fares(), "good.csv").dataset("fares", Fixture.fares(), "fares.*")
                .tool("good", Fixture.tool(FilesSettings.Kind.ROWS, "good", Fixture.filters())).tools("fares")) {
            while (fuzz.goesOn()) {
                var csv = fuzz.once(2);
                var text = text(fuzz, csv ? CSV : JSON);
                Files.deleteIfExists(folder.resolve(csv ? "fares.json" : "fares.csv"));
                files.write(csv ? "fares.csv" : "fares.json", text).looks();
                for (var tool : List.of("rows", "aggregate", "trend", "describe")) {
                    var answer = files.call(tool, "{}");
                    inWords(fuzz, Fixture.text(answer), text);
                    read += answer.isError() ? 0 : 1;
                }
                files.source().warnings().forEach(warning -> assertTrue(warning.length() < 5_000,
                        () -> fuzz.said(warning)));
                assertEquals(3, files.ask("good", "{}").path("rows_total").asInt(), () -> fuzz.said(text));
            }
        }
        assertTrue(read > fuzz.rounds() / 10, "hardly any file is read any more: " + read);
    }

    /// What the door lets through: of the types and choices of the schema, and as strange as these allow.
    private static JsonNode fitting(Fuzzer fuzz, JsonNode schema) {
        if (schema.has("enum")) {
            return fuzz.one(schema.path("enum").valueStream().toList());
        }
        return switch (schema.path("type").asString("string")) {
            case "array" -> {
                var list = Fixture.JSON.createArrayNode();
                for (var n = fuzz.below(schema.path("maxItems").asInt(3) + 1);
                        (n > 0 || list.size() < schema.path("minItems").asInt(0))
                        && list.size() < 5; n--) {
                    list.add(fitting(fuzz, schema.path("items")));
                }
                yield list;
            }
            case "boolean" -> Fixture.JSON.readTree(fuzz.one(List.of("true", "false")));
            case "integer" -> Fixture.JSON.getNodeFactory().numberNode(schema.path("minimum").asInt(0)
                    + fuzz.below(Math.max(1, schema.path("maximum").asInt(1_000))));
            case "number" -> Fixture.JSON.readTree(fuzz.one(NUMBERS));
            default -> Fixture.JSON.getNodeFactory().stringNode(fuzz.maybe(fuzz.one(VALUES)));
        };
    }

    @Test
    void aQuestionIsAnsweredOrRefused() throws Exception {
        var fuzz = new Fuzzer(400);
        var answered = 0;
        try (var files = new Fixture(folder).write("fares.csv", CSV.getFirst())
                .dataset("fares", Fixture.fares(), "fares.csv").tools("fares")) {
            while (fuzz.goesOn()) {
                var tool = fuzz.one(files.source().things().tools()).spec();
                var arguments = Fixture.JSON.createObjectNode();
                for (var argument : fuzz.some(List.copyOf(tool.inputSchema().path("properties").properties()), 4)) {
                    arguments.set(argument.getKey(), fitting(fuzz, argument.getValue()));
                }
                var answer = files.call(tool.name(), arguments.toString().replace("'", "\\u0027"));
                answered += answer.isError() ? 0 : 1;
                inWords(fuzz, Fixture.text(answer), tool.name() + " " + arguments);
                assertFalse(Fixture.text(answer).contains("Request id"), () -> fuzz.said("the engine fails of "
                        + tool.name() + " " + arguments));
                assertTrue(Fixture.text(answer).length() < 20_000, () -> fuzz.said(tool.name() + " " + arguments));
            }
            assertEquals(3, files.ask("rows", "{}").path("rows_total").asInt());
        }
        assertTrue(answered > fuzz.rounds() / 5, "hardly any question is answered any more: " + answered);
    }
}
