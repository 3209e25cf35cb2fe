package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.sources.openapi.Origin.OfAddress;
import io.github.doorwarden.upstream.DocumentFetch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A document from an address, as it is kept beside the state: the copy is what is used, so that neither a dead host
/// nor a changed document changes what tools do. Safe for use by many threads and processes: a copy is replaced as a
/// whole.
public final class PinnedDocument {

    /// What a look at the address has found.
    ///
    /// @param differences of operations in use, one sentence each; empty: none of them reads otherwise
    public record Look(List<String> differences) {}

    private final String source;
    private final OfAddress origin;
    private final InstantSource clock;

    PinnedDocument(String source, OfAddress origin, InstantSource clock) {
        this.source = source;
        this.origin = origin;
        this.clock = clock;
    }

    /// The copy; empty when there is none of this address.
    ///
    /// @throws IllegalArgumentException when it is not as it was written
    Optional<Document> kept() {
        if (!Files.isRegularFile(origin.copy())) {
            return Optional.empty();
        }
        try {
            var kept = JsonMapper.shared().readTree(Files.readAllBytes(origin.copy()));
            if (!kept.path("address").asString("").equals(origin.address().toString())) {
                return Optional.empty();
            }
            if (!(kept.path("document") instanceof ObjectNode document)
                    || !kept.path("sha256").asString("").equals(hash(document))) {
                throw new IllegalArgumentException("The copy of its document, " + origin.copy() + ", is not as it was "
                        + "written. " + remedy());
            }
            return Optional.of(new Document(origin.address().toString(), document));
        } catch (IOException | JacksonException e) {
            throw new IllegalArgumentException("The copy of its document, " + origin.copy() + ", cannot be read. "
                    + remedy(), e);
        }
    }

    private String remedy() {
        return "Fetch it anew with: doorwarden openapi accept DIR " + source;
    }

    private static String hash(ObjectNode document) {
        return PropertyNames.hash(document.toString(), 64);
    }

    /// @throws IllegalArgumentException with a sentence when it cannot be fetched or read
    Document fetched() {
        try (var fetch = new DocumentFetch(Limits.FETCHED_BYTES, Limits.DOCUMENT_FETCH)) {
            var document = Document.fetch(origin.address(), fetch);
            if (Tree.written(document.root()) > Limits.FETCHED_BYTES) {
                throw new IllegalArgumentException("The document at " + origin.address() + " is larger than it looks: "
                        + "its aliases multiply. Use one without them.");
            }
            return document;
        } catch (DocumentFetch.Refused e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Keeps a document as the one that is used.
    ///
    /// @throws IllegalArgumentException with a sentence when it cannot be written
    void keep(Document document) {
        var text = JsonNodeFactory.instance.objectNode().put("address", origin.address().toString())
                .put("fetched", clock.instant().toString()).put("sha256", hash(document.root()))
                .set("document", document.root()).toString();
        try {
            Files.createDirectories(origin.copy().getParent());
            var fresh = Files.createTempFile(origin.copy().getParent(), "document", ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
            Files.move(fresh, origin.copy(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IllegalArgumentException("Its document cannot be kept in " + origin.copy()
                    + ". Check who may write there.", e);
        }
    }

    /// Whether two documents are the same to the letter.
    static boolean same(Document one, Document other) {
        return hash(one.root()).equals(hash(other.root()));
    }

    /// Uses from now on what the address has now; a deployment that runs takes it up within a second.
    ///
    /// @param settings of the source, whose document comes from an address
    /// @return what changes for the operations that are in use; empty: nothing
    /// @throws IllegalArgumentException with a sentence when it cannot be fetched or kept
    public static Look accept(String source, OpenApiSettings settings, InstantSource clock) {
        if (!(settings.origin() instanceof OfAddress address)) {
            throw new IllegalArgumentException("The document of " + source + " is a file, which is used as it is. Only "
                    + "one from an address waits to be accepted.");
        }
        var pinned = new PinnedDocument(source, address, clock);
        var fetched = pinned.fetched();
        Optional<Document> kept;
        try {
            kept = pinned.kept();
        } catch (IllegalArgumentException damaged) {
            kept = Optional.empty();
        }
        var differences = kept.map(before -> Drift.between(before, fetched, settings)).orElse(List.of());
        pinned.keep(fetched);
        return new Look(differences);
    }
}
