package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.sources.code.CodeSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The part of the configuration that a source of code reads by itself.
final class CodeConfig {

    private final Section in;
    private final Path base;
    private final Scopes scopes;
    private final ConditionsConfig conditions;

    private CodeConfig(Section in, Path base, Scopes scopes, ConditionsConfig conditions) {
        this.in = in;
        this.base = base;
        this.scopes = scopes;
        this.conditions = conditions;
    }

    /// @param base that paths are relative to
    static Config.SourceConfig read(String name, Section in, Path base, Scopes scopes, ConditionsConfig conditions) {
        return new CodeConfig(in, base, scopes, conditions).all(name);
    }

    private Config.SourceConfig all(String name) {
        var prefix = DocumentsConfig.prefix(in);
        var operators = in.flag("operator_tools");
        var tools = new CodeSettings.Tools(prefix, in.textOrEmpty("about"), OpenApiConfig.scopes(in, scopes),
                in.number("answer_tokens"), in.number("pack_tokens"), further(name, prefix, operators), operators);
        var include = in.texts("include");
        var exclude = in.texts("exclude");
        var repositories = new ArrayList<CodeSettings.Repository>();
        in.named("repositories").forEach((each, at) -> {
            repository(each, at, include, exclude).ifPresent(repositories::add);
            at.end();
        });
        if (in.named("repositories").isEmpty()) {
            in.mistake("repositories", "is missing. Name at least one, such as repositories: {ours: {folder: .}}.");
        }
        return new Config.SourceConfig.Code(name, new CodeSettings(repositories, tools, DocumentsConfig.embedding(
                in.section("embeddings")), azure(), in.duration("follow")));
    }

    /// What single tools ask of a caller. Those for operators name what others have asked and make work, so whoever
    /// switches them on says who may call them.
    private Map<String, Set<String>> further(String source, String prefix, boolean operators) {
        var further = new LinkedHashMap<String, Set<String>>();
        var guarded = new HashSet<String>();
        in.named("tools").forEach((name, tool) -> {
            if (!CodeSettings.Tools.NAMES.contains(name) && !CodeSettings.Tools.OPERATORS.contains(name)) {
                in.mistake("tools", "has " + name + ", which code has not. There are " + String.join(", ",
                        CodeSettings.Tools.NAMES) + "; and with operator_tools " + String.join(", ",
                        CodeSettings.Tools.OPERATORS) + ".");
            }
            further.put(name, OpenApiConfig.scopes(tool, scopes));
            if (!further.get(name).isEmpty() || !tool.texts("tiers").isEmpty()) {
                guarded.add(name);
            }
            conditions.ofTool(source, prefix.isEmpty() ? name : prefix + "_" + name, tool);
            tool.end();
        });
        if (operators && !guarded.containsAll(CodeSettings.Tools.OPERATORS)) {
            in.mistake("operator_tools", "is on, and not for everybody. Say who may call them: tiers or scopes under "
                    + "tools.search_quality and tools.reindex_code.");
        }
        return further;
    }

    private Optional<CodeSettings.Repository> repository(String name, Section at, List<String> include,
            List<String> exclude) {
        var own = at.texts("include");
        var left = at.texts("exclude");
        var permalink = at.textOrEmpty("permalink");
        var needed = OpenApiConfig.scopes(at, scopes);
        var asked = conditions.of(at);
        var optional = at.flag("optional");
        try {
            return place(at).map(place -> new CodeSettings.Repository(name, place, own.isEmpty() ? include : own,
                    left.isEmpty() ? exclude : left, permalink, needed, asked, optional));
        } catch (IllegalArgumentException e) {
            in.mistake("repositories", "has " + name + ", which cannot be used: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<CodeSettings.Place> place(Section at) {
        var folder = at.textOrEmpty("folder");
        var git = at.textOrEmpty("git");
        var archives = at.textOrEmpty("archives");
        var branch = at.textOrEmpty("branch");
        var token = at.secret("token").map(Secret::reveal).orElse("");
        if (Stream.of(folder, git, archives).filter(text -> !text.isBlank()).count() != 1) {
            at.mistake("folder", "is needed, or git, or archives: one of them.");
            return Optional.empty();
        }
        if (!folder.isBlank()) {
            return Optional.of(new CodeSettings.Folder(at.path("folder", folder, base)));
        }
        if (!archives.isBlank()) {
            return Optional.of(archives(at, archives));
        }
        var local = git.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*") ? Optional.<Path>empty()
                : Optional.of(at.path("git", git, base));
        return Optional.of(new CodeSettings.Git(git, local, branch, token));
    }

    /// Divided where the first wildcard comes: before it stands a folder.
    private CodeSettings.Place archives(Section at, String glob) {
        var wild = Stream.of("*", "?", "[", "{").mapToInt(glob::indexOf).filter(found -> found >= 0).min()
                .orElse(glob.length());
        var slash = glob.lastIndexOf('/', wild);
        return new CodeSettings.Archives(at.path("archives", slash < 0 ? "." : slash == 0 ? "/"
                : glob.substring(0, slash), base), glob.substring(slash + 1));
    }

    private Optional<CodeSettings.AzurePlace> azure() {
        var backend = in.choice("backend");
        var at = in.section("azure");
        var endpoint = at.address("endpoint");
        var index = at.textOrEmpty("index");
        var key = at.secret("api_key").map(Secret::reveal).orElse("");
        var version = at.textOrEmpty("api_version");
        var semantic = at.textOrEmpty("semantic_configuration");
        var fields = at.pairs("fields");
        if (backend.equals(DocumentsKeys.VECTOR_STORE)) {
            in.mistake("backend", "is " + backend + ", which code has not. There are " + DocumentsKeys.LOCAL + " and "
                    + DocumentsKeys.AZURE + ".");
        }
        fields.keySet().stream().filter(meaning -> !CodeKeys.FIELDS.contains(meaning)
                && backend.equals(DocumentsKeys.AZURE)).forEach(meaning -> at.mistake("fields", "has " + meaning
                + ". There are " + String.join(", ", CodeKeys.FIELDS) + "."));
        at.end();
        if (!backend.equals(DocumentsKeys.AZURE)) {
            return Optional.empty();
        }
        Map.of("endpoint", endpoint.map(URI::toString).orElse(""), "index", index, "api_key", key).forEach(
                (name, value) -> {
                    if (value.isBlank()) {
                        at.mistake(name, "is missing, and the backend needs it.");
                    }
                });
        if (!fields.keySet().containsAll(CodeKeys.FIELDS.subList(0, 3))) {
            at.mistake("fields", "lacks repository, path or content. Name the index's fields that have them.");
        }
        return endpoint.map(uri -> new CodeSettings.AzurePlace(uri, index, key, version, semantic, fields));
    }
}
