package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.TestCallers;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class RecordToolTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static ToolResult call(Tool tool, String arguments) throws Exception {
        return tool.call(Call.trial(TestCallers.user("u", "b", "a"), (ObjectNode) JSON.readTree(arguments),
                Map.of()));
    }

    private static String text(ToolResult result) {
        return result.content().getFirst().path("text").asString();
    }

    // The example of the class's Javadoc.

    record Ask(@Description("A city, for example Berlin") String city, @Range(min = 1,
            max = 7) Optional<Integer> days) {}

    record Forecast(String city, List<Integer> degrees) {}

    private static final class Weather {

        private List<Integer> degrees(String city, int days) {
            return List.of(21, 19, 17, 15).subList(0, days);
        }
    }

    @Test
    void theExampleOfTheDocumentation() throws Exception {
        var weather = new Weather();

        Tool forecast = RecordTool.named("forecast", "How warm it will be in a city on the coming days.")
                .readOnly().scopes("weather:read")
                .of(Ask.class, Forecast.class, (ask, call) ->
                        new Forecast(ask.city(), weather.degrees(ask.city(), ask.days().orElse(3))));

        var in = """
                {"type": "object", "properties": {
                   "city": {"type": "string", "description": "A city, for example Berlin"},
                   "days": {"type": "integer", "minimum": 1, "maximum": 7}},
                 "required": ["city"], "additionalProperties": false}""";
        assertEquals(JSON.readTree(in), JSON.readTree(forecast.spec().inputSchema().toString()));
        assertEquals(JSON.readTree("""
                {"type": "object", "properties": {
                   "city": {"type": "string"}, "degrees": {"type": "array", "items": {"type": "integer"}}},
                 "required": ["city", "degrees"], "additionalProperties": false}"""),
                forecast.spec().outputSchema().orElseThrow());
        assertEquals(Set.of("weather:read"), forecast.spec().scopes());
        assertTrue(forecast.spec().readOnly());
        assertEquals("{\"readOnlyHint\":true}", forecast.spec().annotations().toString());

        var answer = call(forecast, "{\"city\":\"Berlin\"}");
        assertEquals("{\"city\":\"Berlin\",\"degrees\":[21,19,17]}", answer.structured().orElseThrow().toString());
        assertEquals(answer.structured().orElseThrow().toString(), text(answer));
        assertEquals("[21]", call(forecast, "{\"city\":\"B\",\"days\":1}").structured().orElseThrow().path("degrees")
                .toString());
    }

    enum Level { LOW, HIGH }

    record Inner(Level level, Optional<Double> weight) {}

    record Everything(String text, int small, Long large, double fraction, boolean truth, Level level, LocalDate day,
            Instant moment, List<Inner> inner, Optional<List<String>> words) {}

    @Test
    void everyTypeGoesInAndComesOutTheSame() throws Exception {
        var echo = RecordTool.named("echo", "Says the same.")
                .of(Everything.class, Everything.class, (all, call) -> all);
        var value = """
                {"text":"t","small":-3,"large":9007199254740993,"fraction":0.5,"truth":true,"level":"HIGH",\
                "day":"2026-07-28","moment":"2026-07-28T09:30:00Z","inner":[{"level":"LOW","weight":2.5},\
                {"level":"HIGH"}],"words":["a","b"]}""";

        assertEquals(List.of(), new SchemaCheck("x", echo.spec().inputSchema()).misfits(JSON.readTree(value)));
        var answer = call(echo, value).structured().orElseThrow();
        assertEquals(value, answer.toString());
        assertEquals(List.of(), new SchemaCheck("x", echo.spec().outputSchema().orElseThrow()).misfits(answer));
    }

    @Test
    void theSchemaIsFlat_AndWithoutReferences() {
        var schema = RecordTool.named("x", "X.").of(Everything.class, (all, call) -> ToolResult.text("")).spec()
                .inputSchema();
        assertEquals("{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"level\":{\"type\":\"string\","
                + "\"enum\":[\"LOW\",\"HIGH\"]},\"weight\":{\"type\":\"number\"}},\"required\":[\"level\"],"
                + "\"additionalProperties\":false}}", schema.path("properties").path("inner").toString());
        assertEquals("{\"type\":\"string\",\"format\":\"date-time\"}", schema.path("properties").path("moment")
                .toString());
        assertEquals(0, schema.findValues("$ref").size());
    }

    record Numbers(int small, long large, double fraction) {}

    @Test
    void whatFitsTheSchemaButNotJava_IsSaidToTheModel() throws Exception {
        var tool = RecordTool.named("x", "X.").of(Numbers.class, (all, call) -> ToolResult.text(all.toString()));
        assertEquals("Numbers[small=3, large=4, fraction=5.0]",
                text(call(tool, "{\"small\":3.0,\"large\":4,\"fraction\":5}")));
        for (var wrong : List.of("{\"small\":2147483648,\"large\":1,\"fraction\":1}",
                "{\"small\":1,\"large\":9223372036854775808,\"fraction\":1}",
                "{\"small\":1e300,\"large\":1,\"fraction\":1}")) {
            var answer = call(tool, wrong);
            assertTrue(answer.isError());
            assertTrue(text(answer).contains("is not a whole number of"), text(answer));
        }
        var huge = ((ObjectNode) JSON.readTree("{\"small\":1,\"large\":1}")).put("fraction", new BigDecimal("1e999"));
        assertTrue(call(tool, huge.toString()).isError());

        record When(LocalDate day, Optional<Instant> moment) {}
        var dates = RecordTool.named("x", "X.").of(When.class, (all, call) -> ToolResult.text(all.toString()));
        assertEquals("An argument does not fit: /day is not a date like 2026-07-28. Correct it and call again.",
                text(call(dates, "{\"day\":\"tomorrow\"}")));
        assertTrue(text(call(dates, "{\"day\":\"2026-01-01\",\"moment\":\"now\"}"))
                .contains("/moment is not a moment like"));
        assertEquals("When[day=2026-01-01, moment=Optional[2026-01-01T08:00:00Z]]",
                text(call(dates, "{\"day\":\"2026-01-01\",\"moment\":\"2026-01-01T09:00:00+01:00\"}")));
    }

    record Span(int from, int to) {
        Span {
            if (from > to) {
                throw new IllegalArgumentException("from must not be after to");
            }
        }
    }

    record Asked(Span span) {}

    @Test
    void aRecordsOwnCheckIsSaidToTheModel_AndSoIsAFailure() throws Exception {
        var tool = RecordTool.named("x", "X.").of(Asked.class, Span.class, (asked, call) -> {
            throw RecordTool.failure("There is no lesson 7. Ask lesson_list for the ones that there are.");
        });
        assertTrue(text(call(tool, "{\"span\":{\"from\":2,\"to\":1}}"))
                .contains("/span is refused: from must not be after to"));
        var failed = call(tool, "{\"span\":{\"from\":1,\"to\":1}}");
        assertTrue(failed.isError());
        assertEquals("There is no lesson 7. Ask lesson_list for the ones that there are.", text(failed));
    }

    record WithMap(java.util.Map<String, String> map) {}

    record WithObject(List<Object> things) {}

    record Raw(@SuppressWarnings("rawtypes") List list) {}

    record Deep(Optional<Optional<String>> twice) {}

    record Tree(List<Tree> branches) {}

    record Silly(@Range(min = 1) boolean truth) {}

    @Test
    void whatIsNotSupportedIsRefusedAtOnce_NamingTheComponent() {
        for (Class<? extends Record> type : List.<Class<? extends Record>>of(WithMap.class, WithObject.class, Raw.class,
                Deep.class, Tree.class, Silly.class)) {
            var refused = assertThrows(IllegalArgumentException.class,
                    () -> RecordTool.named("x", "X.").of(type, (all, call) -> ToolResult.text("")), type.getName());
            assertTrue(refused.getMessage().contains(type.getSimpleName()), refused.getMessage());
        }
    }

    @Test
    void aDraftCanBeTheStartOfSeveralTools() {
        var draft = RecordTool.named("x", "X.").title("The X").deadline(Duration.ofSeconds(5)).secret("city");
        var spec = draft.readOnly().of(Ask.class, (ask, call) -> ToolResult.text("")).spec();
        assertEquals("The X", spec.title());
        assertEquals(Duration.ofSeconds(5), spec.deadline());
        assertEquals(Set.of("city"), spec.secretArguments());
        assertTrue(!draft.of(Ask.class, (ask, call) -> ToolResult.text("")).spec().readOnly(),
                "a draft does not change");
    }

    @Test
    void whoAmISaysWhatTheTokenSays() throws Exception {
        JsonNode you = call(WhoAmI.tool(), "{}").structured().orElseThrow();
        assertEquals("{\"kind\":\"user\",\"subject\":\"u\",\"email\":\"u@example.com\",\"client\":\"client-1\","
                + "\"scopes\":[\"a\",\"b\"]}", you.toString());
        assertEquals("doorwarden_whoami", WhoAmI.tool().spec().name());
    }
}
