package io.github.doorwarden.sources.sql;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A relational database as tools: those statements that the operator wrote, and no others; a caller gives values for
/// their parameters. Nothing is asked of the database before [#start] or the first call. Safe for use by many threads.
public final class SqlSource implements Source {

    private static final Logger LOG = LoggerFactory.getLogger(SqlSource.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String name;
    private final SqlSettings settings;
    private final Engine engine;
    private final Drivers drivers;
    private final Connections reading;
    private final Optional<Connections> writing;
    private final SelfCheck check;
    private final List<SqlTool> tools = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private volatile long looked = System.nanoTime() - Limits.LOOK.toNanos();

    /// @throws IllegalArgumentException with a sentence for whoever configured it
    public SqlSource(String name, SqlSettings settings) {
        this.name = name;
        this.settings = settings;
        var url = JdbcUrl.of(settings.url(), settings.folder());
        engine = url.engine();
        drivers = Drivers.of(url, settings.drivers());
        reading = new Connections("sql-" + name, url, drivers, settings, false);
        var writes = settings.tools().values().stream().anyMatch(ToolSettings::write);
        writing = writes ? Optional.of(new Connections("sql-" + name + "-write", url, drivers, settings, true))
                : Optional.empty();
        check = new SelfCheck(name, engine, settings.allowWrites(), settings.strict());
        settings.tools().forEach((tool, wanted) -> {
            var problems = problems(settings.url(), wanted, settings.allowWrites());
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("the tool " + tool + ": " + problems.getFirst().sentence());
            }
            tools.add(tool(tool, wanted));
        });
    }

    /// Something about a tool's settings that cannot be.
    ///
    /// @param parameter the one it is about; empty: the tool itself
    /// @param key       where it stands
    /// @param clause    what is wrong and what to do, to be read after the key
    public record Problem(String parameter, String key, String clause) {

        String sentence() {
            return (parameter.isEmpty() ? "" : "parameter " + parameter + ": ") + key + " " + clause;
        }
    }

