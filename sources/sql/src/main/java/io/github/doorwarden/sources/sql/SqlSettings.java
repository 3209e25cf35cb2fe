package io.github.doorwarden.sources.sql;

import io.github.doorwarden.server.CallerValue;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A database, how it is reached, and the statements that become tools. Components have the names of the YAML keys in
/// camel case, `defaultValue` (`default`) and `allowed` (`enum`) apart. Null means absent.
///
/// @param url              JDBC URL of one of the [Engine]s
/// @param folder           of the configuration: relative paths begin there
/// @param drivers          folder of jars, for databases whose driver is not part of Doorwarden
/// @param pool             connections at the same time, for reading; as many again for writing
/// @param connectTimeout   for reaching the database, and for waiting for a free connection
/// @param statementTimeout for one statement and the reading of its rows
/// @param allowWrites      whether tools may be `write`
/// @param strict           whether a role that may do more than these tools need stops the start
/// @param tools            by the name of the tool, in the order in which they are listed
public record SqlSettings(String url, Login login, Path folder, Path drivers, int pool, Duration connectTimeout,
        Duration statementTimeout, boolean allowWrites, boolean strict, Map<String, ToolSettings> tools) {

    public SqlSettings {
        tools = ordered(tools);
    }

    /// With the usual bounds.
    public static SqlSettings of(String url, Login login, Path folder, Map<String, ToolSettings> tools) {
        return new SqlSettings(url, login, folder, folder.resolve("lib"), 5, Duration.ofSeconds(5),
                Duration.ofSeconds(15), false, true, tools);
    }

    public SqlSettings withTimeouts(Duration connect, Duration statement) {
        return new SqlSettings(url, login, folder, drivers, pool, connect, statement, allowWrites, strict, tools);
    }

    public SqlSettings withPool(int changed) {
        return new SqlSettings(url, login, folder, drivers, changed, connectTimeout, statementTimeout, allowWrites,
                strict, tools);
    }

    public SqlSettings withChecks(boolean allow, boolean refuse) {
        return new SqlSettings(url, login, folder, drivers, pool, connectTimeout, statementTimeout, allow, refuse,
                tools);
    }

    /// Who signs in at the database; never printed.
    public record Login(Optional<String> user, Optional<String> password) {

        public static final Login NONE = new Login(null, null);

        public Login {
            user = absent(user);
            password = absent(password);
        }

        public static Login of(String user, String password) {
            return new Login(Optional.of(user), Optional.of(password));
        }

        @Override
        public String toString() {
            return "Login[…]";
        }
    }

    /// @param scopes    all that a caller needs
    /// @param statement one, with parameters as `:name` and fragments as `{name}`
    /// @param write     whether it changes something, and is then committed
    /// @param confirm   whether a person must confirm each call after a preview
    public record ToolSettings(Optional<String> title, String description, Set<String> scopes, String statement,
            boolean write, boolean confirm, Map<String, ParameterSettings> parameters, AnswerSettings answer) {

        public ToolSettings {
            title = absent(title);
            scopes = scopes == null ? Set.of() : new LinkedHashSet<>(scopes);
            parameters = ordered(parameters);
            answer = answer == null ? AnswerSettings.USUAL : answer;
        }

        /// A query.
        public static ToolSettings of(String statement, Map<String, ParameterSettings> parameters) {
            return new ToolSettings(null, "Answers a question.", null, statement, false, false, parameters, null);
        }

        /// The same as a statement that changes something.
        public ToolSettings writing() {
            return new ToolSettings(title, description, scopes, statement, true, confirm, parameters, answer);
        }

        public ToolSettings withAnswer(AnswerSettings changed) {
            return new ToolSettings(title, description, scopes, statement, write, confirm, parameters, changed);
        }
    }

    /// @param maxRows      that are read, and for a tool with `write`, that it may change
    /// @param maxTokens    of the answer as JSON, estimated
    /// @param maxValueChars of one text in it
    public record AnswerSettings(int maxRows, Optional<Integer> maxTokens, int maxValueChars) {

        public static final AnswerSettings USUAL = new AnswerSettings(200, null, 2_000);

        public AnswerSettings {
            maxTokens = absent(maxTokens);
        }
    }

    /// @param items        of an array
    /// @param optional     whether a call may do without it: NULL then, or the default
    /// @param allowed      the only values; empty: any
    /// @param min          of a number, or the fewest items of an array
    /// @param max          of a number, or the most items of an array
    /// @param maxLength    of a text
    /// @param pattern      of a text, as JSON Schema has it: found anywhere unless it says `^` and `$`
    /// @param bind         who gives it: the proven caller, and nobody else
    /// @param when         SQL that stands at `{name}` when the parameter is given, and is not there otherwise
    /// @param secret       kept out of the audit log
    public record ParameterSettings(ParameterType type, ParameterType items, Optional<String> description,
            boolean optional, Optional<JsonNode> defaultValue, List<JsonNode> allowed, Optional<BigDecimal> min,
            Optional<BigDecimal> max, Optional<Integer> maxLength, Optional<String> pattern,
            Optional<CallerValue> bind, Optional<String> when, boolean secret) {

        public ParameterSettings {
            items = items == null ? ParameterType.STRING : items;
            description = absent(description);
            defaultValue = absent(defaultValue);
            allowed = allowed == null ? List.of() : List.copyOf(allowed);
            min = absent(min);
            max = absent(max);
            maxLength = absent(maxLength);
            pattern = absent(pattern);
            bind = absent(bind);
            when = absent(when);
        }

        /// A required one.
        public static ParameterSettings of(ParameterType type) {
            return new ParameterSettings(type, null, null, false, null, null, null, null, null, null, null, null,
                    false);
        }

        public static ParameterSettings listOf(ParameterType items) {
            return new ParameterSettings(ParameterType.ARRAY, items, null, false, null, null, null, null, null, null,
                    null, null, false);
        }

        /// The same, which a call may do without.
        public ParameterSettings asOptional() {
            return new ParameterSettings(type, items, description, true, defaultValue, allowed, min, max, maxLength,
                    pattern, bind, when, secret);
        }

        public ParameterSettings withDefault(JsonNode value) {
            return new ParameterSettings(type, items, description, true, Optional.of(value), allowed, min, max,
                    maxLength, pattern, bind, when, secret);
        }

        public ParameterSettings boundTo(CallerValue value) {
            return new ParameterSettings(type, items, description, optional, defaultValue, allowed, min, max,
                    maxLength, pattern, Optional.of(value), when, secret);
        }

        /// Optional, with a fragment.
        public ParameterSettings withWhen(String fragment) {
            return new ParameterSettings(type, items, description, true, defaultValue, allowed, min, max, maxLength,
                    pattern, bind, Optional.of(fragment), secret);
        }
    }

    /// Null for an absent Optional is allowed where records are written by hand.
    private static <T> Optional<T> absent(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
