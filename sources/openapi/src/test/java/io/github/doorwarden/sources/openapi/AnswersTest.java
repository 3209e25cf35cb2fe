package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.sources.openapi.OpenApiSettings.AnswerSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.tidy.Covers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class AnswersTest {

    private static final ToolSettings LIST = ToolSettings.of("listThings");

    private static ToolResult answer(int status, String type, String body) throws Exception {
        try (var backend = Backend.saying(status, type, body.replace('\'', '"'))) {
            return backend.call(LIST, "{}");
        }
    }

    private static ToolResult shaped(AnswerSettings settings, String body) throws Exception {
        try (var backend = Backend.saying(200, "application/json", body.replace('\'', '"'))) {
            return backend.call(ToolSettings.of("getThing").withAnswer(settings), "{'id':'1'}");
        }
    }

    private static String error(int status, String type, String body) throws Exception {
        var result = answer(status, type, body);
        assertTrue(result.isError());
        assertTrue(result.structured().isEmpty());
        return Backend.text(result);
    }

    @Test
    void anObjectIsGivenAsStructureAndAsText() throws Exception {
        var result = answer(200, "application/json;charset=utf-8", "{'total':1,'items':[]}");
        assertFalse(result.isError());
        assertEquals(Backend.json("{'total':1,'items':[]}"), result.structured().orElseThrow());
        assertEquals("{\"total\":1,\"items\":[]}", Backend.text(result));
    }

    @Test
    void whatIsNoObjectIsWrapped() throws Exception {
        assertEquals(Backend.json("{'items':[1,2]}"), answer(200, "application/json", "[1,2]").structured()
                .orElseThrow());
        assertEquals(Backend.json("{'value':7}"), answer(200, "application/json", "7").structured().orElseThrow());
        assertEquals(Backend.json("{}"), answer(204, "application/json", "").structured().orElseThrow());
        assertTrue(answer(200, "image/png", "png").isError());
        assertTrue(answer(200, "application/json", "<html>").isError());
        try (var backend = Backend.saying(200, "text/plain", "hello")) {
            assertEquals("hello", Backend.text(backend.call(ToolSettings.of("getThing"), "{'id':'1'}")));
        }
    }

    @Test
    void answersAreShapedAndTheirSchemaWithThem() throws Exception {
        var settings = new AnswerSettings(List.of("items.id", "items.owner", "total"), List.of("items.owner.mail"),
                Map.of("items.owner", "by", "total", "count"), null, null, null);
        try (var backend = Backend.saying(200, "application/json",
                Backend.json("{'total':2,'next':'x','items':[{'id':'a','name':'n','owner':{'name':'o','mail':'m'}},"
                        + "{'id':'b'}]}").toString())) {
            var source = backend.source("things.yaml", Map.of("tool", LIST.withAnswer(settings)), each -> each);
            assertEquals(Backend.json("{'items':[{'id':'a','by':{'name':'o'}},{'id':'b'}],'count':2}"),
                    Backend.call(source, "{}").structured().orElseThrow());
            var schema = source.things().tools().getFirst().spec().outputSchema().orElseThrow();
            assertEquals(List.of("items", "count"), List.copyOf(schema.path("properties").propertyNames()));
            assertEquals(List.of("id", "by"), List.copyOf(schema.at("/properties/items/items/properties")
                    .propertyNames()));
            assertEquals(List.of("name"), List.copyOf(schema.at("/properties/items/items/properties/by/properties")
                    .propertyNames()));
        }
    }

    @Test
    void anExpressionDoesWhatTheOthersCannot() throws Exception {
        var sum = new AnswerSettings(null, null, null, null, null,
                Optional.of("{'sum': $sum(items.price), 'first': items[0].name}"));
        assertEquals(Backend.json("{'sum':6,'first':'a'}"), shaped(sum,
                "{'items':[{'price':2,'name':'a'},{'price':4}]}").structured()
                .orElseThrow());
        var endless = new AnswerSettings(null, null, null, null, null,
                Optional.of("($f := function($n){$f($n + 1) + 1}; $f(0))"));
        var result = shaped(endless, "{}");
        assertTrue(result.isError() && Backend.text(result).contains("brought into shape"), Backend.text(result));
        var unreadable = new AnswerSettings(null, null, null, null, null, Optional.of("{{{"));
        assertThrows(IllegalArgumentException.class, () -> shaped(unreadable, "{}"));
    }

    @Test
    void aLongListIsCutAtWholeItemsAndSaysSo() throws Exception {
        var items = IntStream.range(0, 10_000).mapToObj(i -> "{\"id\":\"" + i + "\",\"name\":\"" + "ü".repeat(500)
                + "\"}")
                .collect(Collectors.joining(","));
        var body = "{\"total\":10000,\"items\":[" + items + "]}";
        assertTrue(body.getBytes(StandardCharsets.UTF_8).length > 10_000_000);
        try (var backend = Backend.saying(200, "application/json", body)) {
            var source = backend.source("things.yaml", Map.of("tool", LIST),
                    settings -> settings.withLimits(4, Duration.ofSeconds(1), 20_000_000));
            var result = Backend.call(source, "{}");
            assertFalse(result.isError(), Backend.text(result));
            var structured = result.structured().orElseThrow();
            var kept = structured.path("items").size();
            assertTrue(kept > 20 && kept < 40, "kept " + kept);
            assertEquals("" + (kept - 1), structured.path("items").path(kept - 1).path("id").asString());
            assertEquals(Backend.json("{'kept':" + kept + ",'of':10000}"),
                    structured.at("/truncated_by_gateway/lists/items"));
            assertTrue(structured.at("/truncated_by_gateway/hint").asString().contains("limit"));
            assertTrue(Backend.text(result).getBytes(StandardCharsets.UTF_8).length <= AnswerBudget.USUAL.maxBytes());
        }
        try (var backend = Backend.saying(200, "application/json", body)) {
            var result = backend.call(LIST, "{}");
            assertTrue(result.isError() && Backend.text(result).contains("Ask for less"), Backend.text(result));
        }
    }

    @Test
    void listsCanBeLimitedByNumberAndWhatCannotBeCutIsAnError() throws Exception {
        var three = new AnswerSettings(null, null, null, Optional.of(3), null, null);
        assertEquals(Backend.json("{'items':[1,2,3],'truncated_by_gateway':{'lists':{'items':{'kept':3,'of':5}},"
                + "'hint':'Ask for "
                + "something more specific.'}}"), shaped(three, "[1,2,3,4,5]").structured().orElseThrow());
        assertEquals(Backend.json("{'items':[1,2,3]}"), shaped(three, "[1,2,3]").structured().orElseThrow());
        var small = new AnswerSettings(null, null, null, null, Optional.of(25), null);
        assertTrue(shaped(small, "{'text':'" + "x".repeat(200) + "'}").isError());
        var two = shaped(new AnswerSettings(null, null, null, null, Optional.of(75), null),
                "{'a':['" + "x".repeat(400) + "'],'b':{'c':['y','" + "z".repeat(400) + "']}}");
        assertEquals("[]", two.structured().orElseThrow().path("a").toString());
        assertEquals("[\"y\"]", two.structured().orElseThrow().at("/b/c").toString());
    }

    @Test
    void errorsSayWhatTheBackendSaidAndNothingMore() throws Exception {
        assertEquals("The API refused the request (404): Not found. No thing with this id.",
                error(404, "application/problem+json",
                "{'title':'Not found','detail':'No thing with this id.','trace':'at com.x'}"));
        var invalid = error(422, "application/json",
                "{'detail':[{'loc':['query','status'],'msg':'bad value','input':'x'}]}");
        assertEquals("The API refused the request (422): query.status: bad value. Allowed values: status: live, gone.",
                invalid);
        assertEquals("The API refused the request (400): slow down Allowed values: status: live, gone.",
                error(400, "application/json", "{'error':{'message':'slow\\ndown'}}").replace("down.", "down"));
        assertFalse(error(400, "application/json",
                "{'message':'Boom\\n\\tat com.secret.Inner(Inner.java:7)\\n\\tat x.Y(Y.java:1)'}")
                .contains("com.secret"));
        assertEquals("The API refused the request (409).", error(409, "text/html", "<h1>secret page</h1>"));
        assertTrue(error(400, "application/json", "{'message':'" + "x".repeat(5_000) + "'}").length() < 700);
    }

    @Test
    void aRefusalOfTheGatewayIsNeverTheCallersFault() throws Exception {
        for (var status : new int[] {401, 403}) {
            var text = error(status, "application/json", "{'message':'token abc expired'}");
            assertTrue(text.startsWith("The gateway's own credentials were refused by The API (" + status + ")"), text);
            assertTrue(text.contains("Signing in again will not help") && text.contains("trial"), text);
            assertFalse(text.contains("abc"));
        }
    }

    @Test
    @Covers("SV-23")
    void serverErrorsAreGenericAndCarryTheRequestId() throws Exception {
        var text = error(502, "application/json", "{'message':'db at 10.0.0.7 said no'}");
        assertTrue(text.contains("The API failed (502)") && text.contains("trial"), text);
        assertFalse(text.contains("10.0.0.7"));
        assertTrue(error(302, "text/html", "").contains("redirect"));
        try (var backend = new Backend((_, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "17");
            Backend.say(exchange, 429, "application/json", "{}");
        })) {
            assertTrue(Backend.text(backend.call(LIST, "{}")).contains("Try again in 17 s."));
        }
    }

    @Test
    void aBodyThatStallsEndsAtTheDeadlineWithAdvice() throws Exception {
        var release = new CountDownLatch(1);
        try (var backend = new Backend((_, exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            release.await(20, TimeUnit.SECONDS);
        })) {
            var source = backend.source("things.yaml", Map.of("tool", LIST),
                    settings -> settings.withTimeouts(Duration.ofMillis(300), Duration.ofMillis(600)));
            var result = Backend.call(source, "{}");
            assertTrue(result.isError() && Backend.text(result).contains("did not answer within 1 s. Ask for less"),
                    Backend.text(result));
            assertEquals(Duration.ofMillis(2_300), source.things().tools().getFirst().spec().deadline());
            release.countDown();
        }
    }

    @Test
    void aGzipBombIsLeft() throws Exception {
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            for (var i = 0; i < 50; i++) {
                gzip.write(new byte[1024 * 1024]);
            }
        }
        try (var backend = new Backend((_, exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, bomb.size());
            exchange.getResponseBody().write(bomb.toByteArray());
        })) {
            var result = backend.call(LIST, "{}");
            assertTrue(result.isError() && Backend.text(result).contains("more than"), Backend.text(result));
        }
    }

    @Test
    @Covers("SV-33")
    void aBackendThatEchoesOurCredentialDoesNotHandItOut() throws Exception {
        for (var status : new int[] {200, 400, 500}) {
            for (var type : new String[] {"application/json", "text/plain", "application/problem+json"}) {
                try (var backend = Backend.saying(status, type,
                        "{\"detail\":\"you sent Bearer the-gateways-own, twice: the-gateways-own\"}")) {
                    var result = backend.call(LIST, "{}");
                    assertFalse(result.toString().contains("the-gateways-own"), result::toString);
                    assertTrue(status > 200 || type.equals("text/plain") || result.toString()
                            .contains("you sent Bearer ****"), result::toString);
                }
            }
        }
    }
}