    /// What is wrong with the address of a database.
    ///
    /// @return a clause to be read after `url`; empty: nothing
    public static Optional<String> urlProblem(String url) {
        try {
            JdbcUrl.of(url, Path.of(""));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    /// What is wrong with a tool, without asking a database.
    ///
    /// @param url one without a problem of its own
    public static List<Problem> problems(String url, ToolSettings tool, boolean allowWrites) {
        var engine = Engine.of(url).orElseThrow();
        var found = new ArrayList<Problem>();
        var parameters = new LinkedHashMap<String, Parameter>();
        tool.parameters().forEach((name, settings) -> {
            try {
                parameters.put(name, new Parameter(name, settings));
            } catch (IllegalArgumentException e) {
                var words = e.getMessage().split(" ", 2);
                found.add(new Problem(name, words[0], words[1]));
            }
        });
        if (found.isEmpty()) {
            try {
                new StatementText(tool.statement(), engine, parameters, tool.write());
            } catch (IllegalArgumentException e) {
                found.add(new Problem("", "statement", e.getMessage()));
            }
        }
        if (tool.write() && !allowWrites) {
            found.add(new Problem("", "write", "is true, and the source only reads. Set allow_writes: true there."));
        }
        if (tool.confirm() && !tool.write()) {
            found.add(new Problem("", "confirm", "is true on a tool that only reads. Leave it out, or set write: "
                    + "true."));
        }
        return found;
    }

    private SqlTool tool(String tool, ToolSettings wanted) {
        if (tool.length() > Limits.COMFORTABLE_NAME_CHARACTERS) {
            warnings.add("The name of the tool " + tool + " is longer than " + Limits.COMFORTABLE_NAME_CHARACTERS
                    + " characters. Clients that put their own prefix before it may refuse it.");
        }
        var parameters = new LinkedHashMap<String, Parameter>();
        wanted.parameters().forEach((parameter, its) -> parameters.put(parameter, new Parameter(parameter, its)));
        var secrets = parameters.values().stream().filter(each -> each.settings().secret()).map(Parameter::name)
                .collect(Collectors.toUnmodifiableSet());
        var deadline = settings.connectTimeout().plus(settings.statementTimeout()).plus(Limits.CANCELLING)
                .plus(Limits.TOOL_MARGIN);
        var spec = new ToolSpec(tool, wanted.title().orElse(""), wanted.description(), schema(parameters),
                wanted.write() ? Optional.empty() : Optional.of(envelope()),   // the preview of one is a text
                annotations(wanted.write()), wanted.scopes(), !wanted.write(), deadline, secrets)
                .withConfirm(wanted.confirm());
        var statement = new StatementText(wanted.statement(), engine, parameters, wanted.write());
        return new SqlTool(spec, parameters, statement, wanted.answer(), new SqlTool.Access(engine,
                wanted.write() ? writing.orElseThrow() : reading, check, settings.statementTimeout()));
    }

    private static ObjectNode schema(Map<String, Parameter> parameters) {
        var schema = JSON.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        var required = JSON.arrayNode();
        parameters.values().stream().filter(Parameter::listed).forEach(each -> {
            properties.set(each.name(), each.schema());
            if (each.required()) {
                required.add(each.name());
            }
        });
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema.put("additionalProperties", false);
    }

    /// What every answer of a query has; which columns there are is the statement's.
    private static ObjectNode envelope() {
        var schema = JSON.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        properties.putObject("columns").put("type", "array").put("description", "Names of the columns.")
                .putObject("items").put("type", "string");
        properties.putObject("rows").put("type", "array").put("description", "Rows; each has its values in the order "
                + "of columns.").putObject("items").put("type", "array");
        properties.putObject("row_count").put("type", "integer").put("description", "Number of rows here.");
        schema.putArray("required").add("columns").add("rows").add("row_count");
        return schema;
    }

    private static ObjectNode annotations(boolean write) {
        var annotations = JSON.objectNode().put("readOnlyHint", !write);
        if (write) {
            annotations.put("destructiveHint", true).put("idempotentHint", false);
        }
        return annotations.put("openWorldHint", false);
    }

    /// Looks at the database before anybody calls: what the role may do, and whether the database understands the
    /// statements. One that cannot be reached is looked at when it is there; until then, calls say so.
    ///
    /// @throws IllegalArgumentException when the role may do more than the tools need, with the remedy
    public void start() {
        try {
            Running.run(reading, settings.statementTimeout(), (connection, running) -> {
                check.pass(connection);
                for (var tool : tools) {
                    var why = tool.misunderstood(connection);
                    connection.rollback();
                    if (!why.isEmpty()) {
                        LOG.atWarn().addKeyValue("source", name).log("The tool {} will fail: the database does not "
                                + "understand its statement. {}", tool.spec().name(), why);
                    }
                }
                return "";
            });
        } catch (SelfCheck.TooMuch refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        } catch (Connections.Unavailable | SQLException | Running.TooSlow e) {
            LOG.atWarn().addKeyValue("source", name).setCause(e).log("The database cannot be reached, or does not let "
                    + "the source in. Its tools are listed, and calls are told until it does.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether the database could be reached when it was last wanted; one that could not is tried again, now and then.
    public boolean reachable() {
        if (!reading.reachable() && System.nanoTime() - looked > Limits.LOOK.toNanos()) {
            looked = System.nanoTime();
            Thread.ofVirtual().start(this::look);
        }
        return reading.reachable();
    }

    private void look() {
        try (var connection = reading.borrow()) {
            check.pass(connection);
        } catch (Connections.Unavailable | SQLException e) {
            LOG.atDebug().addKeyValue("source", name).setCause(e).log("The database still cannot be used.");
        }
    }

    /// @param write whether of the connections that may change something
    int active(boolean write) {
        return (write ? writing.orElseThrow() : reading).active();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return Things.of(List.<Tool>copyOf(tools));
    }

    @Override
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        reading.close();
        writing.ifPresent(Connections::close);
        drivers.close();
    }
}
