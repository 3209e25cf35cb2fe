package io.github.doorwarden.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// CPU time of a process and its children, and memory, from `/proc` (Linux). Elsewhere unknown.
final class Cpu {

    /// Linux reports in ticks of 1/100 s on every architecture that runs Java.
    private static final double MICROS_PER_TICK = 10_000;
    /// Positions after the command, which ends with the last parenthesis: proc_pid_stat(5), fields 14 and 15.
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final double KIB_PER_MIB = 1024;

    private Cpu() {}

    /// User and system time so far, microseconds; negative when it cannot be known.
    static double micros(long pid) {
        var children = ProcessHandle.of(pid).map(ProcessHandle::descendants).orElseGet(Stream::empty);
        return Stream.concat(Stream.of(pid), children.map(ProcessHandle::pid)).mapToDouble(Cpu::own)
                .reduce(0, (a, b) -> a < 0 || b < 0 ? -1 : a + b);
    }

    /// Resident memory of the process without its children, MiB; NaN when it cannot be known.
    static double residentMiB(long pid) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:")).map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToDouble(Double::parseDouble).findFirst().orElse(Double.NaN) / KIB_PER_MIB;
        } catch (IOException noSuchProcess) {
            return Double.NaN;
        }
    }

    private static double own(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) * MICROS_PER_TICK;
        } catch (IOException noSuchProcess) {
            return -1;
        }
    }
}
