package io.github.doorwarden.sources.code;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.index.Globs;
import io.github.doorwarden.server.Conditions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a source of code is configured with. Says nothing of the libraries behind it, so that reading a configuration
/// loads none of them.
///
/// @param azure  where `search_code` asks in place of the index in this process; the other tools never do
/// @param follow between two looks at the repositories
public record CodeSettings(List<Repository> repositories, Tools tools, EmbedderSettings embedding,
        Optional<AzurePlace> azure, Duration follow) {

    public CodeSettings {
        repositories = List.copyOf(repositories);
        if (repositories.stream().map(Repository::name).distinct().count() != repositories.size()) {
            throw new IllegalArgumentException("a repository is named twice. Give each its own name.");
        }
    }

    /// @param prefix       in front of the names of the tools, with `_` between; empty: none
    /// @param about        what the code is about, for the model; may be empty
    /// @param scopes       what a caller needs for all of them
    /// @param answerTokens of one answer
    /// @param packTokens   of a context pack, unless a call asks for less
    /// @param further      what a caller needs for single ones beside that, by their names without the prefix
    /// @param operators    whether there are also the tools for who runs it, and searches are kept for them
    public record Tools(String prefix, String about, Set<String> scopes, int answerTokens, int packTokens,
            Map<String, Set<String>> further, boolean operators) {

        /// Of every tool, without those for operators.
        public static final List<String> NAMES = List.of("search_code", "read_code", "find_symbol", "generate_code",
                "analyze_context", "code_index_status");

        /// Those for operators.
        public static final List<String> OPERATORS = List.of("search_quality", "reindex_code");

        public Tools {
            scopes = Set.copyOf(scopes);
            further = Map.copyOf(further);
        }

        /// For whoever may call all of them, without those for operators.
        public Tools(String prefix, String about, Set<String> scopes, int answerTokens, int packTokens) {
            this(prefix, about, scopes, answerTokens, packTokens, Map.of(), false);
        }

        /// A tool's name as it is called here.
        public String name(String name) {
            return prefix.isEmpty() ? name : prefix + "_" + name;
        }

        Set<String> scopes(String name) {
            return Stream.concat(scopes.stream(), further.getOrDefault(name, Set.of()).stream())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /// @param name       as callers name it
    /// @param include    globs over paths in the repository; empty: all
    /// @param exclude    globs of what is left out nevertheless
    /// @param permalink  address of lines, with `{path}`, `{from}`, `{to}` and `{revision}`; empty: none
    /// @param scopes     what a caller needs to know of it, all of them
    /// @param conditions what else is asked of the caller
    /// @param optional   whether it may be missing: it is looked for again, and what is there is served
    public record Repository(String name, Place place, List<String> include, List<String> exclude, String permalink,
            Set<String> scopes, Conditions conditions, boolean optional) {

        /// One that has to be there.
        public Repository(String name, Place place, List<String> include, List<String> exclude, String permalink,
                Set<String> scopes, Conditions conditions) {
            this(name, place, include, exclude, permalink, scopes, conditions, false);
        }

        public Repository {
            include = List.copyOf(include);
            exclude = List.copyOf(exclude);
            scopes = Set.copyOf(scopes);
            include.forEach(Globs::matcher);
            exclude.forEach(Globs::matcher);
            if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException("a repository's name has 1 to 64 characters of A-Z a-z 0-9 . _ -.");
            }
            if (!permalink.isEmpty() && Permalink.of(permalink, "a b", 1, 2, "r").isEmpty()) {
                throw new IllegalArgumentException("permalink is no absolute http or https address with {path} in it, "
                        + "such as https://git.example.com/blob/main/{path}#L{from}-L{to}.");
            }
        }
    }

    /// Where a repository is.
    public sealed interface Place {}

    /// A folder as it lies on the disk, its `.gitignore` files followed.
    public record Folder(Path path) implements Place {}

    /// A branch of a Git repository.
    ///
    /// @param url    `https:` or `file:`, fetched into the state folder; or the path of a repository on this disk, read
    ///               where it is
    /// @param branch empty: the one that its HEAD names
    /// @param token  for `https:`; empty: none
    public record Git(String url, Optional<Path> local, String branch, String token) implements Place {

        public Git {
            if (local.isEmpty()) {
                var uri = URI.create(url);
                if (!Set.of("https", "file").contains(String.valueOf(uri.getScheme())) || uri.getUserInfo() != null) {
                    throw new IllegalArgumentException("git takes an https or file address without a name in it, or "
                            + "the path of a repository. Give credentials under token.");
                }
            }
        }

        /// Without the token.
        @Override
        public String toString() {
            return "Git(" + url + " " + branch + ")";
        }
    }

    /// Archives of sources (`*-sources.jar`, `*.zip`) below a folder, each a directory of its own.
    ///
    /// @param glob over their paths relative to the folder
    public record Archives(Path folder, String glob) implements Place {

        public Archives {
            Globs.matcher(glob);
        }
    }

    /// An Azure AI Search index. Its documents are read by the names of their fields.
    ///
    /// @param fields by what they mean: `repository`, `path`, `content`, `symbol`, `language`, `kind`, `from`, `to`,
    ///               `vector`; those without a name are not there
    public record AzurePlace(URI endpoint, String index, String apiKey, String apiVersion, String semantic,
            Map<String, String> fields) {

        public AzurePlace {
            fields = Map.copyOf(fields);
        }

        /// Without the key.
        @Override
        public String toString() {
            return "AzurePlace(" + index + " at " + endpoint + ")";
        }
    }
}
