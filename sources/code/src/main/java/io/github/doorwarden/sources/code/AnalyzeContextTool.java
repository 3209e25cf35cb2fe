package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.search.IndexSearcher;
import tools.jackson.databind.node.ObjectNode;

/// `analyze_context`: what surrounds a file: what it declares, who mentions that, which tests do, what is near it.
final class AnalyzeContextTool implements Tool {

    private static final Set<String> CALLED = Set.of("class", "interface", "enum", "record", "method", "function",
            "constant", "struct", "trait", "type", "table", "view");
    private static final int SYMBOLS = 20;
    private static final int NEAR = 8;

    private final Toolbox box;
    private final ToolSpec spec;

    AnalyzeContextTool(Toolbox box) {
        this.box = box;
        var in = Toolbox.object("path");
        Toolbox.text(in, "path", "The file, as results have its path.");
        Toolbox.text(in, "repo", "Its repository, where several have the path.");
        Toolbox.text(in, "symbol", "One symbol of the file, when only its surroundings matter.");
        Toolbox.number(in, "max_tokens", 200, 20_000, "Of the whole pack.");
        var out = Toolbox.object("repo", "path", "symbols", "callers", "tests", "near", "conventions");
        Toolbox.text(out, "repo", "Of the file");
        Toolbox.text(out, "path", "Of the file");
        Toolbox.list(out, "symbols", "What it declares");
        Toolbox.list(out, "callers", "Lines elsewhere that mention what it declares, found by the letters alone");
        Toolbox.list(out, "tests", "Lines of tests that do");
        Toolbox.list(out, "near", "Code that resembles it or is used with it");
        out.withObjectProperty("properties").putObject("conventions").put("type", "array").put("description",
                "How it is written").putObject("items").put("type", "string");
        Toolbox.text(out, "cut", "Says so when not everything fitted");
        spec = box.spec("analyze_context", "Context of a file", "Gathers what surrounds a file: what it declares, "
                + "lines elsewhere and in tests that mention it, similar code, and how it is written. References are "
                + "lexical: found by their letters. It returns context and no judgement: no language model is behind "
                + "it.", in, out);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws IOException {
        var path = Toolbox.text(call, "path").replaceAll("^\\./", "");
        var readable = box.repositories().readable(call.caller(), Toolbox.text(call, "repo"));
        var refused = Toolbox.refused(call, readable, false);
        if (refused.isPresent()) {
            return refused.get();
        }
        var symbol = Toolbox.text(call, "symbol");
        var tokens = Math.min(Toolbox.number(call, "max_tokens", box.settings().packTokens()), box.settings()
                .answerTokens() - 500);
        var found = box.index().look(Optional.<ObjectNode>empty(), searcher -> {
            var places = Lookup.paths(searcher, readable, path, 1);
            return places.isEmpty() ? Optional.<ObjectNode>empty()
                    : Optional.of(gather(new ContextPack(box, searcher, readable,
                    tokens), searcher, places.getFirst()[0], places.getFirst()[1], symbol));
        });
        return found.map(answer -> box.answer(answer, box.settings().answerTokens(), "Ask for less with max_tokens."))
                .orElseGet(() -> ToolResult.error("There is no indexed file " + Toolbox.shown(path)
                + ". Take a path as " + box.name("search_code") + " has it."));
    }

    private static ObjectNode gather(ContextPack pack, IndexSearcher searcher, String repository, String path,
            String symbol) throws IOException {
        pack.answer().put("repo", repository).put("path", path);
        var all = Lookup.outline(searcher, repository, path);
        var byName = new LinkedHashMap<String, Symbol>();
        all.stream().filter(each -> symbol.isEmpty() ? CALLED.contains(each.kind()) : each.name().equals(symbol))
                .sorted(Comparator.comparing(each -> each.scope().length())).limit(SYMBOLS).forEach(each ->
                byName.putIfAbsent(each.name(), each));
        pack.conventions(List.<String[]>of(new String[] {repository, path}));
        pack.answer().putArray("symbols");
        pack.outline("symbols", repository, path, 0.3);
        pack.answer().putArray("callers");
        pack.references("callers", byName.values(), repository, path, false, 0.25);
        pack.answer().putArray("tests");
        pack.references("tests", byName.values(), repository, path, true, 0.2);
        var words = String.join(" ", byName.keySet().stream().limit(NEAR).toList());
        pack.snippets("near", pack.search(words.isEmpty() ? path : words, "", "", false, Optional.empty(), NEAR * 2)
                .stream().filter(each -> !each.path().equals(path)).limit(NEAR).toList(), 0.3);
        return pack.answer();
    }
}
