package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.address;
import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.items;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.pairs;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;

import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.documents.DocumentsSettings;
import java.util.ArrayList;
import java.util.List;

/// The rows of [Keys] that a source of documents has for itself.
final class DocumentsKeys {

    static final String LOCAL = "local";
    static final String VECTOR_STORE = "openai_vector_store";
    static final String AZURE = "azure_ai_search";
    /// What a field of an Azure index may mean.
    static final List<String> FIELDS = List.of("id", "title", "text", "url", "date", "labels", "vector");

    private static final String SOURCE = "sources.<name>.";
    private static final String DOCUMENTS = "With `documents`: ";
    private static final String BOTH = "With `documents` and `code`: ";

    private DocumentsKeys() {}

    static List<Key> all() {
        var all = new ArrayList<Key>();
        all.addAll(corpus());
        all.addAll(tools());
        all.addAll(labels());
        all.addAll(embeddings());
        all.addAll(elsewhere());
        return all;
    }

    private static List<Key> corpus() {
        return List.of(
                texts(SOURCE + "include", BOTH + "globs over paths relative to the folder, such as `**/*.md`; without "
                        + "them, with `documents` every file that ends in md, html, txt or pdf, with `code` every "
                        + "text."),
                texts(SOURCE + "exclude", BOTH + "globs of files that are left out."),
                text(SOURCE + "url_template", DOCUMENTS + "the address of a document for citations, such as "
                        + "`https://docs.example.com/{stem}`. `{path}` is its path, `{stem}` that without the ending, "
                        + "`{name}` the name of the file, `{id}` its id. Front matter with a `url` comes first."),
                items(SOURCE + "folders", DOCUMENTS + "several folders in place of `folder`."),
                text(SOURCE + "folders[].path", "The folder, relative to the configuration.").needed(),
                texts(SOURCE + "folders[].include", "As above; without it, what stands there."),
                texts(SOURCE + "folders[].exclude", "As above; without it, what stands there."),
                text(SOURCE + "folders[].url_template", "As above; without it, what stands there."),
                choice(SOURCE + "language", "english", DocumentsSettings.LANGUAGES, DOCUMENTS + "how texts become "
                        + "words: endings and words that say nothing are those of a language. `any`: words as they "
                        + "are."));
    }

    private static List<Key> tools() {
        return List.of(
                text(SOURCE + "about", BOTH + "what they are about, for the model: a sentence of your own."),
                number(SOURCE + "results", 10, 1, 50, DOCUMENTS + "hits of a search."),
                flag(SOURCE + "snippets", false, DOCUMENTS + "whether hits have the words where something was found. "
                        + "ChatGPT's contract has no such member."),
                number(SOURCE + "fetch_characters", 60_000, 1_000, 400_000, DOCUMENTS + "how much of a text one fetch "
                        + "gives; of a longer one `metadata.next` names the next part. Clients refuse answers above "
                        + "some 100000."));
    }

    private static List<Key> labels() {
        var label = SOURCE + "labels.<label>.";
        var all = new ArrayList<>(List.of(
                named(SOURCE + "labels", "label", DOCUMENTS + "who may read documents with a label: whoever meets all "
                        + "that stands here. Documents have labels by `labels` in their front matter, or by `files` "
                        + "here; one with several is for who meets each. One with a label that is not declared is for "
                        + "nobody."),
                texts(label + "files", "Globs of the documents that have the label, whatever they say themselves."),
                texts(label + "scopes", "Scopes that a caller needs, all of them."),
                texts(label + "tenants", "Organisations, one of which the caller belongs to."),
                choice(label + "value", "none", values(), "Makes it a label with values: documents with `acme:x` are "
                        + "for callers whose own value is `x`.")));
        all.addAll(Keys.conditions(label, "documents with the label"));
        return all;
    }

    private static List<String> values() {
        var all = new ArrayList<>(List.of("none"));
        all.addAll(CallerValue.keys());
        return all;
    }

    private static List<Key> embeddings() {
        var in = SOURCE + "embeddings.";
        return List.of(
                group(SOURCE + "embeddings", BOTH + "vectors, by which texts are found that mean the same in "
                        + "other words. They are made in the background; until then, words alone rank."),
                choice(in + "type", "none", List.of("none", "onnx", "openai"), "`onnx`: the model all-MiniLM-L6-v2 in "
                        + "this process: 400 MB of memory, English. `openai`: a server that speaks `POST "
                        + "/v1/embeddings`; it sees every document and every query."),
                address(in + "base_url", "With `openai`: the server, without it OpenAI's own."),
                text(in + "model", "text-embedding-3-small", "With `openai`: the model. Another one makes all vectors "
                        + "anew."),
                secret(in + "api_key", "With `openai`: its key; without it, none is sent."),
                number(in + "dimensions", 1, 8_192, "With `openai`: fewer than the model has, where it can do with "
                        + "fewer."));
    }

    private static List<Key> elsewhere() {
        var store = SOURCE + "vector_store.";
        var azure = SOURCE + "azure.";
        return List.of(
                choice(SOURCE + "backend", LOCAL, List.of(LOCAL, VECTOR_STORE, AZURE), BOTH + "where they are "
                        + "searched and fetched. `" + LOCAL + "`: in an index in this process, which follows the "
                        + "folder. The tools are the same with each. With `code`, `" + LOCAL + "` or `" + AZURE
                        + "`, which `search_code` alone asks."),
                flag(SOURCE + "or_local", false, DOCUMENTS + "whether the index in this process is used while the "
                        + "other one has no key or id, for example because its variables are not set."),
                group(SOURCE + "vector_store", "With `" + VECTOR_STORE + "`."),
                text(store + "id", "Its id: `doorwarden documents upload` prints it."),
                secret(store + "api_key", "The key of its account."),
                address(store + "base_url", "Where it is, without it OpenAI's own API."),
                group(SOURCE + "azure", "With `" + AZURE + "`."),
                address(azure + "endpoint", "The service, such as `https://mine.search.windows.net`."),
                text(azure + "index", "The index."),
                secret(azure + "api_key", "A query key."),
                text(azure + "api_version", "2025-09-01", "Of its REST API."),
                text(azure + "semantic_configuration", "The semantic configuration that ranks; without it, words do."),
                pairs(azure + "fields", false, "The index's fields by what they mean: `id`, `title`, `text`; where "
                        + "there are such, `url`, `date`, `labels` (a collection of strings) and `vector` (with a "
                        + "vectorizer). Those of `code`: `repository`, `path`, `content`; `symbol`, `language`, "
                        + "`kind`, `from`, `to`, `vector`."));
    }
}
