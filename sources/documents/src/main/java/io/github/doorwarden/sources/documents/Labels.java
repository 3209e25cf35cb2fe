package io.github.doorwarden.sources.documents;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.index.Globs;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who may read which documents. A document without labels is for everybody who may call the tools; one with labels for
/// callers who meet the rule of each. A label that has no rule is met by nobody: a slip of the pen hides a document, it
/// does not show it. Of the values of one label (`tenant:a`, `tenant:b`) one is enough. Immutable.
public final class Labels {

    private final Map<String, LabelRule> rules;
    private final Policy policy;

    /// @param rules by the name of the label
    public Labels(Map<String, LabelRule> rules, Policy policy) {
        this.rules = new LinkedHashMap<>(rules);
        this.policy = policy;
        rules.forEach((name, rule) -> {
            if (name.indexOf(':') >= 0 || name.isBlank() || name.length() > Limits.LABEL_CHARS) {
                throw new IllegalArgumentException("the label " + name + " is declared with a colon or nothing in "
                        + "its name. Declare what stands before the colon.");
            }
        });
    }

    Map<String, LabelRule> rules() {
        return rules;
    }

    boolean mayRead(Caller caller, Collection<String> labels) {
        var groups = new TreeMap<String, List<String>>();
        labels.forEach(label -> groups.computeIfAbsent(name(label), each -> new ArrayList<>()).add(label));
        return groups.entrySet().stream().allMatch(group -> group.getValue().stream()
                .anyMatch(label -> meets(caller, label)));
    }

    private boolean meets(Caller caller, String label) {
        var rule = rules.get(name(label));
        if (rule == null || rule.value().isPresent() != label.contains(":")) {
            return false;
        }
        if (policy.allowsEverything()) {
            return true;
        }
        return policy.allows(caller, rule.scopes(), rule.conditions())
                && (rule.tenants().isEmpty() || caller.tenant().filter(rule.tenants()::contains).isPresent())
                && (rule.value().isEmpty() || isOwn(value(caller, label), label));
    }

    /// A caller without a value meets no label, not even one whose value was forgotten.
    private static boolean isOwn(String value, String label) {
        return !value.isEmpty() && value.equals(label.substring(label.indexOf(':') + 1));
    }

    /// Which the caller meets, by name; of a label with values, the value that the caller has.
    Optional<String> met(Caller caller, String name) {
        var rule = rules.get(name);
        if (rule.value().isEmpty()) {
            return meets(caller, name) ? Optional.of(name) : Optional.empty();
        }
        var own = value(caller, name + ":");
        return !own.isEmpty() && meets(caller, name + ":" + own) ? Optional.of(own) : Optional.empty();
    }

    /// Empty when the caller has none.
    private String value(Caller caller, String label) {
        try {
            return rules.get(name(label)).value().orElseThrow().of(caller);
        } catch (CallerValue.Absent e) {
            return "";
        }
    }

    boolean everythingIsAllowed() {
        return policy.allowsEverything();
    }

    /// Labels that a document has by where it lies: a link takes none away.
    ///
    /// @param relative to the folder, as it was found
    /// @param real     the same without links
    Set<String> ofFile(String relative, String real) {
        var paths = List.of(Path.of(relative), Path.of(real));
        var found = new TreeSet<String>();
        rules.forEach((name, rule) -> {
            if (rule.files().stream().map(Globs::matcher).anyMatch(glob -> paths.stream().anyMatch(glob::matches))) {
                found.add(name);
            }
        });
        return found;
    }

    /// Of a document in an index that was made under another configuration, perhaps: those that it has there, and those
    /// that it has by where it lies under this one.
    Set<String> with(String relative, String real, Set<String> indexed) {
        var all = new TreeSet<>(indexed);
        all.addAll(ofFile(relative, real));
        return all;
    }

    /// Those of a document that nobody can meet.
    List<String> unknown(Collection<String> labels) {
        return labels.stream().filter(label -> !rules.containsKey(name(label))
                || rules.get(name(label)).value().isPresent() != label.contains(":")).toList();
    }

    static String name(String label) {
        return label.contains(":") ? label.substring(0, label.indexOf(':')) : label;
    }
}
