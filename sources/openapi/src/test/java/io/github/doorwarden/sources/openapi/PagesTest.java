package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.sources.openapi.OpenApiSettings.AnswerSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.sources.openapi.Pagination.Style;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Seven things, handed out in parts in each of the four ways.
class PagesTest {

    private static final int THINGS = 7;

    @TempDir
    private Path folder;
    private Path document;

    @BeforeEach
    void write() throws Exception {
        document = Files.writeString(folder.resolve("api.yaml"), """
                openapi: 3.1.0
                info: {title: Parts, version: "1"}
                paths:
                  /{style}:
                    get:
                      operationId: list
                      summary: List
                      parameters:
                        - {name: style, in: path, required: true, schema: {type: string}}
                        - {name: q, in: query, schema: {type: string}}
                        - {name: size, in: query, schema: {type: integer, maximum: 50}}
                        - {name: at, in: query, schema: {type: string}}
                      responses:
                        "200": {description: ok, content: {application/json: {schema: {type: object, properties:
                          {found: {type: array, items: {type: object, properties: {n: {type: integer}, secret: {type: string}}}},
                          count: {type: integer}}}}}}
                """);
    }

    private static Backend backend() throws Exception {
        return new Backend((asked, exchange) -> {
            var query = new HashMap<String, String>();
            var target = asked.target();
            for (var pair : target.contains("?") ? target.substring(target.indexOf('?') + 1).split("&")
                    : new String[0]) {
                query.put(pair.split("=")[0], URLDecoder.decode(pair.split("=", 2)[1], StandardCharsets.UTF_8));
            }
            var size = Integer.parseInt(query.getOrDefault("size", "3"));
            var style = target.replaceAll("^/v1/([a-z]+).*", "$1");
            var from = switch (style) {
                case "page" -> (Integer.parseInt(query.getOrDefault("at", "1")) - 1) * size;
                case "cursor" -> Integer.parseInt(query.getOrDefault("at", "c0").substring(1));
                default -> Integer.parseInt(query.getOrDefault("at", "0"));
            };
            var to = Math.min(from + size, THINGS);
            var found = IntStream.range(from, Math.max(from, to))
                    .mapToObj(n -> "{\"n\":" + n + ",\"secret\":\"" + "s".repeat(60) + "\"}")
                    .collect(Collectors.joining(",", "[", "]"));
            var more = to < THINGS;
            if (style.equals("link") && more) {
                exchange.getResponseHeaders().add("Link", "</v1/link?at=0>; rel=\"first\", </v1/link?size=" + size
                        + "&at="
                        + to + ">; title=\"a, b\"; rel=\"next last\"");
            }
            if (style.equals("hostile")) {
                exchange.getResponseHeaders().add("Link", "<" + query.get("q") + ">; rel=next");
            }
            Backend.say(exchange, 200, "application/json", "{\"found\":" + found + ",\"count\":" + THINGS
                    + (style.equals("cursor") && more ? ",\"next\":\"c" + to + "\"" : "") + ",\"has\":" + more + "}");
        });
    }

    private static Pagination by(Style style, Optional<String> total, Optional<String> next, Optional<String> more) {
        return new Pagination(style, Optional.of("size"), style == Style.LINK ? Optional.empty() : Optional.of("at"),
                Optional.of("found"), total, next, more, 1, 3, 20);
    }

    private static Pagination by(Style style) {
        return by(style, Optional.empty(), style == Style.CURSOR ? Optional.of("next") : Optional.empty(),
                Optional.empty());
    }

    private OpenApiSource source(Backend backend, Pagination pagination) {
        var shape = new AnswerSettings(List.of("items.n"), null, null, null, null, null);
        var tools = new LinkedHashMap<String, ToolSettings>();
        tools.put("list", ToolSettings.of("list").withAnswer(shape).withPagination(pagination));
        tools.put("other", ToolSettings.of("list").withPagination(pagination));
        return backend.source(document, tools);
    }

    private static ObjectNode call(OpenApiSource source, String arguments) throws Exception {
        var result = Backend.call(source, "list", TestCallers.user("ada"), arguments);
        assertFalse(result.isError(), Backend.text(result));
        return result.structured().map(ObjectNode.class::cast).orElseThrow();
    }

    private static List<String> parts(OpenApiSource source, String style, int limit) throws Exception {
        var parts = new ArrayList<String>();
        var cursor = "";
        do {
            var answer = call(source, "{'style':'" + style + "','limit':" + limit + (cursor.isEmpty() ? ""
                    : ",'cursor':'" + cursor + "'") + "}");
            parts.add(answer.path("items").valueStream().map(item -> item.path("n").asString())
                    .collect(Collectors.joining(" ")));
            assertFalse(answer.toString().contains("secret"), "shaped");
            cursor = answer.at("/page/next_cursor").asString("");
            assertEquals(!cursor.isEmpty(), answer.at("/page/truncated").asBoolean());
            assertTrue(parts.size() < 10);
        } while (!cursor.isEmpty());
        return parts;
    }

