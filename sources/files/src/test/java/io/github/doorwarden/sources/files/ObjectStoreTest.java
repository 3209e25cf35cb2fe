package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are objects of a store.
final class ObjectStoreTest {

    @TempDir
    private Path folder;

    private Fixture fares(S3Store store, String secret) {
        return new Fixture(folder).at(store.location(secret)).dataset("fares", Fixture.fares(), "*/fares*.csv")
                .tools("fares");
    }

    private static String csv(int... fares) {
        var text = new StringBuilder("route,month,fare\n");
        for (var fare : fares) {
            text.append("A,2026-01,").append(fare).append('\n');
        }
        return text.toString();
    }

    private static S3Store store() throws IOException {
        return new S3Store(Fixture.NOW).put("air fares/2025/fares 1.csv", csv(1)).put("air fares/2025/fares+2 & ü.csv",
                csv(2)).put("air fares/2026/fares3.csv", csv(3)).put("air fares/2026/other.csv", "x")
                .put("air fares/2026/", "").put("elsewhere/2026/fares4.csv", csv(4));
    }

    /// Authenticating Requests: Using Query Parameters (AWS Signature Version 4), the example at its end.
    @Test
    void theSignatureIsThatOfTheSpecification() {
        var target = new Presign("examplebucket.s3.amazonaws.com", "us-east-1", "AKIAIOSFODNN7EXAMPLE", S3Store.SECRET)
                .target("/test.txt", Map.of(), Instant.parse("2013-05-24T00:00:00Z"), Duration.ofSeconds(86_400));
        assertEquals("/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
                + "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders="
                + "host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404", target);
        for (var host : Map.of("https://s3.example", "s3.example", "https://s3.example:443", "s3.example",
                "http://s3.example:9000", "s3.example:9000").entrySet()) {
            assertEquals(host.getValue(), Presign.of(new FilesSettings.Location(URI.create(host.getKey()), "r", "b", "",
                    "a", "s", Duration.ZERO, 1)).host());
        }
    }

