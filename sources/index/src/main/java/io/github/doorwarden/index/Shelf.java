package io.github.doorwarden.index;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An index on disk. One process writes it; further ones on the same state folder read what that one has committed,
/// and one of them writes once it is gone. A commit is whole or not at all. An index that is broken, or of another
/// format, is removed and built anew: nothing is in it that is not in what was indexed.
///
/// Searching is safe for use by many threads; everything that changes is for one thread.
public final class Shelf implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
    /// Lucene's own, which would write to standard error: that vectors could be faster with an incubating module.
    private static final java.util.logging.Logger QUIET = java.util.logging.Logger.getLogger("org.apache.lucene");

    /// Name of the field by which entries are replaced and removed together.
    public static final String ID = "id";

    /// Memory of the index writer.
    private static final double WRITER_MEGABYTES = 32;

    /// Looks something up.
    public interface Look<R> {
        R at(IndexSearcher searcher) throws IOException;
    }

    private final Path folder;
    private final Analyzer analyzer;
    private final String format;
    private final Directory directory;
    private IndexWriter writer;
    private volatile SearcherManager searchers;

    private Shelf(Path folder, Analyzer analyzer, String format) throws IOException {
        QUIET.setLevel(java.util.logging.Level.SEVERE);
        this.folder = folder;
        this.analyzer = analyzer;
        this.format = format;
        Files.createDirectories(folder);
        this.directory = FSDirectory.open(folder);
    }

    /// To read what is there from before; [#tryToWrite] comes later, because it looks at every byte.
    ///
    /// @param format of the entries and their words; another one on disk is built anew
    public static Shelf open(Path folder, Analyzer analyzer, String format) throws IOException {
        var shelf = new Shelf(folder, analyzer, format);
        shelf.tryToRead();
        return shelf;
    }

    public boolean writes() {
        return writer != null;
    }

    /// Becomes the writer when nobody else is.
    ///
    /// @return whether it is now and was not before
    public boolean tryToWrite() throws IOException {
        if (writer != null) {
            return false;
        }
        try {
            writer = writer(IndexWriterConfig.OpenMode.CREATE_OR_APPEND);
            if (!isOurs()) {
                writer.deleteAll();
                writer.commit();
                Files.writeString(folder.resolve("format"), format);
            }
            check();
        } catch (LockObtainFailedException another) {
            return false;
        } catch (IOException e) {
            if (!isBroken(e)) {
                throw e;
            }
            rebuild(e);
        }
        var before = searchers;
        searchers = new SearcherManager(writer, null);
        close(before);
        return true;
    }

    private IndexWriter writer(IndexWriterConfig.OpenMode mode) throws IOException {
        return new IndexWriter(directory, new IndexWriterConfig(analyzer).setOpenMode(mode)
                .setCodec(new LongVectors()).setRAMBufferSizeMB(WRITER_MEGABYTES).setCommitOnClose(false));
    }

    /// Reads every byte against its checksum: half a gigabyte a second.
    private void check() throws IOException {
        try (var reader = DirectoryReader.open(directory)) {
            for (var leaf : reader.leaves()) {
                leaf.reader().checkIntegrity();
            }
        } catch (IndexNotFoundException nothingYet) {
            writer.commit();
        }
    }

    public static boolean isBroken(Throwable e) {
        return e instanceof CorruptIndexException || e instanceof IndexFormatTooOldException
                || e instanceof IndexFormatTooNewException || e instanceof EOFException
                || e instanceof FileNotFoundException || e instanceof NoSuchFileException
                || e instanceof AlreadyClosedException && e.getCause() != null;
    }

    /// Removes everything and begins with nothing.
    public void rebuild(Throwable why) throws IOException {
        LOG.atWarn().addKeyValue("folder", folder).setCause(why)
                .log("An index is broken and is built anew. Searches find little until it is complete.");
        var before = searchers;
        searchers = null;
        close(before);
        if (writer != null) {
            writer.rollback();
            writer = null;
        }
        // Who has the lock may remove what is there: the writer of another process would lose its files otherwise.
        try (var lock = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
            for (var file : directory.listAll()) {
                if (!file.equals(IndexWriter.WRITE_LOCK_NAME)) {
                    Files.deleteIfExists(folder.resolve(file));
                }
            }
        }
        writer = writer(IndexWriterConfig.OpenMode.CREATE);
        writer.commit();
        Files.writeString(folder.resolve("format"), format);
        searchers = new SearcherManager(writer, null);
    }

    private boolean isOurs() throws IOException {
        var file = folder.resolve("format");
        return Files.exists(file) && Files.readString(file).equals(format);
    }

    private void tryToRead() throws IOException {
        if (searchers == null && isOurs()) {
            try {
                searchers = new SearcherManager(directory, null);
            } catch (IndexNotFoundException notYet) {
                LOG.debug("Nobody has written an index yet.", notYet);
            } catch (IOException e) {
                if (!isBroken(e)) {
                    throw e;
                }
                LOG.debug("The index is broken; who writes it will build it anew.", e);
            }
        }
    }

    /// What was written until now can be found.
    public void show() throws IOException {
        tryToRead();
        if (searchers != null) {
            searchers.maybeRefreshBlocking();
        }
    }

    /// Leaves writing to another one; what can be found until now can be found on.
    public void stopWriting() throws IOException {
        if (writer == null) {
            return;
        }
        try {
            writer.rollback();                                   // what was to be kept was committed
        } catch (AlreadyClosedException lockLost) {
            // Who is interrupted while it writes closes the file of the lock. The writer has ended all the same.
            LOG.debug("An index was left in the middle of writing.", lockLost);
        } finally {
            writer = null;
        }
    }

    /// @param otherwise when there is no index yet
    public <R> R look(R otherwise, Look<R> look) throws IOException {
        for (var all = searchers; all != null; all = searchers) {
            IndexSearcher searcher;
            try {
                searcher = all.acquire();
            } catch (AlreadyClosedException replaced) {
                if (all == searchers) {
                    return otherwise;                            // closed for good
                }
                continue;
            }
            try {
                return look.at(searcher);
            } finally {
                all.release(searcher);
            }
        }
        return otherwise;
    }

    /// In place of what has this id.
    public void put(String id, List<Document> entries) throws IOException {
        writer.updateDocuments(new Term(ID, id), entries);
    }

    public void remove(String id) throws IOException {
        writer.deleteDocuments(new Term(ID, id));
    }

    /// What was put and removed until now survives a crash.
    public void commit() throws IOException {
        writer.setLiveCommitData(Map.of("format", format).entrySet());
        writer.commit();
    }

    private static void close(SearcherManager manager) throws IOException {
        if (manager != null) {
            manager.close();
        }
    }

    @Override
    public void close() throws IOException {
        try (directory) {
            close(searchers);
            stopWriting();
        }
    }
}
