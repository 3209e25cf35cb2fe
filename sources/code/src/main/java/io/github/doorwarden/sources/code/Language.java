package io.github.doorwarden.sources.code;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a file is written in, by its name.
enum Language {
    JAVA("java"),
    KOTLIN("kt kts"),
    SCALA("scala sc"),
    GROOVY("groovy gradle"),
    PYTHON("py pyi"),
    JAVASCRIPT("js jsx mjs cjs"),
    TYPESCRIPT("ts tsx mts cts"),
    GO("go"),
    RUST("rs"),
    C("c h"),
    CPP("cpp cc cxx hpp hh hxx inl"),
    CSHARP("cs"),
    SWIFT("swift"),
    PHP("php"),
    RUBY("rb rake gemspec rakefile gemfile"),
    PERL("pl pm"),
    LUA("lua"),
    SHELL("sh bash zsh ksh"),
    SQL("sql ddl"),
    MARKDOWN("md markdown mdx"),
    YAML("yaml yml"),
    JSON("json json5 jsonc"),
    TOML("toml"),
    PROPERTIES("properties ini cfg conf env"),
    XML("xml xsd xsl pom"),
    HTML("html htm vue svelte jte"),
    CSS("css scss sass less"),
    PROTOBUF("proto"),
    TERRAFORM("tf tfvars hcl"),
    MAKEFILE("mk makefile dockerfile jenkinsfile cmake"),
    TEXT("txt adoc rst");

    private static final Map<String, Language> BY_ENDING = new HashMap<>();

    static {
        for (var language : values()) {
            for (var ending : language.endings.split(" ")) {
                BY_ENDING.put(ending, language);
            }
        }
    }

    private final String endings;

    Language(String endings) {
        this.endings = endings;
    }

    /// As callers write it.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// By its ending, or by its whole name where it has none; [#TEXT] for what is not known.
    static Language of(String path) {
        var name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return BY_ENDING.getOrDefault(name.substring(name.lastIndexOf('.') + 1), TEXT);
    }

    static Optional<Language> named(String key) {
        for (var language : values()) {
            if (language.key().equals(key.toLowerCase(Locale.ROOT))) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /// Whether values stand there without quotes.
    boolean isConfiguration() {
        return switch (this) {
            case PROPERTIES, YAML, TOML, SHELL, MAKEFILE -> true;
            default -> false;
        };
    }
}
