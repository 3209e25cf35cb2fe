package io.github.doorwarden.sources.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What the role of a source may do in its database beyond what the source needs. The role is the boundary: a
/// transaction that is only for reading can be talked out of it, a role that may not write cannot.
final class Privileges {

    /// One thing too many.
    ///
    /// @param what   a clause about the role, for example `may change the table public.fares`
    /// @param remedy statements for an administrator of the database; may be empty
    record Excess(String what, String remedy) {}

    private static final Pattern GRANT = Pattern.compile("(?i)GRANT (.+?) ON (?:TABLE )?(.+?) TO (.+?)( .*)?");
    private static final Set<String> MYSQL_HARMLESS = Set.of("SELECT", "USAGE", "SHOW VIEW", "SHOW DATABASES",
            "PROCESS", "REFERENCES");
    private static final Set<String> MYSQL_WRITING = Set.of("INSERT", "UPDATE", "DELETE", "EXECUTE",
            "CREATE TEMPORARY TABLES", "LOCK TABLES");

    private Privileges() {}

    /// @param write whether the source has tools that change something: then tables may be written
    static List<Excess> excess(Engine engine, Connection connection, boolean write) throws SQLException {
        return switch (engine) {
            case POSTGRESQL -> postgres(connection, write);
            case MYSQL -> mysql(connection, write);
            case SQLSERVER -> sqlServer(connection, write);
            case SQLITE -> List.of();                             // has no roles; the file is opened for reading
        };
    }

    private static List<Excess> postgres(Connection connection, boolean write) throws SQLException {
        var found = new ArrayList<Excess>();
        var role = one(connection, "SELECT quote_ident(current_user)");
        var database = one(connection, "SELECT quote_ident(current_database())");
        var own = "CREATE ROLE doorwarden_reader LOGIN PASSWORD '…'; GRANT CONNECT ON DATABASE " + database
                + " TO doorwarden_reader; GRANT USAGE ON SCHEMA public TO doorwarden_reader; GRANT SELECT ON ALL "
                + "TABLES IN SCHEMA public TO doorwarden_reader";
        rows(connection, """
                SELECT k FROM pg_roles r, LATERAL (VALUES ('SUPERUSER', rolsuper), ('BYPASSRLS', rolbypassrls),
                  ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb), ('REPLICATION', rolreplication)) v(k, has)
                WHERE r.rolname = current_user AND has""", row -> found.add(row.getFirst().equals("SUPERUSER")
                ? new Excess("is a superuser, who may read files and run programs of the machine", own)
                : new Excess("has the attribute " + row.getFirst(), "ALTER ROLE " + role + " NO" + row.getFirst())));
        if (found.stream().anyMatch(each -> each.remedy().equals(own))) {
            return found;                                         // who may do everything may do the rest too
        }
        rows(connection, """
                SELECT quote_ident(rolname) FROM pg_roles WHERE rolname IN ('pg_read_server_files',
                  'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend', 'pg_maintain',
                  'pg_checkpoint', 'pg_create_subscription', '%s') AND pg_has_role(current_user, oid, 'MEMBER')"""
                .formatted(write ? "-" : "pg_write_all_data"), row -> found.add(new Excess("is a member of "
                + row.getFirst(), "REVOKE " + row.getFirst() + " FROM " + role)));
        rows(connection, "SELECT 1 WHERE has_database_privilege(current_database(), 'CREATE')", row -> found.add(
                new Excess("may create schemas in the database", "REVOKE CREATE ON DATABASE " + database + " FROM "
                        + role)));
        rows(connection, """
                SELECT quote_ident(nspname), has_schema_privilege('public', oid, 'CREATE') FROM pg_namespace
                WHERE nspname !~ '^(pg_|information_schema$)' AND has_schema_privilege(oid, 'CREATE')""",
                row -> found.add(new Excess("may create tables in the schema " + row.getFirst(),
                        "REVOKE CREATE ON SCHEMA " + row.getFirst() + " FROM "
                        + (row.get(1).equals("t") ? "PUBLIC" : role))));
        if (!write) {
            writableTables(connection, role, own, found);
        }
        return found;
    }

    private static void writableTables(Connection connection, String role, String own, List<Excess> found)
            throws SQLException {
        var owned = new LinkedHashSet<String>();
        rows(connection, """
                SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), pg_has_role(c.relowner, 'USAGE'),
                  has_table_privilege('public', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^(pg_|information_schema$)'
                  AND has_schema_privilege(n.oid, 'USAGE')
                  AND (pg_has_role(c.relowner, 'USAGE')
                    OR has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                    OR has_any_column_privilege(c.oid, 'INSERT, UPDATE'))
                ORDER BY 1 LIMIT %d""".formatted(Limits.REASONS), row -> {
            if (row.get(1).equals("t")) {
                owned.add(row.getFirst());
            } else {
                found.add(new Excess("may change the table " + row.getFirst(), "REVOKE INSERT, UPDATE, DELETE, "
                        + "TRUNCATE ON " + row.getFirst() + " FROM " + (row.get(2).equals("t") ? "PUBLIC" : role)));
            }
        });
        if (!owned.isEmpty()) {
            found.add(new Excess("owns " + String.join(", ", owned) + ", and an owner may always change a table", own));
        }
    }

