package io.github.doorwarden.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.Query;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An index on disk that is kept like something that changes: it is looked at again and again, what changed is written,
/// then vectors are made for what has none. One thread does all of that; looking things up is safe for use by many.
public final class KeptIndex implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptIndex.class);

    /// What it is kept like; asked by one thread at a time.
    public interface Subject {

        /// The index is empty: nothing is known of it.
        void forget();

        /// What the index has from before. This process writes it from now on.
        void learn(Shelf shelf) throws IOException;

        /// Looks at everything once, and writes what changed.
        ///
        /// @param ended whether to stop, by an [InterruptedException]
        void read(Shelf shelf, Progress progress, BooleanSupplier ended) throws IOException, InterruptedException;

        /// What another process wrote is found now.
        ///
        /// @param stands whether that one still looks, as far as is known; false before the first look
        default void recall(Shelf shelf, boolean stands) throws IOException {}

        /// Makes some vectors.
        ///
        /// @return whether there are more to be made now
        boolean vectors(Shelf shelf) throws IOException, InterruptedException;
    }

    /// How it is kept.
    ///
    /// @param source  that has it, for the log
    /// @param what    is in it, for the log: `code`
    /// @param folder  made when it is opened
    /// @param format  of the entries and their words; another one on disk is built anew
    /// @param whole   finds the entries that are counted
    /// @param between two looks at least
    /// @param first   how long a start waits for the first look when the index is empty
    public record Settings(String source, String what, Path folder, Analyzer analyzer, String format, Query whole,
            Duration between, Duration first) {}

    private final Settings settings;
    private final Subject subject;
    private final Follow follow;
    private volatile Shelf shelf;
    private volatile boolean broken;
    private int rounds;

    public KeptIndex(Settings settings, Subject subject) {
        this.settings = settings;
        this.subject = subject;
        this.follow = new Follow(settings.what + "-" + settings.source, settings.folder, settings.between, new Work());
    }

    /// Opens the index, so that what it has from before can be found at once, and starts to look. Waits a while for the
    /// first look to end, longer when there is nothing yet: what is small is complete then.
    public void begin() {
        follow.succeed();
        open();
        follow.begin();
        try {
            var nothingYet = look(0, searcher -> searcher.count(settings.whole)) == 0;
            if (!isRead(nothingYet ? settings.first : Limits.NEXT_LOOK) && nothingYet) {
                LOG.atInfo().addKeyValue("source", settings.source).log("The " + settings.what + " of this source "
                        + "is still being read; what has been read until now is found.");
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("source", settings.source).setCause(e).log("The index cannot be read yet.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Opens the index and starts nothing: for whoever says itself when it looks.
    public void open() {
        try {
            shelf = Shelf.open(settings.folder, settings.analyzer, settings.format);
            subject.recall(shelf, false);
        } catch (IOException e) {
            throw new UncheckedIOException("The index of " + settings.what + " in " + settings.folder
                    + " cannot be opened.", e);
        }
    }

    /// Whether the first look has ended; waits for that.
    public boolean isRead(Duration within) throws InterruptedException {
        return follow.hasLooked(within);
    }

    public boolean hasLooked() {
        return follow.hasLooked();
    }

    /// What [Follow] does with it.
    private final class Work implements Follow.Work {

        @Override
        public void look() throws IOException, InterruptedException {
            KeptIndex.this.look();
        }

        @Override
        public boolean more() throws IOException, InterruptedException {
            return vectorsOfSome();
        }

        @Override
        public void failed(Exception why) {
            broken |= Shelf.isBroken(why);
            LOG.atWarn().addKeyValue("source", settings.source).setCause(why).log("The " + settings.what
                    + " could not be looked at; it is tried again.");
        }

        @Override
        public void leave() throws IOException {
            shelf.stopWriting();
        }
    }

    /// Looks at everything once.
    public synchronized void look() throws IOException, InterruptedException {
        if (broken) {
            shelf.rebuild(null);
            subject.forget();
            broken = false;
        }
        if (shelf.tryToWrite()) {
            subject.forget();
            subject.learn(shelf);
            shelf.show();
        }
        if (!shelf.writes()) {
            shelf.show();
            subject.recall(shelf, true);
            return;
        }
        var progress = new Progress(shelf);
        subject.read(shelf, progress, follow::ended);
        progress.end();
    }

    /// Makes some vectors.
    ///
    /// @return whether there are more to be made now
    public synchronized boolean vectorsOfSome() throws IOException, InterruptedException {
        if (!shelf.writes()) {
            return false;
        }
        var more = subject.vectors(shelf);
        if (more) {
            shelf.show();
        }
        if (more ? ++rounds % Limits.ROUNDS_PER_COMMIT == 0 : rounds > 0) {
            shelf.commit();
            rounds = 0;
        }
        return more;
    }

    /// Looks something up.
    ///
    /// @param otherwise while there is no index yet
    public <R> R look(R otherwise, Shelf.Look<R> look) throws IOException {
        var open = shelf;
        try {
            return open == null ? otherwise : open.look(otherwise, look);
        } catch (IOException | RuntimeException e) {
            broken |= Shelf.isBroken(e);
            throw e;
        }
    }

    /// Ends looking before anything that a look needs is closed.
    public void end() throws InterruptedException {
        follow.end();
    }

    @Override
    public void close() {
        try {
            end();
            if (shelf != null) {
                shelf.close();
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("source", settings.source).setCause(e).log("An index was not closed well.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
