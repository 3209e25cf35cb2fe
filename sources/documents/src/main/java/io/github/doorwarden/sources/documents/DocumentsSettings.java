package io.github.doorwarden.sources.documents;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.index.Hashes;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a source of documents is configured with, but for [Labels]. Says nothing of the libraries behind it, so that
/// reading a configuration loads none of them.
///
/// @param folders  at least one with [Local], and for an upload
/// @param language how texts become words, one of [#LANGUAGES]
public record DocumentsSettings(List<Folder> folders, Tools tools, String language, EmbedderSettings embedding,
        Place backend) {

    public static final List<String> LANGUAGES = List.of("english", "german", "french", "spanish", "italian", "dutch",
            "portuguese", "any");

    public DocumentsSettings {
        folders = List.copyOf(folders);
        if (!LANGUAGES.contains(language)) {
            throw new IllegalArgumentException("there is no language " + language);
        }
        if (folders.stream().map(Folder::name).distinct().count() != folders.size()) {
            throw new IllegalArgumentException("a folder is named twice. Give one entry with all its globs.");
        }
    }

    /// @param prefix     in front of the names `search` and `fetch`, with `_` between; empty: none
    /// @param about      what the documents are about, for the model; may be empty
    /// @param scopes     what a caller needs for both, all of them
    /// @param results    hits of a search
    /// @param snippets   whether a hit has the words where it was found, as `text`
    /// @param fetchChars how much of a text one fetch gives
    public record Tools(String prefix, String about, Set<String> scopes, int results, boolean snippets,
            int fetchChars) {

        public Tools {
            scopes = Set.copyOf(scopes);
        }
    }

    /// Where documents are searched and fetched.
    public sealed interface Place {}

    /// The index in this process.
    public record Local() implements Place {}

    /// An OpenAI vector store.
    ///
    /// @param baseUrl with or without `/v1` at its end
    public record VectorStorePlace(URI baseUrl, String id, String apiKey) implements Place {

        public VectorStorePlace {
            if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
                throw new IllegalArgumentException("vector_store.id has characters that no such id has. Take what "
                        + "doorwarden documents upload printed.");
            }
        }

        /// Without the key.
        @Override
        public String toString() {
            return "VectorStorePlace(" + id + " at " + baseUrl + ")";
        }
    }

    /// An Azure AI Search index. Its documents are read by the names of their fields.
    ///
    /// @param semantic name of its semantic configuration; empty: plain ranking
    /// @param fields   by what they mean: `id`, `title`, `text`, `url`, `date`, `labels`, `vector`; those without a
    /// name
    ///                 are not there
    public record AzurePlace(URI endpoint, String index, String apiKey, String apiVersion, String semantic,
            Map<String, String> fields) implements Place {

        public AzurePlace {
            fields = Map.copyOf(fields);
        }

        /// Without the key.
        @Override
        public String toString() {
            return "AzurePlace(" + index + " at " + endpoint + ")";
        }
    }

    /// Changes when what is kept of an unchanged file would be otherwise.
    String fingerprint(Labels labels) {
        var all = new ArrayList<String>();
        folders.forEach(folder -> all.add(folder.name() + " " + folder.urlTemplate()));
        labels.rules().forEach((name, rule) -> all.add(name + " " + rule.files()));
        return Hashes.of(all.toArray(String[]::new));
    }
}
