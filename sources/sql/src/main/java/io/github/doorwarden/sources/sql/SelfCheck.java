package io.github.doorwarden.sources.sql;

import io.github.doorwarden.sources.sql.Privileges.Excess;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the role of a source may do more than its tools need: looked at once when the database is there, before the
/// first statement; and again before each one as long as it may, so that a database that was put right needs no
/// restart.
final class SelfCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SelfCheck.class);

    /// The role may do too much. The message is for the operator.
    static final class TooMuch extends SQLException {

        private static final long serialVersionUID = 1;

        TooMuch(String message) {
            super(message);
        }
    }

    private final String source;
    private final Engine engine;
    private final boolean write;
    private final boolean strict;
    private volatile boolean passed;
    private volatile String told = "";

    SelfCheck(String source, Engine engine, boolean write, boolean strict) {
        this.source = source;
        this.engine = engine;
        this.write = write;
        this.strict = strict;
    }

    /// @param connection without a transaction, and left so
    void pass(Connection connection) throws SQLException {
        if (passed) {
            return;
        }
        var excess = Privileges.excess(engine, connection, write);
        connection.rollback();
        if (excess.isEmpty()) {
            passed = true;
            return;
        }
        var sentence = sentence(excess);
        if (!strict) {
            passed = true;
            LOG.atWarn().addKeyValue("source", source).log(sentence);
            return;
        }
        if (!sentence.equals(told)) {
            told = sentence;
            LOG.atError().addKeyValue("source", source).log(sentence);
        }
        throw new TooMuch(sentence);
    }

    private String sentence(List<Excess> excess) {
        var remedies = excess.stream().map(Excess::remedy).filter(each -> !each.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return "the role that it signs in with may do more than " + (write ? "its tools need" : "read") + ": it "
                + excess.stream().map(Excess::what).collect(Collectors.joining("; it ")) + ". In the database, as its "
                + "administrator: " + String.join("; ", remedies) + ". Then start again. With check: warn it is used "
                + "as it is, at your risk.";
    }
}
