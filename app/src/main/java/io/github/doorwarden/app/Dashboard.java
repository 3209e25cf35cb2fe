package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.Figures;
import io.github.doorwarden.authserver.Figures.Bar;
import io.github.doorwarden.authserver.Figures.Choice;
import io.github.doorwarden.authserver.Figures.Part;
import io.github.doorwarden.authserver.Figures.Tile;
import io.github.doorwarden.authserver.FiguresEndpoint.Kept;
import io.github.doorwarden.authserver.FiguresEndpoint.Sight;
import io.github.doorwarden.authserver.Params;
import io.github.doorwarden.authserver.ProtectedResource;
import io.github.doorwarden.identity.MailAddress;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.watch.Usage;
import io.github.doorwarden.watch.Usage.By;
import io.github.doorwarden.watch.Usage.Row;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The page of figures for the people who administer, and for people of one organisation who see theirs alone: what
/// [Usage] reads from the record, as bars. Safe for use by many threads.
final class Dashboard implements Kept {

    /// What people look at, in days; a period that starts on a day of the calendar would be empty at midnight.
    private static final List<Integer> PERIODS = List.of(1, 7, 30, 90);
    private static final int USUAL = 7;
    /// Rows of one chart: as many as a screen has room for.
    private static final int ROWS = 15;
    private static final Set<By> GROUPS = EnumSet.of(By.TOOL, By.DAY, By.TENANT, By.CLIENT);
    /// Pages kept: each period for all and for the organisations that somebody looks at right now.
    private static final int KEPT = 32;
    /// So many people may look at once, and nobody waits for figures of the last second.
    private static final Duration KEPT_FOR = Duration.ofSeconds(20);

    private record Kind(int days, Optional<String> tenant) {}

    private record Made(Usage usage, Instant at) {}

