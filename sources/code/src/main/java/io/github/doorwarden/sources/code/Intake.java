package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Hashes;
import java.util.List;

/// Makes of a file what is indexed of it: text without secrets, symbols, chunks. For one thread.
final class Intake implements AutoCloseable {

    private final Outline outline = new Outline();

    /// Why a file is not indexed after all.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;
        private final transient Skip why;

        Refused(Skip why) {
            super(why.key());
            this.why = why;
        }

        Skip why() {
            return why;
        }
    }

    /// A file's text, without secrets.
    record Clean(Tree.Entry entry, Language language, SourceText text, int marks) {}

    Clean clean(Tree.Entry entry, byte[] bytes) throws Refused {
        if (bytes.length > Limits.FILE_BYTES) {
            throw new Refused(Skip.LARGE);
        }
        var decoded = SourceText.decoded(bytes).orElseThrow(() -> new Refused(Skip.BINARY));
        var why = Skip.text(decoded);
        if (why.isPresent()) {
            throw new Refused(why.get());
        }
        var language = Language.of(entry.path());
        var clean = Redaction.of(decoded, language.isConfiguration());
        return new Clean(entry, language, new SourceText(clean.text()), clean.marks());
    }

    /// @param files that come to [#indexed] next
    void prepare(List<Clean> files) {
        outline.prepare(Language.JAVA, files.stream().filter(file -> file.language == Language.JAVA)
                .map(Clean::text).toList());
    }

    Indexed indexed(String repository, Clean file) {
        var symbols = outline.of(file.language, file.entry.path(), file.text);
        return new Indexed(repository, file.entry.path(), file.language, file.entry.state(), Hashes.of(file.text
                .text()), file.marks, file.text.text(), symbols, Chunk.of(file.text, symbols));
    }

    @Override
    public void close() {
        outline.close();
    }
}