    @Test
    void everyStyleIsOneLimitAndOneCursor() throws Exception {
        try (var backend = backend()) {
            for (var style : Style.values()) {
                var source = source(backend, by(style));
                var name = style.name().toLowerCase(Locale.ROOT);
                assertEquals(List.of("0 1 2", "3 4 5", "6"), parts(source, name, 3), name);
                assertEquals(List.of("0 1 2 3 4 5 6"), parts(source, name, 20), name);
                var properties = source.things().tools().getFirst().spec().inputSchema().path("properties");
                assertEquals(List.of("style", "q", "limit", "cursor").stream().sorted().toList(), properties
                        .propertyNames().stream().filter(each -> !each.equals("at")).sorted().toList());
                assertEquals(style == Style.LINK, properties.has("at"));
                assertEquals(20, properties.at("/limit/maximum").asInt());
            }
            var total = source(backend, by(Style.OFFSET, Optional.of("count"), Optional.empty(), Optional.empty()));
            assertEquals("{\"returned\":3,\"total\":7,\"truncated\":true}", without(call(total,
                    "{'style':'offset'}").path("page")).toString());
            assertEquals(List.of("0 1 2 3 4 5 6"), parts(total, "offset", 7));
            var more = source(backend, by(Style.PAGE, Optional.empty(), Optional.empty(), Optional.of("has")));
            assertEquals(List.of("0 1 2 3 4 5 6"), parts(more, "page", 7));
            var schema = more.things().tools().getFirst().spec().outputSchema().orElseThrow();
            assertEquals(List.of("n"), List.copyOf(schema.at("/properties/items/items/properties").propertyNames()));
            assertTrue(schema.at("/properties/page/properties").has("next_cursor"), schema.toString());
        }
    }

    private static JsonNode without(JsonNode page) {
        ((ObjectNode) page).remove("next_cursor");
        return page;
    }

    @Test
    void aCursorIsGoodForOneToolOneCallerAndTheSameArguments() throws Exception {
        try (var backend = backend()) {
            var source = source(backend, by(Style.OFFSET));
            var cursor = call(source, "{'style':'offset','q':'x'}").at("/page/next_cursor").asString();
            var asked = backend.asked.size();
            var arguments = "{'style':'offset','q':'x','cursor':'" + cursor + "'}";
            var changed = cursor.substring(0, 20) + (cursor.charAt(20) == 'A' ? 'B' : 'A') + cursor.substring(21);
            for (var refused : List.of(
                    Backend.call(source, "list", TestCallers.user("eve"), arguments),
                    Backend.call(source, "list", TestCallers.member("acme", "ada"), arguments),
                    Backend.call(source, "other", TestCallers.user("ada"), arguments),
                    Backend.call(source, "list", TestCallers.user("ada"), arguments.replace("'q':'x'", "'q':'y'")),
                    Backend.call(source, "list", TestCallers.user("ada"), arguments.replace(cursor, changed)),
                    Backend.call(source, "list", TestCallers.user("ada"), arguments.replace(cursor, "3")),
                    Backend.call(source, "list", TestCallers.user("ada"), arguments.replace(cursor, "{}")),
                    Backend.call(source(backend, by(Style.OFFSET)), "list", TestCallers.user("ada"), arguments))) {
                assertTrue(refused.isError() && Backend.text(refused).contains("This cursor is not one"),
                        Backend.text(refused));
            }
            assertEquals(asked, backend.asked.size());
            assertEquals("3", call(source, "{'q':'x','limit':1,'cursor':'" + cursor + "','style':'offset'}")
                    .at("/items/0/n").asString(), "in whatever order, and with another limit");
        }
    }

    @Test
    void aLinkLeadsNowhereButToTheSamePath() throws Exception {
        try (var backend = backend()) {
            var source = source(backend, by(Style.LINK));
            for (var link : List.of("http://evil.example/v1/hostile?at=3", "//evil.example/v1/hostile?at=3",
                    "/v1/other?at=3", "/v1/hostile/../admin?at=3", "https://127.0.0.1/v1/hostile?at=3", "/v1/hostile",
                    "::", "file:///etc/passwd?at=3")) {
                var answer = call(source, "{'style':'hostile','q':'" + link + "'}");
                assertFalse(answer.path("page").has("next_cursor"), link);
            }
            assertTrue(call(source, "{'style':'hostile','q':'?at=3'}").path("page").has("next_cursor"));
        }
    }

