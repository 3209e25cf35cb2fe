package io.github.doorwarden.doctor;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// One request, with no header that is not written here.
///
/// @param body  null: none
/// @param words what it is, as people read it
record Ask(String method, URI uri, Map<String, String> headers, String body, String words) {

    private static final String CONTENT_TYPE = "Content-Type";

    Ask {
        headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }

    static Ask get(URI uri) {
        return new Ask("GET", uri, Map.of("Accept", "application/json"), null, "GET " + uri);
    }

    static Ask of(String method, URI uri) {
        return new Ask(method, uri, Map.of(), null, method + " " + uri);
    }

    static Ask json(URI uri, String body, String words) {
        return new Ask("POST", uri, Map.of(CONTENT_TYPE, "application/json", "Accept", "application/json"), body,
                "POST " + uri + ", " + words);
    }

    static Ask form(URI uri, Map<String, String> fields, String words) {
        return new Ask("POST", uri, Map.of(CONTENT_TYPE, "application/x-www-form-urlencoded", "Accept",
                "application/json"), query(fields), "POST " + uri + ", " + words);
    }

    static String query(Map<String, String> fields) {
        return fields.entrySet().stream().map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// @param value null: without this header
    Ask with(String name, String value) {
        var more = new TreeMap<String, String>(headers);
        if (value == null) {
            more.remove(name);
        } else {
            more.put(name, value);
        }
        return new Ask(method, uri, more, body, words);
    }

    Ask at(URI other) {
        return new Ask(method, other, headers, body, words.replace(uri.toString(), other.toString()));
    }

    Ask saying(String more) {
        return new Ask(method, uri, headers, body, words + ", " + more);
    }
}
