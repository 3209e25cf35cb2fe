package io.github.doorwarden.sources.sql;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/// The drivers of a deployment. Those of PostgreSQL and SQLite are part of Doorwarden; others are jars in a folder,
/// loaded by a class loader that sees nothing of ours: two generations of a library do not meet. A jar runs with all
/// rights of this process; whoever may write the folder is the operator.
final class Drivers implements AutoCloseable {

    private final Driver driver;
    private final URLClassLoader loader;

    private Drivers(Driver driver, URLClassLoader loader) {
        this.driver = driver;
        this.loader = loader;
    }

    Driver driver() {
        return driver;
    }

    /// @param folder need not be there
    /// @throws IllegalArgumentException with a sentence that names the jar to get
    static Drivers of(JdbcUrl url, Path folder) {
        return switch (url.engine()) {
            case POSTGRESQL -> new Drivers(new org.postgresql.Driver(), null);
            case SQLITE -> new Drivers(new org.sqlite.JDBC(), null);
            case MYSQL, SQLSERVER -> dropped(url, folder);
        };
    }

    private static Drivers dropped(JdbcUrl url, Path folder) {
        var jars = jars(folder);
        var loader = new URLClassLoader("drivers", jars, ClassLoader.getPlatformClassLoader());
        try {
            for (var driver : ServiceLoader.load(Driver.class, loader)) {
                if (driver.getClass().getClassLoader() == loader && driver.acceptsURL(url.driver())) {
                    return new Drivers(driver, loader);
                }
            }
        } catch (SQLException | ServiceConfigurationError | LinkageError e) {
            close(loader);
            throw new IllegalArgumentException("a driver in " + folder + " cannot be loaded (" + e + "). Take one for "
                    + "Java " + Runtime.version().feature() + ", with the jars that it needs beside it.");
        }
        close(loader);
        throw new IllegalArgumentException("the driver of " + url.engine().title() + " is not part of Doorwarden, "
                + "because of its licence or its size, and " + (jars.length == 0 ? "there is no jar in " + folder
                : "no jar in " + folder + " has one for this URL") + ". Get " + url.engine().jar()
                + " and put it there.");
    }

    private static URL[] jars(Path folder) {
        var jars = new ArrayList<URL>();
        if (!Files.isDirectory(folder)) {
            return new URL[0];
        }
        try (var files = Files.list(folder)) {
            for (var jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
                jars.add(url(jar));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the folder of drivers " + folder + " cannot be read ("
                    + e.getMessage() + "). Give it to the user that Doorwarden runs as.", e);
        }
        return jars.toArray(URL[]::new);
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    private static void close(URLClassLoader loader) {
        try {
            loader.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (loader != null) {
            close(loader);
        }
    }
}