    @Test
    void whatIsCutForItsSizeGoesOnWhereItWasCut_WhereTheApiCanDoThat() throws Exception {
        try (var backend = backend()) {
            var small = new AnswerSettings(null, null, null, null, Optional.of(120), null);
            for (var style : List.of(Style.OFFSET, Style.PAGE)) {
                var source = backend.source(document, Map.of("list", ToolSettings.of("list").withAnswer(small)
                        .withPagination(by(style))));
                var first = call(source, "{'style':'" + style.name().toLowerCase(Locale.ROOT)
                        + "','limit':7}");
                var kept = first.path("items").size();
                assertTrue(kept > 0 && kept < 7, first.toString());
                assertEquals(kept, first.at("/page/returned").asInt());
                assertTrue(first.at("/page/truncated").asBoolean());
                assertEquals(style == Style.OFFSET, first.path("page").has("next_cursor"));
                if (style == Style.OFFSET) {
                    assertEquals(kept, call(source, "{'style':'offset','limit':7,'cursor':'"
                            + first.at("/page/next_cursor").asString() + "'}").at("/items/0/n").asInt());
                }
            }
        }
    }

    private static AnswerSettings expression(String jsonata, Integer maxTokens) {
        return new AnswerSettings(null, null, null, null, Optional.ofNullable(maxTokens), Optional.of(jsonata));
    }

    private OpenApiSource shaped(Backend backend, Style style, AnswerSettings shape) {
        return backend.source(document, Map.of("list", ToolSettings.of("list").withAnswer(shape)
                .withPagination(by(style))));
    }

    @Test
    void anExpressionThatFiltersNeitherEndsTheListNorRepeatsItems() throws Exception {
        try (var backend = backend()) {
            for (var style : Style.values()) {
                var name = style.name().toLowerCase(Locale.ROOT);
                assertEquals(List.of("0 2", "4", "6"), parts(shaped(backend, style,
                        expression("{'items': items[n % 2 = 0].{'n': n}}", null)), name, 3), name);
                assertEquals(List.of("", "4 5", "6"), parts(shaped(backend, style,
                        expression("items[n > 3].{'n': n}[]", null)), name, 3), name + ", a part of which is empty");
                var renamed = shaped(backend, style, expression("{'things': items[n != 1].n}", null));
                assertEquals(List.of("", "", ""), parts(renamed, name, 3), name + ", and called otherwise");
                var page = call(shaped(backend, style, expression("{'items': items[n != 1].n}", null)),
                        "{'style':'" + name + "','limit':3}").path("page");
                assertEquals("{\"returned\":2,\"truncated\":true}", without(page).toString());
                var none = call(shaped(backend, style, expression("items[n > 3].{'n': n}", null)),
                        "{'style':'" + name + "','limit':3}");
                assertTrue(none.path("page").has("next_cursor"), none.toString());
                without(none.path("page"));
                assertEquals(Backend.json("{'items':[],'page':{'returned':0,'truncated':true}}"), none);
            }
        }
    }

    @Test
    void whatAnExpressionLeftAndTheBudgetCutHasNoCursor_SoThatNothingIsPassedOver() throws Exception {
        try (var backend = backend()) {
            for (var style : Style.values()) {
                var call = "{'style':'" + style.name().toLowerCase(Locale.ROOT) + "','limit':6}";
                for (var list : List.of("items", "things")) {
                    var answer = call(shaped(backend, style, expression("{'" + list + "': items[n > 0]}", 120)), call);
                    var kept = answer.path(list).size();
                    assertTrue(kept > 0 && kept < 5, answer.toString());
                    assertTrue(answer.at("/page/truncated").asBoolean(), answer.toString());
                    assertFalse(answer.path("page").has("next_cursor"), answer.toString());
                    if (list.equals("items")) {
                        assertEquals(kept, answer.at("/page/returned").asInt());
                    }
                }
            }
        }
    }

    @Test
    void whatCannotBeIsSaidAtTheStart_AndAnAnswerWithoutAListToThePerson() throws Exception {
        try (var backend = backend()) {
            assertThrows(IllegalArgumentException.class, () -> by(Style.CURSOR, Optional.empty(), Optional.empty(),
                    Optional.empty()));
            assertThrows(IllegalArgumentException.class, () -> source(backend, new Pagination(Style.PAGE,
                    Optional.of("sizes"), Optional.of("at"), Optional.empty(), Optional.empty(), Optional.empty(),
                    Optional.empty(), 1, 3, 20)));
            var renamed = new ParameterSettings(Optional.of("cursor"), null, false, null, null, null, false, null);
            assertThrows(IllegalArgumentException.class, () -> backend.source(document, Map.of("list", ToolSettings
                    .of("list").withParameters(Map.of("q", renamed)).withPagination(by(Style.PAGE)))));
            var elsewhere = new Pagination(Style.PAGE, Optional.of("size"), Optional.of("at"), Optional.of("nowhere"),
                    Optional.empty(), Optional.empty(), Optional.empty(), 1, 3, 20);
            var result = Backend.call(source(backend, elsewhere), "list", TestCallers.user("ada"), "{'style':'page'}");
            assertTrue(result.isError() && Backend.text(result).contains("without the list"), Backend.text(result));
        }
    }
}
