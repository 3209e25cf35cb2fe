package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.upstream.DocumentFetch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Where a document is read, and the parts that it refers to. Not for several threads.
sealed interface Library {

    /// A part cannot be had. The message is the end of a sentence.
    final class Absent extends Exception {
        private static final long serialVersionUID = 1;

        Absent(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /// Of the document itself; its references are relative to it.
    URI home();

    /// Of the document and its parts together.
    int maxBytes();

    /// @param address of the document or of a part
    /// @param atMost  how long it may take, if it comes over a network
    byte[] read(URI address, Duration atMost) throws Absent;

    /// @param file   the document, wherever it is
    /// @param folder which parts must not leave
    record OfFiles(Path file, Path folder) implements Library {

        @Override
        public URI home() {
            return file.toAbsolutePath().normalize().toUri();
        }

        @Override
        public int maxBytes() {
            return Limits.DOCUMENT_BYTES;
        }

        @Override
        public byte[] read(URI address, Duration atMost) throws Absent {
            try {
                if (!"file".equals(address.getScheme()) || address.getRawAuthority() != null) {
                    throw new Absent("it refers to a document elsewhere, which is not fetched: bundle them into one",
                            null);
                }
                var part = Path.of(address);
                if (!address.equals(home()) && !part.toRealPath().startsWith(folder.toRealPath())) {
                    throw new Absent("it refers to a file outside the folder of the configuration", null);
                }
                if (!Files.isRegularFile(part) || Files.size(part) > Limits.DOCUMENT_BYTES) {
                    throw new Absent("it refers to a file that is not there or too large", null);
                }
                return Files.readAllBytes(part);
            } catch (IOException | IllegalArgumentException e) {
                throw new Absent("it refers to a file that cannot be read", e);
            }
        }
    }

    /// @param fetch bounded; takes parts of the same origin alone
    record OfWeb(URI home, DocumentFetch fetch) implements Library {

        @Override
        public int maxBytes() {
            return Limits.FETCHED_BYTES;
        }

        @Override
        public byte[] read(URI address, Duration atMost) throws Absent {
            if (!origin(address).equals(origin(home)) || address.getRawUserInfo() != null) {
                throw new Absent("it refers to a document of another origin, which is not fetched", null);
            }
            try {
                return fetch.get(address, atMost);
            } catch (DocumentFetch.Refused e) {
                throw new Absent("it refers to a document that could not be fetched", e);
            }
        }

        private static String origin(URI address) {
            return address.getScheme() + "://" + address.getHost() + ":" + address.getPort();
        }
    }
}
