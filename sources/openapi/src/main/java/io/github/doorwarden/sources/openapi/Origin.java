package io.github.doorwarden.sources.openapi;

import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Where the document of a source comes from.
public sealed interface Origin {

    /// @param file   JSON or YAML
    /// @param folder what further files that it refers to must be in
    record OfFile(Path file, Path folder) implements Origin {}

    /// @param address https, or http on this machine
    /// @param copy    the file in which the document is kept as it is used: what the address has later is used when
    ///                somebody accepts it
    /// @param write   whether the copy may be written; false when nothing is to be changed
    record OfAddress(URI address, Path copy, boolean write) implements Origin {}

    /// Without a document: each operation is declared by hand.
    ///
    /// @param operations by the name of the tool, in the order in which they are listed
    record Declared(Map<String, DeclaredOperation> operations) implements Origin {

        public Declared {
            operations = Collections.unmodifiableMap(new LinkedHashMap<>(operations));
        }
    }

    /// @param method     upper case
    /// @param path       with a `{name}` for each parameter in it
    /// @param parameters by their names
    /// @param body       JSON Schema of the body, which is JSON; empty: there is none
    record DeclaredOperation(String method, String path, Map<String, DeclaredParameter> parameters,
            Optional<JsonNode> body) {

        public DeclaredOperation {
            parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }
    }

    /// @param in     `path`, `query`, `header` or [#NOWHERE]
    /// @param schema JSON Schema of its value
    record DeclaredParameter(String in, JsonNode schema, boolean required) {

        /// Asked for and not sent: others are computed from it.
        static final String NOWHERE = "none";
    }
}
