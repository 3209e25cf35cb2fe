package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.json;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.time;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.sql.ParameterType;
import java.util.List;

/// The rows of [Keys] that `sql` sources have to themselves.
final class SqlKeys {

    private static final String SOURCE = "sources.<name>.";
    private static final String TOOL = SOURCE + "tools.<tool>.";
    private static final String PARAMETER = TOOL + "parameters.<parameter>.";

    static final List<Key> OF_SOURCE = List.of(
            text(SOURCE + "url", "With `sql`: the database's JDBC URL, such as "
                    + "`jdbc:postgresql://db.example/shop?sslmode=verify-full`, `jdbc:sqlite:data/shop.db` (relative "
                    + "to "
                    + "the configuration), `jdbc:mysql://…`, `jdbc:mariadb://…` or `jdbc:sqlserver://…`. Properties of "
                    + "drivers that could do harm are refused."),
            text(SOURCE + "user", "With `sql`: the role to sign in with, made for it: one that may do no more than the "
                    + "tools need."),
            secret(SOURCE + "password", "With `sql`: its password."),
            text(SOURCE + "drivers", "lib",
            "With `sql`: folder of JDBC drivers, relative to the configuration. Those of "
                    + "PostgreSQL and SQLite are there already."),
            number(SOURCE + "pool", 5, 1, 50, "With `sql`: connections at the same time; further calls wait for "
                    + "`connect_timeout`."),
            time(SOURCE + "connect_timeout", ofSeconds(5), ofSeconds(1), ofMinutes(1), "With `sql`: for reaching the "
                    + "database."),
            time(SOURCE + "statement_timeout", ofSeconds(15), ofSeconds(1), ofMinutes(10), "With `sql`: for one "
                    + "statement. Then it is ended in the database too."),
            flag(SOURCE + "allow_writes", false, "With `openapi`: whether `include` takes operations other than "
                    + "GET and HEAD. With `sql`: whether tools may have `write: true`."),
            choice(SOURCE + "check", "strict", List.of("strict", "warn"), "With `sql`: `strict`: a role that may do "
                    + "more than read (with `allow_writes`, more than change rows) stops the start, with the "
                    + "statements that mend it. `warn`: it is only logged."));

    static final List<Key> OF_TOOL = List.of(
            text(TOOL + "statement", "With `sql`: one statement. Parameters stand in it as `:name`, and their `when` "
            + "as "
                    + "`{name}`."),
            flag(TOOL + "write", false, "With `sql`: whether it changes something and is committed. Otherwise it runs "
            + "in "
                    + "a transaction that cannot write."));

    static final List<Key> OF_PARAMETER = List.of(
            choice(PARAMETER + "type", "string", ParameterType.keys(), "With `sql`: what it is. `date` and `timestamp` "
                    + "are ISO 8601."),
            choice(PARAMETER + "items", "string", ParameterType.itemKeys(), "With `sql`: what an `array` is made of. "
                    + "Write `= any(:name)` on PostgreSQL, `in (:name)` elsewhere."),
            flag(PARAMETER + "optional", false, "With `sql`: whether a call may do without it; it is NULL then, or the "
                    + "`default`."),
            json(PARAMETER + "min", "With `sql`: the least number, or the fewest items."),
            json(PARAMETER + "max", "With `sql`: the greatest number, or the most items, 100 unless told."),
            number(PARAMETER + "max_length", 1, 100_000, "With `sql`: of a text, 1000 unless told."),
            text(PARAMETER + "pattern", "With `sql`: a regular expression that a text must match; `^` and `$` for the "
                    + "whole of it."),
            text(PARAMETER + "bind", "With `openapi`, `http` and `sql`: the proven caller gives it, and nobody else "
            + "can: "
                    + String.join(", ", CallerValue.keys().stream().map(key -> "`" + key + "`").toList())
                    + ". Clients do not see it."),
            text(PARAMETER + "when", "With `sql`: SQL that stands at `{name}` in the statement when the parameter is "
                    + "given, and is not there otherwise."));

    static final List<Key> OF_ANSWER = List.of(
            number(TOOL + "answer.max_rows", 200, 1, 5_000,
            "With `sql`: rows that are read, and with `write`, that one "
                    + "call may change, as the driver counts them. A cut is announced; a change of more is undone."),
            number(TOOL + "answer.max_value_chars", 2_000, 20, 100_000, "With `sql`: characters of one text in a row; "
                    + "a cut is announced."));

    private SqlKeys() {}
}
