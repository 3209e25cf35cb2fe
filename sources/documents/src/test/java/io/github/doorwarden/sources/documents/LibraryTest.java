package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The index is like the folder, whatever happens to either.
class LibraryTest {

    @TempDir
    private Path folder;
    @TempDir
    private Path state;
    @TempDir
    private Path outside;

    @Test
    void whatIsEditedRenamedOrRemovedIsFoundAsItIsNow() throws Exception {
        try (var corpus = new Corpus(folder, state).write("a.md", "# One\napple").write("b.md", "# Two\nbanana")
                .open()) {
            var first = corpus.id(Corpus.READER, "apple");
            corpus.write("a.md", "# One again\ncherry").look();
            assertEquals(List.of(), corpus.titles("apple"));
            assertEquals(List.of("One again"), corpus.titles("cherries"));
            assertEquals(first, corpus.id(Corpus.READER, "cherry"));

            Files.move(folder.resolve("a.md"), folder.resolve("z.md"));
            corpus.look();
            assertNotEquals(first, corpus.id(Corpus.READER, "cherry"));
            assertTrue(corpus.fetching(Corpus.READER, first).isError());

            Files.delete(folder.resolve("z.md"));
            corpus.look();
            assertEquals(List.of(), corpus.titles("cherry"));
            assertEquals(List.of("Two"), corpus.titles("banana"));
        }
    }

    @Test
    void aRestartFindsAtOnceWhatWasFoundBefore() throws Exception {
        new Corpus(folder, state).write("a.md", "# One\napple").open().close();
        try (var corpus = new Corpus(folder, state)) {
            corpus.openWithoutLook();
            assertEquals(List.of("One"), corpus.titles("apple"));
            corpus.look();
            assertEquals(0, corpus.library.readsOfLastLook());
        }
    }

    @Test
    void aBrokenIndexIsBuiltAnew() throws Exception {
        for (var damage : new String[] {"segments_", ".cfs", ".si", "format"}) {
            new Corpus(folder, state).write("a.md", "# One\napple").open().close();
            try (var files = Files.list(state.resolve("index"))) {
                var victim = files.filter(file -> file.getFileName().toString().contains(damage))
                        .max(Comparator.comparing(Path::toString)).orElseThrow();
                var bytes = Files.readAllBytes(victim);
                bytes[bytes.length / 2] ^= 0x55;
                Files.write(victim, bytes);
            }
            try (var corpus = new Corpus(folder, state).open()) {
                assertEquals(List.of("One"), corpus.titles("apple"), damage);
            }
        }
        try (var files = Files.list(state.resolve("index"))) {
            for (var file : files.filter(each -> each.getFileName().toString().endsWith(".cfs")).toList()) {
                Files.delete(file);
            }
        }
        try (var corpus = new Corpus(folder, state).open()) {
            assertEquals(List.of("One"), corpus.titles("apple"), "a file that is gone");
        }
    }

    @Test
    void aSecondProcessReadsAndTakesOver() throws Exception {
        var first = new Corpus(folder, state).write("a.md", "# One\napple").open();
        try (var second = new Corpus(folder, state).open()) {
            assertEquals(List.of("One"), second.titles("apple"));
            first.write("b.md", "# Two\nbanana").look();
            assertEquals(List.of(), second.titles("banana"));
            second.look();
            assertEquals(List.of("Two"), second.titles("banana"));
            first.close();
            second.write("c.md", "# Three\ncherry").look();
            assertEquals(List.of("Three"), second.titles("cherry"));
        }
    }

    @Test
    void nothingOutsideTheFolderIsRead() throws Exception {
        Files.writeString(outside.resolve("secret.md"), "# Secret\nmandrake");
        Files.createSymbolicLink(folder.resolve("link.md"), outside.resolve("secret.md"));
        Files.createSymbolicLink(folder.resolve("way"), outside);
        Files.createDirectory(folder.resolve("inner"));
        Files.createSymbolicLink(folder.resolve("inner/ring"), folder);
        try (var corpus = new Corpus(folder, state).write("a.md", "# One\napple").write(".git/x.md", "mandrake")
                .open()) {
            Files.createSymbolicLink(folder.resolve("same.md"), folder.resolve("a.md"));
            corpus.look();
            assertEquals(List.of(), corpus.titles("mandrake"));
            assertEquals(List.of("One", "One"), corpus.titles("apple"));
        }
    }

    @Test
    void aFolderThatIsGoneForNowIsServedAsItWas() throws Exception {
        var place = Files.createDirectory(folder.resolve("docs"));
        try (var corpus = new Corpus(place, state).write("a.md", "# One\napple").open()) {
            Files.move(place, folder.resolve("elsewhere"));
            corpus.look();
            assertEquals(List.of("One"), corpus.titles("apple"));
            Files.move(folder.resolve("elsewhere"), place);
            corpus.write("b.md", "# Two\nbanana").look();
            assertEquals(List.of("Two"), corpus.titles("banana"));
        }
    }

    @Test
    void hitsAreDocumentsNotPieces() throws Exception {
        var corpus = new Corpus(folder, state).write("long.md", "# Whales\n" + "The whale sings a song. ".repeat(400))
                .write("short.md", "# Note\nOne whale.");
        try (var open = corpus.open()) {
            assertEquals(2, open.titles("whale").size());
        }
    }

    @Test
    void anotherAddressIsUsedWithoutAChangeOfTheFile() throws IOException, InterruptedException {
        new Corpus(folder, state).write("a.md", "# One\napple").open().close();
        var moved = new Corpus(folder, state);
        moved.urlTemplate = "https://new.example.com/{path}";
        try (var corpus = moved.open()) {
            assertEquals("https://new.example.com/a.md", corpus.search(Corpus.READER, "apple").path(0).path("url")
                    .asString());
        }
        assertFalse(moved.library.readsOfLastLook() == 0);
    }
}
