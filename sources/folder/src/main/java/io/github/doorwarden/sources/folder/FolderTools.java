package io.github.doorwarden.sources.folder;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Description;
import io.github.doorwarden.server.Range;
import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The tools of a folder: list, read, search, and write where it is allowed. Every path that they are given goes
/// through [FilePath] and [Sandbox]. Safe for use by many threads.
final class FolderTools {

    private final FolderSettings settings;
    private final Sandbox sandbox;
    private final Runnable wrote;

    /// @param wrote runs after each change, before it is answered
    FolderTools(FolderSettings settings, Sandbox sandbox, Runnable wrote) {
        this.settings = settings;
        this.sandbox = sandbox;
        this.wrote = wrote;
    }

    List<Tool> all() {
        var tools = new ArrayList<Tool>(List.of(
                reading("list", "List files", "Lists the files and directories of the folder " + settings.prefix()
                        + ", in the order of their paths.").of(ListAsk.class, Listing.class, this::list),
                reading("read", "Read a file", "Reads lines of a text file of the folder " + settings.prefix()
                        + ". When there is a next, call again with it as first to go on.")
                        .of(ReadAsk.class, Text.class, this::read),
                reading("search", "Search in files", "Finds lines that contain a text, in any case, in the text files "
                        + "of the folder " + settings.prefix() + ".").of(SearchAsk.class, Found.class, this::search)));
        if (settings.writes()) {
            var scopes = new HashSet<>(settings.scopes());
            scopes.addAll(settings.writeScopes());
            tools.add(RecordTool.named(tool("write"), "Writes a text file of the folder " + settings.prefix()
                    + " as a whole. Its directory has to be there. A file that is there is replaced only with "
                    + "replace: true.").title("Write a file").scopes(scopes.toArray(String[]::new)).destructive(true)
                    .idempotent().openWorld(false).secret("text").of(WriteAsk.class, Written.class, this::write));
        }
        return tools;
    }

    private RecordTool.Draft reading(String verb, String title, String description) {
        return RecordTool.named(tool(verb), description).title(title).readOnly().openWorld(false)
                .scopes(settings.scopes().toArray(String[]::new));
    }

    private String tool(String verb) {
        return settings.prefix().replace('-', '_') + "_" + verb;
    }

    record ListAsk(
            @Description("Directory to list, relative to the folder; the folder itself when left out.")
            Optional<String> path,
            @Description("Whether what is in its directories is listed too; false when left out.")
            Optional<Boolean> recursive) {}

    /// @param type `file` or `directory`
    record Line(String path, String type, long size, String modified) {}

    record Listing(List<Line> entries, int total, boolean truncated) {}

    private Listing list(ListAsk ask, Call call) throws IOException {
        var from = path(ask.path().orElse(""));
        var tree = sandbox.tree();
        if (!from.isRoot() && !(tree.get(from.toString()) instanceof Sandbox.Entry entry && entry.directory())) {
            throw RecordTool.failure("There is no directory " + from + ". " + tool("list") + " without a path lists "
                    + "those that there are.");
        }
        var deep = ask.recursive().orElse(false);
        var lines = new ArrayList<Line>();
        tree.forEach((text, entry) -> {
            var path = FilePath.of(text);
            if (path.within(from) && !path.equals(from) && (deep || path.parent().equals(from))) {
                lines.add(new Line(text, entry.directory() ? "directory" : "file", entry.size(),
                        entry.modified().toString()));
            }
        });
        var shown = lines.subList(0, Math.min(lines.size(), Limits.LISTED_ENTRIES));
        return new Listing(List.copyOf(shown), lines.size(), shown.size() < lines.size());
    }

    record ReadAsk(
            @Description("The file, relative to the folder, for example notes/today.md.") String path,
            @Description("First line to read, from 1; 1 when left out.") @Range(min = 1, max = Integer.MAX_VALUE)
            Optional<Integer> first,
            @Description("How many lines at most; as many as fit when left out.") @Range(min = 1, max = Limits.LINES)
            Optional<Integer> lines) {}

    /// Lines are counted from 1.
    record Text(String path, String text, int first, int last, int total, Optional<Integer> next) {}

