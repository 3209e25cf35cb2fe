package io.github.doorwarden.systems.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Source;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the providers answer, and where they stop.
final class ProvidersTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static Call call(String arguments) {
        return Call.trial(Caller.anonymous(), (ObjectNode) JSON.readTree(arguments.replace('\'', '"')), Map.of());
    }

    private static JsonNode ask(Source source, String tool, String arguments) throws Exception {
        var answer = source.things().tools().stream().filter(each -> each.spec().name().equals(tool)).findFirst()
                .orElseThrow().call(call(arguments));
        return answer.structured().orElseGet(() -> answer.content().getFirst().path("text"));
    }

    @ParameterizedTest
    @CsvSource({"0.1 + 0.2, 0.3, true", "2^3^2, 512, true", "-2^2, -4, true", "2 * (3 + 4) - 1, 13, true",
            "1 / 8, 0.125, true", "1 / 3, 0.33333, false", "2 ^ -2, 0.25, true", "sqrt(2), 1.4142, false",
            "sqrt(0.25), 0.5, true", "abs(-7) % 4, 3, true", "1--1, 2, true", "123456789123456789 * 1000000007, "
            + "123456789987654312864197523, true"})
    void expressionsAreExactWhereTheyCanBe(String expression, BigDecimal value, boolean exact) {
        var result = Expression.of(expression, 5);
        assertEquals(0, value.compareTo(result.number()), () -> expression + " is " + result.number());
        assertEquals(exact, result.exact());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 +", "1 / 0", "5 % 0", "0 ^ -1", "(1", "1)", "2 3", "1e9", "x", "sqrt 4", "sqrt(-1)",
            "2 ^ 0.5", "9 ^ 9 ^ 9", "1.2.3", "\u0663 + 1"})
    void whatCannotBeWorkedOutIsSaid(String expression) {
        assertFalse(assertThrows(Expression.Unclear.class, () -> Expression.of(expression, 5)).getMessage().isBlank());
    }

    @Test
    void nothingGrowsWithoutBound() {
        for (var expression : List.of("(".repeat(70) + "1" + ")".repeat(70), "-".repeat(900) + "1",
                "9".repeat(999) + "*9", "(10^900)*(10^900)", "1/10^999/10^999/10^999", "1" + "+1".repeat(600))) {
            assertThrows(Expression.Unclear.class, () -> Expression.of(expression, 5), expression);
        }
    }

    @Test
    void listsAndFactors() throws Exception {
        var source = new MathSource();
        var answer = ask(source, "math_statistics", "{'numbers':['0.1','0.2','0.6']}");
        assertEquals("{\"count\":3,\"sum\":\"0.9\",\"least\":\"0.1\",\"most\":\"0.6\",\"median\":\"0.2\","
                + "\"mean\":\"0.3\",\"deviation\":\"0.21602468994692867437\"}", answer.toString());
        assertTrue(ask(source, "math_statistics", "{'numbers':['1e9']}").asString().contains("-19.99"));
        assertEquals("[999983,999983]", ask(source, "math_factor", "{'number':999966000289}").path("factors")
                .toString());
        assertTrue(ask(source, "math_factor", "{'number':999999999989}").path("prime").asBoolean());
        assertEquals("{\"factors\":[],\"prime\":false}", ask(source, "math_factor", "{'number':1}").toString());
    }

    @Test
    void linesAreKeptForWhoLogged_AtTheirLevel() throws Exception {
        var source = new LoggingSource(() -> Instant.EPOCH.plus(Duration.ofDays(1)));
        ask(source, "log_message", "{'level':'debug','text':'one\\ntwo'}");
        ask(source, "log_message", "{'level':'error','text':'three'}");
        assertEquals("1970-01-02T00:00:00Z debug one two\n1970-01-02T00:00:00Z error three\n",
                source.things().resources().getFirst().read(call("{}")).getFirst().path("text").asString());
        assertEquals(1, ask(source, "log_recent", "{'level':'warning'}").path("lines").size());
        assertEquals(List.of(), source.things().templates().getFirst().read("log://recent/loud",
                call("{'level':'loud'}")));
        assertTrue(ask(source, "log_message", "{'level':'loud','text':'x'}").asString().contains("There are debug"));
        for (var i = 0; i < Limits.KEPT_LINES + 5; i++) {
            ask(source, "log_message", "{'level':'info','text':'line " + i + "'}");
        }
        var lines = ask(source, "log_recent", "{}").path("lines");
        assertEquals(Limits.KEPT_LINES, lines.size());
        assertEquals("line 5", lines.path(0).path("text").asString());
    }
}
