package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// An OpenAI vector store, by answers of the shape that the real one gives.
class VectorStoreTest {

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final String STORE = "/v1/vector_stores/vs_1";

    private static String piece(String file, String name, String attributes, String text) {
        return "{\"file_id\":\"" + file + "\",\"filename\":\"" + name + "\",\"score\":0.9,\"attributes\":" + attributes
                + ",\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
    }

    private static String page(String next, String... data) {
        return "{\"object\":\"vector_store.search_results.page\",\"search_query\":[\"q\"],\"data\":["
                + String.join(",", data) + "],\"has_more\":" + (next != null) + ",\"next_page\":"
                + (next == null ? "null" : "\"" + next + "\"") + "}";
    }

    private static VectorStore store(Service service, Map<String, LabelRule> rules, boolean snippets) {
        return new VectorStore(new DocumentsSettings.VectorStorePlace(service.at(""), "vs_1", "sk-1"),
                new Labels(rules, Corpus.policy()), snippets);
    }

    private static Map<String, LabelRule> rules() {
        var rules = new LinkedHashMap<String, LabelRule>();
        rules.put("board", new LabelRule(Set.of("docs:board"), Conditions.NONE, Set.of(), Optional.empty(),
                List.of()));
        rules.put("tenant", new LabelRule(Set.of(), Conditions.NONE, Set.of(), Optional.of(CallerValue.TENANT),
                List.of()));
        return rules;
    }

    @Test
    void piecesArePutTogetherByFileOverAllPages() throws Exception {
        try (var service = new Service((asked, reply) -> {
            if (asked.target().equals(STORE + "/search")) {
                reply.say(200, page("p+2", piece("file-a", "a.md", "{\"title\":\"A\",\"url\":\"https://a.example/\"}",
                        "one"), piece("file-a", "a.md", "{}", "two")));
            } else {
                reply.say(200, page(null, piece("file-b", "b.md", "{\"url\":\"javascript:x\"}", "three")));
            }
        }); var store = store(service, Map.of(), true)) {
            var hits = store.search("fares", 5, Corpus.READER, WITHIN);
            assertEquals(List.of("file-a", "file-b"), hits.stream().map(Backend.Hit::id).toList());
            assertEquals("A https://a.example/ one", hits.get(0).title() + " " + hits.get(0).url() + " "
                    + hits.get(0).snippet());
            assertEquals("b.md ", hits.get(1).title() + " " + hits.get(1).url());
            assertEquals(List.of("POST " + STORE + "/search", "POST " + STORE + "/search?page=p%2B2"),
                    service.lines());
            var first = service.asked.getFirst();
            assertEquals("{\"query\":\"fares\",\"max_num_results\":40,\"rewrite_query\":false}", first.body());
            assertEquals("Bearer sk-1", first.header("Authorization"));
            assertEquals("assistants=v2", first.header("Openai-beta"));
        }
    }

    @Test
    void pagesThatNeverEndDo() throws Exception {
        try (var service = new Service((asked, reply) -> reply.say(200, page("same", piece("file-a", "a", "{}", "x"))));
                var store = store(service, Map.of(), false)) {
            assertEquals(1, store.search("fares", 5, Corpus.READER, WITHIN).size());
            assertEquals(2, service.asked.size());
        }
        var count = new AtomicInteger();
        try (var service = new Service((asked, reply) -> reply.say(200, page("p" + count.incrementAndGet(),
                piece("file-a", "a", "{}", "x")))); var store = store(service, Map.of(), false)) {
            assertEquals(1, store.search("fares", 5, Corpus.READER, WITHIN).size());
            assertEquals(Limits.PAGES, service.asked.size());
        }
    }

    @Test
    void busyIsTriedAgainInsideTheDeadlineAlone() throws Exception {
        var count = new AtomicInteger();
        try (var service = new Service((asked, reply) -> {
            if (count.incrementAndGet() < 3) {
                reply.say(429, "{}", "Retry-After", "0");
            } else {
                reply.say(200, page(null, piece("file-a", "a", "{}", "x")));
            }
        }); var store = store(service, Map.of(), false)) {
            assertEquals(1, store.search("fares", 5, Corpus.READER, WITHIN).size());
        }
        try (var service = new Service((asked, reply) -> reply.say(429, "{}", "Retry-After", "3600"));
                var store = store(service, Map.of(), false)) {
            var failure = assertThrows(Failure.class, () -> store.search("fares", 5, Corpus.READER, WITHIN));
            assertTrue(failure.getMessage().contains("Try again in a minute"), failure.getMessage());
            assertEquals(1, service.asked.size());
        }
    }

