package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.sql.Scanner.Part;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Parser;

/// Our reading of a statement and the driver's own agree: what we let through is one statement to it, with as many
/// places for values as we bind.
final class ScannerFuzzTest {

    private static final long SEED = 4711;
    private static final List<String> PIECES =
            List.of("select ", "a", "1", " ", "\n", "'", "''", "\"", "`", "[", "]", "$",
            "$$", "$x$", ":a", ":b", "::", ":", ":=", ";", "--", "#", "/*", "*/", "/", "*", "\\", "E'", "e'", "{a}",
            "{",
            "}", "?", "??", "?|", "é", "_", ",", "(", ")", "U&'", "N'", "x$y");

    private static String statement(Random random) {
        var text = new StringBuilder();
        for (var i = random.nextInt(12); i >= 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    /// With a parameter for each name in it.
    private static StatementText read(String text) {
        var parameters = new LinkedHashMap<String, Parameter>();
        var plain = ParameterSettings.of(ParameterType.STRING);
        for (var part : Scanner.scan(text, Engine.POSTGRESQL).parts()) {
            if (part instanceof Part.Value value) {
                parameters.putIfAbsent(value.name(), new Parameter(value.name(), plain));
            } else if (part instanceof Part.Fragment fragment) {
                parameters.put(fragment.name(), new Parameter(fragment.name(), plain.withWhen("- :" + fragment.name()
                        + " -- end")));
            }
        }
        return new StatementText(text, Engine.POSTGRESQL, parameters, false);
    }

    @Test
    void theDriverOfPostgresSeesOneStatementAndOurValues() throws Exception {
        var random = new Random(SEED);
        var passed = 0;
        for (var i = 0; i < 200_000; i++) {
            var text = "select " + statement(random);
            StatementText.Compiled compiled;
            try {
                var ours = read(text);
                compiled = random.nextBoolean() ? ours.with(Map.of()) : ours.with(Map.of("a", "x", "b", "x"));
            } catch (IllegalArgumentException refused) {
                continue;
            }
            var sql = compiled.sql();
            var seen = Parser.parseJdbcSql(sql, true, true, true, false, false);
            var what = "seed " + SEED + ", round " + i + ": " + text + " became " + sql;
            assertEquals(1, seen.size(), what);
            assertEquals(compiled.values().size(), seen.getFirst().bindPositions.length, what);
            passed++;
        }
        assertTrue(passed > 20_000, "only " + passed + " statements passed");
    }

    @Test
    void noStatementIsABug() {
        var random = new Random(SEED);
        for (var i = 0; i < 100_000; i++) {
            var text = statement(random);
            for (var engine : Engine.values()) {
                try {
                    Scanner.scan(text, engine);
                } catch (IllegalArgumentException refused) {
                    assertTrue(refused.getMessage().startsWith("has "), text);
                }
            }
        }
    }
}
