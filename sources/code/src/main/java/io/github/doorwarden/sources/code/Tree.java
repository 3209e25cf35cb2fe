package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The files of a repository at one moment, without their contents. Whoever has it closes it; for one thread.
interface Tree extends AutoCloseable {

    /// @param path  in the repository, with `/`
    /// @param state changes when the file may have changed
    record Entry(String path, long size, String state) {}

    /// Those that may be indexed, by their places, names and sizes.
    List<Entry> files();

    /// How many are left out, by the reason.
    Map<Skip, Integer> skipped();

    /// The commit; empty where there is none.
    String revision();

    /// At most one byte more than [Limits#FILE_BYTES]: a file may have grown.
    ///
    /// @throws IOException also when it is no longer there
    byte[] read(Entry entry) throws IOException;

    @Override
    default void close() throws IOException {}

    /// Where trees of one repository come from.
    interface Origin extends AutoCloseable {

        /// @throws Unlookable when it cannot be read now
        Tree look() throws IOException, InterruptedException;

        /// What is asked for only now and then is asked for at the next look.
        default void hurry() {}

        @Override
        default void close() throws IOException {}
    }

    /// Counts what is left out.
    final class Skipped {

        private final Map<Skip, Integer> counts = new EnumMap<>(Skip.class);

        void add(Skip why) {
            counts.merge(why, 1, Integer::sum);
        }

        Map<Skip, Integer> counts() {
            return counts;
        }
    }
}