    private final Config config;
    private final AuditLog audit;
    private final ProtectedResource.Keeping keeping;
    private final Supplier<Set<String>> raised;
    private final InstantSource clock;
    private final Map<Kind, Made> made = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Kind, Made> eldest) {
            return size() > KEPT;
        }
    };

    /// @param keeping whom the administration is kept for
    /// @param raised  alerts that are raised now
    Dashboard(Config config, AuditLog audit, ProtectedResource.Keeping keeping, Supplier<Set<String>> raised,
            InstantSource clock) {
        this.config = config;
        this.audit = audit;
        this.keeping = keeping;
        this.raised = raised;
        this.clock = clock;
    }

    @Override
    public Optional<Sight> sight(String email) {
        if (keeping.takes(email)) {
            return Optional.of(new Sight(Optional.empty()));
        }
        return Optional.of(MailAddress.plain(email)).filter(config.admin().ofTenants()::contains)
                .flatMap(config.authorization().tenants()::ofAddress).map(place ->
                        new Sight(Optional.of(place.tier())));
    }

    @Override
    public boolean secondFactor() {
        return config.admin().secondFactor();
    }

    @Override
    public Figures figures(Sight sight, Params query) {
        var known = Set.of("days", "tenant");
        query.values().keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("What can be asked of this page is days and tenant.");
        });
        var days = query.one("days").map(Dashboard::days).orElse(USUAL);
        var asked = query.one("tenant");
        if (sight.tenant().isPresent() && asked.filter(name -> !name.equals(sight.tenant().get())).isPresent()) {
            throw new IllegalArgumentException("You see the figures of your own organisation, " + sight.tenant().get()
                    + ", alone.");
        }
        return page(sight, new Kind(days, sight.tenant().or(() -> asked)));
    }

    private static int days(String text) {
        return PERIODS.stream().filter(each -> text.equals(each.toString())).findFirst().orElseThrow(() ->
                new IllegalArgumentException("The last 1, 7, 30 or 90 days can be shown."));
    }

    /// One at a time: many who look at once read the record once.
    private synchronized Usage usage(Kind kind) {
        var now = clock.instant();
        var before = made.get(kind);
        if (before != null && now.isBefore(before.at.plus(KEPT_FOR))) {
            return before.usage;
        }
        var usage = Usage.of(audit, new Usage.Query(now.minus(Duration.ofDays(kind.days)), now, kind.tenant), GROUPS);
        made.remove(kind);
        made.put(kind, new Made(usage, now));
        return usage;
    }

    private Figures page(Sight sight, Kind kind) {
        var usage = usage(kind);
        var all = sight.tenant().isEmpty();
        var notices = new ArrayList<Figures.Notice>();
        if (all) {
            raised.get().stream().sorted().forEach(cause -> notices.add(new Figures.Notice("More is refused than usual "
                    + "right now: " + words(cause) + ".", true)));
        }
        if (usage.isCut()) {
            notices.add(new Figures.Notice("The record of this period is too long for one page, so its oldest part is "
                    + "left out.", false));
        }
        var bars = new ArrayList<Figures.Bars>();
        bars.add(new Figures.Bars("tools", "By tool", "", bars(usage.rows(By.TOOL))));
        if (all && kind.tenant.isEmpty()) {
            bars.add(new Figures.Bars("tenants", "By organisation", "", bars(usage.rows(By.TENANT))));
        }
        bars.add(new Figures.Bars("clients", "By application", "Their client ids.", bars(usage.rows(By.CLIENT))));
        bars.add(new Figures.Bars("refused", "Refused calls, by reason", "", counts(usage.refusals(), "refused")));
        var columns = new ArrayList<Figures.Columns>();
        columns.add(new Figures.Columns("days", "Calls per day", "", days(usage)));
        if (all && kind.tenant.isEmpty()) {
            columns.add(new Figures.Columns("failures", "Not let in, per day", "Requests, sign-ins and token requests "
                    + "that were refused; not those of clients that came without a token and were told where to get "
                    + "one.", failures(usage)));
            bars.add(new Figures.Bars("causes", "Not let in, by reason", "", counts(byCause(usage), "refused")));
        }
        return new Figures(kind.tenant.map(name -> "Use of tools by " + name).orElse("Use of tools"),
                "From the record, in UTC: " + time(usage.query().since()) + " to " + time(usage.query().until()) + ".",
                choices(all, kind, usage), notices, tiles(usage), columns, bars, List.of(latency(usage)));
    }

    private static String time(Instant at) {
        return at.atOffset(ZoneOffset.UTC).format(java.time.format.DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm",
                Locale.ENGLISH));
    }

    private List<List<Choice>> choices(boolean all, Kind kind, Usage usage) {
        var groups = new ArrayList<List<Choice>>();
        groups.add(PERIODS.stream().map(days -> new Choice(days == 1 ? "One day" : days + " days",
                href(days, kind.tenant), days == kind.days)).toList());
        if (all) {
            var names = new ArrayList<>(config.authorization().tenants().names());
            usage.rows(By.TENANT).stream().map(Row::key).filter(name -> !name.startsWith("(") && !names.contains(name))
                    .limit(ROWS).forEach(names::add);
            kind.tenant.filter(name -> !names.contains(name)).ifPresent(names::add);
            if (!names.isEmpty()) {
                var some = new ArrayList<>(List.of(new Choice("All organisations", href(kind.days, Optional.empty()),
                        kind.tenant.isEmpty())));
                names.forEach(name -> some.add(new Choice(name, href(kind.days, Optional.of(name)),
                        kind.tenant.filter(name::equals).isPresent())));
                groups.add(some);
            }
        }
        return groups;
    }

    private static String href(int days, Optional<String> tenant) {
        return "?days=" + days + tenant.map(name -> "&tenant=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .orElse("");
    }

    private static List<Tile> tiles(Usage usage) {
        var total = usage.total();
        return List.of(new Tile("Calls", number(total.calls()), ""),
                new Tile("Failed", number(total.failed()), share(total.failed(), total.calls())),
                new Tile("Refused", number(total.refused()), share(total.refused(), total.calls())),
                new Tile("People", number(total.people()), ""),
                new Tile("Median", millis(total.p50()), ""), new Tile("95 %", millis(total.p95()), "are faster"),
                new Tile("99 %", millis(total.p99()), "are faster"));
    }

    private static List<Bar> bars(List<Row> rows) {
        var most = rows.stream().mapToLong(Row::calls).max().orElse(1);
        var bars = new ArrayList<>(rows.stream().limit(ROWS).map(row -> new Bar(shown(row.key()), number(row.calls())
                + (row.failed() + row.refused() == 0 ? "" : ", " + row.failed() + " failed, " + row.refused()
                + " refused"), parts(row, most))).toList());
        if (rows.size() > ROWS) {
            var rest = rows.subList(ROWS, rows.size()).stream().mapToLong(Row::calls).sum();
            bars.add(new Bar((rows.size() - ROWS) + " more", number(rest), List.of(new Part("good", 0,
                    Math.min(100, 100.0 * rest / most)))));
        }
        return bars;
    }

    private static List<Part> parts(Row row, long most) {
        var parts = new ArrayList<Part>();
        var at = 0.0;
        for (var each : List.of(Map.entry("good", row.calls() - row.failed() - row.refused()),
                Map.entry("failed", row.failed()), Map.entry("refused", row.refused()))) {
            if (each.getValue() > 0) {
                var share = 100.0 * each.getValue() / most;
                parts.add(new Part(each.getKey(), at, share));
                at += share;
            }
        }
        return parts;
    }

    /// A column for each day, also for those without a call.
    private static List<Bar> days(Usage usage) {
        var rows = usage.rows(By.DAY).stream().collect(Collectors.toMap(Row::key, row -> row));
        var most = rows.values().stream().mapToLong(Row::calls).max().orElse(1);
        return eachDay(usage).map(day -> {
            var row = rows.getOrDefault(day, new Row(day, 0, 0, 0, 0, 0, 0, 0));
            return new Bar(day, number(row.calls()) + " calls, " + row.failed() + " failed, " + row.refused()
                    + " refused", parts(row, most));
        }).toList();
    }

    private static List<Bar> failures(Usage usage) {
        var sums = new LinkedHashMap<String, Long>();
        usage.authFailures().forEach((day, causes) -> sums.put(day, causes.values().stream().mapToLong(n -> n).sum()));
        var most = sums.values().stream().mapToLong(n -> n).max().orElse(1);
        return eachDay(usage).map(day -> {
            var count = sums.getOrDefault(day, 0L);
            return new Bar(day, number(count), count == 0 ? List.of() : List.of(new Part("refused", 0,
                    100.0 * count / most)));
        }).toList();
    }

    private static java.util.stream.Stream<String> eachDay(Usage usage) {
        return usage.query().since().atOffset(ZoneOffset.UTC).toLocalDate().datesUntil(usage.query().until()
                .atOffset(ZoneOffset.UTC).toLocalDate().plusDays(1)).map(LocalDate::toString);
    }

    private static Map<String, Long> byCause(Usage usage) {
        var sums = new LinkedHashMap<String, Long>();
        usage.authFailures().values().forEach(causes -> causes.forEach((cause, count) -> sums.merge(cause, count,
                Long::sum)));
        return sums;
    }

    private static List<Bar> counts(Map<String, Long> counts, String kind) {
        var most = counts.values().stream().mapToLong(n -> n).max().orElse(1);
        return counts.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()
                .thenComparing(Map.Entry.comparingByKey())).map(each -> new Bar(words(each.getKey()),
                number(each.getValue()), List.of(new Part(kind, 0, 100.0 * each.getValue() / most)))).toList();
    }

    private static Figures.Table latency(Usage usage) {
        return new Figures.Table("latency", "How long they take", "In milliseconds, at most 3 % beside the true value; "
                + "without refused calls, which take no time.", List.of("Tool", "Calls", "Median", "95 %", "99 %"),
                usage.rows(By.TOOL).stream().limit(ROWS).map(row -> List.of(shown(row.key()), number(row.calls()),
                        bare(row.p50()), bare(row.p95()), bare(row.p99()))).toList());
    }

    private static String shown(String key) {
        return key.equals("(none)") ? "Nobody in particular" : key;
    }

    private static String words(String cause) {
        return cause.replace('_', ' ');
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202F');
    }

    private static String bare(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f" : "%.0f", millis);
    }

    private static String millis(double value) {
        return bare(value) + " ms";
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
