package io.github.doorwarden.sources.code;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Types, methods and fields of a Java file, as the compiler's own parser sees them. Nothing is resolved, no class path
/// is looked at, no annotation processor runs. For one thread.
final class JavaOutline {

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final Map<SourceText, List<Symbol>> ready = new IdentityHashMap<>();
    private JavaFileManager files;

    /// Parses several files at once: making a parser ready costs more than most files.
    void prepare(List<SourceText> texts) {
        ready.clear();
        var some = texts.stream().filter(text -> !isTooDeep(text.text())).toList();
        if (compiler != null && !some.isEmpty() && !parse(some)) {
            some.forEach(text -> parse(List.of(text)));           // one of them is to blame
        }
    }

    /// @return empty for what the parser cannot read or was not given, and where there is no compiler
    Optional<List<Symbol>> of(SourceText text) {
        return Optional.ofNullable(ready.get(text)).filter(symbols -> !symbols.isEmpty());
    }

    private boolean parse(List<SourceText> texts) {
        try {
            if (files == null) {
                files = compiler.getStandardFileManager(nothing -> { }, Locale.ROOT, null);
            }
            // The compiler wraps what it is given, so texts are told apart by their names.
            var units = new LinkedHashMap<URI, Unit>();
            for (var text : texts) {
                var unit = new Unit(units.size(), text);
                units.put(unit.toUri(), unit);
            }
            var task = (JavacTask) compiler.getTask(Writer.nullWriter(), files, nothing -> { },
                    List.of("-proc:none", "-implicit:none"), null, units.values());
            var positions = Trees.instance(task).getSourcePositions();
            for (var unit : task.parse()) {
                var text = units.get(unit.getSourceFile().toUri()).text;
                var reader = new Reader(text, unit, positions);
                unit.getTypeDecls().forEach(type -> reader.member(type, reader.packageName()));
                ready.put(text, reader.found);
            }
            return true;
        } catch (IOException | RuntimeException | StackOverflowError | AssertionError brokenOrHostile) {
            return false;
        }
    }

    /// The parser calls itself for what lies in brackets, and looks ahead past them.
    private static boolean isTooDeep(String text) {
        var depth = 0;
        var generic = 0;
        var sum = 0;
        for (var i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(', '[', '{' -> depth++;
                case ')', ']', '}' -> depth--;
                case '<' -> generic++;
                case '>' -> generic = 0;
                case '+' -> sum++;
                case ';' -> {
                    generic = 0;
                    sum = 0;
                }
                default -> { }
            }
            if (depth > Limits.NESTING || generic > Limits.NESTING || sum > Limits.OPERANDS) {
                return true;
            }
        }
        return false;
    }

    private static final class Unit extends SimpleJavaFileObject {

        private final SourceText text;

        Unit(int number, SourceText text) {
            super(URI.create("string:///Unit" + number + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text.text();
        }
    }

    private static final class Reader {

        private final SourceText text;
        private final List<String> lines;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Symbol> found = new ArrayList<>();

        Reader(SourceText text, CompilationUnitTree unit, SourcePositions positions) {
            this.text = text;
            this.lines = text.all();
            this.unit = unit;
            this.positions = positions;
        }

        String packageName() {
            return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
        }

        void member(Tree tree, String scope) {
            switch (tree) {
                case ClassTree type -> {
                    var name = type.getSimpleName().toString();
                    add(type, name, switch (type.getKind()) {
                        case INTERFACE -> "interface";
                        case ENUM -> "enum";
                        case RECORD -> "record";
                        case ANNOTATION_TYPE -> "annotation";
                        default -> "class";
                    }, scope);
                    var inside = name.isEmpty() ? scope : scope.isEmpty() ? name : scope + "." + name;
                    type.getMembers().forEach(member -> member(member, inside));
                }
                case MethodTree method -> {
                    var constructor = method.getName().contentEquals("<init>");
                    add(method, constructor ? scope.substring(scope.lastIndexOf('.') + 1) : method.getName()
                            .toString(), constructor ? "constructor" : "method", scope);
                }
                case VariableTree field -> {
                    var flags = field.getModifiers().getFlags();
                    add(field, field.getName().toString(), flags.contains(Modifier.STATIC)
                            && flags.contains(Modifier.FINAL) ? "constant" : "field", scope);
                }
                default -> { }
            }
        }

        private void add(Tree tree, String name, String kind, String scope) {
            var start = positions.getStartPosition(unit, tree);
            var end = positions.getEndPosition(unit, tree);
            if (start < 0 || end < start || name.isEmpty()) {
                return;
            }
            var first = text.lineOf((int) start);
            var declared = first;
            var last = text.lineOf((int) end - 1);
            // Annotations above the declaration belong to it, but are not its line.
            while (declared < last && declared < first + 20 && !mentions(lines.get(declared - 1), name)) {
                declared++;
            }
            declared = mentions(lines.get(declared - 1), name) ? declared : first;
            found.add(new Symbol(name, kind, scope, lines.get(declared - 1).strip(), declared, Math.max(declared, last),
                    Outline.begin(lines, first)));
        }

        private static boolean mentions(String line, String name) {
            return !line.stripLeading().startsWith("@") && line.contains(name)
                    || line.matches(".*\\b" + java.util.regex.Pattern.quote(name) + "\\b\\s*[({=;<].*");
        }
    }
}
