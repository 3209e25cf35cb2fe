package io.github.doorwarden.sources.code;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is defined in a file, by whatever knows its language; nothing where nothing does. For one thread.
final class Outline implements AutoCloseable {

    private final JavaOutline java = new JavaOutline();
    private final Ctags ctags = new Ctags();

    /// Makes ready what is cheaper for several files together; those are then given to [#of], one by one.
    void prepare(Language language, List<SourceText> texts) {
        if (language == Language.JAVA) {
            java.prepare(texts);
        }
    }

    /// @return in the order of their first lines, outer ones before what they hold
    List<Symbol> of(Language language, String path, SourceText text) {
        var found = new ArrayList<>(switch (language) {
            case JAVA -> java.of(text).orElseGet(() -> BraceOutline.of(language, text));
            case PYTHON -> IndentOutline.python(text);
            case RUBY -> IndentOutline.ruby(text);
            case YAML -> IndentOutline.yaml(text);
            case MARKDOWN -> HeadingOutline.of(text);
            case SQL -> SqlOutline.of(text);
            case JAVASCRIPT, TYPESCRIPT, GO, RUST, KOTLIN, SHELL -> BraceOutline.of(language, text);
            case C, CPP, CSHARP, SWIFT, SCALA, GROOVY, PHP -> ctags.of(path, text)
                    .orElseGet(() -> BraceOutline.of(language, text));
            case PERL, LUA, PROTOBUF, TERRAFORM, MAKEFILE -> ctags.of(path, text).orElse(List.of());
            default -> List.<Symbol>of();
        });
        found.removeIf(symbol -> symbol.name().isBlank() || symbol.name().length() > Limits.NAME_CHARS);
        found.sort(Comparator.comparingInt(Symbol::from).thenComparing(Symbol::to, Comparator.reverseOrder()));
        return found.subList(0, Math.min(found.size(), Limits.SYMBOLS));
    }

    /// The line where what belongs to a declaration begins: the comments and annotations right above it.
    static int begin(List<String> lines, int declared) {
        var begin = declared;
        while (begin > 1) {
            var above = lines.get(begin - 2).strip();
            if (!above.startsWith("//") && !above.startsWith("*") && !above.startsWith("/*")
                    && !above.startsWith("#") && !above.startsWith("@") && !above.startsWith("--")
                    && !above.endsWith("*/") || above.startsWith("#include") || above.startsWith("#!")) {
                return begin;
            }
            begin--;
        }
        return begin;
    }

    @Override
    public void close() {
        ctags.close();
    }
}
