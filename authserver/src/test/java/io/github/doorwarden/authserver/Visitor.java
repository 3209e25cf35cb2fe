package io.github.doorwarden.authserver;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A browser without a screen: keeps cookies, fills in forms, says where it comes from. Follows no redirect by itself.
final class Visitor {

    /// A form as it stands on a page.
    record Form(String action, Map<String, String> hidden) {}

    private static final Pattern FORM = Pattern.compile("<form method=\"post\" action=\"([^\"]*)\"[^>]*>(.*?)</form>",
            Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

    private final House house;
    final Map<String, String> cookies = new TreeMap<>();
    String peer = "198.51.100.7";

    Visitor(House house) {
        this.house = house;
    }

    /// Typed into the address bar.
    Reply get(String url) {
        return send("GET", url, Headers.NONE.with("Sec-Fetch-Site", "none"), "");
    }

    Reply get(String url, Headers headers) {
        return send("GET", url, headers, "");
    }

    /// As our own page sends it.
    Reply post(String url, String form) {
        return post(url, form, Headers.NONE.with("Origin", "null").with("Sec-Fetch-Site", "same-origin"));
    }

    Reply post(String url, String form, Headers headers) {
        return send("POST", url, headers.with("Content-Type", "application/x-www-form-urlencoded"), form);
    }

    private Reply send(String method, String url, Headers headers, String body) {
        var path = url.startsWith(House.ISSUER) ? url.substring(House.ISSUER.length()) : url;
        var mark = path.indexOf('?');
        var all = cookies.isEmpty() ? headers : headers.with("Cookie",
                cookies.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue())
                .collect(Collectors.joining("; ")));
        var reply = house.ask(new HttpIn(method, mark < 0 ? path : path.substring(0, mark), mark < 0 ? ""
                : path.substring(mark + 1), all,
                body.getBytes(StandardCharsets.UTF_8), peer, "request-1"));
        for (var cookie : reply.headers().all("Set-Cookie")) {
            var pair = cookie.substring(0, cookie.indexOf(';')).split("=", 2);
            if (pair[1].isEmpty()) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
        return reply;
    }

    String session() {
        return cookies.get("__Host-doorwarden_session");
    }

    /// Signs Ada in where the page asks for it; the answer to the form.
    Reply signIn(Reply page) {
        return signIn(page, "ada@example.org", House.PASSWORD);
    }

    Reply signIn(Reply page, String email, String password) {
        var form = form(page, "/login");
        return post(form.action, body(form, "email", email, "password", password));
    }

    /// Signed in, with nothing under way.
    Visitor signedIn() {
        signIn(get("/login"));
        return this;
    }

    Reply decide(Reply page, String decision) {
        var form = form(page, "/consent");
        return post(form.action, body(form, "decision", decision));
    }

    /// The form for this action as it stands on the page, with more in it.
    Reply send(String action, Reply page, String... more) {
        var form = form(page, action);
        return post(form.action, body(form, more));
    }

    static Form form(Reply page, String action) {
        var forms = FORM.matcher(html(page));
        while (forms.find()) {
            var to = unescape(forms.group(1));
            if (to.equals(action) || to.startsWith(action + "?")) {
                var hidden = new LinkedHashMap<String, String>();
                HIDDEN.matcher(forms.group(2)).results().forEach(input ->
                        hidden.put(input.group(1), unescape(input.group(2))));
                return new Form(to, hidden);
            }
        }
        throw new AssertionError("no form for " + action + " on: " + html(page));
    }

    static String body(Form form, String... more) {
        var all = new LinkedHashMap<>(form.hidden);
        for (var i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all.entrySet().stream().map(e -> e.getKey() + "=" + encode(e.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String html(Reply page) {
        return new String(page.body(), StandardCharsets.UTF_8);
    }

    static String location(Reply reply) {
        return reply.headers().first("Location").orElseThrow(() -> new AssertionError("no Location: " + reply.status()
                + " " + html(reply)));
    }

    /// Parameters that an answer carries to the client.
    static Map<String, String> answer(String location) {
        var values = new TreeMap<String, String>();
        for (var pair : location.substring(location.indexOf('?') + 1).split("&")) {
            values.put(pair.substring(0, pair.indexOf('=')), URLDecoder.decode(pair.substring(pair.indexOf('=') + 1),
                    StandardCharsets.UTF_8));
        }
        return values;
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    static String unescape(String html) {
        return html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", "\"").replace("&quot;", "\"")
                .replace("&#39;", "'").replace("&amp;", "&");
    }
}
