package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.sql.SqlSettings.Login;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What holds when the words of a statement hold nothing back: the transaction that cannot write, and the role that may
/// do no more than it needs.
final class BoundaryTest {

    private static final ToolSettings HARMLESS = ToolSettings.of("select 1", Map.of());

    private static SqlSource source(Login login, ToolSettings tool) {
        return new SqlSource("fares", Bed.settings(login, tool));
    }

    private static String refusedStart(Login login) {
        try (var source = source(login, HARMLESS)) {
            return assertThrows(IllegalArgumentException.class, source::start).getMessage();
        }
    }

    @Test
    void aRoleThatMayOnlyReadStarts() {
        try (var source = source(Bed.READER, HARMLESS)) {
            assertDoesNotThrow(source::start);
        }
    }

    @Test
    void aSuperuserIsRefusedWithTheStatementsThatMakeAnother() {
        var sentence = refusedStart(Bed.ADMIN);
        assertTrue(sentence.contains("is a superuser") && sentence.contains("CREATE ROLE doorwarden_reader LOGIN")
                && sentence.contains("GRANT SELECT ON ALL TABLES IN SCHEMA public TO doorwarden_reader"), sentence);
    }

    @Test
    void aRoleThatMayWriteIsRefusedWithTheStatementThatTakesItAway() throws Exception {
        var sentence = refusedStart(Bed.WRITER);
        assertTrue(sentence.contains("may change the table public.notes"), sentence);
        var remedy = "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.notes FROM writer";
        assertTrue(sentence.contains(remedy), sentence);
        Bed.sql(Bed.port(), "CREATE ROLE mended LOGIN PASSWORD 'x'; GRANT INSERT ON notes TO mended");
        try (var source = source(Login.of("mended", "x"), HARMLESS)) {
            assertThrows(IllegalArgumentException.class, source::start);
            Bed.sql(Bed.port(), remedy.replace("writer", "mended"));
            assertDoesNotThrow(source::start, "the remedy helps");
        }
    }

    @Test
    void everythingElseThatIsTooMuchIsSeen() throws Exception {
        Bed.sql(Bed.port(), """
                CREATE ROLE owner LOGIN PASSWORD 'x'; CREATE TABLE owned (a int); ALTER TABLE owned OWNER TO owner;
                CREATE ROLE files LOGIN PASSWORD 'x'; GRANT pg_read_server_files TO files;
                CREATE ROLE programs LOGIN PASSWORD 'x'; GRANT pg_execute_server_program TO programs;
                CREATE ROLE maker LOGIN PASSWORD 'x' CREATEROLE; GRANT CREATE ON SCHEMA public TO maker;
                CREATE ROLE columns LOGIN PASSWORD 'x'; GRANT UPDATE (text) ON notes TO columns;
                CREATE ROLE schemas LOGIN PASSWORD 'x'; GRANT CREATE ON DATABASE postgres TO schemas;
                CREATE ROLE heir LOGIN PASSWORD 'x'; GRANT writer TO heir""");
        assertTrue(refusedStart(Login.of("owner", "x")).contains("owns public.owned"));
        assertTrue(refusedStart(Login.of("files", "x")).contains("REVOKE pg_read_server_files FROM files"));
        assertTrue(refusedStart(Login.of("programs", "x")).contains("is a member of pg_execute_server_program"));
        var maker = refusedStart(Login.of("maker", "x"));
        assertTrue(maker.contains("ALTER ROLE maker NOCREATEROLE")
                && maker.contains("REVOKE CREATE ON SCHEMA public FROM maker"), maker);
        assertTrue(refusedStart(Login.of("columns", "x")).contains("may change the table public.notes"));
        assertTrue(refusedStart(Login.of("schemas", "x")).contains("REVOKE CREATE ON DATABASE postgres FROM schemas"));
        assertTrue(refusedStart(Login.of("heir", "x")).contains("may change the table public.notes"));
        Bed.sql(Bed.port(), "DROP TABLE owned");
    }

    @Test
    void aRefusedRoleAnswersNothingEither_UntilItIsMended() throws Exception {
        Bed.sql(Bed.port(), "CREATE ROLE late LOGIN PASSWORD 'x'; GRANT DELETE ON notes TO late");
        try (var source = source(Login.of("late", "x"), HARMLESS)) {
            var refused = Bed.call(source, "{}");
            assertTrue(refused.isError() && Bed.text(refused).contains("more than it should"), Bed.text(refused));
            Bed.sql(Bed.port(), "REVOKE DELETE ON notes FROM late");
            assertEquals("[[1]]", Bed.call(source, "{}").structured().orElseThrow().path("rows").toString());
        }
    }

    @Test
    void whoWantsItIsOnlyWarned() {
        try (var source = new SqlSource("fares", Bed.settings(Bed.ADMIN, HARMLESS).withChecks(false, false))) {
            assertDoesNotThrow(source::start);
        }
    }

