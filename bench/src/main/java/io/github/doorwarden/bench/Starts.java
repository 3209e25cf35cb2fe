package io.github.doorwarden.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/// How long a deployment that has run before takes from the start of the process to its `ready` line and to the first
/// right answer to an authenticated call, with and without the launcher's AOT cache, and what memory it holds then.
final class Starts {

    private record One(double ready, double answered, double cpuMillis, double residentMiB) {}

    /// Any option about archives keeps the launcher from bringing its own; the JDK's stays.
    private static final String WITHOUT_CACHE = "-Xshare:auto";

    private final Door door;
    private final String token;
    private final Bench.Call call;

    Starts(Door door, String token, Bench.Call call) {
        this.door = door;
        this.token = token;
        this.call = call;
    }

    /// Interleaved, so that a busy minute hits both alike. The door must not be running.
    void measure(int times) throws Exception {
        var ways = new LinkedHashMap<String, String>();
        ways.put("with AOT cache", "");
        ways.put("without", WITHOUT_CACHE);
        Map<String, List<One>> all = new LinkedHashMap<>();
        for (var i = 1; i <= times; i++) {
            System.err.println("start " + i + " of " + times);
            for (var way : ways.entrySet()) {
                all.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(one(way.getValue()));
            }
        }
        System.out.printf("%n%-14s %9s %21s %8s %9s%n", "start", "ready ms", "first answered call", "CPU ms",
                "RSS MiB");
        all.forEach((name, starts) -> System.out.printf(Locale.ROOT, "%-14s %9.0f %18.0f ms %8.0f %9.0f%n", name,
                median(starts, One::ready), median(starts, One::answered), median(starts, One::cpuMillis),
                median(starts, One::residentMiB)));
    }

    private One one(String java) throws Exception {
        try (var server = door.start(java)) {
            var ready = server.readyMillis();
            try (var load = new Load(call.target(server.url(), token), 1)) {
                var sample = load.run(0, OptionalLong.empty());
                if (sample.answered() != 1) {
                    throw new IOException("The first call after a start was answered wrongly.");
                }
            }
            return new One(ready, server.millis(), Cpu.micros(server.pid()) / 1000, Cpu.residentMiB(server.pid()));
        }
    }

    private static double median(List<One> starts, java.util.function.ToDoubleFunction<One> figure) {
        return Table.median(starts.stream().mapToDouble(figure).toArray());
    }
}
