package io.github.doorwarden.sources.sql;

import java.sql.SQLException;
import java.sql.Statement;

/// How many rows a statement has changed, as its driver tells. A procedure, or a trigger of SQL Server, may have
/// several results; what others change inside the database without a result, no driver counts.
final class Changes {

    private Changes() {}

    /// The sum over the current result and all that follow. Closes the rows of the current one; rows of others are
    /// passed over.
    ///
    /// @param rows whether the current result has rows
    static long sum(Statement executed, boolean rows) throws SQLException {
        var sum = 0L;
        for (var hasRows = rows;; hasRows = executed.getMoreResults()) {
            if (!hasRows) {
                var count = executed.getLargeUpdateCount();
                if (count < 0) {
                    return sum;
                }
                sum += count;
            }
        }
    }
}
