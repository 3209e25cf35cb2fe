package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// When two requests are the same one.
final class OccasionTest {

    private static final long SEED = Long.getLong("seed", 20_260_728L);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static String digest(String method, String params) {
        return of(TestCallers.user("u"), method, (ObjectNode) JSON.readTree(params)).digest();
    }

    private static Occasion of(Caller caller, String method, ObjectNode params) {
        var endpoint = new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"), Things.NONE, Set.of(), "");
        return Occasion.of(new Exchange(caller, endpoint, Revision.V2026_07_28,
                JsonNodeFactory.instance.objectNode(), "r", "127.0.0.1"), method, params);
    }

    @Test
    void whoeverWorksForSeveralOrganisationsIsSomebodyElseForEach() {
        var acme = TestCallers.member("acme", "u");
        assertEquals(Occasion.who(acme), Occasion.who(TestCallers.member("acme", "u", "more")));
        assertNotEquals(Occasion.who(acme), Occasion.who(TestCallers.member("globex", "u")));
        assertNotEquals(Occasion.who(acme), Occasion.who(TestCallers.user("u")));
    }

    @Test
    @Covers("AK-9")
    void theOrderOfMembersAndTheFormOfNumbersDoNotMatter() {
        var one = digest("m", "{\"a\":1,\"b\":{\"x\":[1.50,\"t\"],\"y\":null}}");
        assertEquals(one, digest("m", "{\"b\":{\"y\":null,\"x\":[1.5,\"t\"]},\"a\":1.0}"));
        assertEquals(one, digest("m", "{\"a\":1e0,\"b\":{\"x\":[15e-1,\"\\u0074\"],\"y\":null}}"));
        assertEquals(digest("m", "{\"a\":0}"), digest("m", "{\"a\":-0.00}"));
        assertEquals(digest("m", "{\"a\":100}"), digest("m", "{\"a\":1e2}"));
    }

    @Test
    void whatBelongsToTheRoundAndNotToTheRequestDoesNotMatter() {
        assertEquals(digest("m", "{\"a\":1}"), digest("m", "{\"a\":1,\"_meta\":{\"progressToken\":7},"
                + "\"inputResponses\":{},\"requestState\":\"s\"}"));
        assertNotEquals(digest("m", "{\"a\":{}}"), digest("m", "{\"a\":{\"_meta\":1}}"), "only at the top");
    }

    @Test
    void everythingElseDoes() {
        var all = new String[] {"{}", "{\"a\":1}", "{\"a\":\"1\"}", "{\"a\":[1]}", "{\"a\":[[1]]}", "{\"a\":[]}",
            "{\"a\":{}}", "{\"a\":null}", "{\"a\":true}", "{\"a\":\"true\"}", "{\"a\":[1,2]}", "{\"a\":[2,1]}",
            "{\"a\":[12]}", "{\"A\":1}", "{\"a\":-1}", "{\"a\":1.0000000000000000000001}", "{\"a\":\"\"}",
            "{\"a\":\"1\\\"\"}", "{\"b\":1}", "{\"a\":1,\"b\":1}", "{\"\":1}"};
        for (var i = 0; i < all.length; i++) {
            for (var k = 0; k < i; k++) {
                assertNotEquals(digest("m", all[i]), digest("m", all[k]), all[i] + " " + all[k]);
            }
        }
        assertNotEquals(digest("m", "{}"), digest("n", "{}"));
    }

    /// Found in review: a number that runs into the length of the next name.
    @Test
    void namesThatImitateTheFormOfTheDigestGainNothing() {
        var one = JSON.createObjectNode().put("a", 1).put("xy\":10\"abcde", "h");
        var two = JSON.createObjectNode().put("a", 11).put("xy", "abcde\":1\"h");
        assertNotEquals(digest("m", one.toString()), digest("m", two.toString()));
    }

    @Test
    void aCallerIsNamedByKindClientAndSubject() {
        var params = JSON.createObjectNode();
        var alice = of(TestCallers.user("alice"), "m", params);
        assertEquals(alice, of(TestCallers.user("alice", "more", "scopes"), "m", params), "a refreshed token");
        assertNotEquals(alice, of(TestCallers.user("bob"), "m", params));
        assertNotEquals(alice, of(TestCallers.service("client-1"), "m", params));
        assertNotEquals(alice, of(Caller.anonymous(), "m", params));
    }

    @Test
    void shuffledMembersAreTheSameRequest_AndOneChangedLeafIsAnother() {
        var random = new Random(SEED);
        for (var i = 0; i < 2_000; i++) {
            var params = object(random, 4);
            var same = (ObjectNode) shuffled(params, random);
            assertEquals(digest("m", params.toString()), digest("m", same.toString()),
                    "seed " + SEED + ": " + params);
            var other = same.put("leaf", i);
            assertNotEquals(digest("m", params.toString()), digest("m", other.toString()), "seed " + SEED);
        }
    }

    private static ObjectNode object(Random random, int depth) {
        var object = JSON.createObjectNode();
        for (var i = random.nextInt(5); i > 0; i--) {
            object.set("m" + random.nextInt(100), value(random, depth - 1));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> JsonNodeFactory.instance.numberNode(random.nextInt(1000));
            case 1 -> JsonNodeFactory.instance.stringNode("\"" + random.nextInt(1000) + "}");
            case 2 -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
            case 3 -> JsonNodeFactory.instance.nullNode();
            case 4 -> object(random, depth);
            default -> JSON.createArrayNode().add(value(random, depth - 1)).add(value(random, depth - 1));
        };
    }

    private static JsonNode shuffled(JsonNode node, Random random) {
        if (node instanceof ObjectNode object) {
            var members = new ArrayList<>(object.properties());
            Collections.shuffle(members, random);
            var other = JSON.createObjectNode();
            members.forEach(member -> other.set(member.getKey(), shuffled(member.getValue(), random)));
            return other;
        }
        if (node.isArray()) {
            var other = JSON.createArrayNode();
            node.forEach(element -> other.add(shuffled(element, random)));
            return other;
        }
        return node;
    }
}
