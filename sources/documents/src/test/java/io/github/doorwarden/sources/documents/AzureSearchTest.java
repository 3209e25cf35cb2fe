package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.index.Failure;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Conditions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// An index at Azure AI Search, by answers of the shape that its reference describes.
class AzureSearchTest {

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final Map<String, String> FIELDS = Map.of("id", "key", "title", "name", "text", "content", "url",
            "link", "labels", "groups", "vector", "embedding");

    private static AzureSearch search(Service service, Map<String, LabelRule> rules, Map<String, String> fields,
            String semantic) {
        return new AzureSearch(new DocumentsSettings.AzurePlace(service.at(""), "it's", "k-1", "2025-09-01", semantic,
                fields), new Labels(rules, Corpus.policy()), false);
    }

    private static Map<String, LabelRule> board() {
        var rules = new LinkedHashMap<String, LabelRule>();
        for (var name : List.of("board", "o'brien")) {
            rules.put(name, new LabelRule(Set.of("docs:board"), Conditions.NONE, Set.of(), Optional.empty(),
                    List.of()));
        }
        return rules;
    }

    @Test
    void wordsMeaningAndVectorsAreAskedForAsConfigured() throws Exception {
        try (var service = new Service((asked, reply) -> reply.say(200, service(asked)));
                var search = search(service, Map.of(), FIELDS, "default")) {
            var hits = search.search("fares", 3, Corpus.READER, WITHIN);
            assertEquals(List.of("a", "b"), hits.stream().map(Backend.Hit::id).toList());
            assertEquals("A https://a.example/", hits.getFirst().title() + " " + hits.getFirst().url());
            var first = service.asked.getFirst();
            assertEquals("POST /indexes('it%27%27s')/docs/search.post.search?api-version=2025-09-01", first.line());
            assertEquals("k-1", first.header("Api-key"));
            assertEquals("{\"search\":\"fares\",\"top\":3,\"select\":\"key,name,link,groups\",\"queryType\":\"semantic\","
                    + "\"semanticConfiguration\":\"default\",\"vectorQueries\":[{\"kind\":\"text\",\"text\":\"fares\","
                    + "\"fields\":\"embedding\",\"k\":24}]}", first.body());
            assertEquals("{\"search\":\"fares\",\"skip\":1}", service.asked.get(1).body());
        }
    }

    private static String service(Service.Asked asked) {
        return asked.body().contains("skip")
                ? "{\"value\":[{\"@search.score\":1,\"key\":\"b\",\"name\":\"B\",\"link\":null,\"groups\":[]}]}"
                : "{\"value\":[{\"@search.score\":2,\"key\":\"a\",\"name\":\"A\",\"link\":\"https://a.example/\","
                + "\"groups\":[]}],\"@search.nextPageParameters\":{\"search\":\"fares\",\"skip\":1}}";
    }

    @Test
    void aDocumentIsFetchedByItsKeyAlone() throws Exception {
        try (var service = new Service((asked, reply) -> {
            if (asked.target().startsWith("/indexes('it%27%27s')/docs('a')?")) {
                reply.say(200, "{\"key\":\"a\",\"name\":\"A\",\"content\":\"whole text\",\"groups\":[]}");
            } else {
                reply.say(404, "");
            }
        }); var search = search(service, Map.of(), FIELDS, "")) {
            assertEquals("whole text", search.fetch("a", Corpus.READER, WITHIN).orElseThrow().text());
            assertEquals(Optional.empty(), search.fetch("b", Corpus.READER, WITHIN));
            service.asked.clear();
            for (var id : List.of("a')/x", "a' or 1", "a/b", "")) {
                assertEquals(Optional.empty(), search.fetch(id, Corpus.READER, WITHIN));
            }
            assertEquals(List.of(), service.lines());
        }
    }

    @Test
    void labelsArePartOfTheSearchAndLookedAtAgain() throws Exception {
        try (var service = new Service((asked, reply) -> reply.say(200, asked.method().equals("GET")
                ? "{\"key\":\"b\",\"name\":\"B\",\"content\":\"x\",\"groups\":[\"board\"]}"
                : "{\"value\":[{\"key\":\"a\",\"groups\":[]},{\"key\":\"b\",\"groups\":[\"board\"]},"
                + "{\"key\":\"c\",\"groups\":[\"unheard of\"]}]}"));
                var search = search(service, board(), FIELDS, "")) {
            assertEquals(List.of("a"), search.search("q", 5, Reader.with(), WITHIN).stream().map(Backend.Hit::id)
                    .toList());
            assertEquals("groups/all(l: not search.in(l, 'board|o''brien', '|'))",
                    service.asked.getLast().json().path("filter").asString());
            assertEquals(List.of("a", "b"), search.search("q", 5, Reader.with("docs:board"), WITHIN).stream()
                    .map(Backend.Hit::id).toList());
            assertTrue(service.asked.getLast().json().path("filter").isMissingNode());
            assertEquals(Optional.empty(), search.fetch("b", Reader.with(), WITHIN));
            assertTrue(search.fetch("b", Reader.with("docs:board"), WITHIN).isPresent());
        }
    }

    @Test
    void whatIsNoCollectionOfLabelsIsForNobody() throws Exception {
        for (var groups : List.of("", ",\"groups\":null", ",\"groups\":\"board\"", ",\"groups\":\"\"",
                ",\"groups\":{\"board\":true}")) {
            var document = "{\"key\":\"a\",\"name\":\"A\",\"content\":\"x\"" + groups + "}";
            try (var service = new Service((asked, reply) -> reply.say(200, asked.method().equals("GET") ? document
                    : "{\"value\":[" + document + "]}"));
                    var search = search(service, board(), FIELDS, "")) {
                for (var caller : List.of(Reader.with(), Reader.with("docs:board"))) {
                    assertEquals(List.of(), search.search("q", 5, caller, WITHIN), document);
                    assertEquals(Optional.empty(), search.fetch("a", caller, WITHIN), document);
                }
            }
        }
    }

    @Test
    void labelsThatCannotBeFilteredAreRefused() throws Exception {
        try (var service = new Service((asked, reply) -> reply.say(200, "{}"))) {
            assertThrows(IllegalArgumentException.class, () -> search(service, board(), Map.of("id", "key"), ""));
            assertThrows(IllegalArgumentException.class, () -> search(service, Map.of("tenant", new LabelRule(Set.of(),
                    Conditions.NONE, Set.of(), Optional.of(CallerValue.TENANT), List.of())), FIELDS, ""));
        }
    }

    @Test
    void failuresAndStallsEnd() throws Exception {
        try (var service = new Service((asked, reply) -> reply.stall());
                var search = search(service, Map.of(), FIELDS, "")) {
            assertThrows(Failure.class, () -> search.search("q", 5, Corpus.READER, Duration.ofMillis(300)));
        }
        try (var service = new Service((asked, reply) -> reply.say(403, "{}"));
                var search = search(service, Map.of(), FIELDS, "")) {
            assertTrue(assertThrows(Failure.class, () -> search.search("q", 5, Corpus.READER, WITHIN))
                    .getMessage().contains("key"));
        }
    }
}
