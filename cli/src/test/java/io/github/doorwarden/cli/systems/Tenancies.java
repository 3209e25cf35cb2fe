package io.github.doorwarden.cli.systems;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// What the workers of an isolation test know of one another: whose each record is, and a bounded stock of ids,
/// cursors, sessions and signed headers that others try. Safe for use by many threads.
final class Tenancies {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    /// Enough that nobody tries the same thing all the time, few enough that what is tried is young.
    private static final int STOCK = 500;

    /// @param value an id, a cursor or a session
    /// @param more  headers of a request that has been sent
    record Taken(String tenant, String kind, String value, Map<String, String> more) {}

    private final long seed;
    private final List<String> names;
    private final Map<String, String> owners = new ConcurrentHashMap<>();
    private final Map<String, List<Taken>> stocks = new ConcurrentHashMap<>();
    private final Map<String, Map<String, AtomicInteger>> counts = new ConcurrentHashMap<>();
    private final AtomicInteger done = new AtomicInteger();

    Tenancies(long seed, List<String> names) {
        this.seed = seed;
        this.names = List.copyOf(names);
    }

    /// One word that begins everything which this tenant's workers write, and nothing of others.
    String mark(String tenant) {
        return "zq" + tenant + Long.toHexString(seed) + "w";
    }

    List<String> others(String tenant) {
        return names.stream().filter(each -> !each.equals(tenant)).toList();
    }

    void own(String tenant, String kind, String id) {
        owners.put(id, tenant);
        keep("ids", new Taken(tenant, kind, id, Map.of()), new Random(id.hashCode()));
    }

    void keep(String stock, Taken taken, Random chance) {
        var all = stocks.computeIfAbsent(stock, name -> new ArrayList<>());
        synchronized (all) {
            if (all.size() < STOCK) {
                all.add(taken);
            } else {
                all.set(chance.nextInt(STOCK), taken);
            }
        }
    }

    /// Something of another tenant.
    Optional<Taken> foreign(String stock, String tenant, Random chance) {
        var all = stocks.getOrDefault(stock, List.of());
        synchronized (all) {
            var others = all.stream().filter(each -> !each.tenant.equals(tenant)).toList();
            return others.isEmpty() ? Optional.empty() : Optional.of(others.get(chance.nextInt(others.size())));
        }
    }

    /// An answer to this tenant, whatever it is, has no other's mark and no other's id in it.
    ///
    /// @param asked in a refusal, the caller's own words may come back
    void check(String tenant, String answer, boolean refused, String asked) {
        for (var other : others(tenant)) {
            if (answer.contains(mark(other)) && !(refused && asked.contains(mark(other)))) {
                throw new AssertionError("asked " + asked + ", answered what is " + other + "'s: " + answer);
            }
        }
        var ids = UUID.matcher(answer);
        while (ids.find()) {
            var owner = owners.get(ids.group());
            if (owner != null && !owner.equals(tenant) && !(refused && asked.contains(ids.group()))) {
                throw new AssertionError("asked " + asked + ", answered a record of " + owner + ": " + answer);
            }
        }
    }

    /// @param outcome `allowed`, or by whom and why it was refused
    void count(String operation, String outcome) {
        counts.computeIfAbsent(operation, name -> new ConcurrentHashMap<>()).computeIfAbsent(outcome, name ->
                new AtomicInteger()).incrementAndGet();
        done.incrementAndGet();
    }

    int done() {
        return done.get();
    }

    int count(String operation) {
        return counts.getOrDefault(operation, Map.of()).values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /// A line for each kind of operation.
    String summary() {
        var lines = new StringBuilder();
        new TreeMap<>(counts).forEach((operation, outcomes) -> lines.append(String.format("%-42s %7d  %s%n", operation,
                count(operation), new TreeMap<>(outcomes))));
        return lines.toString();
    }
}
