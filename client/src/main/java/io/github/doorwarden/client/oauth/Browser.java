package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.net.URI;

/// Shows a person the page where they sign in.
@FunctionalInterface
public interface Browser {

    /// Opens nothing: the person is told the address, which is always done.
    Browser NONE = _ -> { };

    /// @param address was checked: `https`, or `http` on this machine
    /// @throws IOException when nothing could be opened
    void open(URI address) throws IOException;

    /// The person's own, through the system's opener: a program with the address as one argument, never a shell.
    static Browser system() {
        return new SystemBrowser(System.getProperty("os.name", ""), command -> new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.PIPE).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }
}
