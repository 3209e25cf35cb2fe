package io.github.doorwarden.sources.openapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// An OpenAPI 3.0 or 3.1 document as a raw tree: schemas are JSON Schema, and a model of classes would lose what it
/// does not know.
final class Document {

    private static final List<String> METHODS = List.of("get", "head", "post", "put", "patch", "delete", "options");

    private final List<Operation> operations;
    private final Refs refs;
    private final boolean is30;

    private Document(JsonNode root, List<Operation> operations, Refs refs) {
        this.operations = operations;
        this.refs = refs;
        this.is30 = root.path("openapi").asString("").startsWith("3.0");
    }

    /// Throws IllegalArgumentException with a sentence for whoever runs the gateway.
    static Document read(Path file) {
        var root = tree(file);
        var version = root.path("openapi").asString("");
        if (!root.path("swagger").isMissingNode()) {
            throw new IllegalArgumentException(file.getFileName()
                    + " is a Swagger 2.0 document, which is not read yet. Convert it to "
                    + "OpenAPI 3, for example with swagger2openapi.");
        }
        if (!version.matches("3\\.[01](\\..*)?")) {
            throw new IllegalArgumentException(file.getFileName()
                    + " is no OpenAPI 3.0 or 3.1 document: it needs a line such as "
                    + "openapi: 3.1.0 at its top.");
        }
        var refs = new Refs(root);
        var operations = new ArrayList<Operation>();
        for (var path : root.path("paths").properties()) {
            JsonNode item;
            try {
                item = refs.resolve(path.getValue());
            } catch (Unconvertible e) {
                continue; // such a path has no operation that could be configured; asking for one names the nearest
            }
            for (var method : METHODS) {
                var node = item.path(method);
                if (node.isObject()) {
                    operations.add(new Operation(method.toUpperCase(Locale.ROOT), path.getKey(),
                            node.path("operationId").asString(""), item, node));
                }
            }
        }
        return new Document(root, List.copyOf(operations), refs);
    }

    private static JsonNode tree(Path file) {
        try {
            if (Files.size(file) > Limits.DOCUMENT_BYTES) {
                throw new IllegalArgumentException(file.getFileName() + " is larger than the "
                        + Limits.DOCUMENT_BYTES / 1024 / 1024 + " MiB that an OpenAPI document may have.");
            }
            var bytes = Files.readAllBytes(file);
            var root = mapper(bytes).readTree(bytes);
            if (!root.isObject()) {
                throw new IllegalArgumentException(file.getFileName()
                        + " is no OpenAPI document: it is not an object.");
            }
            return root;
        } catch (IOException e) {
            throw new IllegalArgumentException("The OpenAPI document " + file + " cannot be read. Check the path.", e);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new IllegalArgumentException("The OpenAPI document " + file + " is not well-formed"
                    + (at == null ? "." : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")."), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("The OpenAPI document " + file + " is nested too deeply.", e);
        }
    }

    private static ObjectMapper mapper(byte[] bytes) {
        for (var octet : bytes) {
            if (octet == '{') {
                return JsonMapper.shared();
            }
            if (octet > ' ') {
                break;
            }
        }
        return new YAMLMapper(YAMLFactory.builder()
                .loadSettings(LoadSettings.builder().setCodePointLimit(Limits.DOCUMENT_BYTES).build()).build());
    }

    List<Operation> operations() {
        return operations;
    }

    Refs refs() {
        return refs;
    }

    /// OpenAPI 3.0: `nullable` and boolean `exclusiveMinimum` mean something.
    boolean is30() {
        return is30;
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
