package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Object stores that answer with what no store should. None of it ends that they are followed.
final class OddStoreTest {

    private static final String FARE = "route,month,fare\nA,2026-01,1\n";

    @TempDir
    private Path folder;

    private static S3Store store() throws IOException {
        return new S3Store(Fixture.NOW).put("air fares/a/fares.csv", FARE);
    }

    private Fixture fares(S3Store store) {
        return new Fixture(folder).at(store.location(S3Store.SECRET)).dataset("fares", Fixture.fares(), "*/fares*.csv")
                .tools("fares");
    }

    @Test
    void anOddEntryIsTroubleWithASentence_AndGoesAwayWithIt() throws Exception {
        try (var store = store(); var files = fares(store)) {
            assertEquals(1, files.ask("rows", "{}").path("rows_total").asInt());
            for (var odd : Map.of("<ETag>[^<]*</ETag>", "", "<ETag>[^<]*", "<ETag>\u00e4", "<Key>[^<]*</Key>", "",
                    "<ETag>", "<ETag>a\nb", "<Size>[^<]*", "<Size>-1", "<LastModified>[^<]*</LastModified>", "",
                    "<Size>[^<]*</Size>", "").entrySet()) {
                store.listing = page -> page.replaceAll(odd.getKey(), odd.getValue());
                files.looks();
                var warnings = files.source().warnings();
                assertEquals(1, warnings.size(), odd.toString());
                assertTrue(warnings.getFirst().startsWith("The object store ")
                        && warnings.getFirst().endsWith("What was fetched before is served."), warnings.toString());
                assertTrue(files.ask("rows", "{}").path("facts").path("warnings").path(0).asString()
                        .contains("could not be asked"), odd.toString());
                store.listing = page -> page;
                files.looks();
                assertEquals("[]", files.source().warnings().toString(), odd.toString());
            }
        }
    }

    @Test
    void sizesThatFlowOverGoAroundNoBound() throws Exception {
        try (var store = store().put("air fares/b/fares.csv", FARE); var files = fares(store)) {
            assertEquals(2, files.ask("rows", "{}").path("rows_total").asInt());
            store.listing = page -> page.replaceAll("<Size>[^<]*", "<Size>" + Long.MAX_VALUE);
            files.looks();
            assertTrue(files.source().warnings().getFirst().contains("more than 64 MiB"), files.source().warnings()
                    .toString());
            assertEquals(2, store.fetched.get());
        }
    }

    @Test
    void aListingThatDoesNotEndIsGivenUp() throws Exception {
        var pages = new AtomicInteger();
        try (var store = store(); var files = fares(store)) {
            store.listing = page -> "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>"
                    + pages.incrementAndGet() + "</NextContinuationToken></ListBucketResult>";
            var sentence = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                files.source();
                return files.source().warnings().getFirst();
            });
            assertTrue(sentence.startsWith("The object store's listing does not end within 1000 pages."), sentence);
            assertEquals(1000, pages.get());
        }
    }

    @Test
    void aFaultOfOursIsTrouble_AndTheNextLookComesAllTheSame() throws Exception {
        var looks = new CountDownLatch(3);
        try (var store = store()) {
            var settings = fares(store).settings();
            // What is asked for while a request is signed, and again while it is said that this failed: two a look.
            try (var source = new FilesSource("f", settings, folder.resolve("cache"), () -> {
                looks.countDown();
                throw new IllegalStateException("no clock");
            })) {
                source.listen(null);
                assertTrue(looks.await(30, TimeUnit.SECONDS), "one look, and no other after it");
            }
        }
        try (var store = store()) {
            var settings = fares(store).settings();
            var asked = new int[1];
            try (var source = new FilesSource("g", settings, folder.resolve("cache"), () -> {
                if (asked[0]++ == 0) {
                    throw new IllegalStateException("no clock");
                }
                return Fixture.NOW;
            })) {
                source.watched();
                source.look();
                assertTrue(source.warnings().getFirst().startsWith("The object store cannot be followed because of a "
                        + "fault: java.lang.IllegalStateException: no clock."), source.warnings().toString());
            }
        }
    }
}
