package io.github.doorwarden.watch;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What every process has: memory, threads, pauses, processor time. Looked at when somebody scrapes, and not before.
final class Machine {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private Machine() {}

    static void register(PrometheusRegistry registry) {
        GaugeWithCallback.builder().name("jvm_memory_used_bytes").help("Memory in use.").labelNames("area")
                .callback(to -> {
                    var memory = ManagementFactory.getMemoryMXBean();
                    to.call(memory.getHeapMemoryUsage().getUsed(), "heap");
                    to.call(memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
                }).register(registry);
        GaugeWithCallback.builder().name("jvm_memory_max_bytes").help("Memory that may be used at most.")
                .labelNames("area").callback(to -> to.call(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage()
                .getMax(), "heap")).register(registry);
        GaugeWithCallback.builder().name("jvm_threads").help("Platform threads; virtual ones are not counted.")
                .callback(to -> to.call(ManagementFactory.getThreadMXBean().getThreadCount())).register(registry);
        CounterWithCallback.builder().name("jvm_gc_seconds").help("Time spent collecting garbage.").labelNames("gc")
                .callback(to -> ManagementFactory.getGarbageCollectorMXBeans().forEach(gc ->
                to.call(Math.max(0, gc.getCollectionTime()) / 1e3, gc.getName()))).register(registry);
        CounterWithCallback.builder().name("process_cpu_seconds").help("Processor time used.")
                .callback(to -> to.call(ProcessHandle.current().info().totalCpuDuration()
                .map(time -> time.toNanos() / 1e9).orElse(0.0))).register(registry);
        GaugeWithCallback.builder().name("process_start_time_seconds").help("When it started, since the epoch.")
                .callback(to -> to.call(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3)).register(registry);
        if (Files.isReadable(STATUS)) {
            GaugeWithCallback.builder().name("process_resident_memory_bytes").help("Resident memory.")
                    .callback(to -> to.call(resident())).register(registry);
            GaugeWithCallback.builder().name("process_open_fds").help("Open files and sockets.")
                    .callback(to -> to.call(openFiles())).register(registry);
        }
    }

    private static double resident() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:")).findFirst()
                    .map(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024).orElse(0.0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static double openFiles() {
        try (var all = Files.list(OPEN_FILES)) {
            return all.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
