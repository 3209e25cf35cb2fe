package io.github.doorwarden.sources.sql;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.sql.SqlSettings.AnswerSettings;
import io.github.doorwarden.sources.sql.StatementText.Compiled;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One statement as a tool: arguments, values, a fenced transaction, rows, budget.
final class SqlTool implements Tool {

    private static final Logger LOG = LoggerFactory.getLogger(SqlTool.class);

    /// How tools of one source come to the database.
    record Access(Engine engine, Connections connections, SelfCheck check, Duration timeout) {}

    private final ToolSpec spec;
    private final Map<String, Parameter> parameters;
    private final StatementText statement;
    private final AnswerSettings settings;
    private final AnswerBudget budget;
    private final Access access;

    SqlTool(ToolSpec spec, Map<String, Parameter> parameters, StatementText statement, AnswerSettings settings,
            Access access) {
        this.spec = spec;
        this.parameters = parameters;
        this.statement = statement;
        this.settings = settings;
        this.budget = new AnswerBudget(settings.maxTokens().orElse(AnswerBudget.USUAL.maxTokens()),
                AnswerBudget.USUAL.maxItems());
        this.access = access;
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    private boolean write() {
        return !spec.readOnly();
    }

    @Override
    public ToolResult call(Call call) throws InterruptedException {
        try {
            var compiled = statement.with(values(call));
            return Running.run(access.connections, access.timeout, (connection, running) -> {
                access.check.pass(connection);
                Transactions.begin(access.engine, connection, access.timeout, write(), call.traceId());
                return run(connection, running, compiled);
            });
        } catch (RefusedArgument | CallerValue.Absent refused) {
            return ToolResult.error(refused.getMessage());
        } catch (Connections.Unavailable unavailable) {
            return unavailable(unavailable, call.requestId());
        } catch (Running.TooSlow slow) {
            return tooSlow();
        } catch (SelfCheck.TooMuch refused) {
            return ToolResult.error("The database lets this tool do more than it should be able to, so nothing was "
                    + "asked. Trying again will not help: tell the administrator, with request id " + call.requestId()
                    + ".");
        } catch (SQLException e) {
            if ("57014".equals(e.getSQLState())) {                // the server's own clock was first
                return tooSlow();
            }
            log(call, e);
            return ToolResult.error(Failures.sentence(e, write(), call.requestId()));
        }
    }

    /// The database's words may quote a value of the call.
    private void log(Call call, SQLException e) {
        if (spec.secretArguments().isEmpty()) {
            LOG.warn("{} {}: the statement failed", spec.name(), call.requestId(), e);
        } else {
            LOG.warn("{} {}: the statement failed with the SQLState {}. What the database says of it may quote a "
                    + "secret "
                    + "argument, and is left out.", spec.name(), call.requestId(), e.getSQLState());
        }
    }

    private Map<String, Object> values(Call call) throws RefusedArgument, CallerValue.Absent {
        var values = new HashMap<String, Object>();
        for (var parameter : parameters.values()) {
            var given = call.arguments().path(parameter.name());
            try {
                if (parameter.bind().isPresent()) {
                    if (!given.isMissingNode()) {
                        throw new RefusedArgument("is not yours to give: it comes from who you are signed in as. "
                                + "Leave it out.");
                    }
                    values.put(parameter.name(), bound(parameter, parameter.bind().get().of(call.caller())));
                } else if (!given.isMissingNode()) {
                    values.put(parameter.name(), parameter.value(given));
                } else if (parameter.settings().defaultValue().isPresent()) {
                    values.put(parameter.name(), parameter.value(parameter.settings().defaultValue().get()));
                }
            } catch (RefusedArgument refused) {
                throw new RefusedArgument("The argument " + parameter.name() + " " + refused.getMessage());
            }
        }
        return values;
    }

    private static Object bound(Parameter parameter, String text) throws RefusedArgument {
        try {
            return parameter.bound(text);
        } catch (RefusedArgument e) {
            throw new RefusedArgument("comes from who you are signed in as, and what is known of you "
                    + e.getMessage() + " Tell the administrator.");
        }
    }

    private ToolResult run(Connection connection, Running<ToolResult> running, Compiled compiled) throws SQLException {
        try (var prepared = connection.prepareStatement(compiled.sql())) {
            running.runs(prepared);
            if (!write()) {
                prepared.setMaxRows(settings.maxRows() + 1);
                prepared.setFetchSize(Math.min(settings.maxRows() + 1, Limits.FETCH_ROWS));
            }
            Binding.bind(access.engine, prepared, compiled.values());
            var hasRows = prepared.execute();
            var read = hasRows ? read(prepared) : null;
            var changes = write() || !hasRows ? Changes.sum(prepared, hasRows) : 0;
            if (changes > settings.maxRows()) {
                return tooMany(Long.toString(changes));
            }
            return hasRows ? rows(read, running) : changed(changes, running);
        }
    }

    private Rows read(PreparedStatement executed) throws SQLException {
        try (var found = executed.getResultSet()) {
            return Rows.read(found, settings, write() ? Long.MAX_VALUE : 2L * budget.maxBytes());
        }
    }

    private ToolResult rows(Rows read, Running<ToolResult> running) throws SQLException {
        if (write() && read.more()) {
            return tooMany("more than " + settings.maxRows());
        }
        if (write()) {
            running.commit();
        }
        var found = read.rows().size();
        var answer = JsonNodeFactory.instance.objectNode();
        var columns = answer.putArray("columns");
        read.columns().forEach(columns::add);
        var rest = JsonNodeFactory.instance.objectNode();         // beside the columns, which are never shortened
        rest.set("rows", read.rows());
        rest.put("row_count", found);
        var room = budget.maxTokens() - AnswerBudget.tokens(columns.toString());
        var fits = room > 0 && new AnswerBudget(room, budget.maxItems()).fit(rest, advice());
        var kept = rest.path("rows").size();
        if (!fits || kept == 0 && found > 0) {
            return write() ? ToolResult.structured(JsonNodeFactory.instance.objectNode().put("affected_rows", found))
                    : ToolResult.error("One row of the answer is larger than the " + budget.maxTokens() + " tokens "
                    + "that are passed on. Asking for less rows does not help: tell the administrator that this tool "
                    + "needs fewer columns, or a smaller max_value_chars.");
        }
        answer.setAll(rest);
        answer.put("row_count", kept);
        if (read.more()) {
            notice(answer, kept, found);
        }
        return ToolResult.structured(answer);
    }

    /// There were more rows than anybody counted.
    private void notice(ObjectNode answer, int kept, int read) {
        var notice = answer.putObject(AnswerBudget.NOTICE);
        notice.putObject("lists").putObject("rows").put("kept", kept).put("more_than", read);
        notice.put("hint", advice());
    }

    private ToolResult changed(long rows, Running<ToolResult> running) throws SQLException {
        if (write()) {
            running.commit();
        }
        return ToolResult.structured(JsonNodeFactory.instance.objectNode().put("affected_rows", rows));
    }

    private ToolResult tooMany(String rows) {
        return ToolResult.error("This would have changed " + rows + " rows, and one call may change "
                + settings.maxRows() + ". Nothing was changed. Ask for fewer at once.");
    }

    private ToolResult tooSlow() {
        var seconds = access.timeout.toMillis() / 1000.0;
        return ToolResult.error("The database had not answered within " + seconds + " s, so the statement was ended. "
                + (write() ? "Nothing was changed, unless it was being committed just then: look before you try again."
                : advice()));
    }

    private ToolResult unavailable(Connections.Unavailable unavailable, String requestId) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LOG.warn("{} {}: no connection to the database{}", spec.name(), requestId, unavailable.busy()
                ? ": all are in use" : "", unavailable);
        return ToolResult.error(unavailable.busy() ? "The database is busy with other calls; there was no turn for "
                + "this one within " + access.connections.patience().toMillis() / 1000.0 + " s. Try again in a moment."
                : "The database behind this tool is not reachable. Try again in a minute; if it stays, tell the "
                + "administrator, with request id " + requestId + ".");
    }

