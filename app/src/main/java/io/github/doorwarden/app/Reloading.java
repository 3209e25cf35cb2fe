package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after the configuration's file while it is served: when sources, upstreams or the choice behind an endpoint
/// have changed, the new ones are served, and no call that runs is disturbed. A file with mistakes changes nothing.
/// What else has changed waits for the next start, and the log says so.
final class Reloading implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

    /// Between two looks: an editor saves, its author looks at the log.
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// What can change without a start.
    private static final Set<String> LIVE = Set.of("sources", "upstreams", "endpoints");

    private static final AtomicLong LOOKS = new AtomicLong();

    private final Path file;
    private final Supplier<Config> reading;
    private final Function<Config, List<String>> reload;
    private final Supplier<String> beside;
    private final ScheduledExecutorService schedule;
    private final Config started;
    private final String startedText;
    private String taken;
    private String seen;
    private boolean missing;

    /// @param reading reads the file anew; throws ConfigMistakes
    /// @param reload  serves what the configuration has now; answers with the names of the sources that are others, or
    ///                throws StartFailure
    /// @param beside  tells files that sources read when they are made from others of the same names
    Reloading(Config started, Supplier<Config> reading, Function<Config, List<String>> reload,
            Supplier<String> beside) {
        this.started = started;
        this.beside = beside;
        this.file = started.folder().resolve(ConfigFile.NAME);
        this.reading = reading;
        this.reload = reload;
        this.startedText = text().orElse("");
        this.taken = startedText + beside.get();
        this.seen = taken;
        this.schedule = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("reload")
                .factory());
        schedule.scheduleWithFixedDelay(() -> Entrance.quietly(this::look), LOOK.toMillis(), LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// Empty for a moment when an editor puts another file in its place.
    private Optional<String> text() {
        try {
            return Files.size(file) > ConfigFile.MOST_BYTES ? Optional.empty() : Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Not again before the file is another one, whatever came of it.
    private void look() {
        try {
            lookNow();
        } finally {
            LOOKS.incrementAndGet();
        }
    }

    private void lookNow() {
        var text = text();
        if (text.isEmpty()) {
            if (!missing) {
                LOG.warn("The configuration is gone, too large, or cannot be read; what was served before stays.");
            }
            missing = true;
            return;
        }
        missing = false;
        var now = text.get() + beside.get();
        // Only what two looks see alike: a file may be met half written.
        var whole = now.equals(seen);
        seen = now;
        if (!whole || now.equals(taken)) {
            return;
        }
        taken = now;
        try {
            var fresh = reading.get();
            var changed = reload.apply(fresh);
            LOG.atInfo().addKeyValue("sources", String.join(", ", changed)).log(changed.isEmpty()
                    ? "The configuration was read again; no source is another one."
                    : "The configuration was read again; these sources are new, others, or gone.");
            later(text.get(), fresh);
        } catch (ConfigMistakes mistakes) {
            mistakes.mistakes().forEach(LOG::error);
            LOG.error("The configuration has changed and has mistakes; what was served before stays.");
        } catch (StartFailure failure) {
            LOG.atError().addKeyValue("why", failure.getMessage())
                    .log("The configuration has changed and cannot be used; what was served before stays.");
        }
    }

    /// What is another one than at the start, whatever came in between.
    private void later(String now, Config fresh) {
        var waiting = new ArrayList<>(ConfigFile.differing(startedText, now));
        waiting.removeAll(LIVE);
        waiting.addAll(started.endpointsWaiting(fresh));
        if (!waiting.isEmpty()) {
            LOG.atWarn().addKeyValue("keys", String.join(", ", waiting))
                    .log("The configuration has changed in more than sources, upstreams and what endpoints have; that "
                            + "takes effect at the next start.");
        }
    }

    /// How often any deployment of this process has looked, for tests that wait.
    static long looks() {
        return LOOKS.get();
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }
}