    @Test
    void objectsAreListedPageByPage_Fetched_AndAnsweredFrom() throws Exception {
        try (var store = store(); var files = fares(store, S3Store.SECRET)) {
            var answer = files.ask("aggregate", "{}");
            assertEquals(6, answer.path("groups").path(0).path("sum_fare").asInt());
            var source = answer.path("facts").path("sources").path(0);
            assertEquals("2025/fares 1.csv 2026-06-30T10:00:00Z", source.path("file").asString() + " "
                    + source.path("modified").asString());
            assertEquals(3, store.fetched.get(), "what no dataset names is not fetched");
            files.looks();
            assertEquals(3, store.fetched.get(), "what has not changed is not fetched again");
            store.put("air fares/2026/fares3.csv", csv(30)).objects.remove("air fares/2025/fares 1.csv");
            files.looks();
            assertEquals(32, files.ask("aggregate", "{}").path("groups").path(0).path("sum_fare").asInt());
            assertEquals(4, store.fetched.get());
            var cache = only(folder.resolve("cache/f"));
            assertEquals("rwx------", PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(cache)));
            assertFalse(Files.exists(cache.resolve("2025/fares 1.csv")));
        }
    }

    @Test
    void whileTheStoreIsDownTheOldDataAreServed_OverAStartToo() throws Exception {
        try (var store = store()) {
            try (var files = fares(store, S3Store.SECRET)) {
                assertEquals(3, files.ask("rows", "{}").path("rows_total").asInt());
                store.dead = true;
                files.looks();
                var answer = files.ask("rows", "{}");
                assertEquals(3, answer.path("rows_total").asInt());
                assertTrue(answer.path("facts").path("warnings").path(0).asString().contains("could not be asked"));
                assertEquals("The bucket travel cannot be listed (503 SlowDown). Nothing is to be done here unless it "
                        + "stays. What was fetched before is served.", files.source().warnings().getFirst());
            }
            try (var again = fares(store, S3Store.SECRET)) {
                assertEquals(3, again.ask("rows", "{}").path("rows_total").asInt());
                store.dead = false;
                again.looks();
                assertEquals(List.of(), again.source().warnings());
                assertEquals(3, store.fetched.get(), "what is on the disk is not fetched again");
            }
        }
    }

    private static Path only(Path parent) throws IOException {
        try (var all = Files.list(parent)) {
            var list = all.toList();
            assertEquals(1, list.size(), list.toString());
            return list.getFirst();
        }
    }

    @Test
    void whileAReloadHasTwoDeclarations_NeitherSeesTheOthersObjects() throws Exception {
        try (var store = store().put("elsewhere/2025/fares 1.csv", csv(100)); var old = fares(store, S3Store.SECRET)) {
            assertEquals(6, old.ask("aggregate", "{}").path("groups").path(0).path("sum_fare").asInt());
            var is = store.location(S3Store.SECRET);
            try (var other = new Fixture(folder).at(new FilesSettings.Location(is.endpoint(), is.region(), is.bucket(),
                    "elsewhere/", is.accessKey(), is.secretKey(), is.every(), is.most()))
                    .dataset("fares", Fixture.fares(), "*/fares*.csv").tools("fares")) {
                assertEquals(104, other.ask("aggregate", "{}").path("groups").path(0).path("sum_fare").asInt());
                old.looks();
                other.looks();
                assertEquals(6, old.ask("aggregate", "{}").path("groups").path(0).path("sum_fare").asInt());
                assertEquals(104, other.ask("aggregate", "{}").path("groups").path(0).path("sum_fare").asInt());
                assertEquals(List.of(List.of(), List.of()), List.of(old.source().warnings(), other.source()
                        .warnings()));
                assertEquals(5, store.fetched.get(), "nothing was lost and fetched again");
                old.close();
                other.looks();
                assertTrue(Files.exists(only(folder.resolve("cache/f")).resolve("2026/fares4.csv")),
                        "what the old one left is gone");
            }
        }
    }

    @Test
    void whileTwoHaveTheSameDeclaration_OneFetchesAndBothAnswer() throws Exception {
        try (var store = store(); var old = fares(store, S3Store.SECRET)) {
            assertEquals(3, old.ask("rows", "{}").path("rows_total").asInt());
            try (var other = fares(store, S3Store.SECRET)) {
                assertEquals(3, other.ask("rows", "{}").path("rows_total").asInt());
                store.put("air fares/2026/fares5.csv", csv(5));
                other.looks();
                assertEquals(3, store.fetched.get(), "the old one fetches");
                old.looks();
                other.looks();
                assertEquals(4, other.ask("rows", "{}").path("rows_total").asInt());
                old.close();
                store.put("air fares/2026/fares6.csv", csv(6));
                other.looks();
                other.looks();
                assertEquals("5 5", other.ask("rows", "{}").path("rows_total").asInt() + " " + store.fetched.get());
            }
        }
    }

    @Test
    void aWrongSecretIsToldWithItsRemedy_AndNeverTheSecret() throws Exception {
        try (var store = store(); var files = fares(store, "guessed")) {
            files.refused("rows", "{}");
            var warning = files.source().warnings().getFirst();
            assertTrue(warning.contains("cannot be listed (403 SignatureDoesNotMatch). Check access_key, secret_key "
                    + "and "
                    + "region") && !warning.contains("guessed"), warning);
        }
    }

    @Test
    void keysThatWouldLeaveTheFolderAreNoFiles_AndTooMuchIsNotFetched() throws Exception {
        try (var store = new S3Store(Fixture.NOW).put("air fares/../../fares.csv", csv(1))
                .put("air fares/a/../fares.csv", csv(1)).put("air fares//fares.csv", csv(1))
                .put("air fares/.a/fares.csv", csv(1)).put("air fares/ok/fares.csv", csv(7));
                var files = fares(store, S3Store.SECRET)) {
            assertEquals(7, files.ask("aggregate", "{}").path("groups").path(0).path("sum_fare").asInt());
            assertEquals(1, store.fetched.get());
            store.objects.put("air fares/ok/fares-large.csv", new byte[(64 << 20) + 1]);
            files.looks();
            assertTrue(files.source().warnings().getFirst()
                    .contains("more than 64 MiB, which is all that max_mib allows"));
            assertEquals(1, store.fetched.get());
        }
    }

    @Test
    void aLargeObjectComesInParts() throws Exception {
        var many = new int[1_200_000];
        try (var store = new S3Store(Fixture.NOW).put("air fares/a/fares.csv", csv(many));
                var files = fares(store, S3Store.SECRET)) {
            assertEquals(many.length, files.ask("rows", "{'limit':1}").path("rows_total").asInt());
            assertEquals(2, store.fetched.get());
        }
    }
}
