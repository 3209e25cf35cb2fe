package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Globs;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;

/// Archives of sources, such as `*-sources.jar`, each a directory named after it. Nothing is unpacked to a disk.
final class ArchivesOrigin implements Tree.Origin {

    private final CodeSettings.Repository settings;
    private final CodeSettings.Archives archives;

    /// @throws IllegalArgumentException with a sentence
    ArchivesOrigin(CodeSettings.Repository settings, CodeSettings.Archives archives) {
        this.settings = settings;
        this.archives = archives;
        if (!settings.optional() && !Files.isDirectory(archives.folder())) {
            throw new IllegalArgumentException("there is no folder " + archives.folder() + ". Correct archives of the "
                    + "repository " + settings.name() + ", which is relative to the configuration.");
        }
    }

    @Override
    public Tree look() throws IOException {
        if (!Files.isDirectory(archives.folder())) {
            throw new Unlookable("there is no folder " + archives.folder(), null);
        }
        var matcher = Globs.matcher(archives.glob());
        var found = new ArrayList<Path>();
        try (var files = Files.walk(archives.folder(), Limits.DEPTH, new FileVisitOption[0])) {
            files.filter(file -> matcher.matches(archives.folder().relativize(file)) && Files.isRegularFile(file))
                    .sorted().limit(Limits.ARCHIVES + 1L).forEach(found::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new Unlookable("the folder " + archives.folder() + " cannot be read", e);
        }
        if (found.size() > Limits.ARCHIVES) {
            throw new Unlookable("there are more than " + Limits.ARCHIVES + " archives. Write a narrower glob", null);
        }
        var all = new All();
        for (var file : found) {
            all.add(file);
        }
        return all;
    }

    private final class All implements Tree {

        private final Selection selection = new Selection(settings);
        private final Map<String, ZipFile> open = new HashMap<>();

        private void add(Path file) throws IOException {
            var name = file.getFileName().toString().replaceAll("(-sources)?\\.(jar|zip)$", "");
            ZipFile zip;
            try {
                zip = new ZipFile(file.toFile());
            } catch (IOException broken) {
                selection.skip(Skip.UNREADABLE);
                return;
            }
            if (open.putIfAbsent(name, zip) != null) {
                zip.close();
                return;
            }
            for (var entry : Collections.list(zip.entries())) {
                if (entry.isDirectory()) {
                    continue;
                }
                if (entry.getName().startsWith("/") || entry.getName().contains("..") || entry.getName().indexOf('\\')
                        >= 0) {
                    selection.skip(Skip.UNREADABLE);
                } else {
                    selection.offer(new Entry(name + "/" + entry.getName(), entry.getSize(), entry.getCrc() + " "
                            + entry.getSize()));
                }
            }
        }

        @Override
        public List<Entry> files() {
            return selection.files();
        }

        @Override
        public Map<Skip, Integer> skipped() {
            return selection.skipped().counts();
        }

        @Override
        public String revision() {
            return "";
        }

        @Override
        public byte[] read(Entry entry) throws IOException {
            var slash = entry.path().indexOf('/');
            var zip = open.get(entry.path().substring(0, slash));
            try (var in = zip.getInputStream(zip.getEntry(entry.path().substring(slash + 1)))) {
                return in.readNBytes(Limits.FILE_BYTES + 1);
            }
        }

        @Override
        public void close() throws IOException {
            for (var zip : open.values()) {
                zip.close();
            }
        }
    }
}
