package io.github.doorwarden.sources.folder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Where a file or directory is, relative to the folder: names with `/` between them, none of which can lead anywhere
/// else. There is no other way from a caller's text to a file. Immutable.
///
/// @param names empty: the folder itself
record FilePath(List<String> names) {

    /// A caller's text that is no such path; the sentence is for whoever wrote it.
    static final class Unusable extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unusable(String sentence) {
            super(sentence, null, false, false);
        }
    }

    static final FilePath ROOT = new FilePath(List.of());

    FilePath {
        names = List.copyOf(names);
    }

    /// @throws Unusable with what is wrong and what is right
    static FilePath of(String text) {
        if (text.isEmpty() || text.equals(".")) {
            return ROOT;
        }
        if (text.length() > Limits.PATH_CHARS) {
            throw new Unusable("A path has at most " + Limits.PATH_CHARS + " characters.");
        }
        var names = List.of(text.split("/", -1));
        if (names.size() > Limits.DEPTH + 1) {
            throw new Unusable("A path has at most " + (Limits.DEPTH + 1) + " names.");
        }
        names.forEach(name -> {
            if (!usable(name)) {
                throw new Unusable("A path is relative to the folder, for example notes/today.md: names with / between "
                        + "them, none of which is empty, begins with a dot, or has a backslash, a colon or a control "
                        + "character in it.");
            }
        });
        return new FilePath(names);
    }

    /// Whether a name on disk is served: the same rule, so that whatever is listed can be asked for.
    static boolean usable(String name) {
        return !name.isEmpty() && !name.startsWith(".") && name.chars().noneMatch(c -> c == '\\' || c == ':' || c == '/'
                || Character.isISOControl(c) || Character.isSurrogate((char) c) && !wellFormed(name));
    }

    private static boolean wellFormed(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(name);
    }

    FilePath parent() {
        return new FilePath(names.subList(0, names.size() - 1));
    }

    String name() {
        return names.getLast();
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    /// Whether this lies in a directory, or is it.
    boolean within(FilePath directory) {
        return names.size() >= directory.names.size()
                && names.subList(0, directory.names.size()).equals(directory.names);
    }

    FilePath child(String name) {
        var all = new ArrayList<>(names);
        all.add(name);
        return new FilePath(all);
    }

    @Override
    public String toString() {
        return String.join("/", names);
    }
}