    private static List<Excess> mysql(Connection connection, boolean write) throws SQLException {
        var found = new ArrayList<Excess>();
        rows(connection, "SHOW GRANTS FOR CURRENT_USER()", row -> found.addAll(mysqlGrant(row.getFirst(), write)));
        return found;
    }

    /// What one line of `SHOW GRANTS` allows beyond what is needed.
    static List<Excess> mysqlGrant(String line, boolean write) {
        var grant = GRANT.matcher(line.strip());
        if (!grant.matches()) {
            return line.toUpperCase(Locale.ROOT).startsWith("GRANT ")
                    ? List.of(new Excess("has a role of its own (" + line + "), whose rights are not looked at",
                            "grant what is needed to the user itself")) : List.of();
        }
        var all = Pattern.compile(",\\s*(?![^(]*\\))").splitAsStream(grant.group(1)).map(String::strip)
                .filter(each -> {
                    var right = each.replaceAll("\\s*\\(.*", "").toUpperCase(Locale.ROOT);
                    return !MYSQL_HARMLESS.contains(right) && !(write && MYSQL_WRITING.contains(right));
                }).toList();
        var rights = String.join(", ", all);
        return all.isEmpty() ? List.of() : List.of(new Excess("has " + rights + " on " + grant.group(2),
                "REVOKE " + rights + " ON " + grant.group(2) + " FROM " + grant.group(3)
                + (rights.toUpperCase(Locale.ROOT).startsWith("ALL PRIVILEGES") ? "; GRANT SELECT ON "
                + (grant.group(2).equals("*.*") ? "`database`.*" : grant.group(2)) + " TO " + grant.group(3) : "")));
    }

    private static List<Excess> sqlServer(Connection connection, boolean write) throws SQLException {
        var found = new ArrayList<Excess>();
        rows(connection, """
                SELECT name FROM (VALUES ('sysadmin'), ('securityadmin'), ('serveradmin'), ('bulkadmin')) r(name)
                WHERE IS_SRVROLEMEMBER(name) = 1""", row -> found.add(new Excess("is in the server role "
                + row.getFirst(), "ALTER SERVER ROLE " + row.getFirst() + " DROP MEMBER [login]")));
        rows(connection, """
                SELECT name, USER_NAME() FROM (VALUES ('db_owner'), ('db_ddladmin'), ('db_securityadmin'),
                  ('%s')) r(name) WHERE IS_ROLEMEMBER(name) = 1""".formatted(write ? "db_owner" : "db_datawriter"),
                row -> found.add(new Excess("is in the role " + row.getFirst(), "ALTER ROLE " + row.getFirst()
                        + " DROP MEMBER [" + row.get(1) + "]")));
        if (!write) {
            rows(connection, """
                    SELECT permission_name, USER_NAME() FROM sys.fn_my_permissions(NULL, 'DATABASE')
                    WHERE permission_name IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER', 'CONTROL')""",
                    row -> found.add(new Excess("has " + row.getFirst() + " on the whole database",
                            "REVOKE " + row.getFirst() + " FROM [" + row.get(1) + "]")));
            rows(connection, """
                    SELECT TOP 20 QUOTENAME(SCHEMA_NAME(schema_id)) + '.' + QUOTENAME(name), USER_NAME()
                    FROM sys.tables WHERE 1 IN (HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(schema_id)) + '.'
                      + QUOTENAME(name), 'OBJECT', 'INSERT'), HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(schema_id))
                      + '.' + QUOTENAME(name), 'OBJECT', 'UPDATE'), HAS_PERMS_BY_NAME(
                      QUOTENAME(SCHEMA_NAME(schema_id)) + '.' + QUOTENAME(name), 'OBJECT', 'DELETE'))""",
                    row -> found.add(new Excess("may change the table " + row.getFirst(), "REVOKE INSERT, UPDATE, "
                            + "DELETE ON " + row.getFirst() + " FROM [" + row.get(1) + "]")));
        }
        return found;
    }

    private static String one(Connection connection, String sql) throws SQLException {
        var found = new ArrayList<String>();
        rows(connection, sql, row -> found.add(row.getFirst()));
        return found.isEmpty() ? "" : found.getFirst();
    }

    private interface Row {
        void take(List<String> columns);
    }

    private static void rows(Connection connection, String sql, Row each) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                var columns = new ArrayList<String>();
                for (var i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(rows.getString(i)));
                }
                each.take(columns);
            }
        }
    }
}
