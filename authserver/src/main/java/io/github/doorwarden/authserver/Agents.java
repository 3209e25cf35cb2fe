package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a person would call the browser that sent a request. For recognition alone: anybody may send anything. Pure.
final class Agents {

    private static final Map<String, String> BROWSERS = new LinkedHashMap<>();
    private static final Map<String, String> SYSTEMS = new LinkedHashMap<>();

    static {
        // In this order: most browsers also name those that they want to be taken for.
        BROWSERS.put("Edg", "Edge");
        BROWSERS.put("OPR/", "Opera");
        BROWSERS.put("Firefox/", "Firefox");
        BROWSERS.put("Chrome/", "Chrome");
        BROWSERS.put("Safari/", "Safari");
        SYSTEMS.put("Android", "Android");
        SYSTEMS.put("iPhone", "iPhone");
        SYSTEMS.put("iPad", "iPad");
        SYSTEMS.put("Windows", "Windows");
        SYSTEMS.put("Mac OS X", "macOS");
        SYSTEMS.put("CrOS", "ChromeOS");
        SYSTEMS.put("Linux", "Linux");
    }

    private Agents() {}

    static String name(HttpIn in) {
        var field = in.headers().first("User-Agent").orElse("");
        return first(BROWSERS, field, "A browser") + first(SYSTEMS, field, "").replaceFirst("^(.)", " on $1");
    }

    private static String first(Map<String, String> known, String field, String otherwise) {
        return known.entrySet().stream().filter(each -> field.contains(each.getKey())).map(Map.Entry::getValue)
                .findFirst().orElse(otherwise);
    }
}
