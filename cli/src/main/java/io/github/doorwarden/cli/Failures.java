package io.github.doorwarden.cli;

import io.github.doorwarden.app.StartFailure;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.store.StoreOutage;
import java.io.PrintWriter;
import java.sql.SQLException;

/// How a command that failed says so.
final class Failures {

    private Failures() {}

    /// What failed, then what to do; a stack trace only when it is a fault of ours and somebody asked for it.
    ///
    /// @return the exit code
    static int tell(Exception e, PrintWriter err) {
        switch (e) {
            case ConfigMistakes mistakes -> {
                err.println("The configuration cannot be used:");
                mistakes.mistakes().forEach(mistake -> err.println("  " + Visible.lines(mistake.toString())));
                return 2;
            }
            case StartFailure failure -> err.println(Visible.lines(failure.getMessage()));
            case CommandFailure failure -> {
                err.println(Visible.lines(failure.getMessage()));
                return failure.exit();
            }
            case StoreOutage outage -> err.println(outage.getCause() instanceof SQLException cause
                    ? "The database of this deployment cannot be used: " + cause.getMessage() : outage.getMessage());
            default -> {
                err.println("This is a fault of Doorwarden: " + e
                        + ". Set DOORWARDEN_LOG=debug to see where it happened, and report it.");
                if ("debug".equals(System.getenv("DOORWARDEN_LOG"))) {
                    e.printStackTrace(err);
                }
            }
        }
        return 1;
    }
}
