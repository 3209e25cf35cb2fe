package io.github.doorwarden.app.config;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.sources.documents.DocumentsSettings.AzurePlace;
import io.github.doorwarden.sources.documents.DocumentsSettings.Local;
import io.github.doorwarden.sources.documents.DocumentsSettings.Place;
import io.github.doorwarden.sources.documents.DocumentsSettings.VectorStorePlace;
import io.github.doorwarden.sources.documents.DocumentsSettings;
import io.github.doorwarden.sources.documents.Folder;
import io.github.doorwarden.sources.documents.LabelRule;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The part of the configuration that a source of documents reads by itself.
public final class DocumentsConfig {

    /// Where OpenAI's own API is.
    public static final URI OPENAI = URI.create("https://api.openai.com/v1");

    private final Section in;
    private final Path base;
    private final Scopes scopes;
    private final ConditionsConfig conditions;

    private DocumentsConfig(Section in, Path base, Scopes scopes, ConditionsConfig conditions) {
        this.in = in;
        this.base = base;
        this.scopes = scopes;
        this.conditions = conditions;
    }

    /// @param base that folders are relative to
    static Config.SourceConfig read(String name, Section in, Path base, Scopes scopes, ConditionsConfig conditions) {
        return new DocumentsConfig(in, base, scopes, conditions).all(name);
    }

    private Config.SourceConfig all(String name) {
        var folders = folders();
        var tools = new DocumentsSettings.Tools(prefix(in), in.textOrEmpty("about"), OpenApiConfig.scopes(in, scopes),
                in.number("results"), in.flag("snippets"), in.number("fetch_characters"));
        var language = in.choice("language");
        var labels = labels();
        var embedding = embedding(in.section("embeddings"));
        var backend = backend();
        if (folders.isEmpty() && backend instanceof Local) {
            in.mistake("folder", "is missing. Name the folder that has the documents, or several under folders.");
        }
        try {
            return new Config.SourceConfig.Documents(name, new DocumentsSettings(folders, tools, language, embedding,
                    backend), labels);
        } catch (IllegalArgumentException e) {
            in.mistake("folders", "cannot be used: " + e.getMessage());
            return new Config.SourceConfig.Documents(name, new DocumentsSettings(List.of(), tools,
                    DocumentsSettings.LANGUAGES.getFirst(), embedding, backend), labels);
        }
    }

    /// The key `prefix` of any source that has one.
    static String prefix(Section in) {
        var prefix = in.textOrEmpty("prefix");
        if (!prefix.matches("[A-Za-z0-9_-]{0,30}")) {
            in.mistake("prefix", "has at most 30 characters of A-Z a-z 0-9 _ -.");
            return "";
        }
        return prefix;
    }

    private List<Folder> folders() {
        var folders = new ArrayList<Folder>();
        var include = in.texts("include");
        var exclude = in.texts("exclude");
        var template = in.textOrEmpty("url_template");
        var one = in.textOrEmpty("folder");
        if (!one.isBlank()) {
            add(folders, in, "folder", one, include, exclude, template);
        }
        for (var each : in.items("folders")) {
            var own = each.texts("include");
            var left = each.texts("exclude");
            add(folders, each, "path", each.textOrEmpty("path"), own.isEmpty() ? include : own,
                    left.isEmpty() ? exclude : left, each.text("url_template").orElse(template));
            each.end();
        }
        if (!one.isBlank() && folders.size() > 1) {
            in.mistake("folders", "stands beside folder. Name all of them in folders.");
        }
        return folders;
    }

    private void add(List<Folder> folders, Section at, String key, String path, List<String> include,
            List<String> exclude, String template) {
        try {
            folders.add(new Folder(path, base.resolve(path), include, exclude, template));
        } catch (IllegalArgumentException e) {
            at.mistake(key, "cannot be used: " + e.getMessage());
        }
    }

