package io.github.doorwarden.sources.documents;

import java.util.Set;
import java.util.TreeSet;

/// What a file says, whatever its format was.
///
/// @param title  as its author gave it; empty: none
/// @param url    as its author gave it, not checked; empty: none
/// @param date   as its author gave it; empty: none
/// @param labels of the document itself, sorted
/// @param text   headings are Markdown lines, pages begin with a line `[Page n]`
record Extracted(String title, String url, String date, TreeSet<String> labels, String text) {

    static final Extracted NOTHING = new Extracted("", "", "", new TreeSet<>(), "");

    Extracted withText(String value) {
        return new Extracted(title, url, date, labels, value);
    }

    Extracted orTitle(String value) {
        return title.isBlank() ? new Extracted(value, url, date, labels, text) : this;
    }

    Extracted withLabels(Set<String> more) {
        var all = new TreeSet<>(labels);
        all.addAll(more);
        return new Extracted(title, url, date, all, text);
    }
}
