package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A server chooses the address that the browser is given.
@Covers({"CL-7", "T26"})
class SystemBrowserTest {

    @ParameterizedTest
    @CsvSource({"Linux, xdg-open", "Mac OS X, open", "Windows 11, rundll32 url.dll;FileProtocolHandler",
        "FreeBSD, xdg-open"})
    void theAddressIsOneArgument(String system, String opener) throws Exception {
        var started = new ArrayList<List<String>>();
        var address = "https://a.example/authorize?x=1&y=%22;calc&z=%24(id)|-o";
        new SystemBrowser(system, started::add).open(URI.create(address.replace("|", "%7C")));
        var expected = new ArrayList<>(List.of(opener.replace(';', ',').split(" ")));
        expected.add(address.replace("|", "%7C"));
        assertEquals(List.of(expected), started);
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)", "file:///etc/passwd", "--x", "-o", "http://a.example/", "data:a,b",
        "smb://a.example/x", "https:a", "https://u:p@a.example/", "https://a.example/#x", "relative", "mailto:a@b.c"})
    void whatIsNoPageIsNotOpened(String address) {
        var started = new ArrayList<List<String>>();
        assertThrows(IOException.class, () -> new SystemBrowser("Linux", started::add).open(URI.create(address)));
        assertEquals(List.of(), started);
    }

    @Test
    void lettersBeyondAsciiAreEncoded() throws Exception {
        assertEquals(List.of("xdg-open", "https://a.example/%C3%A9"),
                SystemBrowser.command("linux", URI.create("https://a.example/é")));
        assertEquals(List.of("xdg-open", "http://127.0.0.1:9/a"),
                SystemBrowser.command("linux", URI.create("http://127.0.0.1:9/a")));
    }
}
