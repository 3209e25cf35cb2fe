package io.github.doorwarden.sources.sql;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;

/// The address of a database, read strictly: host, port and database, and of the driver's properties those alone that
/// are harmless. Credentials have keys of their own. See [Engine#properties].
///
/// @param driver    as the driver is given it
/// @param forced    what the driver is told besides, whatever its defaults are
record JdbcUrl(Engine engine, String driver, Properties forced) {

    /// @param folder where the path of a SQLite file begins
    /// @throws IllegalArgumentException with a clause that goes on after `url`
    static JdbcUrl of(String url, Path folder) {
        var engine = Engine.of(url).orElseThrow(() -> new IllegalArgumentException("is none that is spoken to. There "
                + "are jdbc:postgresql://host/database, jdbc:sqlite:file.db, jdbc:mysql://host/database, "
                + "jdbc:mariadb://host/database and jdbc:sqlserver://host;databaseName=database."));
        return switch (engine) {
            case SQLITE -> sqlite(url, folder);
            case POSTGRESQL -> network(engine, url, url.indexOf('?'), "&");
            case MYSQL -> network(engine, url, url.indexOf('?'), "&");
            case SQLSERVER -> network(engine, url, url.indexOf(';'), ";");
        };
    }

    private static JdbcUrl sqlite(String url, Path folder) {
        var file = url.substring("jdbc:sqlite:".length());
        if (file.isBlank() || file.startsWith(":") || file.startsWith("file:") || file.contains("?")) {
            throw new IllegalArgumentException("must be jdbc:sqlite: and the path of a file, without anything behind "
                    + "it: it is opened for reading, and a database in memory would be empty.");
        }
        return new JdbcUrl(Engine.SQLITE, "jdbc:sqlite:" + folder.toAbsolutePath().resolve(file).normalize(),
                new Properties());
    }

    private static JdbcUrl network(Engine engine, String url, int question, String separator) {
        var address = question < 0 ? url : url.substring(0, question);
        if (!address.matches("jdbc:[a-z]+://[A-Za-z0-9.,:_\\[\\]\\\\-]*(/[^@()?;&]*)?")) {
            throw new IllegalArgumentException("must be such as " + example(engine) + ": without a user, a password or "
                    + "brackets in it. Who signs in stands at user and password.");
        }
        var properties = question < 0 ? "" : url.substring(question + 1);
        for (var each : properties.split(separator)) {
            var name = each.contains("=") ? each.substring(0, each.indexOf('=')) : each;
            if (!name.isEmpty() && !engine.properties().contains(name.strip().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("sets " + name + ", which may not stand here"
                        + (name.matches("(?i)user|password|.*secret.*") ? ": use the keys user and password."
                        : ": some "
                        + "properties of drivers read files, load classes or run statements. There can be "
                        + String.join(", ", engine.properties().stream().sorted().toList()) + "."));
            }
        }
        return new JdbcUrl(engine, url, forced(engine));
    }

    private static String example(Engine engine) {
        return switch (engine) {
            case POSTGRESQL -> "jdbc:postgresql://host:5432/database?sslmode=verify-full";
            case MYSQL -> "jdbc:mysql://host:3306/database?sslMode=VERIFY_IDENTITY";
            case SQLSERVER -> "jdbc:sqlserver://host:1433;databaseName=database";
            case SQLITE -> "jdbc:sqlite:file.db";
        };
    }

    private static Properties forced(Engine engine) {
        var forced = new Properties();
        switch (engine) {
            case POSTGRESQL -> {
                forced.put("ApplicationName", "doorwarden");
                forced.put("logServerErrorDetail", "false");     // values of rows, and of arguments
                forced.put("maxResultBuffer", Integer.toString(Limits.DRIVER_BYTES));
            }
            case MYSQL -> {
                for (var off : new String[] {"allowLoadLocalInfile", "allowUrlInLocalInfile", "allowLocalInfile",
                    "autoDeserialize", "allowMultiQueries", "autoReconnect"}) {
                    forced.put(off, "false");
                }
            }
            case SQLITE, SQLSERVER -> { }
        }
        return forced;
    }
}
