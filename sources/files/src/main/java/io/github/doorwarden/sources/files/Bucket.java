package io.github.doorwarden.sources.files;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A step of the calendar that rows are counted by. Weeks are those of ISO 8601: they begin on Monday.
public enum Bucket {

    DAY, WEEK, MONTH, QUARTER, YEAR;

    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);

    /// As configuration and arguments spell it.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// All spellings, for schemas and messages.
    public static List<String> keys() {
        return Arrays.stream(values()).map(Bucket::key).toList();
    }

    /// @throws IllegalArgumentException for a spelling that is none of [#keys]
    public static Bucket of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }

    /// The number of the period that a column of dates or times lies in, as [#start(long)] reads it. Whole numbers are
    /// grouped several times as fast as dates that are cut.
    String sql(String quoted) {
        var day = "CAST(" + quoted + " AS DATE)";
        return switch (this) {
            case DAY -> "(" + day + " - DATE '0001-01-01')";
            case WEEK -> "((" + day + " - DATE '0001-01-01') // 7)";     // that day was a Monday
            case MONTH -> "(year(" + day + ") * 12 + month(" + day + ") - 1)";
            case QUARTER -> "(year(" + day + ") * 4 + quarter(" + day + ") - 1)";
            case YEAR -> "year(" + day + ")";
        };
    }

    /// @param number of a period, as [#sql] has it
    LocalDate start(long number) {
        return switch (this) {
            case DAY -> FIRST.plusDays(number);
            case WEEK -> FIRST.plusWeeks(number);
            case MONTH -> LocalDate.of((int) (number / 12), (int) (number % 12) + 1, 1);
            case QUARTER -> LocalDate.of((int) (number / 4), (int) (number % 4) * 3 + 1, 1);
            case YEAR -> LocalDate.of((int) number, 1, 1);
        };
    }

    /// The first day of the period that a day lies in.
    LocalDate start(LocalDate day) {
        return switch (this) {
            case DAY -> day;
            case WEEK -> day.minusDays(day.getDayOfWeek().getValue() - 1L);
            case MONTH -> day.withDayOfMonth(1);
            case QUARTER -> day.with(IsoFields.DAY_OF_QUARTER, 1);
            case YEAR -> day.with(TemporalAdjusters.firstDayOfYear());
        };
    }

    LocalDate next(LocalDate start) {
        return switch (this) {
            case DAY -> start.plusDays(1);
            case WEEK -> start.plusWeeks(1);
            case MONTH -> start.plusMonths(1);
            case QUARTER -> start.plusMonths(3);
            case YEAR -> start.plusYears(1);
        };
    }

    /// How many periods lie between two first days, the last one counted.
    long count(LocalDate first, LocalDate last) {
        return 1 + switch (this) {
            case DAY -> ChronoUnit.DAYS.between(first, last);
            case WEEK -> ChronoUnit.WEEKS.between(first, last);
            case MONTH -> ChronoUnit.MONTHS.between(first, last);
            case QUARTER -> ChronoUnit.MONTHS.between(first, last) / 3;
            case YEAR -> ChronoUnit.YEARS.between(first, last);
        };
    }

    /// The same period a year before. The 29th of February and a 53rd week may have none.
    Optional<LocalDate> yearBefore(LocalDate start) {
        return switch (this) {
            case DAY -> Optional.of(start.minusYears(1)).filter(day -> day.getDayOfMonth() == start.getDayOfMonth());
            case WEEK -> {
                var year = start.get(IsoFields.WEEK_BASED_YEAR) - 1;
                var week = start.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
                yield Period.week(year, week).map(Period::start);
            }
            case MONTH, QUARTER, YEAR -> Optional.of(start.minusYears(1));
        };
    }

    /// `2026-03-29`, `2026-W13`, `2026-03`, `2026-Q1`, `2026`.
    String label(LocalDate start) {
        return switch (this) {
            case DAY -> start.toString();
            case WEEK -> String.format(Locale.ROOT, "%04d-W%02d", start.get(IsoFields.WEEK_BASED_YEAR),
                    start.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTH -> start.toString().substring(0, 7);
            case QUARTER -> String.format(Locale.ROOT, "%04d-Q%d", start.getYear(), start.get(IsoFields
                    .QUARTER_OF_YEAR));
            case YEAR -> String.format(Locale.ROOT, "%04d", start.getYear());
        };
    }
}
