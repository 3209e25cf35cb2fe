package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// What a document becomes, in a form to compare.
final class Documents {

    private Documents() {}

    static Inspection inspect(String name) throws Exception {
        var file = Backend.document(name);
        return Inspection.of(file, file.getParent());
    }

    /// One line a tool, and one for each operation that is skipped.
    static String golden(Inspection inspection) {
        return inspection.found().stream().map(each -> each.listing().spec().name() + " (" + each.operation() + ") "
                + each.listing().spec().inputSchema().path("properties").properties().stream().map(argument ->
                argument.getKey() + (each.listing().spec().inputSchema().path("required").valueStream()
                        .anyMatch(name -> name.asString().equals(argument.getKey())) ? "!" : "") + ":"
                        + argument.getValue().path("type").toString().replace("\"", "").replace(",", "|"))
                .collect(Collectors.joining(" "))).collect(Collectors.joining("\n"))
                + inspection.skipped().stream().map(each -> "\n- " + each.operation() + ": " + each.reason())
                .collect(Collectors.joining());
    }

    static void assertGolden(String expected, String document) throws Exception {
        assertEquals(expected.strip(), golden(inspect(document)));
    }

    /// A document with these lines below `paths`.
    static Inspection of(Path folder, String paths) throws Exception {
        return Inspection.of(Files.writeString(folder.resolve("api.yaml"),
                "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n" + paths.indent(2)), folder);
    }
}
