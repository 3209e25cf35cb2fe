package io.github.doorwarden.sources.skills;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder of skills: every directory in it with a `SKILL.md` is one, whatever lies between (extension
/// `io.modelcontextprotocol/skills`, SEP-2640). The path below the folder is the path of the skill: `billing/refunds`
/// becomes `skill://billing/refunds/SKILL.md`. A skill that cannot be served is left out with a warning that says why,
/// and the others are served. The folder is looked at every few seconds, and what changed is served without a restart.
/// Safe for use by many threads.
public final class SkillsSource implements Source {

    private static final Logger LOG = LoggerFactory.getLogger(SkillsSource.class);

    private final String name;
    private final Path folder;
    private final Set<String> scopes;
    private Tree tree;
    private String trouble = "";
    private volatile SkillSet skills;
    private ScheduledExecutorService looking;

    /// @param scopes what a caller needs to read any of the skills, all of them
    /// @throws IllegalArgumentException with a sentence, when the folder is not one that can be read
    public SkillsSource(String name, Path folder, Set<String> scopes) {
        this.name = name;
        this.folder = folder;
        this.scopes = Set.copyOf(scopes);
        try {
            tree = Tree.of(folder);
        } catch (IOException e) {
            throw new IllegalArgumentException("the folder " + folder + " cannot be read (" + e.getMessage()
                    + "). Give it to the user that Doorwarden runs as.", e);
        }
        skills = SkillSet.read(tree, folder, this.scopes);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return new Things(List.of(), List.of(), List.of(), List.of(), skills.skills());
    }

    @Override
    public List<String> warnings() {
        return skills.warnings();
    }

    @Override
    public synchronized void listen(Listener listener) {
        var one = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("skills-" + name).factory());
        one.scheduleWithFixedDelay(() -> look(listener), Limits.LOOK.toMillis(), Limits.LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
        looking = one;
    }

    @Override
    public synchronized void close() {
        if (looking != null) {
            looking.shutdownNow();
        }
    }

    /// One look at the folder. While it cannot be read, what was read before is served.
    synchronized void look(Listener listener) {
        try {
            var now = Tree.of(folder);
            if (now.equals(tree)) {
                return;
            }
            var before = skills;
            skills = SkillSet.read(now, folder, scopes);
            tree = now;
            trouble = "";
            var told = new HashSet<>(before.warnings());
            skills.warnings().stream().filter(warning -> !told.contains(warning))
                    .forEach(warning -> LOG.atWarn().addKeyValue("source", name).log(warning));
            listener.thingsChanged();
        } catch (IOException | RuntimeException e) {
            var sentence = String.valueOf(e.getMessage());
            if (!sentence.equals(trouble)) {
                trouble = sentence;
                LOG.atWarn().addKeyValue("source", name).setCause(e)
                        .log("The folder of skills cannot be read; what was read before is served until it can.");
            }
        }
    }
}
