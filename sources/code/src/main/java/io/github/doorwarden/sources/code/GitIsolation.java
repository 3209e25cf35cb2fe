package io.github.doorwarden.sources.code;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/// Keeps the Git library from the machine's and the user's settings: it would ask an installed `git` where they are,
/// and they may name programs to run and addresses to rewrite.
final class GitIsolation extends SystemReader.Delegate {

    private static final GitIsolation ONLY = new GitIsolation(SystemReader.getInstance());

    private GitIsolation(SystemReader before) {
        super(before);
    }

    static void begin() {
        if (SystemReader.getInstance() != ONLY) {
            SystemReader.setInstance(ONLY);
        }
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return empty(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return empty(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return empty(parent, fs);
    }

    private static FileBasedConfig empty(Config parent, FS fs) {
        return new FileBasedConfig(parent, null, fs) {

            @Override
            public void load() {
                // there is none
            }

            @Override
            public void save() {
                // nor will there be one
            }

            @Override
            public boolean isOutdated() {
                return false;
            }
        };
    }
}
