package io.github.doorwarden.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.client.Coercion.Unfit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Flags become what the schema of a tool asks for.
class CallWordsTest {

    private static final Schema SCHEMA = Schema.of(JsonMapper.shared().readTree("""
            {"type": "object", "required": ["city"], "additionalProperties": false, "properties": {
              "city": {"type": "string"},
              "days_ahead": {"type": "integer", "minimum": 1, "maximum": 10},
              "factor": {"type": ["number", "null"]},
              "full": {"type": "boolean"},
              "no-frost": {"type": "boolean"},
              "tags": {"type": "array", "items": {"type": "string"}},
              "points": {"type": "array", "items": {"type": "object"}},
              "unit": {"enum": ["c", "f"]},
              "when": {"anyOf": [{"$ref": "#/$defs/day"}, {"type": "null"}]},
              "filter": {"$ref": "#/$defs/filter"},
              "any": {}},
             "$defs": {"day": {"type": "string", "format": "date"},
               "filter": {"type": "object", "properties": {"a": {"type": "integer"}}}}}"""));

    @TempDir
    Path folder;

    private static String read(String... words) throws Unfit {
        return CallWords.read(List.of(words), SCHEMA).arguments().toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --city Berlin                    | {"city":"Berlin"}
            --city=12                        | {"city":"12"}
            --city=a=b                       | {"city":"a=b"}
            --city --full                    | {"city":"--full"}
            --days-ahead 3                   | {"days_ahead":3}
            --days_ahead=3                   | {"days_ahead":3}
            --factor -0.50                   | {"factor":-0.50}
            --factor null                    | {"factor":null}
            --full                           | {"full":true}
            --full false --city x            | {"full":false,"city":"x"}
            --no-full                        | {"full":false}
            --no-frost                       | {"no-frost":true}
            --full=no                        | {"full":false}
            --tags a,b                       | {"tags":["a","b"]}
            --tags a --tags b,c              | {"tags":["a","b","c"]}
            --tags ["a,b"]                   | {"tags":["a,b"]}
            --points {"x":1} --points {"x":2} | {"points":[{"x":1},{"x":2}]}
            --unit f                         | {"unit":"f"}
            --when 2026-07-28                | {"when":"2026-07-28"}
            --filter {"a":1}                 | {"filter":{"a":1}}
            --any 5                          | {"any":5}
            --any [1]                        | {"any":[1]}
            --any word                       | {"any":"word"}
            --args {"city":"A","x":1} --city B | {"city":"B","x":1}
            --arg city=C --arg days_ahead=2  | {"city":"C","days_ahead":2}
            """)
    void wordsBecomeValues(String words, String wanted) throws Unfit {
        assertEquals(wanted, read(words.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --days-ahead many    | --days-ahead must be a whole number, not "many".
            --days-ahead 2.5     | --days-ahead must be a whole number, not "2.5".
            --days-ahead 11      | --days-ahead must be 1 to 10, not "11".
            --full=perhaps       | --full must be true or false, not "perhaps".
            --unit k             | --unit must be one of c, f, not "k".
            --filter 5           | --filter must be an object as JSON, not "5".
            --filter {           | cannot be read at line 1
            --citi Berlin        | There is no argument --citi. Did you mean --city?
            --nope 1             | There are: --city, --days_ahead,
            Berlin               | "Berlin" is no flag.
            --city               | --city needs a value.
            --args []            | must be an object as JSON
            --arg nope=1         | There is no argument nope.
            --arg nope           | --arg takes NAME=VALUE.
            """)
    void whatDoesNotFitIsSaid(String words, String wanted) {
        var said = assertThrows(Unfit.class, () -> read(words.split(" "))).getMessage();
        assertTrue(said.contains(wanted), said);
    }

    @Test
    void aFileHoldsArguments() throws IOException, Unfit {
        var file = Files.writeString(folder.resolve("args.json"), "{\"city\": \"Köln\", \"days_ahead\": 2}");
        assertEquals("{\"city\":\"Köln\",\"days_ahead\":3}", read("--file", file.toString(), "--days-ahead", "3"));
        assertEquals(List.of("city"), CallWords.read(List.of("--full"), SCHEMA).missing());
    }
}
