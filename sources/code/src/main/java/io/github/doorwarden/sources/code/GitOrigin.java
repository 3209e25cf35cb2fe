package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.treewalk.TreeWalk;

/// A branch of a Git repository: of one elsewhere, its newest commit is fetched into a bare one below the state folder;
/// one on this disk is read where it is. Blobs are read from the object database; nothing is checked out, and no
/// program, hook or configuration of the user's is used.
final class GitOrigin implements Tree.Origin {

    private static final String FETCHED = "refs/doorwarden/branch";

    private final CodeSettings.Repository settings;
    private final CodeSettings.Git git;
    private final Path bare;
    private final Duration between;
    private Repository open;
    private long nextFetch = System.nanoTime();
    /// Of the newest fetch; null when it went well.
    private Unlookable failure;

    /// @param folder  for what is fetched, made when something is
    /// @param between two fetches
    /// @throws IllegalArgumentException with a sentence
    GitOrigin(CodeSettings.Repository settings, CodeSettings.Git git, Path folder, Duration between) {
        GitIsolation.begin();
        this.settings = settings;
        this.git = git;
        this.bare = folder.resolve(settings.name() + ".git");
        this.between = between;
        if (!settings.optional() && git.local().isPresent() && gitFolder(git.local().get()).isEmpty()) {
            throw new IllegalArgumentException("there is no Git repository at " + git.local().get() + ". Correct git "
                    + "of the repository " + settings.name() + ", which is relative to the configuration.");
        }
    }

    @Override
    public void hurry() {
        nextFetch = System.nanoTime();
    }

    private static Optional<Path> gitFolder(Path path) {
        var found = new RepositoryBuilder().addCeilingDirectory(path.toAbsolutePath().normalize().getParent() == null
                ? path.toFile() : path.toAbsolutePath().normalize().getParent().toFile())
                .findGitDir(path.toAbsolutePath().normalize().toFile()).getGitDir();
        return Optional.ofNullable(found).map(java.io.File::toPath).or(() -> Files.isRegularFile(path.resolve("HEAD"))
                && Files.isDirectory(path.resolve("objects")) ? Optional.of(path) : Optional.empty());
    }

    @Override
    public Tree look() throws IOException {
        try {
            var repository = repository();
            var commit = commit(repository);
            return new Commit(repository, commit);
        } catch (GitAPIException | IOException e) {
            throw e instanceof Unlookable told ? told : new Unlookable(sentence(e), e);
        }
    }

    private String sentence(Exception e) {
        var said = String.valueOf(e.getMessage()).replace(git.token().isEmpty() ? "\0" : git.token(), "…");
        return "the Git repository " + git.url() + " cannot be read: " + said;
    }

    private Repository repository() throws IOException, GitAPIException {
        if (open == null) {
            open = git.local().isPresent()
                    ? new RepositoryBuilder().setGitDir(gitFolder(git.local().get()).orElseThrow(() ->
                    new Unlookable("there is no Git repository at " + git.local().get(), null)).toFile()).build()
                    : Files.isDirectory(bare.resolve("objects"))
                    ? new RepositoryBuilder().setGitDir(bare.toFile()).setBare().build()
                    : Git.init().setBare(true).setGitDir(bare.toFile()).call().getRepository();
        }
        if (git.local().isPresent()) {
            return open;
        }
        if (System.nanoTime() - nextFetch < 0) {
            if (failure != null) {
                throw failure;                                    // still, as far as is known
            }
            return open;
        }
        try {
            failure = null;
            if (packs() > Limits.PACKS) {
                startAnew();
            }
            fetch(open);
        } catch (Unlookable e) {
            failure = e;
            throw e;
        } finally {
            nextFetch = System.nanoTime() + between.toNanos();    // one that fails is not tried at each look either
        }
        return open;
    }

