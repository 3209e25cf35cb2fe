package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What may be asked, in the form of each revision.
final class QuestionTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String EVERYTHING = """
            {"type": "object", "required": ["name"], "properties": {
               "name": {"type": "string", "title": "Name", "minLength": 1, "default": "Ada"},
               "mail": {"type": "string", "format": "email"},
               "age": {"type": "integer", "minimum": 0, "default": 30},
               "score": {"type": "number", "maximum": 9.5},
               "sure": {"type": "boolean", "default": true},
               "colour": {"type": "string", "enum": ["red", "blue"]},
               "size": {"type": "string", "oneOf": [{"const": "s", "title": "Small"}, {"const": "l", "title": "Large"}]}}}""";
    private static final String LISTS = """
            {"type": "object", "properties": {
               "some": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "default": ["a"]},
               "titled": {"type": "array", "minItems": 1, "items": {"anyOf": [{"const": "a", "title": "A"}]}}}}""";

    private static ObjectNode json(String text) {
        return (ObjectNode) JSON.readTree(text);
    }

    private static Elicitation form(String properties) {
        return Elicitation.form("Please.", json("{\"type\":\"object\",\"properties\":" + properties + "}"));
    }

    private static ObjectNode request(Question<?> question, Revision revision) {
        var request = JSON.createObjectNode().put("method", question.method());
        if (!revision.modern()) {
            request.put("jsonrpc", "2.0").put("id", 1);
        }
        request.set("params", question.params(revision));
        return request;
    }

    @Test
    @Covers("AK-33")
    void formsAreValidInEveryRevisionThatHasThem() {
        var all = Elicitation.form("Please.", json(EVERYTHING));
        var lists = Elicitation.form("Please.", json(LISTS));
        for (var revision : List.of(Revision.V2025_06_18, Revision.V2025_11_25, Revision.V2026_07_28)) {
            var shapes = WireShapes.of(revision);
            assertTrue(all.in(revision));
            assertEquals("", shapes.misfits("ElicitRequest", request(all, revision)), revision.date());
            assertEquals(revision.compareTo(Revision.V2025_11_25) >= 0, lists.in(revision), revision.date());
            if (lists.in(revision)) {
                assertEquals("", shapes.misfits("ElicitRequest", request(lists, revision)), revision.date());
            }
            assertEquals(revision == Revision.V2025_06_18, !all.params(revision).has("mode"));
        }
        assertFalse(all.in(Revision.V2025_03_26));
        assertFalse(all.in(Revision.V2024_11_05));
    }

    @Test
    @Covers("AK-33")
    void whatTheOldestFormsDoNotKnowIsSaidOtherwise() {
        var old = Elicitation.form("Please.", json(EVERYTHING)).params(Revision.V2025_06_18).path("requestedSchema")
                .path("properties");
        assertEquals("{\"type\":\"string\",\"enum\":[\"s\",\"l\"],\"enumNames\":[\"Small\",\"Large\"]}",
                old.path("size").toString());
        assertFalse(old.path("name").has("default") || old.path("age").has("default"));
        assertTrue(old.path("sure").path("default").asBoolean());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":{\"type\":\"object\"}}", "{\"a\":{\"type\":\"object\",\"properties\":{}}}",
        "{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}", "{\"a\":{\"type\":\"array\"}}",
        "{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}", "{\"a\":{}}", "{\"a\":true}",
        "{\"a\":{\"type\":\"string\",\"$ref\":\"#/x\"}}", "{\"a\":{\"type\":\"null\"}}"})
    @Covers("AK-33")
    void formsAreFlat(String properties) {
        var why = assertThrows(IllegalArgumentException.class, () -> form(properties)).getMessage();
        assertTrue(why.contains("The property a "), why);
    }

    @Test
    void aFormIsAnObjectWithProperties() {
        for (var wrong : List.of("{}", "{\"type\":\"string\"}", "{\"type\":\"object\"}")) {
            assertThrows(IllegalArgumentException.class, () -> Elicitation.form("Please.", json(wrong)));
        }
        assertThrows(IllegalArgumentException.class, () -> form("{}").getClass().cast(new Elicitation("x",
                Optional.empty(), Optional.empty(), "")));
        assertThrows(IllegalArgumentException.class, () -> Elicitation.form(" ", json(
                "{\"type\":\"object\",\"properties\":{}}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "newPassword", "api_key", "apiKey", "API-KEY", "accessToken", "token",
        "client_secret", "cardNumber", "card_number", "cvv", "private_key", "passphrase"})
    @Covers("AK-30")
    void aFormNeverAsksForSecrets(String name) {
        for (var properties : List.of("{\"" + name + "\":{\"type\":\"string\"}}",
                "{\"x\":{\"type\":\"string\",\"title\":\"Your " + name + ", please\"}}")) {
            var why = assertThrows(IllegalArgumentException.class, () -> form(properties)).getMessage();
            assertTrue(why.contains("seems to ask for a secret"), why);
        }
    }

    @Test
    @Covers("AK-30")
    void whatOnlySoundsLikeASecretMayBeAsked() {
        for (var name : List.of("secretary", "tokens_used", "keyword", "pin_colour", "businessCard")) {
            assertTrue(form("{\"" + name + "\":{\"type\":\"string\"}}").schema().isPresent());
        }
    }

    @Test
    @Covers("AK-43")
    void aFormHasNothingToClick() {
        for (var member : List.of("title", "description")) {
            assertThrows(IllegalArgumentException.class, () -> form("{\"a\":{\"type\":\"string\",\"" + member
                    + "\":\"See HTTPS://evil.example\"}}"));
        }
        assertThrows(IllegalArgumentException.class, () -> form("{\"a\":{\"type\":\"string\",\"oneOf\":[{\"const\":"
                + "\"a\",\"title\":\"http://evil.example\"}]}}"));
        var message = Elicitation.form("Delete https://a.example and http://b.example?",
                json("{\"type\":\"object\",\"properties\":{}}")).params(Revision.V2026_07_28).path("message")
                        .asString();
        assertEquals("Delete https: //a.example and http: //b.example?", message);
    }

    @Test
    @Covers({"AK-32", "AK-34"})
    void aPageHasItsIdInOneRevisionAlone() {
        var page = Elicitation.visit("Please.", URI.create("https://tools.example.com/c/8f2c"), "8f2c");
        for (var revision : List.of(Revision.V2025_11_25, Revision.V2026_07_28)) {
            assertEquals("", WireShapes.of(revision).misfits("ElicitRequest", request(page, revision)));
            assertEquals("url", page.params(revision).path("mode").asString());
            assertEquals(revision == Revision.V2025_11_25 ? "8f2c" : "", page.params(revision).path("elicitationId")
                    .asString(""));
        }
        assertFalse(page.in(Revision.V2025_06_18));
        assertFalse(page.answerableBy(json("{\"elicitation\":{}}")));
        assertFalse(page.answerableBy(json("{\"elicitation\":{\"form\":{}}}")));
        assertTrue(page.answerableBy(json("{\"elicitation\":{\"form\":{},\"url\":{}}}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://tools.example.com/", "javascript:alert(1)", "file:///etc/passwd", "/c",
        "https://alice@tools.example.com/", "data:text/html,x", "https:tools"})
    @Covers("AK-34")
    void aPageIsSafeToOpen(String url) {
        assertThrows(IllegalArgumentException.class, () -> Elicitation.visit("x", URI.create(url), "id"));
        assertThrows(IllegalArgumentException.class, () -> Elicitation.visit("x", URI.create("https://a.example/"),
                ""));
        assertTrue(Elicitation.visit("x", URI.create("http://127.0.0.1:8080/c"), "id").url().isPresent());
    }

    @Test
    @Covers("AK-50")
    void toolsAreOfferedInSamplingOnlyWhereTheyAreKnown() {
        var tools = new Sampling(json("{\"messages\":[],\"maxTokens\":1,\"tools\":[]}"));
        var plain = Sampling.of("x", 1);
        assertFalse(tools.answerableBy(json("{\"sampling\":{}}")));
        assertTrue(tools.answerableBy(json("{\"sampling\":{\"tools\":{}}}")));
        assertTrue(plain.answerableBy(json("{\"sampling\":{}}")));
        for (var revision : Revision.values()) {
            assertEquals(revision.compareTo(Revision.V2025_11_25) >= 0, tools.in(revision), revision.date());
            assertTrue(plain.in(revision));
            assertEquals("", WireShapes.of(revision).misfits("CreateMessageRequest", request(plain, revision)));
            assertEquals("", WireShapes.of(revision).misfits("ListRootsRequest", request(new Roots(), revision)));
        }
    }

    @Test
    @Covers("AK-51")
    void theContextOfOtherServersIsNeverWishedFor() {
        var wish = new Sampling(json("{\"messages\":[],\"maxTokens\":1,\"includeContext\":\"thisServer\"}"));
        assertFalse(wish.params(Revision.V2026_07_28).has("includeContext"));
        assertFalse(Sampling.of("x", 1).params(Revision.V2026_07_28).has("includeContext"));
        assertTrue(wish.request().has("includeContext"), "the author's own is left alone");
    }

    @Test
    @Covers("AK-52")
    void everyToolUseIsAnsweredInTheNextMessageByNothingElse() {
        var use = "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"1\"},"
                + "{\"type\":\"tool_use\",\"id\":\"2\"}]}";
        var one = "{\"type\":\"tool_result\",\"toolUseId\":\"1\"}";
        var two = "{\"type\":\"tool_result\",\"toolUseId\":\"2\"}";
        var text = "{\"type\":\"text\",\"text\":\"x\"}";
        assertTrue(messages(use, user(one, two)).request().has("messages"));
        for (var wrong : List.of(List.of(use), List.of(use, user(one)), List.of(use, user(one, two, text)),
                List.of(use, user(text), user(one, two)), List.of(user(one)), List.of(use, user(one, one)))) {
            assertThrows(IllegalArgumentException.class, () -> messages(wrong.toArray(String[]::new)),
                    wrong.toString());
        }
    }

    private static String user(String... blocks) {
        return "{\"role\":\"user\",\"content\":[" + String.join(",", blocks) + "]}";
    }

    private static Sampling messages(String... messages) {
        return new Sampling(json("{\"maxTokens\":1,\"messages\":[" + String.join(",", messages) + "]}"));
    }

    @Test
    void aSamplingRequestHasMessagesAndABound() {
        for (var wrong : List.of("{}", "{\"messages\":[]}", "{\"maxTokens\":1}", "{\"messages\":{},\"maxTokens\":1}",
                "{\"messages\":[],\"maxTokens\":1.5}")) {
            assertThrows(IllegalArgumentException.class, () -> new Sampling(json(wrong)), wrong);
        }
    }

    @Test
    @Covers("AK-56")
    void rootsAreFoldersOfTheClientAndNothingElse() {
        assertEquals(List.of(), new Roots().read(json("{\"roots\":[]}")));
        assertEquals(List.of(new Roots.Root("file:///a", "A")), new Roots().read(json(
                "{\"roots\":[{\"uri\":\"file:///a\",\"name\":\"A\"}]}")));
        for (var wrong : List.of("{}", "{\"roots\":{}}", "{\"roots\":[7]}", "{\"roots\":[{\"name\":\"x\"}]}",
                "{\"roots\":[{\"uri\":\"https://example.com/\"}]}", "{\"roots\":[{\"uri\":\"/a\"}]}")) {
            assertThrows(Refused.class, () -> new Roots().read(json(wrong)), wrong);
        }
    }
}
