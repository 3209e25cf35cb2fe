package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Globs;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Conditions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who may read documents with a label: whoever meets all of this.
///
/// @param scopes     all of which the caller needs
/// @param conditions what else is asked of the caller; its tiers among them
/// @param tenants    the caller belongs to one of them; empty: to any, or to none
/// @param value      for labels that are written `name:value`: the value must be the caller's own
/// @param files      globs of the documents that have the label whatever they say themselves; never with `value`
public record LabelRule(Set<String> scopes, Conditions conditions, Set<String> tenants, Optional<CallerValue> value,
        List<String> files) {

    public LabelRule {
        scopes = Set.copyOf(scopes);
        tenants = Set.copyOf(tenants);
        files = List.copyOf(files);
        files.forEach(Globs::matcher);
        if (value.isPresent() && !files.isEmpty()) {
            throw new IllegalArgumentException("a label with values cannot be given to files by globs: these have no "
                    + "value. Write it into the documents' front matter.");
        }
    }
}
