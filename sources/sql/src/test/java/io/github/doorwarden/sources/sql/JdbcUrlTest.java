package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Addresses of databases: what drivers could be talked into stays out, and a driver that is not there is named.
final class JdbcUrlTest {

    private static final Path FOLDER = Path.of("/srv/deployment");

    @TempDir
    private Path drivers;

    private static String refused(String url) {
        return assertThrows(IllegalArgumentException.class, () -> JdbcUrl.of(url, FOLDER), url).getMessage();
    }

    @Test
    void whatDriversCanBeTalkedIntoIsRefused() {
        for (var url : List.of(
                "jdbc:postgresql://h/d?socketFactory=org.springframework.context.support.ClassPathXmlApplicationContext",
                "jdbc:postgresql://h/d?sslmode=require&socketFactoryArg=http://x/",
                "jdbc:postgresql://h/d?SSLFACTORY=a.B", "jdbc:postgresql://h/d?loggerFile=/tmp/x",
                "jdbc:postgresql://h/d?options=-c%20default_transaction_read_only%3Doff",
                "jdbc:mysql://h/d?autoDeserialize=true", "jdbc:mysql://h/d?allowLoadLocalInfile=true",
                "jdbc:mysql://h/d?allowMultiQueries=true", "jdbc:mysql://h/d?queryInterceptors=a.B",
                "jdbc:mariadb://h/d?allowLocalInfile=true", "jdbc:mysql://h/d?%61utoDeserialize=true",
                "jdbc:sqlserver://h;databaseName=d;integratedSecurity=true",
                "jdbc:sqlserver://h;socketFactoryClass=a.B")) {
            assertTrue(refused(url).contains("may not stand here"), url);
        }
        for (var url : List.of("jdbc:mysql://(host=h,autoDeserialize=true)/d", "jdbc:mysql://root:secret@h/d",
                "jdbc:mysql:loadbalance://h/d", "jdbc:postgresql:d?x", "jdbc:postgresql://u@h/d",
                "jdbc:mysql://address=(host=h)(allowLoadLocalInfile=true)/d")) {
            assertTrue(refused(url).contains("must be such as"), url);
        }
        for (var url : List.of("jdbc:sqlite:a.db?enable_load_extension=true", "jdbc:sqlite:file:a.db?mode=rwc",
                "jdbc:sqlite::memory:", "jdbc:sqlite::resource:http://x/a.db", "jdbc:sqlite:")) {
            assertTrue(refused(url).contains("path of a file"), url);
        }
        for (var url : List.of("jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://x/a.sql'", "jdbc:oracle:thin:@h", "x")) {
            assertTrue(refused(url).contains("none that is spoken to"), url);
        }
    }

    @Test
    void credentialsHaveKeysOfTheirOwn() {
        assertTrue(refused("jdbc:postgresql://h/d?user=a").contains("use the keys user and password"));
        assertTrue(refused("jdbc:sqlserver://h;password=a").contains("use the keys user and password"));
    }

    @Test
    void whatIsHarmlessPasses_AndTheRestIsForcedOff() {
        assertEquals("jdbc:postgresql://h:5432/d?sslmode=verify-full",
                JdbcUrl.of("jdbc:postgresql://h:5432/d?sslmode=verify-full", FOLDER).driver());
        assertEquals("jdbc:sqlserver://h:1433;databaseName=d;encrypt=true",
                JdbcUrl.of("jdbc:sqlserver://h:1433;databaseName=d;encrypt=true", FOLDER).driver());
        assertEquals("false", JdbcUrl.of("jdbc:mysql://h/d", FOLDER).forced().getProperty("allowLoadLocalInfile"));
        assertEquals("jdbc:sqlite:/srv/deployment/data/a.db", JdbcUrl.of("jdbc:sqlite:data/a.db", FOLDER).driver());
        assertEquals("jdbc:sqlite:/var/a.db", JdbcUrl.of("jdbc:sqlite:/var/a.db", FOLDER).driver());
    }

    @Test
    void aDriverThatIsNotThereIsNamed() throws IOException {
        var url = JdbcUrl.of("jdbc:mysql://h/d", FOLDER);
        var none = assertThrows(IllegalArgumentException.class, () -> Drivers.of(url, drivers)).getMessage();
        assertTrue(none.contains("there is no jar in " + drivers) && none.contains("com.mysql:mysql-connector-j"),
                none);
        Files.copy(Path.of(org.junit.jupiter.api.Test.class.getProtectionDomain().getCodeSource().getLocation()
                .getPath()), drivers.resolve("other.jar"));
        var wrong = assertThrows(IllegalArgumentException.class, () -> Drivers.of(url, drivers)).getMessage();
        assertTrue(wrong.contains("no jar in " + drivers + " has one for this URL"), wrong);
        Drivers.of(JdbcUrl.of("jdbc:postgresql://h/d", FOLDER), drivers).close();
    }
}
