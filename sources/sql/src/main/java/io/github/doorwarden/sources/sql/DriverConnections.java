package io.github.doorwarden.sources.sql;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// New connections of one driver, as a pool asks for them.
///
/// @param url        as the driver is given it
/// @param properties credentials among them; never printed
record DriverConnections(Driver driver, String url, Properties properties) implements DataSource {

    @Override
    public Connection getConnection() throws SQLException {
        var connection = driver.connect(url, (Properties) properties.clone());
        if (connection == null) {
            throw new SQLException("The driver does not know the URL.", "08001");
        }
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // drivers log for themselves
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // among the properties, in the driver's own words
    }

    /// How long a pool that is closed waits for one that is being made.
    @Override
    public int getLoginTimeout() {
        return (int) Limits.CANCELLING.toSeconds();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("Nothing is wrapped here.");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    @Override
    public String toString() {
        return "DriverConnections[…]";
    }
}
