package io.github.doorwarden.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The environment of a launched server: what every program needs and that is no secret, and what it is given (MCP,
/// stdio; the same names as the official SDKs).
final class Inherited {

    private static final List<String> NAMES = List.of("HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR",
            "USER", "APPDATA", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATHEXT", "PROCESSOR_ARCHITECTURE",
            "PROGRAMFILES", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "USERNAME", "USERPROFILE");

    private Inherited() {}

    static Map<String, String> with(Map<String, String> given) {
        var all = new HashMap<String, String>();
        for (var name : NAMES) {
            var value = System.getenv(name);
            if (value != null && !value.startsWith("()")) {   // a shell's function
                all.put(name, value);
            }
        }
        all.putAll(given);
        return all;
    }
}
