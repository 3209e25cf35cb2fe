package io.github.doorwarden.tidy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Seeded chance for tests that try what nobody honest sends. The same seed gives the same inputs; who fails says
/// [#said] with it. Belongs to one test.
///
/// `-Dfuzz.seed=N` chooses the seed, `-Dfuzz.seconds=N` lets each test go on for so long instead of its few rounds
/// (`scripts/fuzz`). A round that keeps its thread busy for longer than anything honest does is a finding too.
public final class Fuzzer {

    private static final long SEED = Long.getLong("fuzz.seed", 20_260_728L);
    private static final Duration LONG = Duration.ofSeconds(Long.getLong("fuzz.seconds", 0L));

    /// CPU time of one round. Most take less than a millisecond; what takes ten seconds keeps a processor from
    /// everybody.
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final String STRANGE = "%&=?#/\\@:;,.\"'<>[]{}|^`~!*()+-_ \t\r\n\u0000\u007f\u00e9\u202e\ud83d0aZ";
    private static final List<String> PIECES = List.of("%00", "%0d%0a", "%2e%2e", "%ff", "%c3%28", "//", "/../", "\\",
            "@evil.example", ":0", ":99999", "#", "?", "&", "=", "null", "true", "-1", "1e400", "[]", "{}", "\"",
                    "\\u0000",
            "[[[[[[[[[[[[", "{\"a\":", "https://", "http://127.1/", "javascript:", "data:", "Bearer ", "..", ".", "e30",
            "A".repeat(300), "\u0000", "é", "\u202e", "%u0041", "0x7f.1", "[::1]", "xn--", "*");

    private static volatile Fuzzer latest;

    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final int rounds;
    private final long end;
    private int done;
    private long begun;

    /// @param rounds of a build that nobody waits for
    public Fuzzer(int rounds) {
        this.rounds = rounds;
        this.end = System.nanoTime() + LONG.toNanos();
        latest = this;
    }

    /// The last one that was made in this process: what threw without asking for words still has its round.
    public static Optional<Fuzzer> latest() {
        return Optional.ofNullable(latest);
    }

    /// Whether there is one more round.
    ///
    /// @throws AssertionError when the one before kept this thread busy for too long
    public boolean goesOn() {
        var now = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        if (done > 0 && now - begun > ROUND.toNanos()) {
            throw new AssertionError(said("this round took " + (now - begun) / 1_000_000 + " ms of CPU time"));
        }
        begun = now;
        done++;
        return LONG.isZero() ? done <= rounds : System.nanoTime() < end;
    }

    public int rounds() {
        return done - 1;
    }

    /// For the message of whoever fails.
    public String said(Object input) {
        return where() + ": " + input;
    }

    /// Seed and round.
    public String where() {
        return "fuzz.seed=" + SEED + ", round " + done;
    }

    /// The chance itself, for what is made by other rules.
    public RandomGenerator random() {
        return random;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    /// Once in so many times.
    public boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    /// @throws IllegalArgumentException for an empty corpus, which would prove nothing
    public <T> T one(List<T> corpus) {
        if (corpus.isEmpty()) {
            throw new IllegalArgumentException("The corpus is empty: nothing would be tried.");
        }
        return corpus.get(random.nextInt(corpus.size()));
    }

    /// As it is, or with a few flaws.
    public String maybe(String original) {
        return random.nextInt(3) == 0 ? mutated(original) : original;
    }

    /// With one to four flaws: characters changed, taken out, doubled, strange pieces put in.
    public String mutated(String original) {
        var text = new StringBuilder(original);
        for (var n = random.nextInt(4); n >= 0; n--) {
            var at = random.nextInt(text.length() + 1);
            var to = Math.min(text.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.replace(at, Math.min(text.length(), at + 1), strange());
                case 1 -> text.delete(at, to);
                case 2 -> text.insert(at, text.substring(at, to));
                case 3 -> text.insert(at, one(PIECES));
                case 4 -> text.setLength(at);
                default -> {
                    if (at < text.length()) {
                        text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(6)));
                    }
                }
            }
        }
        return text.length() > 20_000 ? text.substring(0, 20_000) : text.toString();
    }

    private String strange() {
        return String.valueOf(STRANGE.charAt(random.nextInt(STRANGE.length())));
    }

    /// Nothing but chance.
    public String noise(int atMost) {
        var text = new StringBuilder();
        for (var n = random.nextInt(atMost + 1); n > 0; n--) {
            text.append(random.nextInt(3) == 0 ? strange() : String.valueOf((char) (' ' + random.nextInt(95))));
        }
        return text.toString();
    }

    /// Some of them, in another order, a few twice.
    public <T> List<T> some(List<T> corpus, int atMost) {
        var chosen = new ArrayList<T>();
        for (var n = random.nextInt(atMost + 1); n > 0; n--) {
            chosen.add(one(corpus));
        }
        return chosen;
    }
}
