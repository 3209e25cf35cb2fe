package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/// `find_symbol`: where a name is defined, and lines that have it.
final class FindSymbolTool implements Tool {

    private static final String ADVICE = "Name what the symbol lies in, such as Outer.inner, or a kind or repo.";
    private static final int DEFINITIONS = 25;

    private final Toolbox box;
    private final ToolSpec spec;

    FindSymbolTool(Toolbox box) {
        this.box = box;
        var in = Toolbox.object("name");
        Toolbox.text(in, "name", "The name, alone or with what it lies in: parse, Parser.parse. Its beginning is "
                + "enough where nothing is named so.");
        Toolbox.text(in, "kind", "Such as class, method, function, field, constant, interface.");
        Toolbox.text(in, "repo", "One repository; without it, all that you may read.");
        var out = Toolbox.object("definitions", "references");
        Toolbox.list(out, "definitions", "name, kind, scope, signature, repo, path, from, to");
        Toolbox.list(out, "references", "repo, path, line, text: lines that have the name as a word. They are found "
                + "by the letters alone, so they may mean another symbol of the same name");
        Toolbox.text(out, "note", "What to know about the answer");
        spec = box.spec("find_symbol", "Find symbol", "Finds where a class, method, function or other symbol is "
                + "defined, and lines that mention it.", in, out);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws IOException {
        var name = Toolbox.text(call, "name").replaceAll("\\(.*", "");
        var readable = box.repositories().readable(call.caller(), Toolbox.text(call, "repo"));
        var refused = Toolbox.refused(call, readable, false);
        if (refused.isPresent()) {
            return refused.get();
        }
        var last = Lookup.parts(name).getLast();
        if (last.codePoints().noneMatch(Character::isLetter)) {
            return ToolResult.error("A name has letters, and so does its part after the last dot: parse, "
                    + "Parser.parse.");
        }
        var answer = Toolbox.JSON.objectNode();
        box.index().look(answer, searcher -> {
            var found = Lookup.definitions(searcher, readable, name, Toolbox.text(call, "kind")
                    .toLowerCase(Locale.ROOT), DEFINITIONS);
            var definitions = answer.putArray("definitions");
            found.forEach(each -> define(definitions.addObject(), each));
            var written = found.isEmpty() || found.stream().anyMatch(each -> each.symbol().name().equals(last)) ? last
                    : found.getFirst().symbol().name();
            var references = answer.putArray("references");
            Lookup.references(searcher, box.index().analyzer(), readable, written, found, Optional.empty(),
                    Limits.REFERENCES).forEach(each -> references.addObject().put("repo", each.repository())
                    .put("path", each.path()).put("line", each.line()).put("text", Toolbox.line(each.text())));
            if (found.isEmpty()) {
                answer.put("note", "Nothing that is indexed defines this name. It may come from a library.");
            }
            return answer;
        });
        return answer.isEmpty() ? ToolResult.error("The index is being opened. Try again in some seconds.")
                : box.answer(answer, box.settings().answerTokens(), ADVICE);
    }

    private void define(tools.jackson.databind.node.ObjectNode node, Lookup.Definition each) {
        var symbol = each.symbol();
        box.place(node.put("name", symbol.name()).put("kind", symbol.kind()).put("scope", symbol.scope())
                .put("signature", symbol.signature()), each.repository(), each.path(), symbol.from(), symbol.to());
    }
}
