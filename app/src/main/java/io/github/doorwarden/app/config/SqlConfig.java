package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.sql.ParameterType;
import io.github.doorwarden.sources.sql.SqlSettings;
import io.github.doorwarden.sources.sql.SqlSettings.AnswerSettings;
import io.github.doorwarden.sources.sql.SqlSettings.Login;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import io.github.doorwarden.sources.sql.SqlSource;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The part of the configuration that a `sql` source reads by itself. What is wrong with a statement is found here,
/// with its line, without a database.
final class SqlConfig {

    private SqlConfig() {}

    static Config.SourceConfig read(String name, Section in, Path folder, Scopes scopes, ConditionsConfig conditions) {
        var url = url(in);
        var allowWrites = in.flag("allow_writes");
        var tools = new LinkedHashMap<String, ToolSettings>();
        in.named("tools").forEach((toolName, tool) -> {
            tool(tool, scopes, url, allowWrites).ifPresent(settings -> tools.put(toolName, settings));
            conditions.ofTool(name, toolName, tool);
            tool.end();
        });
        if (in.section("tools").names().isEmpty()) {
            in.mistake("tools", "is missing. Nothing can be asked that is not written here: give at least one "
                    + "statement.");
        }
        var login = new Login(in.text("user").filter(user -> !user.isBlank()), in.secret("password")
                .map(Secret::reveal));
        return new Config.SourceConfig.Sql(name, new SqlSettings(url.orElse(""), login, folder,
                in.file("drivers", folder), in.number("pool"), in.duration("connect_timeout"),
                in.duration("statement_timeout"), allowWrites, in.choice("check").equals("strict"), tools));
    }

    /// Empty after a mistake.
    private static Optional<String> url(Section in) {
        var url = in.textOrEmpty("url").strip();
        if (url.isEmpty()) {
            in.need("url");
            return Optional.empty();
        }
        var problem = SqlSource.urlProblem(url);
        problem.ifPresent(clause -> in.mistake("url", clause));
        return problem.isPresent() ? Optional.empty() : Optional.of(url);
    }

    private static Optional<ToolSettings> tool(Section in, Scopes known, Optional<String> url, boolean allowWrites) {
        for (var key : List.of("statement", "description")) {
            if (in.textOrEmpty(key).isBlank()) {
                in.need(key);
            }
        }
        var sections = in.named("parameters");
        var parameters = new LinkedHashMap<String, ParameterSettings>();
        sections.forEach((name, parameter) -> {
            parameters.put(name, parameter(parameter));
            parameter.end();
        });
        var settings = new ToolSettings(in.text("title"), in.textOrEmpty("description"),
                OpenApiConfig.scopes(in, known), in.textOrEmpty("statement"), in.flag("write"), in.flag("confirm"),
                parameters, answer(in.section("answer")));
        if (url.isEmpty() || settings.statement().isBlank() || settings.description().isBlank()) {
            return Optional.empty();
        }
        var problems = SqlSource.problems(url.get(), settings, allowWrites);
        problems.forEach(problem -> section(in, sections, problem.parameter()).mistake(problem.key(),
                problem.clause()));
        return problems.isEmpty() ? Optional.of(settings) : Optional.empty();
    }

    private static Section section(Section tool, Map<String, Section> parameters, String parameter) {
        return parameter.isEmpty() ? tool : parameters.get(parameter);
    }

    private static ParameterSettings parameter(Section in) {
        return new ParameterSettings(ParameterType.of(in.choice("type")), ParameterType.of(in.choice("items")),
                in.text("description"), in.flag("optional"), in.json("default"), values(in), number(in, "min"),
                number(in, "max"), in.numberIfGiven("max_length"), in.text("pattern"), bind(in), in.text("when"),
                in.flag("secret"));
    }

    private static List<JsonNode> values(Section in) {
        return in.json("enum").map(list -> list.valueStream().toList()).orElse(List.of());
    }

    private static Optional<BigDecimal> number(Section in, String key) {
        var given = in.json(key);
        if (given.isPresent() && !given.get().isNumber()) {
            in.mistake(key, "must be a number.");
        }
        return given.filter(JsonNode::isNumber).map(JsonNode::decimalValue);
    }

    private static Optional<CallerValue> bind(Section in) {
        var given = in.text("bind");
        var value = given.flatMap(CallerValue::of);
        if (given.isPresent() && value.isEmpty()) {
            in.mistake("bind", "is " + given.get() + ". There are " + String.join(", ", CallerValue.keys()) + ".");
        }
        return value;
    }

    private static AnswerSettings answer(Section in) {
        var answer = new AnswerSettings(in.number("max_rows"), in.numberIfGiven("max_tokens"),
                in.number("max_value_chars"));
        in.end();
        return answer;
    }
}