    private int packs() {
        var all = bare.resolve("objects").resolve("pack").toFile().list((folder, name) -> name.endsWith(".pack"));
        return all == null ? 0 : all.length;
    }

    /// Every fetch leaves a pack, and of all but the newest little is needed: one commit without history is soon there
    /// again.
    private void startAnew() throws IOException, GitAPIException {
        open.close();
        open = null;
        try (var files = Files.walk(bare)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        open = Git.init().setBare(true).setGitDir(bare.toFile()).call().getRepository();
    }

    private void fetch(Repository into) throws GitAPIException, IOException {
        // To another host OneHost goes with none; on the same one, the path that is declared is what was agreed on.
        into.getConfig().setString("http", null, "followRedirects", "false");
        into.getConfig().save();
        var bounds = new FetchBounds(bare);
        var fetch = new Git(into).fetch().setRemote(URI.create(git.url()).toString()).setDepth(1)
                .setTagOpt(TagOpt.NO_TAGS).setRemoveDeletedRefs(false).setForceUpdate(true).setProgressMonitor(bounds)
                .setTimeout((int) Limits.FETCH_IDLE.toSeconds())
                .setTransportConfigCallback(transport -> OneHost.keep(transport, URI.create(git.url())))
                .setRefSpecs(new RefSpec("+" + branch() + ":" + FETCHED));
        if (!git.token().isEmpty()) {
            fetch.setCredentialsProvider(new UsernamePasswordCredentialsProvider("x-access-token", git.token()));
        }
        try {
            fetch.call();
        } catch (GitAPIException e) {
            throw bounds.why().map(why -> (IOException) new Unlookable(why, e)).orElseGet(() ->
                    new Unlookable(sentence(e), e));
        }
    }

    private String branch() {
        return git.branch().isEmpty() ? Constants.HEAD : Constants.R_HEADS + git.branch();
    }

    private ObjectId commit(Repository repository) throws IOException {
        var name = git.local().isPresent() ? branch() : FETCHED;
        var found = repository.resolve(name + "^{commit}");
        if (found == null) {
            throw new Unlookable("the Git repository " + git.url() + " has no branch " + (git.branch().isEmpty()
                    ? "with a commit" : git.branch()), null);
        }
        return found;
    }

    private final class Commit implements Tree {

        private final String revision;
        private final Selection selection = new Selection(settings);
        private final ObjectReader reader;

        Commit(Repository repository, ObjectId commit) throws IOException {
            this.revision = commit.name();
            this.reader = repository.newObjectReader();
            try (var commits = new RevWalk(reader); var walk = new TreeWalk(reader)) {
                walk.addTree(commits.parseCommit(commit).getTree());
                walk.setRecursive(false);
                while (walk.next()) {
                    visit(walk);
                }
            }
        }

        private void visit(TreeWalk walk) throws IOException {
            var mode = walk.getFileMode(0);
            if (FileMode.TREE.equals(mode)) {
                var why = Skip.folder(walk.getNameString()).or(() -> walk.getDepth() >= Limits.DEPTH
                        ? Optional.of(Skip.IGNORED) : Optional.empty());
                if (why.isPresent()) {
                    selection.skip(why.get());
                } else {
                    walk.enterSubtree();
                }
            } else if (FileMode.SYMLINK.equals(mode) || FileMode.GITLINK.equals(mode)) {
                selection.skip(Skip.LINK);
            } else {
                var blob = walk.getObjectId(0);
                try {
                    selection.offer(new Entry(walk.getPathString(), reader.getObjectSize(blob, Constants.OBJ_BLOB),
                            blob.name()));
                } catch (MissingObjectException notFetched) {
                    selection.skip(Skip.UNREADABLE);
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
            return revision;
        }

        @Override
        public byte[] read(Entry entry) throws IOException {
            return reader.open(ObjectId.fromString(entry.state()), Constants.OBJ_BLOB).getBytes(Limits.FILE_BYTES + 1);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }
}
