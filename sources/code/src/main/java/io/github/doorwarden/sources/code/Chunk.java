package io.github.doorwarden.sources.code;

import java.util.ArrayList;
import java.util.List;

/// Lines that are ranked as one: a symbol where they hold one, else what lies between symbols.
///
/// @param from   first line, counted from 1
/// @param to     last line
/// @param name   of the symbol; may be empty
/// @param kind   of the symbol; `text` where there is none
/// @param scope  what it lies in; may be empty
/// @param names  of all symbols that are declared in it
record Chunk(int from, int to, String name, String kind, String scope, List<String> names) {

    Chunk {
        names = List.copyOf(names);
    }

    /// Covers every line that is not blank, in the order of the lines.
    ///
    /// @param symbols in the order of their lines, outer ones first
    static List<Chunk> of(SourceText text, List<Symbol> symbols) {
        var cutter = new Cutter(text, symbols);
        cutter.cut(1, text.lines(), null, symbols);
        return cutter.found;
    }

    String qualified() {
        return scope.isEmpty() ? name : name.isEmpty() ? scope : scope + "." + name;
    }

    private static final class Cutter {

        private final SourceText text;
        private final List<Symbol> all;
        private final List<Chunk> found = new ArrayList<>();

        Cutter(SourceText text, List<Symbol> all) {
            this.text = text;
            this.all = all;
        }

        /// @param inside what lies there, in order
        private void cut(int from, int to, Symbol owner, List<Symbol> inside) {
            if (from > to) {
                return;
            }
            var children = children(from, to, owner, inside);
            if (fits(from, to) && (owner != null || children.size() <= 1)) {
                add(from, to, owner == null && !children.isEmpty() ? children.getFirst() : owner);
                return;
            }
            if (children.isEmpty()) {
                windows(from, to, owner);
                return;
            }
            var at = from;
            for (var i = 0; i < children.size(); i++) {
                var child = children.get(i);
                var begin = Math.max(at, child.begin());
                if (begin - at >= Limits.CHUNK_LEAST_LINES) {
                    windows(at, begin - 1, owner);
                    at = begin;
                }
                // Small ones stay together, as fields and cases of a switch do.
                var last = i;
                while (last + 1 < children.size() && children.get(last).to() - begin < Limits.CHUNK_LEAST_LINES
                        && small(children.get(last + 1)) && fits(at, children.get(last + 1).to())) {
                    last++;
                }
                var end = Math.max(at, children.get(last).to());
                if (last > i) {
                    add(at, end, owner);
                } else {
                    whole(at, end, child, inside);
                }
                at = end + 1;
                i = last;
            }
            rest(at, to, owner);
        }

        private static boolean small(Symbol symbol) {
            return symbol.to() - symbol.begin() < Limits.CHUNK_LEAST_LINES;
        }

        private void whole(int from, int to, Symbol child, List<Symbol> inside) {
            cut(from, to, child, inside.stream().filter(symbol -> symbol != child && symbol.from() >= child.from()
                    && symbol.to() <= child.to()).toList());
        }

        /// A few lines at the end, such as closing brackets, belong to what came before.
        private void rest(int from, int to, Symbol owner) {
            var count = to - from + 1;
            if (count > 0 && count < Limits.CHUNK_LEAST_LINES && !found.isEmpty()
                    && text.between(found.getLast().to + 1,
                    from - 1).isBlank() && fits(found.getLast().from, to)) {
                var last = found.removeLast();
                found.add(new Chunk(last.from, to, last.name, last.kind, last.scope, last.names));
            } else if (count > 0) {
                windows(from, to, owner);
            }
        }

        /// Those that lie in no other one.
        private static List<Symbol> children(int from, int to, Symbol owner, List<Symbol> inside) {
            var children = new ArrayList<Symbol>();
            var until = 0;
            for (var symbol : inside) {
                if (symbol != owner && symbol.from() > until && symbol.from() >= from && symbol.to() <= to) {
                    children.add(symbol);
                    until = symbol.to();
                }
            }
            return children;
        }

        private boolean fits(int from, int to) {
            return to - from < Limits.CHUNK_LINES && text.start(to + 1) - text.start(from) <= Limits.CHUNK_CHARS;
        }

        private void windows(int from, int to, Symbol owner) {
            var at = from;
            while (at <= to) {
                var end = Math.min(to, at + Limits.WINDOW_LINES - 1);
                while (end > at && !fits(at, end)) {
                    end--;
                }
                if (to - end < Limits.CHUNK_LEAST_LINES && fits(at, to)) {
                    end = to;
                }
                add(at, end, owner);
                at = end >= to ? to + 1 : Math.max(at + 1, end + 1 - Limits.OVERLAP_LINES);
            }
        }

        private void add(int first, int last, Symbol owner) {
            var from = first;
            var to = last;
            while (from <= to && text.line(from).isBlank()) {
                from++;
            }
            while (to > from && text.line(to).isBlank()) {
                to--;
            }
            if (from > to) {
                return;
            }
            var begin = from;
            var end = to;
            var names = all.stream().filter(symbol -> symbol.from() >= begin && symbol.from() <= end)
                    .map(Symbol::name).distinct().limit(100).toList();
            found.add(new Chunk(from, to, owner == null ? "" : owner.name(), owner == null ? "text" : owner.kind(),
                    owner == null ? "" : owner.scope(), names));
        }
    }
}
