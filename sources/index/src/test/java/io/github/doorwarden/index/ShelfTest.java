package io.github.doorwarden.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShelfTest {

    @TempDir
    private Path folder;

    private Shelf open() throws Exception {
        var shelf = Shelf.open(folder, new StandardAnalyzer(), "1");
        assertTrue(shelf.tryToWrite());
        return shelf;
    }

    private static void put(Shelf shelf, String id) throws Exception {
        var entry = new Document();
        entry.add(new StringField(Shelf.ID, id, Field.Store.YES));
        shelf.put(id, List.of(entry));
    }

    /// As after an interrupt in the middle of writing, which closes the file of the lock; here it is another file at
    /// once.
    @Test
    void oneThatHasLostItsLockIsClosedAndCanBeOpenedAgain() throws Exception {
        var shelf = open();
        put(shelf, "kept");
        shelf.commit();
        put(shelf, "lost");
        shelf.show();
        var lock = folder.resolve("write.lock");
        Files.delete(lock);
        Files.writeString(lock, "");
        Files.setAttribute(lock, "lastModifiedTime", FileTime.fromMillis(0));
        shelf.close();
        try (var again = open()) {
            assertEquals(1, again.look(0, searcher -> searcher.getIndexReader().numDocs()));
        }
    }
}
