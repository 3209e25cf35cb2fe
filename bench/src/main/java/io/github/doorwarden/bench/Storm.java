package io.github.doorwarden.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Random messages over a few connections: valid ones of every method and revision, bent in body and fields. What comes
/// back may be any refusal, but no 5xx and no internal error, and the server's memory must not grow with their number.
@Command(name = "storm", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 120,
        description = "Sends random messages and fails on any 5xx, internal error, lost connection or growth.")
final class Storm implements Callable<Integer> {

    /// What the server may hold on to at the end beyond what it held after a tenth: caches with a bound that were not
    /// full yet, and code that was compiled since.
    private static final double GROWTH_MIB = 16;
    /// What it may take beside its heap, whatever arrives: classes, code, threads, the database.
    private static final double BESIDE_MIB = 128;
    private static final int HEAP_MIB = 256;
    private static final int KEPT_FAULTS = 5;

    @Option(names = "--messages", paramLabel = "N", defaultValue = "10000000",
            description = "how many (${DEFAULT-VALUE})")
    private long messages;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "16", description = "at once (${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--seed", paramLabel = "N", description = "repeats a run; random unless given, printed always")
    private Long seed;

    @Option(names = "--deployment", paramLabel = "DIR", defaultValue = "conformance",
            description = "what is started; its door must be open (${DEFAULT-VALUE})")
    private Path deployment;

    private final AtomicLong left = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private final AtomicLongArray statuses = new AtomicLongArray(600);
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

    @Override
    public Integer call() throws Exception {
        var start = seed == null ? System.nanoTime() : seed;
        System.out.println("seed " + start);
        try (var door = Door.of(deployment, "", "-Xmx" + HEAP_MIB + "m"); var server = door.start()) {
            run(server.url(), messages / 10, start);
            var early = Live.of(server.pid());
            System.out.printf(Locale.ROOT, "after a tenth: %.0f MiB alive, %.0f resident%n", early.mib(),
                    Cpu.residentMiB(server.pid()));
            run(server.url(), messages - messages / 10, start + 1_000_000);
            var resident = Cpu.residentMiB(server.pid());
            return report(early, Live.of(server.pid()), resident);
        }
    }

    private void run(URI url, long count, long from) throws InterruptedException {
        left.set(count);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < connections; i++) {
                var random = RandomGeneratorFactory.of("L64X128MixRandom").create(from + i);
                threads.submit(() -> storm(url, random));
            }
        }
    }

    private int report(Live early, Live late, double resident) {
        var line = new StringBuilder();
        for (var status = 0; status < statuses.length(); status++) {
            if (statuses.get(status) > 0) {
                line.append(String.format(Locale.ROOT, "%s%,d × %d", line.isEmpty() ? "" : ", ", statuses.get(status),
                        status));
            }
        }
        System.out.println("answers: " + line);
        System.out.printf(Locale.ROOT, "at the end: %.0f MiB alive, %.0f resident; most grown, MiB: %s%n", late.mib(),
                resident, late.grownSince(early));
        told.forEach(fault -> System.out.println("FAULT " + fault));
        var grown = late.mib() - early.mib() > GROWTH_MIB || resident > HEAP_MIB + BESIDE_MIB;
        if (grown) {
            System.out.println("The server's memory grew with the number of messages.");
        }
        System.out.println(faults.get() + " faults");
        return faults.get() > 0 || grown ? 1 : 0;
    }

    private void storm(URI url, RandomGenerator random) {
        Raw connection = null;
        while (left.getAndDecrement() > 0) {
            var request = request(url, random);
            try {
                if (connection == null) {
                    connection = new Raw(url);
                }
                connection.send(request.head, request.body);
                var answer = connection.receive();
                judge(request, answer);
                if (answer.stream() || answer.last()) {
                    connection.close();
                    connection = null;
                }
            } catch (IOException lost) {
                fault(request, "the connection was lost: " + lost.getMessage());
                connection = null;
            }
        }
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException gone) {
                // closed already
            }
        }
    }

    private void judge(Request request, Raw.Answer answer) {
        statuses.incrementAndGet(Math.min(answer.status(), 599));
        if (answer.status() >= 500 || answer.body().contains("-32603") || answer.body().contains("ncident")) {
            fault(request, answer.head().lines().findFirst().orElse("") + " " + answer.body());
        }
    }

    private void fault(Request request, String what) {
        if (faults.getAndIncrement() < KEPT_FAULTS) {
            told.add(what + "\n  " + request.head.replace("\r\n", "\n  ") + new String(request.body,
                    StandardCharsets.ISO_8859_1));
        }
    }

    private record Request(String head, byte[] body) {}

    private Request request(URI url, RandomGenerator random) {
        var seed = Seeds.ALL.get(random.nextInt(Seeds.ALL.size()));
        var body = seed.body().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(4) > 0) {
            body = bend(body, random);
        }
        var head = new StringBuilder(seed.method()).append(' ').append(url.getPath()).append(" HTTP/1.1\r\nHost: ")
                .append(url.getAuthority()).append("\r\n");
        var fields = new ArrayList<>(seed.fields());
        if (random.nextInt(3) == 0 && !fields.isEmpty()) {
            bendField(fields, random);
        }
        fields.forEach(field -> head.append(field).append("\r\n"));
        if (!seed.method().equals("GET") && !seed.method().equals("DELETE")) {
            head.append("Content-Type: application/json\r\nContent-Length: ").append(body.length).append("\r\n");
        } else {
            body = new byte[0];
        }
        return new Request(head.append("\r\n").toString(), body);
    }

    /// A field's value with another character, twice as long, missing, or from another seed. No control characters:
    /// what is no HTTP is the engine's own tests' matter, and ends the connection.
    private static void bendField(List<String> fields, RandomGenerator random) {
        var at = random.nextInt(fields.size());
        var field = fields.get(at);
        var value = field.indexOf(':') + 2;
        switch (random.nextInt(4)) {
            case 0 -> fields.remove(at);
            case 1 -> fields.set(at, field + field.substring(value));
            case 2 -> fields.set(at, field.substring(0, value) + (char) ('!' + random.nextInt(90)) + field
                    .substring(value));
            default -> {
                var other = Seeds.ALL.get(random.nextInt(Seeds.ALL.size())).fields();
                if (!other.isEmpty()) {
                    fields.add(other.get(random.nextInt(other.size())));
                }
            }
        }
    }

    private static byte[] bend(byte[] original, RandomGenerator random) {
        var bytes = original.clone();
        for (var i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            var at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\",:\\u0-.e tfn".charAt(random.nextInt(17));
                case 2 -> bytes = spliced(bytes, at, at, Math.min(bytes.length, at + random.nextInt(8)));
                case 3 -> bytes = spliced(bytes, Math.min(bytes.length, at + 1 + random.nextInt(40)), at,
                        bytes.length);
                default -> bytes[at] = (byte) (bytes[at] ^ 1 << random.nextInt(8));
            }
        }
        return bytes;
    }

    /// The bytes up to `end`, then those from `from`, where a cut takes away `from` to `to`.
    private static byte[] spliced(byte[] bytes, int end, int from, int to) {
        var tail = end == from ? to : from;
        var joined = new byte[end + bytes.length - tail];
        System.arraycopy(bytes, 0, joined, 0, end);
        System.arraycopy(bytes, tail, joined, end, bytes.length - tail);
        return joined;
    }
}
