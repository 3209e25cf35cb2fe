package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Which operations become tools, under which names and with which settings: first those that have settings of their
/// own, in their order, then the others that are included, in the order of the document.
final class Choice {

    /// @param tool name
    record Chosen(String tool, Operation operation, ToolSettings settings) {}

    private Choice() {}

    /// @throws IllegalArgumentException for settings of what the document does not have
    static List<Chosen> of(Document document, OpenApiSettings settings, Consumer<String> warn) {
        var selection = settings.selection();
        var names = ToolNames.of(document.operations(), selection.prefix(), named(settings));
        var included = included(document, selection, warn);
        var byName = new LinkedHashMap<String, Operation>();
        included.keySet().forEach(operation -> byName.put(names.get(operation), operation));
        var chosen = new ArrayList<Chosen>();
        var done = new HashSet<Operation>();
        settings.tools().forEach((tool, own) -> {
            var operation = own.operation().isEmpty() ? byName.get(tool) : document.operation(own.operation(), tool);
            if (operation == null) {
                throw new IllegalArgumentException("The tool " + tool + " has no operation, and none of that name is "
                        + "included. Name its operation. Included are: " + (byName.isEmpty() ? "none"
                        : String.join(", ", byName.keySet().stream().limit(20).toList())) + ".");
            }
            done.add(operation);
            chosen.add(new Chosen(tool, operation, included.containsKey(operation)
                    ? own.over(included.get(operation), operation) : own));
        });
        byName.forEach((tool, operation) -> {
            if (!done.contains(operation)) {
                chosen.add(new Chosen(tool, operation, ToolSettings.of(operation.address())
                        .over(included.get(operation), operation)));
            }
        });
        return List.copyOf(chosen);
    }

    /// Names that are taken by hand, for operations that are named too.
    private static Set<String> named(OpenApiSettings settings) {
        var taken = new HashSet<String>();
        settings.tools().forEach((tool, own) -> {
            if (!own.operation().isEmpty()) {
                taken.add(tool);
            }
        });
        return taken;
    }

    private static Map<Operation, Selection.Filter> included(Document document, Selection selection,
            Consumer<String> warn) {
        for (var filter : selection.include()) {
            filter.operations().forEach(wanted -> document.operation(wanted, "that include asks for"));
            if (document.operations().stream().noneMatch(filter::fits)) {
                warn.accept("Nothing in the document fits the part of include with " + filter.shown() + ".");
            }
        }
        var included = new LinkedHashMap<Operation, Selection.Filter>();
        var writing = new ArrayList<String>();
        for (var operation : document.operations()) {
            var filter = selection.include().stream().filter(each -> each.fits(operation)).findFirst();
            if (filter.isEmpty() || selection.exclude().stream().anyMatch(each -> each.fits(operation))) {
                continue;
            }
            if (selection.mayTake(operation)) {
                included.put(operation, filter.get());
            } else {
                writing.add(operation.address());
            }
        }
        if (!writing.isEmpty()) {
            warn.accept(writing.size() + " of the included operations may change something and are left out, such as "
                    + writing.getFirst() + ". To have such too, write allow_writes: true.");
        }
        return included;
    }
}
