package io.github.doorwarden.sources.files;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.Optional;
import java.util.regex.Pattern;

/// A stretch of days that a caller names: a day, an ISO week, a month, a quarter or a year.
///
/// @param end the first day after it
record Period(LocalDate start, LocalDate end) {

    /// How callers write one, for descriptions and messages.
    static final String FORMS = "2026-03-29, 2026-W13, 2026-03, 2026-Q1 or 2026";

    private static final Pattern FORM = Pattern.compile("(\\d{4})(?:-(?:Q([1-4])|W(\\d{2})|(\\d{2})(?:-(\\d{2}))?))?");

    /// Empty for a text that names none, the 30th of February among them.
    static Optional<Period> parse(String text) {
        var found = FORM.matcher(text);
        if (!found.matches()) {
            return Optional.empty();
        }
        try {
            var year = Integer.parseInt(found.group(1));
            if (found.group(2) != null) {
                var start = LocalDate.of(year, Integer.parseInt(found.group(2)) * 3 - 2, 1);
                return Optional.of(new Period(start, start.plusMonths(3)));
            }
            if (found.group(3) != null) {
                return week(year, Integer.parseInt(found.group(3)));
            }
            if (found.group(4) == null) {
                return Optional.of(new Period(LocalDate.of(year, 1, 1), LocalDate.of(year + 1, 1, 1)));
            }
            var month = Integer.parseInt(found.group(4));
            if (found.group(5) == null) {
                var start = LocalDate.of(year, month, 1);
                return Optional.of(new Period(start, start.plusMonths(1)));
            }
            var day = LocalDate.of(year, month, Integer.parseInt(found.group(5)));
            return Optional.of(new Period(day, day.plusDays(1)));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    /// Empty for a week that the year does not have.
    static Optional<Period> week(int year, int week) {
        if (week < 1) {
            return Optional.empty();
        }
        var start = Bucket.WEEK.start(LocalDate.of(year, 1, 4)).plusWeeks(week - 1L);
        return start.get(IsoFields.WEEK_BASED_YEAR) == year ? Optional.of(new Period(start, start.plusWeeks(1)))
                : Optional.empty();
    }
}
