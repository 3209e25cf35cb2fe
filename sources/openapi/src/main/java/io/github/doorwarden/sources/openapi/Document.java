package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.upstream.DocumentFetch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An OpenAPI 3.0 or 3.1 document, or one of Swagger 2.0, as a raw tree: schemas are JSON Schema, and a model of
/// classes would lose what it does not know.
final class Document {

    private static final List<String> METHODS = List.of("get", "head", "post", "put", "patch", "delete", "options");

    /// A path that cannot be read, so that none of its operations is known.
    ///
    /// @param why the end of a sentence
    record Lost(String path, String why) {}

    private final ObjectNode root;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Lost> lost = new ArrayList<>();
    private final Refs refs;
    private final String version;

    /// @param bundled all its parts in one tree
    /// @throws IllegalArgumentException with a sentence for whoever runs the gateway
    Document(String name, ObjectNode bundled) {
        this.root = bundled;
        this.refs = new Refs(bundled);
        this.version = bundled.path("swagger").asString(bundled.path("openapi").asString(""));
        if (!(bundled.has("swagger") ? version.equals("2.0") : version.matches("3\\.[01](\\..*)?"))) {
            throw new IllegalArgumentException(name
                    + " is no OpenAPI 3.0 or 3.1 document and none of Swagger 2.0: it needs a line such as "
                    + "openapi: 3.1.0 at its top.");
        }
        var old = isSwagger2() ? new Swagger2(bundled, refs) : null;
        for (var path : bundled.path("paths").properties()) {
            if (path.getKey().startsWith("x-")) {
                continue;
            }
            try {
                var item = refs.resolve(path.getValue());
                METHODS.stream().filter(method -> item.path(method).isObject()).forEach(method -> operations.add(
                        operation(old, method, path.getKey(), item)));
            } catch (Unconvertible e) {
                lost.add(new Lost(path.getKey(), e.getMessage()));
            }
        }
    }

    /// Of operations that were declared by hand, each under its tool's name.
    static Document of(Origin.Declared declared) {
        var document = new Document("The configuration", JsonNodeFactory.instance.objectNode().put("openapi", "3.1.0"));
        declared.operations().forEach((tool, each) -> document.operations.add(new Operation(each.method(), each.path(),
                tool, JsonNodeFactory.instance.objectNode(), node(each))));
        return document;
    }

    private static ObjectNode node(Origin.DeclaredOperation declared) {
        var node = JsonNodeFactory.instance.objectNode();
        var parameters = node.putArray("parameters");
        declared.parameters().forEach((name, each) -> parameters.addObject().put("name", name).put("in", each.in())
                .put("required", each.required()).set("schema", each.schema()));
        declared.body().ifPresent(schema -> node.putObject("requestBody").put("required", true).putObject("content")
                .putObject("application/json").set("schema", schema));
        return node;
    }

    private static Operation operation(Swagger2 old, String method, String path, JsonNode item) {
        var node = item.path(method);
        return new Operation(method.toUpperCase(Locale.ROOT), path, node.path("operationId").asString(""),
                old == null ? item : JsonNodeFactory.instance.objectNode(),
                old == null ? node : old.operation(item, node));
    }

    /// Of a file, and of files beside it within the folder.
    ///
    /// @throws IllegalArgumentException with a sentence for whoever runs the gateway
    static Document read(Path file, Path folder) {
        try {
            if (Files.size(file) > Limits.DOCUMENT_BYTES) {
                throw new IllegalArgumentException(file.getFileName() + " is larger than the "
                        + Limits.DOCUMENT_BYTES / 1024 / 1024 + " MiB that an OpenAPI document may have.");
            }
            var bytes = Files.readAllBytes(file);
            var tree = Tree.of("The OpenAPI document " + file, bytes);
            return new Document(String.valueOf(file.getFileName()),
                    Bundle.of(tree, bytes.length, new Library.OfFiles(file, folder)));
        } catch (IOException e) {
            throw new IllegalArgumentException("The OpenAPI document " + file + " cannot be read. Check the path.", e);
        }
    }

    /// Of an address, and of addresses of the same origin.
    ///
    /// @throws IllegalArgumentException  with a sentence for whoever runs the gateway
    /// @throws DocumentFetch.Refused when it cannot be fetched
    static Document fetch(URI address, DocumentFetch fetch) throws DocumentFetch.Refused {
        var bytes = fetch.get(address);
        return new Document(address.toString(), Bundle.of(Tree.of("The OpenAPI document " + address, bytes),
                bytes.length, new Library.OfWeb(address, fetch)));
    }

    ObjectNode root() {
        return root;
    }

    /// Paths that no operation is known of, and why.
    List<Lost> lost() {
        return List.copyOf(lost);
    }

    boolean isSwagger2() {
        return root.has("swagger");
    }

    /// Where the document says that its API is; empty when it does not say so.
    Optional<String> server() {
        if (isSwagger2()) {
            var host = root.path("host").asString("");
            return host.isEmpty() ? Optional.empty() : Optional.of(root.path("schemes").path(0).asString("https")
                    + "://" + host + root.path("basePath").asString(""));
        }
        var url = root.path("servers").path(0).path("url").asString("");
        return url.matches("https?://.*") ? Optional.of(url) : Optional.empty();
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    Refs refs() {
        return refs;
    }

    /// Before 3.1: `nullable` and boolean `exclusiveMinimum` mean something.
    boolean isBefore31() {
        return !version.startsWith("3.1");
    }

    /// The one operation of this operationId or address; otherwise IllegalArgumentException names the nearest.
    Operation operation(String wanted, String tool) {
        var found = operations.stream()
                .filter(operation -> operation.id().equals(wanted) || operation.address().equals(wanted))
                .toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException("The tool " + tool + " wants the operation " + wanted
                    + ", but the document has it "
                    + found.size() + " times. Name one by method and path: "
                    + found.stream().map(Operation::address).collect(Collectors.joining(", ")) + ".");
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("The tool " + tool + " wants the operation " + wanted
                    + ", which the document does not have. " + nearest(wanted));
        }
        return found.getFirst();
    }

    private String nearest(String wanted) {
        var byAddress = wanted.indexOf(' ') > 0;
        var names = operations.stream().map(each -> byAddress || each.id().isEmpty() ? each.address() : each.id())
                .distinct()
                .sorted(Comparator.comparingInt(name -> distance(name.toLowerCase(Locale.ROOT),
                        wanted.toLowerCase(Locale.ROOT))))
                .limit(3).collect(Collectors.joining(", "));
        return names.isEmpty() ? "It has no operations at all." : "The nearest are: " + names + ".";
    }

    /// Levenshtein.
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (var j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
