package io.github.doorwarden.sources.openapi;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes one document of several: the parts that it refers to stand under [#PARTS], and every reference leads within
/// the one tree. A reference to a part that cannot be had leads to the reason, under [#REFUSED]: what uses it is left
/// out later, and the rest loads.
final class Bundle {

    static final String PARTS = "x-doorwarden-parts";
    static final String REFUSED = "x-doorwarden-refused";

    /// What holds data and no references.
    private static final Set<String> DATA = Set.of("example", "examples", "default", "enum", "const");

    /// @param pointer of its root within the bundle
    private record Part(URI address, String pointer, JsonNode root) {}

    private final Library library;
    private final LongSupplier nanos;
    private final long end;
    private final Map<URI, String> pointers = new HashMap<>();

    /// Why these cannot be had: whoever refers to one that failed does not make it be fetched again.
    private final Map<URI, String> absent = new HashMap<>();
    private final Deque<Part> waiting = new ArrayDeque<>();
    private final List<JsonNode> parts = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;

    private Bundle(Library library, LongSupplier nanos) {
        this.library = library;
        this.nanos = nanos;
        this.end = nanos.getAsLong() + Limits.DOCUMENT_PARTS_FETCH.toNanos();
    }

    /// @param root of the document, which is changed in place
    static ObjectNode of(ObjectNode root, int bytes, Library library) {
        return of(root, bytes, library, System::nanoTime);
    }

    /// @param nanos pass from any beginning: for the one end that all parts have
    static ObjectNode of(ObjectNode root, int bytes, Library library, LongSupplier nanos) {
        var bundle = new Bundle(library, nanos);
        bundle.bytes = bytes;
        root.remove(List.of(PARTS, REFUSED));
        bundle.pointers.put(library.home(), "");
        bundle.waiting.add(new Part(library.home(), "", root));
        while (!bundle.waiting.isEmpty()) {
            var part = bundle.waiting.remove();
            bundle.walk(part.root, part, false);
        }
        if (!bundle.parts.isEmpty()) {
            bundle.parts.forEach(root.putArray(PARTS)::add);
        }
        if (!bundle.refused.isEmpty()) {
            bundle.refused.forEach(root.putArray(REFUSED)::add);
        }
        return root;
    }

    /// @param named the names here are the author's: `example` may be a property
    private void walk(JsonNode node, Part part, boolean named) {
        if (!node.isContainer() || !seen.add(node)) {
            return;
        }
        if (node instanceof ObjectNode object && object.path("$ref").isString()) {
            object.put("$ref", within(object.path("$ref").asString(), part));
        }
        for (var entry : node.properties()) {
            if (named || !DATA.contains(entry.getKey())) {
                walk(entry.getValue(), part, !named && Set.of("properties", "schemas", "definitions", "parameters",
                        "responses").contains(entry.getKey()));
            }
        }
        if (node.isArray()) {
            node.values().forEach(item -> walk(item, part, false));
        }
    }

    private String within(String ref, Part part) {
        var hash = ref.indexOf('#');
        var file = hash < 0 ? ref : ref.substring(0, hash);
        var fragment = hash < 0 ? "" : ref.substring(hash + 1);
        if (!fragment.isEmpty() && !fragment.startsWith("/")) {
            return ref.startsWith("#") ? ref : refused("a reference by anchor cannot be followed");
        }
        if (file.isEmpty()) {
            return "#" + part.pointer + fragment;
        }
        try {
            return "#" + pointer(part.address.resolve(new URI(file.replace(" ", "%20")))) + fragment;
        } catch (Library.Absent e) {
            return refused(e.getMessage());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return refused("a reference is not readable");
        }
    }

    private String pointer(URI address) throws Library.Absent {
        var known = pointers.get(address);
        if (known != null) {
            return known;
        }
        if (absent.containsKey(address)) {
            throw new Library.Absent(absent.get(address), null);
        }
        if (parts.size() + absent.size() >= Limits.DOCUMENT_PARTS) {
            throw new Library.Absent("it refers to more than " + Limits.DOCUMENT_PARTS + " documents", null);
        }
        try {
            return read(address);
        } catch (Library.Absent e) {
            absent.put(address, e.getMessage());
            throw e;
        }
    }

    private String read(URI address) throws Library.Absent {
        var left = Duration.ofNanos(end - nanos.getAsLong());
        if (!left.isPositive()) {
            throw new Library.Absent("the documents that it refers to took longer than "
                    + Limits.DOCUMENT_PARTS_FETCH.toSeconds() + " s together", null);
        }
        if (bytes <= library.maxBytes()) {                       // beyond it nothing more is read
            var read = library.read(address, left);
            bytes += read.length;
            if (bytes <= library.maxBytes()) {
                return added(address, read);
            }
        }
        throw new Library.Absent("the documents that it refers to are larger than " + library.maxBytes() / 1024 / 1024
                + " MiB together", null);
    }

    private String added(URI address, byte[] read) throws Library.Absent {
        var pointer = "/" + PARTS + "/" + parts.size();
        try {
            var part = new Part(address, pointer, Tree.of("It", read));
            pointers.put(address, pointer);
            parts.add(part.root);
            waiting.add(part);
            return pointer;
        } catch (IllegalArgumentException e) {
            throw new Library.Absent("it refers to a document that is not well-formed", e);
        }
    }

    private String refused(String why) {
        if (!refused.contains(why)) {
            refused.add(why);
        }
        return "#/" + REFUSED + "/" + refused.indexOf(why);
    }
}
