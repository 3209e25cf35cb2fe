package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The opener of each system, started with the address as one argument. A server chooses that address, so what could be
/// read as an option, as a file or as another command never gets here (CVE-2025-6514).
final class SystemBrowser implements Browser {

    /// Starts a program; nothing of it is waited for.
    interface Start {
        void run(List<String> command) throws IOException;
    }

    private final String system;
    private final Start start;

    SystemBrowser(String system, Start start) {
        this.system = system.toLowerCase(Locale.ROOT);
        this.start = start;
    }

    @Override
    public void open(URI address) throws IOException {
        start.run(command(system, address));
    }

    static List<String> command(String system, URI address) throws IOException {
        var text = Origin.safe(address.toString()).map(URI::toASCIIString).orElse("");
        if (!text.matches("https?://[!#-;=?-Z_a-z~\\[\\]%]+")) {
            throw new IOException("the address is none that a browser is given");
        }
        var command = new ArrayList<>(system.startsWith("mac") ? List.of("open")
                : system.startsWith("windows") ? List.of("rundll32", "url.dll,FileProtocolHandler")
                : List.of("xdg-open"));
        command.add(text);
        return command;
    }
}
