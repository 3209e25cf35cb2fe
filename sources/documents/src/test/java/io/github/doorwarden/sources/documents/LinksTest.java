package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.server.Conditions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A link gives a document another name. It takes no label off, and leads to nothing that is left out.
class LinksTest {

    private static final LabelRule BOARD = new LabelRule(Set.of("docs:board"), Conditions.NONE, Set.of(),
            Optional.empty(), List.of("board/**"));

    @TempDir
    private Path folder;
    @TempDir
    private Path state;
    @TempDir
    private Path outside;

    @Test
    void labelsByPlaceHoldThroughALink() throws Exception {
        try (var corpus = new Corpus(folder, state).write("board/a.md", "# Offer\nmandrake")) {
            corpus.rules.put("board", BOARD);
            Files.createSymbolicLink(folder.resolve("file.md"), folder.resolve("board/a.md"));
            Files.createSymbolicLink(folder.resolve("way"), folder.resolve("board"));
            corpus.open();
            assertEquals(List.of(), corpus.titles("mandrake"));
            assertEquals(List.of("Offer", "Offer", "Offer"), corpus.titles(Reader.with("docs:board"), "mandrake"));
        }
    }

    @Test
    void aRuleThatIsNewHoldsThroughALinkAtOnce() throws Exception {
        Files.createSymbolicLink(folder.resolve("file.md"), folder.resolve("board/a.md"));
        new Corpus(folder, state).write("board/a.md", "# Offer\nmandrake").open().close();
        try (var corpus = new Corpus(folder, state)) {
            corpus.rules.put("board", BOARD);
            corpus.openWithoutLook();
            assertEquals(List.of(), corpus.titles("mandrake"));
        }
    }

    @Test
    void aLinkThatLeadsToTheSameFileUnderAnotherNameIsJudgedAgain() throws Exception {
        try (var corpus = new Corpus(folder, state).write("open/a.md", "# Offer\nmandrake")) {
            corpus.rules.put("board", BOARD);
            Files.createSymbolicLink(folder.resolve("file.md"), folder.resolve("open/a.md"));
            corpus.open();
            assertEquals(List.of("Offer", "Offer"), corpus.titles("mandrake"));
            Files.move(folder.resolve("open"), folder.resolve("board"));
            Files.delete(folder.resolve("file.md"));
            Files.createSymbolicLink(folder.resolve("file.md"), folder.resolve("board/a.md"));
            corpus.look();
            assertEquals(List.of(), corpus.titles("mandrake"));
        }
    }

    @Test
    void aLinkLeadsToNothingThatIsLeftOut() throws Exception {
        for (var name : List.of(".hidden/a.md", "drafts/.old/b.md", "drafts/c.md", "open/d.md")) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), "# " + name);
        }
        Files.createSymbolicLink(folder.resolve("a.md"), folder.resolve(".hidden/a.md"));
        Files.createSymbolicLink(folder.resolve("way"), folder.resolve(".hidden"));
        Files.createSymbolicLink(folder.resolve("old"), folder.resolve("drafts/.old"));
        Files.createSymbolicLink(folder.resolve("c.md"), folder.resolve("drafts/c.md"));
        Files.createSymbolicLink(folder.resolve("d.md"), folder.resolve("open/d.md"));
        var tree = Tree.of(new Folder("docs", folder, List.of(), List.of("drafts/**"), ""));
        assertEquals(Set.of("d.md", "open/d.md"), tree.files().keySet());
        assertEquals(3, tree.warnings().stream().filter(each -> each.contains("begins with a dot")).count());
        assertEquals(Set.of("open/d.md"), Tree.of(new Folder("docs", folder, List.of("*/*.md"), List.of("drafts/**"),
                "")).files().keySet());
    }

    @Test
    void aDirectoryThatBecomesALinkAfterTheWalkIsNotRead() throws Exception {
        Files.writeString(outside.resolve("a.md"), "mandrake");
        Files.writeString(Files.createDirectory(folder.resolve("inner")).resolve("a.md"), "okapi");
        var docs = new Folder("docs", folder, List.of(), List.of(), "");
        var file = Tree.of(docs).files().get("inner/a.md");
        var intake = new Intake(new Labels(Map.of(), Corpus.policy()), new Formats(new PdfReader(state)));
        assertEquals("okapi", intake.read(docs, "inner/a.md", file, new ArrayList<>()).text());
        Files.move(folder.resolve("inner"), folder.resolve("before"));
        Files.createSymbolicLink(folder.resolve("inner"), outside);
        var refusal = assertThrows(Unreadable.class, () -> intake.read(docs, "inner/a.md", file, new ArrayList<>()));
        assertTrue(refusal.isForNow() && refusal.getMessage().contains("became a link"), refusal.getMessage());
    }
}
