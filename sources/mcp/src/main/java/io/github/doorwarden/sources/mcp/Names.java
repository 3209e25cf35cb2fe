package io.github.doorwarden.sources.mcp;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What things of a server are called here: the prefix, `_`, and the server's own name with every character that some
/// client refuses as `_`. A name that is too long, or that had to be changed and is another's then, ends with a hash of
/// what it was: so a name is the same as long as the server's list is. Pure.
final class Names {

    private Names() {}

    /// @return by the server's own names, in their order
    static Map<String, String> of(String prefix, Collection<String> names) {
        var plain = new LinkedHashMap<String, String>();
        var taken = new HashMap<String, Integer>();
        for (var name : names) {
            var mounted = (prefix.isEmpty() ? "" : prefix + "_") + name.replaceAll("[^A-Za-z0-9_-]", "_");
            plain.put(name, mounted);
            taken.merge(mounted, 1, Integer::sum);
        }
        var all = new LinkedHashMap<String, String>();
        plain.forEach((name, mounted) -> {
            var changed = !mounted.endsWith(name);
            var tooLong = mounted.length() > Limits.NAME_CHARS || mounted.isEmpty();
            all.put(name, tooLong || changed && taken.get(mounted) > 1 ? hashed(mounted, name) : mounted);
        });
        return all;
    }

    private static String hashed(String mounted, String name) {
        var hash = Pins.sha256(name).substring(0, Limits.NAME_HASH);
        var most = Limits.NAME_CHARS - Limits.NAME_HASH - 1;
        return (mounted.length() <= most ? mounted : mounted.substring(0, most)) + "_" + hash;
    }
}