    @Test
    void writesAreRefusedByTheTransaction_EvenForASuperuser() throws Exception {
        Bed.sql(Bed.port(), """
                CREATE OR REPLACE FUNCTION sneak() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS
                  $$ BEGIN INSERT INTO notes VALUES (99, 'sneaked'); RETURN 1; END $$;
                CREATE OR REPLACE FUNCTION out_and_in() RETURNS int LANGUAGE plpgsql AS
                  $$ BEGIN SET TRANSACTION READ WRITE; INSERT INTO notes VALUES (98, 'x'); RETURN 1; END $$""");
        for (var statement : List.of("select sneak()", "select out_and_in()",
                "select set_config('transaction_read_only', 'off', true), sneak()",
                "select nextval('counter')", "select lo_create(0)",
                "select query_to_xml('insert into notes values (97, ''x'') returning 1', true, true, '')")) {
            Bed.sql(Bed.port(), "CREATE SEQUENCE IF NOT EXISTS counter");
            var tool = ToolSettings.of(statement, Map.of());
            try (var source = new SqlSource("fares", Bed.settings(Bed.ADMIN, tool).withChecks(false, false))) {
                var result = Bed.call(source, "{}");
                assertTrue(result.isError(), statement);
                assertTrue(Bed.text(result).contains("request id"), Bed.text(result));
            }
        }
        assertEquals("0", Bed.ask("select count(*) from notes where id > 90"));
    }

    @Test
    void theTransactionCannotBeReopened() throws Exception {
        try (var connection = DriverManager.getConnection(Bed.url(), "postgres", "")) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            Transactions.begin(Engine.POSTGRESQL, connection, Duration.ofSeconds(5), false, "1".repeat(32));
            try (var statement = connection.createStatement()) {
                var refused = assertThrows(SQLException.class, () -> statement.execute("SET TRANSACTION READ WRITE"));
                assertTrue(refused.getMessage().contains("must be set before any query"), refused.getMessage());
            }
            connection.rollback();
        }
    }

    @Test
    void whatTheRoleMayNotSeeIsRefusedWithoutNames() throws Exception {
        Bed.sql(Bed.port(), "CREATE TABLE IF NOT EXISTS hidden (secret text)");
        for (var statement : List.of("select secret from hidden", "select pg_read_file('/etc/passwd')",
                "select pg_ls_dir('/')", "select * from pg_authid")) {
            try (var source = Bed.reader(statement, Map.of())) {
                var result = Bed.call(source, "{}");
                assertTrue(result.isError() && Bed.text(result).contains("does not let this tool see"),
                        Bed.text(result));
                assertTrue(!Bed.text(result).contains("hidden") && !Bed.text(result).contains("reader"),
                        Bed.text(result));
            }
        }
    }

    @Test
    void aToolThatWillFailIsNamedAtTheStart_AndTheOthersServe() throws Exception {
        try (var source = Bed.reader("select nothing from nowhere where a = :a",
                Map.of("a", SqlSettings.ParameterSettings.of(ParameterType.STRING)))) {
            assertDoesNotThrow(source::start);
            var result = Bed.call(source, "{'a':'x'}");
            assertTrue(Bed.text(result).contains("a fault of the tool, not of the call")
                    && !Bed.text(result).contains("nowhere"), Bed.text(result));
        }
    }

    @Test
    void grantsOfMySqlAreRead() {
        assertEquals(List.of(), Privileges.mysqlGrant("GRANT USAGE ON *.* TO `r`@`%` IDENTIFIED BY PASSWORD '*1'",
                false));
        assertEquals(List.of(), Privileges.mysqlGrant("GRANT SELECT, SHOW VIEW ON `shop`.* TO `r`@`%`", false));
        assertEquals(List.of(), Privileges.mysqlGrant("GRANT SELECT (`a`, `b`) ON `shop`.`t` TO `r`@`%`", false));
        assertEquals("REVOKE INSERT, UPDATE (`a`, `b`) ON `shop`.* FROM `r`@`%`", Privileges.mysqlGrant(
                "GRANT SELECT, INSERT, UPDATE (`a`, `b`) ON `shop`.* TO `r`@`%`", false).getFirst().remedy());
        assertEquals(List.of(), Privileges.mysqlGrant("GRANT SELECT, INSERT ON `shop`.* TO `r`@`%`", true));
        assertEquals("REVOKE ALL PRIVILEGES ON *.* FROM `root`@`localhost`; GRANT SELECT ON `database`.* TO "
                + "`root`@`localhost`", Privileges.mysqlGrant(
                "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION", true).getFirst().remedy());
        assertEquals(1, Privileges.mysqlGrant("GRANT `app_write`@`%` TO `r`@`%`", false).size());
    }
}