    @Test
    void aStallEndsAtTheDeadline() throws Exception {
        try (var service = new Service((asked, reply) -> reply.stall()); var store = store(service, Map.of(), false)) {
            var began = System.nanoTime();
            assertThrows(Failure.class, () -> store.search("fares", 5, Corpus.READER, Duration.ofMillis(300)));
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(5).toNanos());
        }
    }

    @Test
    void whatCannotBeUsedIsAFailureWithoutItsBytes() throws Exception {
        for (var status : new int[] {200, 401, 500, 302}) {
            try (var service = new Service((asked, reply) -> reply.say(status, "<html>sk-1 oops", "Location",
                    "http://127.0.0.1:1/")); var store = store(service, Map.of(), false)) {
                var failure = assertThrows(Failure.class, () -> store.search("q", 5, Corpus.READER, WITHIN));
                assertFalse(failure.getMessage().contains("oops"), failure.getMessage());
            }
        }
    }

    @Test
    void aFileIsFetchedOnlyFromTheStore() throws Exception {
        try (var service = new Service((asked, reply) -> {
            switch (asked.target()) {
                case STORE + "/files/file-a" -> reply.say(200, "{\"id\":\"file-a\",\"object\":\"vector_store.file\","
                        + "\"status\":\"completed\",\"vector_store_id\":\"vs_1\",\"usage_bytes\":9,\"attributes\":"
                        + "{\"url\":\"https://a.example/\",\"date\":\"2026\"}}");
                case STORE + "/files/file-a/content" -> reply.say(200, "{\"object\":\"vector_store.file_content.page\","
                        + "\"data\":[{\"type\":\"text\",\"text\":\"one\"}],\"has_more\":true,\"next_page\":\"2\"}");
                case STORE + "/files/file-a/content?page=2" -> reply.say(200,
                        "{\"data\":[{\"type\":\"text\",\"text\":\"two\"}],\"has_more\":false,\"next_page\":null}");
                case "/v1/files/file-a" -> reply.say(200, "{\"id\":\"file-a\",\"filename\":\"a.md\"}");
                case STORE + "/files/file-c" -> reply.say(200, "{\"status\":\"in_progress\"}");
                case STORE + "/files/file-d" ->
                        reply.say(200, "{\"status\":\"completed\",\"vector_store_id\":\"vs_2\"}");
                default -> reply.say(404, "{\"error\":{\"message\":\"No file found\"}}");
            }
        }); var store = store(service, Map.of(), false)) {
            var found = store.fetch("file-a", Corpus.READER, WITHIN).orElseThrow();
            assertEquals("a.md|one\ntwo|https://a.example/|2026", found.title() + "|" + found.text() + "|"
                    + found.url() + "|" + found.date());
            service.asked.clear();
            for (var id : List.of("file-b", "file-c", "file-d")) {
                assertEquals(Optional.empty(), store.fetch(id, Corpus.READER, WITHIN), id);
            }
            // The content of a file that is not in the store was not asked for.
            assertEquals(3, service.asked.size(), service.lines()::toString);
            for (var id : List.of("../files/file-a", "file-a/content", "file-a?x=1", "a b", "x".repeat(101))) {
                assertEquals(Optional.empty(), store.fetch(id, Corpus.READER, WITHIN), id);
            }
            assertEquals(3, service.asked.size());
        }
    }

    @Test
    void labelsArePartOfTheSearchAndLookedAtAgain() throws Exception {
        try (var service = new Service((asked, reply) -> reply.say(200, asked.target().endsWith("/search")
                // A store that takes no notice of the filter.
                ? page(null, piece("file-a", "a", "{\"labels\":\"|\"}", "x"),
                piece("file-b", "b", "{\"labels\":\"|board|\"}", "x"), piece("file-c", "c", "{}", "x"),
                piece("file-d", "d", "{\"labels\":\"|tenant:acme|\"}", "x"))
                : "{\"status\":\"completed\",\"attributes\":{\"labels\":\"|board|\"},\"data\":[]}"));
                var store = store(service, rules(), false)) {
            assertEquals(List.of("file-a"), ids(store, Reader.with()));
            assertEquals("{\"type\":\"and\",\"filters\":[{\"type\":\"eq\",\"key\":\"label_board\",\"value\":\"\"},"
                    + "{\"type\":\"eq\",\"key\":\"label_tenant\",\"value\":\"\"}]}",
                    service.asked.getLast().json().path("filters").toString());
            assertEquals(List.of("file-a", "file-b"), ids(store, Reader.with("docs:board")));
            assertEquals(List.of("file-a", "file-d"), ids(store, Reader.of("a@b.example", Optional.of("acme"))));
            assertEquals("{\"type\":\"and\",\"filters\":[{\"type\":\"eq\",\"key\":\"label_board\",\"value\":\"\"},"
                    + "{\"type\":\"or\",\"filters\":[{\"type\":\"eq\",\"key\":\"label_tenant\",\"value\":\"\"},"
                    + "{\"type\":\"eq\",\"key\":\"label_tenant\",\"value\":\"acme\"}]}]}",
                    service.asked.getLast().json().path("filters").toString());
            service.asked.clear();
            assertEquals(Optional.empty(), store.fetch("file-b", Reader.with(), WITHIN));
            assertEquals(1, service.asked.size());
            assertTrue(store.fetch("file-b", Reader.with("docs:board"), WITHIN).isPresent());
        }
    }

    private static List<String> ids(VectorStore store, io.github.doorwarden.identity.Caller caller) throws Exception {
        return store.search("q", 5, caller, WITHIN).stream().map(Backend.Hit::id).toList();
    }

    @Test
    void theStoresIdCannotLeadElsewhere() {
        assertThrows(IllegalArgumentException.class, () -> new DocumentsSettings.VectorStorePlace(
                java.net.URI.create("https://a.example"), "vs_1/../../files", "k"));
    }
}
