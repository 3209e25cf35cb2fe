package io.github.doorwarden.sources.documents;

import java.util.Set;
import java.util.TreeSet;

/// A document as it is kept in the index, and what is known of its file.
///
/// @param id     opaque; stays the same while the document lies where it lies
/// @param path   relative to its folder
/// @param real   the same without links: both names count
/// @param url    absolute, or empty
/// @param labels sorted: its own, and those that it has by where it lies
/// @param state  of the file, as [Tree.Entry#state] has it
/// @param hash   of everything that a search or a fetch can tell of it
record Indexed(String id, String folder, String path, String real, String title, String url, String date,
        TreeSet<String> labels, String state, String hash, String text) {

    /// One term per set of labels: a filter names those that the caller may read, so that what is not named is not
    /// found.
    String access() {
        return access(labels);
    }

    static String access(Set<String> labels) {
        return labels.isEmpty() ? "|" : "|" + String.join("|", new TreeSet<>(labels).stream()
                .map(label -> label.replace("\\", "\\\\").replace("|", "\\p")).toList()) + "|";
    }

    /// The labels of a term.
    static Set<String> labels(String access) {
        var labels = new TreeSet<String>();
        for (var part : access.split("\\|")) {
            if (!part.isEmpty()) {
                labels.add(unescaped(part));
            }
        }
        return labels;
    }

    private static String unescaped(String part) {
        var out = new StringBuilder();
        for (var i = 0; i < part.length(); i++) {
            var c = part.charAt(i);
            if (c == '\\' && i + 1 < part.length()) {
                out.append(part.charAt(++i) == 'p' ? '|' : part.charAt(i));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