    private Text read(ReadAsk ask, Call call) throws IOException {
        var path = path(ask.path());
        var lines = text(path).orElseThrow(() -> RecordTool.failure("The file " + path + " is no text in UTF-8. It can "
                + "be had as a resource.")).lines().toList();
        var from = Math.min(ask.first().orElse(1), lines.size() + 1);
        var some = new StringBuilder();
        var next = from;
        var most = ask.lines().orElse(Limits.LINES);
        while (next <= lines.size() && next < from + most
                && (next == from || some.length() + lines.get(next - 1).length() < Limits.ANSWER_CHARS)) {
            some.append(next == from ? "" : "\n").append(lines.get(next - 1));
            next++;
        }
        if (some.length() > Limits.ANSWER_CHARS) {
            some.setLength(Limits.ANSWER_CHARS);
            some.append("… (the line goes on)");
        }
        return new Text(path.toString(), some.toString(), from, next - 1, lines.size(),
                next <= lines.size() ? Optional.of(next) : Optional.empty());
    }

    record SearchAsk(
            @Description("Text that a line contains; not a pattern.") @Range(min = 1, max = Limits.QUERY_CHARS)
            String text,
            @Description("Directory or file to search in; the whole folder when left out.") Optional<String> path) {}

    record Hit(String path, int line, String text) {}

    record Found(List<Hit> hits, boolean truncated) {}

    private Found search(SearchAsk ask, Call call) throws IOException {
        var in = path(ask.path().orElse(""));
        var wanted = ask.text().toLowerCase(Locale.ROOT);
        var hits = new ArrayList<Hit>();
        var left = Limits.SEARCHED_BYTES;
        for (var each : sandbox.tree().entrySet()) {
            var path = FilePath.of(each.getKey());
            if (each.getValue().directory() || !path.within(in) || each.getValue().size() > Limits.FILE_BYTES) {
                continue;
            }
            left -= each.getValue().size();
            if (left < 0) {
                return new Found(hits, true);
            }
            var lines = textIfAny(path).map(text -> text.lines().toList()).orElse(List.of());
            for (var i = 0; i < lines.size(); i++) {
                if (lines.get(i).toLowerCase(Locale.ROOT).contains(wanted)) {
                    if (hits.size() == Limits.HITS) {
                        return new Found(hits, true);
                    }
                    hits.add(new Hit(path.toString(), i + 1, cut(lines.get(i).strip())));
                }
            }
        }
        return new Found(hits, false);
    }

    private static String cut(String line) {
        return line.length() <= Limits.HIT_CHARS ? line : line.substring(0, Limits.HIT_CHARS) + "…";
    }

    record WriteAsk(
            @Description("The file, relative to the folder, for example notes/today.md.") String path,
            @Description("What the file holds from then on.") String text,
            @Description("Whether a file that is there may be replaced; false when left out.")
            Optional<Boolean> replace) {}

    record Written(String path, int bytes, boolean created) {}

    private synchronized Written write(WriteAsk ask, Call call) throws IOException {
        var path = path(ask.path());
        var bytes = ask.text().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Limits.WRITTEN_BYTES) {
            throw RecordTool.failure("The text has more than " + Limits.WRITTEN_BYTES + " bytes. Write it in several "
                    + "files.");
        }
        var tree = sandbox.tree();
        if (tree.values().stream().mapToLong(Sandbox.Entry::size).sum() + bytes.length > Limits.FOLDER_BYTES
                || tree.size() >= Limits.ENTRIES) {
            throw RecordTool.failure("The folder is full. Nothing was written. Ask the administrator to clear it.");
        }
        try {
            var created = sandbox.write(path, bytes, ask.replace().orElse(false));
            wrote.run();
            return new Written(path.toString(), bytes.length, created);
        } catch (FileAlreadyExistsException there) {
            throw RecordTool.failure("There is " + path + " already. Nothing was written. Read it first; to replace a "
                    + "file, call again with replace: true.");
        } catch (IOException noDirectory) {
            throw RecordTool.failure("Nothing can be written at " + path
                    + ": there is no such directory, or it may not "
                    + "be written to. " + tool("list") + " says which directories there are.");
        }
    }

    private static FilePath path(String text) {
        try {
            return FilePath.of(text);
        } catch (FilePath.Unusable unusable) {
            throw RecordTool.failure(unusable.getMessage());
        }
    }

    private Optional<String> text(FilePath path) {
        try {
            return decoded(sandbox.read(path, Limits.FILE_BYTES));
        } catch (FilePath.Unusable tooLarge) {
            throw RecordTool.failure(tooLarge.getMessage());
        } catch (IOException none) {
            throw RecordTool.failure("There is no file " + path + ". " + tool("list") + " lists those that there are.");
        }
    }

    /// Empty too for what went away since it was seen.
    private Optional<String> textIfAny(FilePath path) {
        try {
            return decoded(sandbox.read(path, Limits.FILE_BYTES));
        } catch (IOException | FilePath.Unusable gone) {
            return Optional.empty();
        }
    }

    private static Optional<String> decoded(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }
}
