package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;
import static io.github.doorwarden.app.config.Key.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The rows of [Keys] that a source of code has for itself. `include`, `exclude`, `about`, `prefix`, `embeddings`,
/// `backend` and `azure` it shares with documents ([DocumentsKeys]).
final class CodeKeys {

    /// What a field of an Azure index may mean.
    static final List<String> FIELDS = List.of("repository", "path", "content", "symbol", "language", "kind", "from",
            "to", "vector");

    private static final String SOURCE = "sources.<name>.";
    private static final String CODE = "With `code`: ";

    private CodeKeys() {}

    static List<Key> all() {
        var repository = SOURCE + "repositories.<repository>.";
        var all = new ArrayList<>(List.of(
                named(SOURCE + "repositories", "repository", CODE + "what is searched and read, by the names that "
                        + "callers use. Each has `folder`, `git` or `archives`."),
                text(repository + "folder", "A folder as it lies on the disk, relative to the configuration. Its "
                        + "`.gitignore` files are followed, links are not."),
                text(repository + "git", "A Git repository: an https or file address, which is fetched into the state "
                        + "folder; or the path of one on this disk, which is read where it is. Only what is committed "
                        + "is seen."),
                text(repository + "branch", "With `git`: the branch; without it, the one that its HEAD names."),
                secret(repository + "token", "With `git` and https: a token that may read it."),
                text(repository + "archives", "Archives of sources: a glob such as `lib/**/*-sources.jar`, relative "
                        + "to the configuration. Each is a directory of the repository."),
                texts(repository + "include", "Globs over paths in the repository; without it, what stands at the "
                        + "source."),
                texts(repository + "exclude", "Globs of what is left out; without it, what stands at the source."),
                text(repository + "permalink", "The address of lines, such as `https://git.example.com/blob/"
                        + "{revision}/{path}#L{from}-L{to}`. `{revision}` is the commit, with `git`."),
                flag(repository + "optional", false, "Whether it may be missing, such as a Git repository where only "
                        + "its files were copied to. The log and `code_index_status` say so, and it is looked for "
                        + "again."),
                texts(repository + "scopes", "Scopes that a caller needs to know of the repository, all of them.")));
        all.addAll(Keys.conditions(repository, "code of the repository"));
        all.add(time(SOURCE + "follow", Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofDays(1), CODE
                + "between two looks at the repositories. Looks of large ones come more seldom."));
        all.add(flag(SOURCE + "operator_tools", false, CODE + "whether there are also `search_quality`, which says how "
                + "searches went day by day and what found nothing, and `reindex_code`. Searches are kept for that in "
                + "the state folder, for 30 days, without who asked; of those that found nothing also what was asked. "
                + "Who may call the two has to be said under `tools`."));
        all.add(number(SOURCE + "answer_tokens", 8_000, 1_000, 20_000, CODE + "of one answer. Clients warn above "
                + "10000 and refuse above 25000."));
        all.add(number(SOURCE + "pack_tokens", 6_000, 500, 20_000, CODE + "of what `generate_code` and "
                + "`analyze_context` gather, unless a call asks for less."));
        return all;
    }
}
