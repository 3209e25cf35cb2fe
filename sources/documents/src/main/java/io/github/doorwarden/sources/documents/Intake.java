package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Hashes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Makes a document of a file: what its author gave it, what the configuration adds, and what is wrong with either.
final class Intake {

    private final Labels labels;
    private final Formats formats;

    Intake(Labels labels, Formats formats) {
        this.labels = labels;
        this.formats = formats;
    }

    /// @param path     relative to the folder
    /// @param warnings told of what is passed over
    Indexed read(Folder in, String path, Tree.Entry file, List<String> warnings)
            throws Unreadable, InterruptedException {
        stillThere(file.path());
        var found = formats.read(file.path());
        if (found.text().isBlank()) {
            throw new Unreadable("there is no text in it");
        }
        var id = id(in.name(), path);
        var title = found.title().strip().replaceAll("\\s+", " ");
        var shown = title.substring(0, Formats.whole(title, Math.min(title.length(), Limits.TITLE_CHARS)));
        var url = url(in, path, id, found, warnings);
        var all = found.withLabels(labels.ofFile(path, file.real())).labels();
        var unknown = labels.unknown(all);
        if (!unknown.isEmpty()) {
            warnings.add(path + " is read by nobody: the label " + unknown.getFirst()
                    + " is not declared under labels.");
        }
        return new Indexed(id, in.name(), path, file.real(), shown, url, found.date(), all, file.state(),
                Hashes.of(shown, url, found.date(), String.join("\n", all), found.text()), found.text());
    }

    /// A directory may have become a link since the folder was walked: what that leads to was not judged.
    private static void stillThere(Path resolved) throws Unreadable {
        try {
            if (!resolved.toRealPath().equals(resolved)) {
                throw Unreadable.forNow("a directory above it became a link while it was looked at", null);
            }
        } catch (IOException e) {
            throw Unreadable.forNow("it went away while it was looked at (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static String url(Folder in, String path, String id, Extracted found, List<String> warnings) {
        var own = found.url().isEmpty() ? "" : DocumentUrl.absolute(found.url());
        if (!found.url().isEmpty() && own.isEmpty()) {
            warnings.add("The url of " + path + " is passed over: it is no absolute http or https address.");
        }
        return own.isEmpty() && !in.urlTemplate().isEmpty() ? DocumentUrl.of(in.urlTemplate(), path, id) : own;
    }

    /// The same as long as the document lies where it lies.
    static String id(String folder, String path) {
        return "doc-" + Hashes.of(folder, path).substring(0, 20);
    }
}
