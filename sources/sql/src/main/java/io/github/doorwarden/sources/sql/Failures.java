package io.github.doorwarden.sources.sql;

import java.sql.SQLException;

/// What the model is told when a statement fails: a sentence of ours for what the SQLState says, and none of the
/// database's own words. Those name tables, roles and addresses, and may quote rows that the caller may not see, so
/// they are for the log.
final class Failures {

    private Failures() {}

    /// @param tool      its name
    /// @param requestId for the administrator, who finds the whole failure in the log
    static String sentence(SQLException e, boolean write, String requestId) {
        var state = e.getSQLState() == null ? "" : e.getSQLState();
        var nothing = write ? " Nothing was changed." : "";
        var tell = " Tell the administrator, with request id " + requestId + ".";
        if (state.startsWith("22")) {
            return value(state) + nothing;
        }
        if (state.startsWith("23")) {
            return rule(state) + nothing;
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

    /// Of a value of the call, by the SQLState's class 22; the codes are those of the standard and of PostgreSQL.
    private static String value(String state) {
        return "The database cannot use a value of this call: " + switch (state) {
            case "22001" -> "a text is too long.";
            case "22003" -> "a number is too large.";
            case "22007", "22008", "22009" -> "a date or a time is none, or out of range.";
            case "22012" -> "it makes the statement divide by zero.";
            case "22021" -> "a text has characters that the database does not keep.";
            case "22P02", "22018" -> "a text is not of the form that is wanted.";
            case "22004" -> "one that is missing must be given.";
            default -> "it is out of range, or not of the form that is wanted.";
        };
    }

    /// Of a rule of the tables, by the SQLState's class 23.
    private static String rule(String state) {
        return "The database refused the change, because a rule of its tables forbids it: " + switch (state) {
            case "23502" -> "a value is missing that must be there.";
            case "23001", "23503" -> "a row that it refers to is not there, or one that others refer to would be gone.";
            case "23505" -> "what must be there only once would be there twice.";
            case "23514" -> "a value is none of those that are allowed.";
            case "23P01" -> "it collides with what is there.";
            default -> "a value is missing, there already, or not allowed.";
        };
    }
}