    private Map<String, LabelRule> labels() {
        var labels = new LinkedHashMap<String, LabelRule>();
        in.named("labels").forEach((name, label) -> {
            var asked = conditions.of(label);
            var value = CallerValue.of(label.choice("value"));
            var needed = OpenApiConfig.scopes(label, scopes);
            var tenants = Set.copyOf(label.texts("tenants"));
            var files = label.texts("files");
            if (needed.isEmpty() && tenants.isEmpty() && value.isEmpty() && asked.equals(Conditions.NONE)) {
                in.mistake("labels", "has " + name + ", which asks nothing of a reader. Give scopes, tiers, tenants, "
                        + "value, second_factor or sign_in_age.");
            }
            if (name.isBlank() || name.contains(":")) {
                in.mistake("labels", "has the name " + name + ". Declare what stands before the colon.");
            }
            try {
                labels.put(name, new LabelRule(needed, asked, tenants, value, files));
            } catch (IllegalArgumentException e) {
                label.mistake("files", "cannot be used: " + e.getMessage());
            }
            label.end();
        });
        return labels;
    }

    /// The section `embeddings` of any source that has one.
    static EmbedderSettings embedding(Section at) {
        var type = at.choice("type");
        var server = new EmbedderSettings.Server(at.address("base_url").orElse(OPENAI), at.textOrEmpty("model"),
                at.secret("api_key").map(Secret::reveal).orElse(""), at.numberIfGiven("dimensions"));
        at.end();
        return switch (type) {
            case "onnx" -> new EmbedderSettings.InProcess();
            case "openai" -> server;
            default -> new EmbedderSettings.None();
        };
    }

    private Place backend() {
        var type = in.choice("backend");
        var orLocal = in.flag("or_local");
        var store = vectorStore(in.section("vector_store"), type.equals(DocumentsKeys.VECTOR_STORE), orLocal);
        var azure = azure(in.section("azure"), type.equals(DocumentsKeys.AZURE), orLocal);
        return switch (type) {
            case DocumentsKeys.VECTOR_STORE -> store.<Place>map(place -> place).orElseGet(Local::new);
            case DocumentsKeys.AZURE -> azure.<Place>map(place -> place).orElseGet(Local::new);
            default -> new Local();
        };
    }

    /// @return empty when something is missing, or the section does not matter
    private Optional<VectorStorePlace> vectorStore(Section at, boolean matters, boolean orLocal) {
        var id = at.textOrEmpty("id");
        var key = at.secret("api_key").map(Secret::reveal).orElse("");
        var url = at.address("base_url").orElse(OPENAI);
        var whole = whole(at, matters, orLocal, Map.of("id", id, "api_key", key));
        at.end();
        try {
            return whole ? Optional.of(new VectorStorePlace(url, id, key)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            at.mistake("id", "cannot be used: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<AzurePlace> azure(Section at, boolean matters, boolean orLocal) {
        var endpoint = at.address("endpoint");
        var index = at.textOrEmpty("index");
        var key = at.secret("api_key").map(Secret::reveal).orElse("");
        var version = at.textOrEmpty("api_version");
        var semantic = at.textOrEmpty("semantic_configuration");
        var fields = at.pairs("fields");
        var whole = whole(at, matters, orLocal, Map.of("endpoint", endpoint.map(URI::toString).orElse(""), "index",
                index, "api_key", key));
        fields.keySet().stream().filter(meaning -> !DocumentsKeys.FIELDS.contains(meaning)).forEach(meaning ->
                at.mistake("fields", "has " + meaning + ". There are " + String.join(", ", DocumentsKeys.FIELDS)
                        + "."));
        if (matters && !fields.keySet().containsAll(DocumentsKeys.FIELDS.subList(0, 3))) {
            at.mistake("fields", "lacks id, title or text. Name the index's fields that have them.");
        }
        at.end();
        return whole ? Optional.of(new AzurePlace(endpoint.orElseThrow(), index, key, version, semantic, fields))
                : Optional.empty();
    }

    /// Whether nothing is missing that is needed.
    private static boolean whole(Section at, boolean matters, boolean orLocal, Map<String, String> needed) {
        var missing = needed.entrySet().stream().filter(each -> each.getValue().isBlank()).map(Map.Entry::getKey)
                .sorted().toList();
        if (matters && !orLocal) {
            missing.forEach(key -> at.mistake(key, "is missing, and the backend needs it. With or_local: true, the "
                    + "index in this process would be used instead."));
        }
        return matters && missing.isEmpty();
    }
}
