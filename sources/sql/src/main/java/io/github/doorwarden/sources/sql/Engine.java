package io.github.doorwarden.sources.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The databases that are spoken to, and how their SQL is read: a quote, a comment or a bracket means another thing in
/// each.
public enum Engine {

    POSTGRESQL("PostgreSQL", List.of("jdbc:postgresql:"), "", Set.of("ssl", "sslmode", "sslrootcert", "sslcert",
            "sslkey", "channelbinding", "gssencmode", "targetservertype", "loadbalancehosts", "currentschema",
            "applicationname", "tcpkeepalive", "preparethreshold")),
    SQLITE("SQLite", List.of("jdbc:sqlite:"), "", Set.of()),
    MYSQL("MySQL or MariaDB", List.of("jdbc:mysql:", "jdbc:mariadb:"),
            "mysql-connector-j-….jar (com.mysql:mysql-connector-j, for jdbc:mysql: URLs) or mariadb-java-client-….jar "
                    + "(org.mariadb.jdbc:mariadb-java-client, for jdbc:mariadb: URLs)",
            Set.of("sslmode", "usessl", "requiressl", "serversslcert", "characterencoding", "connectiontimezone",
                    "timezone", "servertimezone", "tcpkeepalive", "allowpublickeyretrieval")),
    SQLSERVER("SQL Server", List.of("jdbc:sqlserver:"),
            "mssql-jdbc-….jre11.jar (com.microsoft.sqlserver:mssql-jdbc)",
            Set.of("databasename", "database", "encrypt", "trustservercertificate", "hostnameincertificate",
                    "instancename", "multisubnetfailover", "applicationname", "applicationintent"));

    private final String title;
    private final List<String> prefixes;
    private final String jar;
    private final Set<String> properties;

    Engine(String title, List<String> prefixes, String jar, Set<String> properties) {
        this.title = title;
        this.prefixes = prefixes;
        this.jar = jar;
        this.properties = properties;
    }

    /// The one that a JDBC URL is for; empty for any other.
    public static Optional<Engine> of(String url) {
        return Arrays.stream(values()).filter(each -> each.prefixes.stream().anyMatch(url::startsWith)).findFirst();
    }

    /// As people call it.
    String title() {
        return title;
    }

    /// The driver to get; empty when it is part of Doorwarden.
    String jar() {
        return jar;
    }

    /// What may be set in the URL, everything else being refused: among what drivers know besides there are files that
    /// they read for the server, classes that they load by name and statements that they run at once.
    Set<String> properties() {
        return properties;
    }

    /// Whether `$tag$ … $tag$` is a text.
    boolean dollarQuotes() {
        return this == POSTGRESQL;
    }

    /// Whether `[name]` is a quoted name; elsewhere it is an element of an array.
    boolean bracketNames() {
        return this == SQLSERVER || this == SQLITE;
    }

    boolean backtickNames() {
        return this == MYSQL || this == SQLITE;
    }

    /// Whether `#` begins a comment.
    boolean hashComments() {
        return this == MYSQL;
    }

    /// Whether `\'` does not end a text, even without an `E` before it.
    boolean backslashes() {
        return this == MYSQL;
    }

    boolean nestedComments() {
        return this == POSTGRESQL || this == SQLSERVER;
    }

    /// Whether a list is one value, for `= ANY(:list)`; elsewhere it becomes as many placeholders, for `IN (:list)`.
    boolean arrays() {
        return this == POSTGRESQL;
    }

    /// What the database calls such values, for arrays.
    static String arrayType(ParameterType type) {
        return switch (type) {
            case INTEGER -> "bigint";
            case NUMBER -> "numeric";
            case BOOLEAN -> "boolean";
            case DATE -> "date";
            case TIMESTAMP -> "timestamptz";
            case UUID -> "uuid";
            case STRING, ARRAY -> "text";
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
