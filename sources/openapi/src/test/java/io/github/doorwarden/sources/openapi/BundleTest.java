package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.upstream.DocumentFetch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Parts on a real server on loopback that fails, is slow, and has too many of them.
class BundleTest {

    private static final String PART = "{\"name\":\"p\",\"in\":\"query\"}";
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE); // and on from the least

    private ObjectNode bundle(Backend host, DocumentFetch fetch, int bytes, List<String> refs) {
        var root = Backend.json("{'paths':{" + IntStream.range(0, refs.size())
                .mapToObj(n -> "'/" + n + "':{'$ref':'" + refs.get(n) + "'}").collect(Collectors.joining(",")) + "}}");
        return Bundle.of(root, bytes, new Library.OfWeb(host.settings().baseUrl().resolve("/api.json"), fetch),
                now::get);
    }

    private static DocumentFetch fetch() {
        return new DocumentFetch(Limits.FETCHED_BYTES, DEADLINE);
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(n -> "p" + n + ".json").toList();
    }

    private static String refused(ObjectNode bundle) {
        return bundle.path(Bundle.REFUSED).toString();
    }

    @Test
    void aPartThatFailedIsAskedForOnce_AndItsReasonIsKept() throws Exception {
        try (var host = new Backend((asked, exchange) -> Backend.say(exchange, asked.target().equals("/gone.json") ? 500
                : 200, "application/json", asked.target().equals("/bad.json") ? "{" : PART)); var fetch = fetch()) {
            var bundle = bundle(host, fetch, 10, List.of("gone.json", "bad.json", "gone.json#/a", "good.json",
                    "bad.json#/b", "gone.json", "good.json#/name"));
            assertEquals(List.of("/gone.json", "/bad.json", "/good.json"), host.asked.stream()
                    .map(Backend.Asked::target).toList());
            assertEquals("[\"it refers to a document that could not be fetched\","
                    + "\"it refers to a document that is not well-formed\"]", refused(bundle));
            assertEquals(List.of("#/" + Bundle.REFUSED + "/0", "#/" + Bundle.REFUSED + "/1",
                    "#/" + Bundle.REFUSED + "/0", "#/" + Bundle.PARTS + "/0", "#/" + Bundle.REFUSED + "/1",
                    "#/" + Bundle.REFUSED + "/0", "#/" + Bundle.PARTS + "/0/name"),
                    bundle.path("paths").valueStream().map(path -> path.path("$ref").asString()).toList());
        }
    }

    @Test
    void partsThatFailedCountAmongThoseThatThereMayBe() throws Exception {
        try (var host = Backend.saying(404, "text/plain", ""); var fetch = fetch()) {
            var bundle = bundle(host, fetch, 10, numbered(Limits.DOCUMENT_PARTS + 3));
            assertEquals(Limits.DOCUMENT_PARTS, host.asked.size());
            assertTrue(refused(bundle).contains("more than " + Limits.DOCUMENT_PARTS), refused(bundle));
        }
    }

    @Test
    void whatIsTooLargeTogetherEndsTheReading_HoweverMuchItIs() throws Exception {
        try (var host = Backend.saying(200, "application/json", PART); var fetch = fetch()) {
            var bundle = bundle(host, fetch, Limits.FETCHED_BYTES - PART.length(), numbered(5));
            assertEquals(List.of("/p0.json", "/p1.json"), host.asked.stream().map(Backend.Asked::target).toList(),
                    "the second is too much, and nothing is read after it");
            assertEquals(1, bundle.path(Bundle.PARTS).size());
            assertTrue(refused(bundle).contains("10 MiB together"), refused(bundle));
            host.asked.clear();
            assertTrue(refused(bundle(host, fetch, Integer.MAX_VALUE, numbered(2))).contains("10 MiB together"));
            assertEquals(List.of(), host.asked);
        }
    }

    @Test
    void allPartsTogetherHaveOneEnd() throws Exception {
        try (var host = new Backend((_, exchange) -> {
            now.addAndGet(DEADLINE.toNanos());
            Backend.say(exchange, 200, "application/json", PART);
        }); var fetch = fetch()) {
            var bundle = bundle(host, fetch, 10, numbered(30));
            var most = (int) Limits.DOCUMENT_PARTS_FETCH.dividedBy(DEADLINE);
            assertEquals(most, host.asked.size());
            assertEquals(most, bundle.path(Bundle.PARTS).size());
            assertEquals("[\"the documents that it refers to took longer than 120 s together\"]", refused(bundle));
        }
    }

    @Test
    void thePartThatIsBeingFetchedAtThatEndHasNoMoreTimeThanIsLeft() throws Exception {
        var release = new CountDownLatch(1);
        try (var host = new Backend((asked, exchange) -> {
            if (asked.target().equals("/p1.json")) {
                release.await(2 * DEADLINE.toSeconds(), TimeUnit.SECONDS);
            }
            now.addAndGet(Limits.DOCUMENT_PARTS_FETCH.minusMillis(200).toNanos());
            Backend.say(exchange, 200, "application/json", PART);
        }); var fetch = fetch()) {
            assertTimeoutPreemptively(DEADLINE.dividedBy(2), () -> {
                var bundle = bundle(host, fetch, 10, numbered(2));
                assertEquals(1, bundle.path(Bundle.PARTS).size());
                assertTrue(refused(bundle).contains("could not be fetched"), refused(bundle));
            });
        } finally {
            release.countDown();
        }
    }
}
