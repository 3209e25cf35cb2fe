package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.ToolSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// What another wording of a document changes for the operations that are in use.
final class Drift {

    private Drift() {}

    /// @return one clause each: which operation is gone, reads otherwise, or is included now and was not; in the order
    /// of
    ///         the documents
    static List<String> between(Document used, Document offered, OpenApiSettings settings) {
        var found = new ArrayList<String>();
        var known = new HashSet<String>();
        for (var chosen : Choice.of(used, settings, said -> {})) {
            known.add(chosen.operation().address());
            var other = offered.operations().stream().filter(each -> each.address().equals(chosen.operation()
                    .address())).findFirst();
            if (other.isEmpty()) {
                found.add(chosen.operation().address() + " (the tool " + chosen.tool() + ") is gone");
            } else if (!as(used, chosen, chosen.operation(), settings).equals(as(offered, chosen, other.get(),
                    settings))) {
                found.add(chosen.operation().address() + " (the tool " + chosen.tool() + ") reads otherwise");
            }
        }
        for (var operation : offered.operations()) {
            if (!known.contains(operation.address()) && settings.selection().takes(operation)) {
                found.add(operation.address() + " is new");
            }
        }
        return List.copyOf(found);
    }

    /// What clients would see; empty when it could not become a tool. What differs and nobody sees is where arguments
    /// go, so that counts too.
    private record Seen(Optional<ToolSpec> spec, List<String> places) {}

    private static Seen as(Document document, Choice.Chosen chosen, Operation operation, OpenApiSettings settings) {
        try {
            var converted = new Conversion("", document, settings.callerHeader(), slow -> Limits.TOOL_MARGIN, () -> {
                throw new IllegalStateException("A tool that is only compared has no cursors.");
            }, said -> {}).convert(chosen.tool(), chosen.settings(), operation);
            return new Seen(Optional.of(converted.spec()), converted.requests().all().stream()
                    .map(each -> each.key() + " " + each.style() + " " + each.explode()).toList());
        } catch (Unconvertible | IllegalArgumentException e) {
            return new Seen(Optional.empty(), List.of());
        }
    }
}
