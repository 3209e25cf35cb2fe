package io.github.doorwarden.cli;

import io.github.doorwarden.cli.Web.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A browser without a screen: keeps cookies by hand, because they are `Secure` and loopback is plain HTTP here; fills
/// in forms; says where it comes from as browsers do. Follows no redirect by itself.
final class Browser {

    /// A form as it stands on a page.
    record Form(String action, Map<String, String> hidden) {

        Map<String, String> with(String... more) {
            var all = new LinkedHashMap<>(hidden);
            for (var i = 0; i < more.length; i += 2) {
                all.put(more[i], more[i + 1]);
            }
            return all;
        }
    }

    static final String SESSION = "__Host-doorwarden_session";
    static final String[] TYPED = {"Sec-Fetch-Site", "none"};
    static final String[] CROSS_SITE = {"Sec-Fetch-Site", "cross-site"};
    static final String[] OUR_PAGE = {"Origin", "null", "Sec-Fetch-Site", "same-origin"};
    private static final Pattern FORM =
            Pattern.compile("<form method=\"post\" action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

    final Map<String, String> cookies = new TreeMap<>();
    /// Every value that any cookie ever had.
    final List<String> cookieValues = new ArrayList<>();
    private final Web web;
    private final String origin;

    Browser(Web web, String origin) {
        this.web = web;
        this.origin = origin;
    }

    /// @param headers by default those of an address that somebody typed
    Answer get(String url, String... headers) {
        return keep(web.get(absolute(url), withCookies(headers.length == 0 ? TYPED : headers)));
    }

    /// @param headers by default those of a form on one of our own pages
    Answer post(String url, Map<String, String> form, String... headers) {
        return keep(web.form(absolute(url), form, withCookies(headers.length == 0 ? OUR_PAGE : headers)));
    }

    /// A body as it stands, sent from one of our own pages.
    Answer send(String url, String type, String body) {
        return keep(web.post(absolute(url), type, body, withCookies(OUR_PAGE)));
    }

    private String absolute(String url) {
        return url.startsWith("/") ? origin + url : url;
    }

    private String[] withCookies(String[] headers) {
        if (cookies.isEmpty()) {
            return headers;
        }
        var all = new ArrayList<>(List.of(headers));
        all.add("Cookie");
        all.add(cookies.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue())
                .collect(Collectors.joining("; ")));
        return all.toArray(String[]::new);
    }

    private Answer keep(Answer answer) {
        for (var cookie : answer.headers().allValues("Set-Cookie")) {
            var pair = cookie.substring(0, cookie.indexOf(';')).split("=", 2);
            if (pair[1].isEmpty()) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
                cookieValues.add(pair[1]);
            }
        }
        return answer;
    }

    /// Fills in the sign-in form of a page.
    Answer signIn(Answer page, String email, String password) {
        var form = form(page, "/login");
        return post(form.action, form.with("email", email, "password", password));
    }

    /// Answers a consent page.
    Answer decide(Answer page, String decision) {
        var form = form(page, "/consent");
        return post(form.action, form.with("decision", decision));
    }

    static boolean has(Answer page, String action) {
        return page.html() && page.body().contains("action=\"" + action);
    }

    static Form form(Answer page, String action) {
        var forms = FORM.matcher(page.body());
        while (forms.find()) {
            var to = unescape(forms.group(1));
            if (to.equals(action) || to.startsWith(action + "?")) {
                var hidden = new LinkedHashMap<String, String>();
                HIDDEN.matcher(forms.group(2)).results()
                        .forEach(input -> hidden.put(input.group(1), unescape(input.group(2))));
                return new Form(to, hidden);
            }
        }
        throw new AssertionError("no form for " + action + " on " + page);
    }

    private static String unescape(String html) {
        return html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", "\"").replace("&quot;", "\"")
                .replace("&#39;", "'").replace("&amp;", "&");
    }
}
