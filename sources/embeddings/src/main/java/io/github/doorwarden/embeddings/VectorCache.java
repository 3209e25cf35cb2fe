package io.github.doorwarden.embeddings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/// Vectors on disk by the hash of their text, one file per embedder: a text is embedded once, however often it moves.
/// Only ever appended to; a record that is not whole, or not what was written, is as if it were not there. Not shared
/// between processes: whoever owns the folder owns the file. Safe for use by many threads.
///
/// A record: 16 bytes of SHA-256 of the text, the number of dimensions, the numbers, a CRC-32 of all that.
public final class VectorCache implements AutoCloseable {

    private static final int KEY = 16;
    private static final int FRAME = KEY + 2 * Integer.BYTES;

    private record Key(long high, long low) {}

    private final FileChannel file;
    private final Map<Key, Long> places = new HashMap<>();
    private long end;

    private VectorCache(FileChannel file) {
        this.file = file;
    }

    /// @param folder     made when it is not there
    /// @param embedderId whose vectors these are
    /// @throws UncheckedIOException when the file cannot be made or read
    public static VectorCache open(Path folder, String embedderId) {
        try {
            Files.createDirectories(folder);
            var name = HexFormat.of().formatHex(sha256(embedderId), 0, 8) + ".vectors";
            var cache = new VectorCache(FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE));
            cache.learn();
            return cache;
        } catch (IOException e) {
            throw new UncheckedIOException("The cache of vectors in " + folder + " cannot be used.", e);
        }
    }

    private void learn() throws IOException {
        if (file.size() > Limits.CACHE_BYTES) {
            file.truncate(0);
        }
        var head = ByteBuffer.allocate(KEY + Integer.BYTES);
        while (end + FRAME <= file.size()) {
            file.read(head.clear(), end);
            var key = new Key(head.flip().getLong(), head.getLong());
            var dimensions = head.getInt();
            if (dimensions < 1 || dimensions > Limits.DIMENSIONS || end + size(dimensions) > file.size()) {
                break;
            }
            places.put(key, end);
            end += size(dimensions);
        }
        file.truncate(end);                                      // what a crash left half
    }

    private static long size(int dimensions) {
        return FRAME + (long) dimensions * Float.BYTES;
    }

    /// A copy; empty when there is none.
    public synchronized Optional<float[]> get(String text) {
        var key = key(text);
        var place = places.get(key);
        if (place == null) {
            return Optional.empty();
        }
        try {
            var head = ByteBuffer.allocate(KEY + Integer.BYTES);
            file.read(head, place);
            var record = ByteBuffer.allocate((int) size(Math.clamp(head.getInt(KEY), 1, Limits.DIMENSIONS)));
            file.read(record, place);
            var body = Arrays.copyOf(record.array(), record.capacity() - Integer.BYTES);
            if (record.getInt(body.length) != crc(body) || record.getLong(0) != key.high) {
                places.remove(key);
                return Optional.empty();
            }
            var vector = new float[record.getInt(KEY)];
            record.position(KEY + Integer.BYTES).slice().asFloatBuffer().get(vector);
            return Optional.of(vector);
        } catch (IOException e) {
            throw new UncheckedIOException("The cache of vectors cannot be read.", e);
        }
    }

    public synchronized void put(String text, float[] vector) {
        var key = key(text);
        var record = ByteBuffer.allocate((int) size(vector.length)).putLong(key.high).putLong(key.low)
                .putInt(vector.length);
        for (var each : vector) {
            record.putFloat(each);
        }
        record.putInt(crc(Arrays.copyOf(record.array(), record.position())));
        try {
            if (end + record.capacity() > Limits.CACHE_BYTES) {
                places.clear();
                file.truncate(0);
                end = 0;
            }
            record.flip();
            for (var at = end; record.hasRemaining();) {
                at += file.write(record, at);
            }
            places.put(key, end);
            end += record.capacity();
        } catch (IOException e) {
            throw new UncheckedIOException("The cache of vectors cannot be written.", e);
        }
    }

    private static int crc(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static Key key(String text) {
        var hash = ByteBuffer.wrap(sha256(text));
        return new Key(hash.getLong(), hash.getLong());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
