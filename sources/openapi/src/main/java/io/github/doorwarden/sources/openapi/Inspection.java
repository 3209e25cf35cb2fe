package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolListing;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.upstream.DocumentFetch;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An OpenAPI document before anything is configured: every operation as the tool that it would become, or why it
/// cannot. No backend is called. Immutable.
///
/// @param title    of the API, as the document has it; may be empty
/// @param version  of the specification that it follows
/// @param server   where the document says that the API is
/// @param found    in the order of the document
/// @param skipped  operations that cannot become tools, and paths that cannot be read
public record Inspection(String title, String version, Optional<String> server, List<Found> found,
        List<Skipped> skipped) {

    /// @param operation   method and path
    /// @param operationId as the document has it; may be empty
    /// @param changes     whether it is neither GET nor HEAD
    /// @param warnings    what a curator should look at; one sentence each
    public record Found(String operation, String operationId, Set<String> tags, boolean changes, ToolListing listing,
            List<String> warnings) {}

    /// @param reason the end of a sentence
    public record Skipped(String operation, String reason) {}

    /// Lists a tool; nobody calls it.
    private record Shown(ToolSpec spec) implements Tool {
        @Override
        public ToolResult call(Call call) {
            throw new UnsupportedOperationException("A tool that is only shown is not called.");
        }
    }

    public Inspection {
        found = List.copyOf(found);
        skipped = List.copyOf(skipped);
    }

    /// @param file   the document
    /// @param folder in which further files that it refers to must be
    /// @throws IllegalArgumentException with a sentence when it cannot be read
    public static Inspection of(Path file, Path folder) {
        return of(Document.read(file, folder));
    }

    /// Of an address, https or on this machine, bounded in size and time and without redirects.
    ///
    /// @throws IllegalArgumentException with a sentence when it cannot be fetched or read
    public static Inspection of(URI address) {
        try (var fetch = new DocumentFetch(Limits.FETCHED_BYTES, Limits.DOCUMENT_FETCH)) {
            return of(Document.fetch(address, fetch));
        } catch (DocumentFetch.Refused e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Inspection of(Document document) {
        var names = ToolNames.of(document.operations(), "", Set.of());
        var found = new ArrayList<Found>();
        var skipped = new ArrayList<Skipped>();
        document.lost().forEach(path -> skipped.add(new Skipped(path.path(), path.why())));
        for (var operation : document.operations()) {
            try {
                found.add(found(document, operation, names.get(operation)));
            } catch (Unconvertible e) {
                skipped.add(new Skipped(operation.address(), e.getMessage()));
            } catch (IllegalArgumentException e) {
                skipped.add(new Skipped(operation.address(), "its schema cannot be used: " + e.getMessage()));
            }
        }
        var root = document.root();
        return new Inspection(root.path("info").path("title").asString(""),
                root.path("swagger").asString(root.path("openapi").asString("")), document.server(), found, skipped);
    }

    private static Found found(Document document, Operation operation, String name) throws Unconvertible {
        var warnings = new ArrayList<String>();
        var spec = new Conversion("", document, Optional.empty(), slow -> Limits.TOOL_MARGIN, () -> {
            throw new IllegalStateException("A tool that is only shown has no cursors.");
        }, warnings::add)
                .convert(name, ToolSettings.of(operation.address()), operation).spec();
        var arguments = spec.inputSchema().path("properties").size();
        if (arguments > Limits.COMFORTABLE_ARGUMENTS) {
            warnings.add("The tool " + name + " has " + arguments + " arguments. Hide those that no model needs.");
        }
        var listing = ToolListing.of(new Shown(spec));
        if (listing.tokens() > Limits.COMFORTABLE_TOOL_TOKENS) {
            warnings.add("The tool " + name + " costs each conversation about " + listing.tokens() + " tokens. Hide "
                    + "arguments, and pick of the answer what is needed.");
        }
        var changes = !operation.method().equals("GET") && !operation.method().equals("HEAD");
        return new Found(operation.address(), operation.id(), Set.copyOf(operation.tags()), changes, listing,
                List.copyOf(warnings));
    }
}
