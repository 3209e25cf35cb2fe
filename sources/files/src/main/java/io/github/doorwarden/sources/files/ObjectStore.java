package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Location;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamAnswer;
import io.github.doorwarden.upstream.UpstreamCall;
import io.github.doorwarden.upstream.UpstreamFailure;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// One bucket of an object store that speaks the protocol of S3, read only: lists objects (ListObjectsV2) and fetches
/// them part by part, so that one part alone is ever in memory. Safe for use by many threads.
final class ObjectStore implements AutoCloseable {

    /// @param etag as the store gives it, quotes included
    record StoredObject(String key, String etag, long size, Instant modified) {}

    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,60})</Code>");

    private final Location location;
    private final Presign presign;
    private final InstantSource clock;
    private final Upstream upstream;

    ObjectStore(Location location, InstantSource clock) {
        this.location = location;
        this.presign = Presign.of(location);
        this.clock = clock;
        var usual = UpstreamSettings.of("the object store", location.endpoint());
        upstream = new Upstream(usual.withLimits(2, Duration.ofSeconds(10), Math.max(Limits.PART_BYTES,
                Limits.LISTING_BYTES) + 1), Credentials.none());
    }

    /// Everything below the prefix.
    ///
    /// @throws BadFile when the store does not answer as it should
    List<StoredObject> list() throws BadFile, InterruptedException {
        var all = new ArrayList<StoredObject>();
        var parameters = new TreeMap<>(Map.of("list-type", "2", "prefix", location.prefix()));
        for (var pages = 0; pages < Limits.PAGES; pages++) {
            var answer = get("/" + location.bucket(), parameters, Map.of());
            if (answer.status() != 200) {
                throw refused(answer, "be listed");
            }
            var next = page(answer.body(), all);
            if (all.size() > Limits.OBJECTS) {
                throw new BadFile("The object store has more than " + Limits.OBJECTS + " objects below "
                        + location.prefix() + ". Give a longer prefix.");
            }
            if (next.isEmpty()) {
                return all;
            }
            if (next.get().equals(parameters.put("continuation-token", next.get()))) {
                throw new BadFile("The object store lists the same page again and again. Tell who runs it.");
            }
        }
        throw new BadFile("The object store's listing does not end within " + Limits.PAGES + " pages. Tell who runs "
                + "it.");
    }

    /// The token of the next page.
    private static Optional<String> page(byte[] xml, List<StoredObject> all) throws BadFile {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            var reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            var fields = new HashMap<String, String>();
            var truncated = false;
            var next = Optional.<String>empty();
            var text = "";
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> text = "";
                    case XMLStreamConstants.CHARACTERS -> text += reader.getText();
                    case XMLStreamConstants.END_ELEMENT -> {
                        var name = reader.getLocalName();
                        switch (name) {
                            case "Contents" -> {
                                all.add(object(fields));
                                fields.clear();
                            }
                            case "IsTruncated" -> truncated = text.equals("true");
                            case "NextContinuationToken" -> next = Optional.of(text);
                            default -> fields.put(name, text);
                        }
                        text = "";
                    }
                    default -> { }
                }
            }
            close(reader);
            return truncated ? next : Optional.empty();
        } catch (XMLStreamException | DateTimeException | IllegalArgumentException | NullPointerException e) {
            throw new BadFile("The object store answered a listing with something that is none. Check endpoint and "
                    + "bucket.", e);
        }
    }

    private static void close(XMLStreamReader reader) throws XMLStreamException {
        reader.close();
    }

    /// What a request can be made of, and a sum of sizes.
    private static StoredObject object(Map<String, String> fields) throws BadFile {
        var key = fields.getOrDefault("Key", "");
        var etag = fields.getOrDefault("ETag", "");
        var size = Long.parseLong(fields.get("Size"));
        if (key.isEmpty() || etag.isEmpty() || !UpstreamCall.isFieldValue(etag) || size < 0) {
            throw new BadFile("The object store lists an object that cannot be fetched: "
                    + (key.isEmpty() ? "it has no Key" : key.replaceAll("\\p{Cntrl}", "?") + " has "
                    + (size < 0 ? "a negative Size" : "no usable ETag")) + ". Tell who runs it.");
        }
        return new StoredObject(key, etag, size, Instant.parse(fields.get("LastModified")));
    }

    /// Fetches an object as it was when it was listed.
    ///
    /// @throws BadFile when it has changed since, or the store does not answer as it should
    void fetch(StoredObject object, Path to) throws BadFile, InterruptedException, IOException {
        try (var out = Files.newOutputStream(to)) {
            for (var at = 0L; at < object.size(); at += Limits.PART_BYTES) {
                var end = Math.min(at + Limits.PART_BYTES, object.size());
                var answer = get("/" + location.bucket() + "/" + object.key(), Map.of(),
                        Map.of("Range", "bytes=" + at + "-" + (end - 1), "If-Match", object.etag()));
                var whole = at == 0 && end == object.size();
                if (answer.status() != 206 && !(answer.status() == 200 && whole)) {
                    throw answer.status() == 412 || answer.status() == 404
                            ? new BadFile(object.key() + " changed in the object store while it was fetched.")
                            : refused(answer, "be fetched (" + object.key() + ")");
                }
                if (answer.body().length != end - at) {
                    throw new BadFile(object.key() + ": the object store sent " + answer.body().length + " bytes where "
                            + (end - at) + " were asked for. Tell who runs it.");
                }
                out.write(answer.body());
            }
        }
    }

    private UpstreamAnswer get(String path, Map<String, String> parameters, Map<String, String> headers)
            throws BadFile, InterruptedException {
        var target = presign.target(path, parameters, clock.instant(), Limits.SIGNED);
        try {
            return upstream.call(new UpstreamCall("GET", target, headers, Optional.empty(), true, "files"));
        } catch (UpstreamFailure e) {
            throw new BadFile("The object store at " + location.endpoint().getHost() + " cannot be reached: "
                    + e.getMessage(), e);
        }
    }

    private BadFile refused(UpstreamAnswer answer, String what) {
        var body = new String(answer.body(), 0, Math.min(answer.body().length, 4096), StandardCharsets.UTF_8);
        var found = CODE.matcher(body);
        var code = answer.status() + (found.find() ? " " + found.group(1) : "");
        var remedy = switch (answer.status()) {
            case 403 -> "Check access_key, secret_key and region, what the key may read, and this machine's clock.";
            case 404 -> "Check bucket and endpoint.";
            case 301, 307, 400 -> "Check region, endpoint and bucket.";
            default -> "Nothing is to be done here unless it stays.";
        };
        return new BadFile("The bucket " + location.bucket() + " cannot " + what + " (" + code + "). " + remedy);
    }

    @Override
    public void close() {
        upstream.close();
    }
}
