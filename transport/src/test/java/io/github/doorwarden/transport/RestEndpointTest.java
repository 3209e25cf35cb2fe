package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RestEndpointTest extends DoorFixture {

    private static final String JSON = "application/json";

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder().GET(), path, headers);
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return send(HttpRequest.newBuilder().POST(BodyPublishers.ofString(body)), path, headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String path, String... headers) throws Exception {
        request.uri(URI.create(server.origin() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    /// The word for programs; there is a sentence for people beside it.
    private static String error(HttpResponse<String> answer) {
        assertTrue(json(answer).path("message").asString("").endsWith("."), answer::body);
        assertEquals(2, json(answer).size(), answer::body);
        return answer.statusCode() + " " + json(answer).path("error").asString();
    }

    @Test
    void toolsAreListedAndCalled_AsPlainJson() throws Exception {
        var list = json(get("/off/tools"));
        assertEquals(5, list.path("tools").size());
        assertEquals("greet", list.path("tools").path(0).path("name").asString());
        assertEquals(1, list.size(), "nothing of the protocol around it");
        var greeted = post("/off/tool/greet", "{\"name\":\"Ada\"}", "Content-Type", JSON);
        assertEquals("{\"content\":[{\"type\":\"text\",\"text\":\"Hello, Ada!\"}]}", greeted.body());
        assertEquals("application/json", greeted.headers().firstValue("Content-Type").orElse(""));
        assertTrue(post("/off/tool/greet", "").body().contains("Hello, you!"), "no arguments, no body");
        var misfit = post("/off/tool/greet", "{\"name\":7}", "Content-Type", JSON);
        assertEquals(200, misfit.statusCode());
        assertTrue(json(misfit).path("isError").asBoolean());
    }

    @Test
    void whatIsRefusedHasItsStatus_AWordAndASentence() throws Exception {
        assertEquals("404 not_found", error(post("/off/tool/nope", "{}", "Content-Type", JSON)));
        assertEquals("400 bad_request", error(post("/off/tool/greet", "[]", "Content-Type", JSON)));
        assertEquals("400 bad_request", error(post("/off/tool/greet", "{", "Content-Type", JSON)));
        assertEquals("400 bad_request", error(post("/off/tool/greet", "{\"a\":1,\"a\":2}", "Content-Type", JSON)));
        assertEquals("415 unsupported_media_type", error(post("/off/tool/greet", "{}", "Content-Type", "text/plain")));
        assertEquals("400 bad_request", error(get("/off/tools?cursor=nonsense")));
        assertEquals("400 bad_request", error(get("/off/tools?limit=7")));
        var broken = post("/off/tool/broken", "{}", "Content-Type", JSON);
        assertEquals("500 internal_error", broken.statusCode() + " " + json(broken).path("error").asString());
        assertFalse(broken.body().contains("secret of the house"), broken::body);
        assertEquals(405, get("/off/tool/greet").statusCode());
        assertEquals(404, post("/off/tool/", "{}").statusCode());
    }

    @Test
    void challengesAreThoseOfMcp() throws Exception {
        for (var path : new String[] {"/mcp", "/closed"}) {
            var call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"rename\"}}";
            for (var token : new String[] {"", "reader", "elsewhere"}) {
                var headers = token.isEmpty() ? new String[] {"Content-Type", JSON}
                        : new String[] {"Content-Type", JSON, "Authorization", "Bearer " + token};
                var mcp = post(path, call, headers);
                var rest = post(path + "/tool/rename", "{}", headers);
                assertEquals(mcp.statusCode(), rest.statusCode());
                assertEquals(mcp.headers().firstValue("WWW-Authenticate"), rest.headers()
                        .firstValue("WWW-Authenticate"));
                assertTrue(rest.headers().firstValue("WWW-Authenticate").isPresent());
                assertEquals(rest.statusCode() + (rest.statusCode() == 401 ? " unauthorized" : " forbidden"),
                        error(rest));
            }
        }
        assertEquals(200, get("/mcp/tools").statusCode(), "open as tools/list is");
        assertEquals("401 unauthorized", error(get("/closed/tools")));
        assertEquals(200, get("/closed/tools", "Authorization", "Bearer reader").statusCode());
        assertEquals(200, post("/mcp/tool/rename", "{}", "Content-Type", JSON, "Authorization", "Bearer writer")
                .statusCode());
    }

    @Test
    void pagesOfOtherOriginsAreHeldToTheRulesOfMcp_AndCallsAreOnRecord() throws Exception {
        assertEquals(403, post("/off/tool/greet", "{}", "Content-Type", JSON, "Origin", "http://evil.example.com")
                .statusCode());
        var origin = "http://localhost:6274";
        var allowed = post("/closed/tool/greet", "{}", "Content-Type", JSON, "Origin", origin);
        assertEquals(origin, allowed.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertTrue(allowed.headers().firstValue("Access-Control-Expose-Headers").orElse("")
                .contains("WWW-Authenticate"));
        post("/off/tool/greet", "{\"name\":\"Ada\"}", "Content-Type", JSON);
        door.audit.close();
        var line = door.audit.newest(1).getFirst().event();
        assertEquals("tools/call greet allowed /off", line.event() + " " + line.thing() + " " + line.outcome() + " "
                + line.endpoint());
    }
}