    private String advice() {
        var names = parameters.values().stream().filter(Parameter::listed).map(Parameter::name).limit(6)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "This tool cannot be asked for less." : "Ask for less, or for the next part, with: "
                + names + ".";
    }

    /// The title, and the arguments that the caller gives: what is bound to the caller is theirs anyway.
    @Override
    public String preview(Call call) {
        var shown = call.arguments().deepCopy();
        spec.secretArguments().stream().filter(shown::has).forEach(name -> shown.put(name, "(not shown)"));
        var arguments = shown.toPrettyString();
        var cut = arguments.length() - Limits.PREVIEW_CHARACTERS;
        return (spec.title().isEmpty() ? spec.name() : spec.title()) + (shown.isEmpty() ? "" : " with "
                + (cut > 0 ? arguments.substring(0, Limits.PREVIEW_CHARACTERS) + "… [" + cut + " characters more]"
                        : arguments));
    }

    /// Asks the database whether it understands the statement, without running it.
    ///
    /// @return its reason why not; empty when it does, or cannot be asked
    String misunderstood(Connection connection) {
        if (access.engine != Engine.POSTGRESQL && access.engine != Engine.SQLITE) {
            return "";
        }
        for (var sql : new LinkedHashSet<>(
                List.of(statement.with(Map.of()).sql(), statement.with(everything()).sql()))) {
            try (var prepared = connection.prepareStatement(sql)) {
                prepared.getMetaData();
            } catch (SQLException e) {
                return String.valueOf(e.getMessage());
            }
        }
        return "";
    }

    /// Something for every parameter, so that every fragment is there.
    private Map<String, Object> everything() {
        return parameters.values().stream().collect(Collectors.toMap(Parameter::name, each ->
                each.settings().type() == ParameterType.ARRAY ? List.of("") : ""));
    }
}
