package io.github.doorwarden.sources.sql;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/// What the model is told when a statement fails. The database's own words get through only when they are about the
/// values of this call, bounded and in one line; what it says of tables, roles and addresses is for the log.
final class Failures {

    private Failures() {}

    /// @param tool      its name
    /// @param requestId for the administrator, who finds the whole failure in the log
    static String sentence(SQLException e, boolean write, String requestId) {
        var state = e.getSQLState() == null ? "" : e.getSQLState();
        var nothing = write ? " Nothing was changed." : "";
        var tell = " Tell the administrator, with request id " + requestId + ".";
        if (state.startsWith("22")) {
            return "The database cannot use a value of this call: " + reason(e) + nothing;
        }
        if (state.startsWith("23")) {
            return "The database refused the change, because a rule of its tables forbids it: " + reason(e) + nothing;
        }
        if (state.equals("25006") || state.equals("25P02") || e.getMessage() != null
                && e.getMessage().contains("SQLITE_READONLY")) {
            return "This tool may only read, and its statement tried to change something. Nothing was changed. That is "
                    + "a fault of its configuration." + tell;
        }
        if (state.equals("42501")) {
            return "The database does not let this tool see what it asks for. Trying again will not help." + tell;
        }
        if (state.equals("40001") || state.equals("40P01")) {
            return "The database was busy with a change of the same rows." + nothing + " Try again.";
        }
        if (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53")) {
            return "The database is not reachable, or ended the work." + (write ? " What this call was to change may "
                    + "be changed: look before you try again." : " Try again in a minute.") + tell;
        }
        return "The database could not run the statement of this tool. That is a fault of the tool, not of the call; "
                + "trying again will not help." + nothing + tell;
    }

    /// The first line of the reason, without what PostgreSQL says of the place in the statement.
    private static String reason(SQLException e) {
        var text = e instanceof PSQLException postgres && postgres.getServerErrorMessage() != null
                ? postgres.getServerErrorMessage().getMessage() : e.getMessage();
        var line = String.valueOf(text).lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ")
                .replaceFirst("^\\(conn=[0-9]+\\)", "").strip();
        var bounded = line.length() <= Limits.REASON_CHARACTERS ? line
                : line.substring(0, Limits.REASON_CHARACTERS) + "…";
        return bounded.endsWith(".") ? bounded : bounded + ".";
    }
}
