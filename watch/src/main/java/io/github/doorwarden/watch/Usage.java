package io.github.doorwarden.watch;

import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.AuditSample;
import io.github.doorwarden.store.Cause;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What the record says of how tools are used: from its lines, in one walk, in bounded memory. Made once, then only
/// read.
public final class Usage {

    /// What calls are grouped by.
    public enum By {
        TOOL, CALLER, CLIENT, TENANT, DAY;

        /// @throws IllegalArgumentException with a sentence
        public static By of(String word) {
            for (var by : values()) {
                if (by.word().equals(word)) {
                    return by;
                }
            }
            throw new IllegalArgumentException("Calls are grouped by tool, caller, client, tenant or day, not by "
                    + word + ".");
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String key(AuditSample line) {
            return switch (this) {
                case TOOL -> line.cause().equals(Cause.UNKNOWN_THING.word()) ? "(unknown)" : line.thing();
                case CALLER -> line.subject();
                case CLIENT -> line.clientId();
                case TENANT -> line.tenant();
                case DAY -> day(line.at());
            };
        }
    }

    /// Of one group, or of all.
    ///
    /// @param calls   all of them: good, failed, refused
    /// @param failed  the tool or its backend failed
    /// @param refused not allowed, malformed, or too many
    /// @param people  different people who called
    public record Row(String key, long calls, long failed, long refused, double p50, double p95, double p99,
            long people) {}

    /// @param since  from then on
    /// @param tenant calls of this organisation alone
    public record Query(Instant since, Instant until, Optional<String> tenant) {}

    private final Query query;
    private final Group whole = new Group(Names.NONE);
    private final Map<By, Map<String, Group>> groups = new EnumMap<>(By.class);
    private final Map<String, Long> refusals = new TreeMap<>();
    private final Map<String, Map<String, Long>> authFailures = new TreeMap<>();
    private boolean cut;

    private Usage(Query query, Set<By> by) {
        this.query = query;
        by.forEach(each -> groups.put(each, new LinkedHashMap<>()));
    }

    /// Reads the record.
    ///
    /// @param by what to group by; each costs memory, and time in small part
    public static Usage of(AuditLog audit, Query query, Set<By> by) {
        var usage = new Usage(query, by);
        var newest = audit.newest(1).stream().mapToLong(AuditLog.Line::seq).findFirst().orElse(0);
        var first = audit.lastBefore(query.since);
        var after = Math.max(first, newest - Limits.REPORT_LINES);
        usage.cut = after > first;
        while (true) {
            var page = audit.samples(after, Limits.PAGE_LINES);
            page.forEach(usage::add);
            if (page.size() < Limits.PAGE_LINES || page.getLast().at().isAfter(query.until)) {
                return usage;
            }
            after = page.getLast().seq();
        }
    }

    private void add(AuditSample line) {
        if (line.at().isBefore(query.since) || line.at().isAfter(query.until)) {
            return;
        }
        if (line.event().equals("tools/call")) {
            if (query.tenant.filter(wanted -> !wanted.equals(line.tenant())).isEmpty()) {
                call(line);
            }
        } else if (query.tenant.isEmpty() && !line.cause().isEmpty() && Cause.of(line.cause()).isAuthFailure()
                && !line.event().startsWith("admin/")) {
            authFailures.computeIfAbsent(day(line.at()), day -> new TreeMap<>()).merge(line.cause(),
                    1 + line.further(), Long::sum);
        }
    }

    private void call(AuditSample line) {
        whole.add(line);
        groups.forEach((by, all) -> {
            var key = by.key(line);
            var named = key.isEmpty() ? Names.NONE : key;
            var group = all.get(named);
            if (group == null) {
                group = all.computeIfAbsent(all.size() < Limits.REPORT_GROUPS ? named : Names.OTHER, Group::new);
            }
            group.add(line);
        });
        if (line.outcome().equals("refused")) {
            refusals.merge(line.cause().isEmpty() ? Names.NONE : line.cause(), 1L, Long::sum);
        }
    }

    private static String day(Instant at) {
        return at.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    public Query query() {
        return query;
    }

    /// Whether the oldest lines were left out, because there were too many.
    public boolean isCut() {
        return cut;
    }

    /// Of all calls.
    public Row total() {
        return whole.row();
    }

    /// Days in their order, everything else by the number of calls.
    public List<Row> rows(By by) {
        var order = by == By.DAY ? Comparator.comparing(Row::key)
                : Comparator.comparingLong(Row::calls).reversed().thenComparing(Row::key);
        var rows = new ArrayList<>(groups.get(by).values().stream().map(Group::row).toList());
        rows.sort(order);
        return rows;
    }

    /// Refused calls by the word for it.
    public Map<String, Long> refusals() {
        return Map.copyOf(refusals);
    }

    /// Requests and sign-ins that were not let in, by day and the word for it. Empty for one organisation alone: who
    /// is not let in belongs to none.
    public Map<String, Map<String, Long>> authFailures() {
        return new TreeMap<>(authFailures);
    }

    private static final class Group {

        private final String key;
        private final Spread spread = new Spread();
        private final Set<String> people = new HashSet<>();
        private long calls;
        private long failed;
        private long refused;

        Group(String key) {
            this.key = key;
        }

        void add(AuditSample line) {
            calls++;
            switch (line.outcome()) {
                case "failed" -> failed++;
                case "refused" -> refused++;
                default -> { }
            }
            if (!line.outcome().equals("refused")) {                         // what never ran took no time
                spread.add(line.micros());
            }
            if (line.callerKind().equals("user") && people.size() < Limits.REPORT_PEOPLE) {
                people.add(line.subject());
            }
        }

        Row row() {
            return new Row(key, calls, failed, refused, spread.percentile(0.5), spread.percentile(0.95),
                    spread.percentile(0.99), people.size());
        }
    }
}
