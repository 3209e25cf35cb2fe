package io.github.doorwarden.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What is printed: medians, the first side being the one that the others are compared with.
final class Table {

    /// @param samples at least one
    record Row(String name, List<Sample> samples) {

        double median(ToDoubleFunction<Sample> figure) {
            return Table.median(samples.stream().mapToDouble(figure).toArray());
        }

        long wrong() {
            return samples.stream().mapToLong(Sample::wrong).sum();
        }
    }

    private Table() {}

    /// Prints all rows; the share that the last side has of the first one's throughput, as the median over the rounds,
    /// in each of which the two were neighbours.
    static double print(List<Row> rows) {
        System.out.printf("%-12s %10s %7s %9s %9s %10s %9s %7s %7s%n", "", "requests/s", "ratio", "p50 ms", "p99 ms",
                "CPU us/req", "CPU ratio", "bytes", "wrong");
        var floor = rows.getFirst();
        var ratio = 0.0;
        for (var row : rows) {
            ratio = share(row, floor, Sample::perSecond);
            System.out.printf(Locale.ROOT, "%-12s %10.0f %7.2f %9.2f %9.2f %10.1f %9.2f %7.0f %7d%n", row.name,
                    row.median(Sample::perSecond), ratio, row.median(sample -> sample.latencyMillis(0.50)),
                    row.median(sample -> sample.latencyMillis(0.99)), row.median(Sample::cpuPerRequest),
                    share(row, floor, Sample::cpuPerRequest), row.median(Sample::bytes), row.wrong());
        }
        return ratio;
    }

    private static double share(Row row, Row of, ToDoubleFunction<Sample> figure) {
        var shares = new double[row.samples.size()];
        for (var i = 0; i < shares.length; i++) {
            shares[i] = figure.applyAsDouble(row.samples.get(i)) / figure.applyAsDouble(of.samples.get(i));
        }
        return median(shares);
    }

    /// The figure that so many of a hundred do not exceed.
    ///
    /// @param ascending one at least
    static double percentile(double[] ascending, int percent) {
        return ascending[(ascending.length - 1) * percent / 100];
    }

    static double median(double... figures) {
        var sorted = figures.clone();
        java.util.Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
