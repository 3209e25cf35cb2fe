package io.github.doorwarden.sources.code;

import java.util.Locale;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.WildcardQuery;

/// What a path must have: a part of it, or a glob over it or one of its ends, where `*` and `**` stand for anything,
/// borders of directories too. Nothing else has a meaning. Capitals do not count.
///
/// @param pattern in lower case, without two `*` side by side; empty: any path
record PathFilter(String pattern) {

    static PathFilter of(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        var glob = lower.replace("**/", "*").replaceAll("\\*++", "*");
        return new PathFilter(lower.isEmpty() || lower.contains("*") ? glob : "*" + lower + "*");
    }

    long stars() {
        return pattern.chars().filter(each -> each == '*').count();
    }

    Query query() {
        return new WildcardQuery(new Term(Fields.ENDS, pattern.replace("\\", "\\\\").replace("?", "\\?")),
                Limits.PATTERN_WORK);
    }

    boolean matches(String path) {
        var lower = path.toLowerCase(Locale.ROOT);
        for (var at = 0; at >= 0;) {
            if (pattern.isEmpty() || matchesAll(lower.substring(at))) {
                return true;
            }
            var slash = lower.indexOf('/', at);
            at = slash < 0 ? -1 : slash + 1;
        }
        return false;
    }

    /// Each piece at its first place behind the one before: what is left for the others is most then.
    private boolean matchesAll(String text) {
        var pieces = pattern.split("\\*", -1);
        if (pieces.length == 1) {
            return text.equals(pattern);
        }
        var last = pieces[pieces.length - 1];
        var at = pieces[0].length();
        if (!text.startsWith(pieces[0]) || text.length() - last.length() < at || !text.endsWith(last)) {
            return false;
        }
        for (var i = 1; i < pieces.length - 1; i++) {
            var found = text.indexOf(pieces[i], at);
            if (found < 0) {
                return false;
            }
            at = found + pieces[i].length();
        }
        return at <= text.length() - last.length();
    }
}
