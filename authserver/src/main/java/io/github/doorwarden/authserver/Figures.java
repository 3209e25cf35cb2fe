package io.github.doorwarden.authserver;

import java.util.List;

/// A page of figures for people: what it shows, ready to be read. Bars are drawn here on the server, so it needs no
/// script. Immutable; all text is escaped when it is shown.
///
/// @param choices what else can be looked at, in groups
/// @param notices what a person must know before they believe the figures
public record Figures(String title, String lead, List<List<Choice>> choices, List<Notice> notices, List<Tile> tiles,
        List<Columns> columns, List<Bars> bars, List<Table> tables) {

    /// @param href   of this page, with another query
    /// @param chosen whether it is what is shown
    public record Choice(String label, String href, boolean chosen) {}

    /// @param alarm whether something is wrong now
    public record Notice(String text, boolean alarm) {}

    /// One number.
    ///
    /// @param note may be empty
    public record Tile(String label, String value, String note) {}

    /// How much of a bar or a column is of one kind.
    ///
    /// @param kind  `good`, `failed` or `refused`: how it looks
    /// @param from  hundredths, where it begins
    /// @param share hundredths
    public record Part(String kind, double from, double share) {

        public Part {
            if (!List.of("good", "failed", "refused").contains(kind)) {
                throw new IllegalArgumentException("There is no such kind of bar: " + kind);
            }
        }

        /// As SVG has it.
        public String at() {
            return fixed(from);
        }

        public String length() {
            return fixed(share);
        }

        /// For columns, which stand on their feet.
        public String top() {
            return fixed(100 - from - share);
        }

        private static String fixed(double value) {
            return String.format(java.util.Locale.ROOT, "%.2f", value);
        }
    }

    /// @param value what stands behind it, in words and figures
    public record Bar(String label, String value, List<Part> parts) {}

    /// Bars that lie, one below the other.
    ///
    /// @param note may be empty
    public record Bars(String id, String title, String note, List<Bar> bars) {}

    /// Bars that stand side by side, in the order of time.
    public record Columns(String id, String title, String note, List<Bar> bars) {

        /// Of the drawing; a column is 8 wide, and 2 stay free.
        public int width() {
            return Math.max(1, bars.size()) * 10;
        }
    }

    /// @param columns the first one names the row, the others are numbers
    public record Table(String id, String title, String note, List<String> columns, List<List<String>> rows) {}

    public Figures {
        choices = List.copyOf(choices);
        notices = List.copyOf(notices);
        tiles = List.copyOf(tiles);
        columns = List.copyOf(columns);
        bars = List.copyOf(bars);
        tables = List.copyOf(tables);
    }
}
