package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Globs;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Chooses the files of a repository that are indexed, while its tree is walked. For one walk.
final class Selection {

    private final List<PathMatcher> include;
    private final List<PathMatcher> exclude;
    private final List<Tree.Entry> files = new ArrayList<>();
    private final Tree.Skipped skipped = new Tree.Skipped();

    Selection(CodeSettings.Repository repository) {
        this.include = repository.include().stream().map(Globs::matcher).toList();
        this.exclude = repository.exclude().stream().map(Globs::matcher).toList();
    }

    /// @throws Unlookable when there are too many
    void offer(Tree.Entry entry) throws Unlookable {
        var why = path(entry.path()).or(() -> Skip.file(entry.path(), entry.size()))
                .or(() -> chosen(entry.path()) ? Optional.empty()
                : Optional.of(Skip.IGNORED));
        if (why.isPresent()) {
            skipped.add(why.get());
        } else if (files.size() >= Limits.FILES) {
            throw new Unlookable("it has more than " + Limits.FILES + " files. Choose some with include, or name its "
                    + "parts as repositories of their own", null);
        } else {
            files.add(entry);
        }
    }

    private static Optional<Skip> path(String path) {
        return path.length() > Limits.PATH_CHARS ? Optional.of(Skip.LARGE)
                : path.chars().filter(each -> each == '/').count() > 2 * Limits.DEPTH ? Optional.of(Skip.IGNORED)
                : Optional.empty();
    }

    private boolean chosen(String relative) {
        if (relative.indexOf('\0') >= 0) {
            return false;
        }
        var path = Path.of(relative);
        return (include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(path)))
                && exclude.stream().noneMatch(glob -> glob.matches(path));
    }

    void skip(Skip why) {
        skipped.add(why);
    }

    List<Tree.Entry> files() {
        return files;
    }

    Tree.Skipped skipped() {
        return skipped;
    }
}
