package io.github.doorwarden.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// One file as the rules see it: its text, the same text with comments and strings blanked, and, for Java, the types
/// and methods that the compiler's own parser finds. Lines count from 1.
final class JavaCode {
    private final String path;
    private final String text;
    private final List<Type> types = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();
    private String bare;

    private JavaCode(String path, String text) {
        this.path = path;
        this.text = text;
    }

    static JavaCode of(String path, String text) {
        var code = new JavaCode(path, text);
        if (path.endsWith(".java")) {
            code.parse();
        }
        return code;
    }

    /// A type: `outer` is null for a top-level one.
    record Type(String name, Type outer, Set<Modifier> modifiers, List<String> annotations, int line, int firstLine,
            boolean isClass) { }

    /// A method with a body or without: `lines` includes signature, annotations and closing brace.
    record Method(String name, Type in, Set<Modifier> modifiers, List<String> annotations, boolean isPlainVoid,
            int line, int lines) { }

    String path() {
        return path;
    }

    String text() {
        return text;
    }

    List<Type> types() {
        return types;
    }

    List<Method> methods() {
        return methods;
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /// The text with the insides of comments and strings replaced by blanks, at the same offsets.
    String bare() {
        if (bare == null) {
            bare = path.endsWith(".java") ? blanked(text) : text;
        }
        return bare;
    }

    static int lineOf(String text, int offset) {
        return (int) text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }

    static String blanked(String text) {
        return masked(text, ' ');
    }

    /// The text with comments blanked and each character of a string or text block replaced by `literal`.
    static String masked(String text, char literal) {
        var out = new StringBuilder(text);
        int at = 0;
        while (at < text.length()) {
            String opened = text.startsWith("\"\"\"", at) ? "\"\"\"" : text.startsWith("//", at) ? "//"
                    : text.startsWith("/*", at) ? "/*" : text.charAt(at) == '"' || text.charAt(at) == '\''
                    ? text.substring(at, at + 1) : null;
            if (opened == null) {
                at++;
                continue;
            }
            int end = endOf(text, at + opened.length(), opened);
            for (int i = at; i < end; i++) {
                if (text.charAt(i) != '\n') {
                    out.setCharAt(i, opened.startsWith("/") ? ' ' : literal);
                }
            }
            at = end;
        }
        return out.toString();
    }

    private static int endOf(String text, int from, String opened) {
        String closed = switch (opened) {
            case "//" -> "\n";
            case "/*" -> "*/";
            default -> opened;
        };
        boolean escapes = closed.startsWith("\"") || closed.equals("'");
        int at = from;
        while (at < text.length() && !text.startsWith(closed, at)) {
            at += escapes && text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(text.length(), at + closed.length());
    }

    private void parse() {
        var file = new SimpleJavaFileObject(URI.create("mem:///" + path.replace(' ', '_')),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        var task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problem -> { }, List.of("-proc:none"), null,
                List.of(file));
        try {
            for (CompilationUnitTree unit : task.parse()) {
                new Walk(unit, Trees.instance(task).getSourcePositions()).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Walk extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Deque<Type> open = new ArrayDeque<>();

        Walk(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitClass(ClassTree tree, Void nothing) {
            int first = line(positions.getStartPosition(unit, tree));
            var type = new Type(tree.getSimpleName().toString(), open.peek(), tree.getModifiers().getFlags(),
                    annotations(tree.getModifiers().getAnnotations()), first, first, tree.getKind() == Tree.Kind.CLASS);
            types.add(type);
            open.push(type);
            super.visitClass(tree, nothing);
            open.pop();
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, Void nothing) {
            int first = line(positions.getStartPosition(unit, tree));
            int last = line(positions.getEndPosition(unit, tree));
            boolean plainVoid = tree.getReturnType() != null && tree.getReturnType().toString().equals("void")
                    && tree.getParameters().isEmpty();
            methods.add(new Method(tree.getName().toString(), open.peek(), tree.getModifiers().getFlags(),
                    annotations(tree.getModifiers().getAnnotations()), plainVoid, first, last - first + 1));
            return super.visitMethod(tree, nothing);
        }

        private int line(long offset) {
            return offset < 0 ? 1 : (int) unit.getLineMap().getLineNumber(offset);
        }

        private static List<String> annotations(List<? extends AnnotationTree> trees) {
            return trees.stream().map(tree -> tree.getAnnotationType().toString()).toList();
        }
    }
}
