package io.github.doorwarden.bench;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One browser of one person, driven as fast as it goes: the pages are read for their forms and nothing else.
final class SignIn {

    private static final String VERIFIER = "a-code-verifier-of-exactly-forty-three-char";
    static final String CALLBACK = "http://127.0.0.1:4711/callback";
    private static final Pattern FORM =
            Pattern.compile("<form method=\"post\" action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

    private final Counters door;
    private final Map<String, String> cookies = new TreeMap<>();

    private SignIn(Counters door) {
        this.door = door;
        cookies.put("x", "x");
    }

    /// Signs in once, so that what is measured later is no first time.
    static void warm(Counters door) throws Exception {
        withPassword(door).approve();
    }

    static SignIn withPassword(Counters door) throws Exception {
        return withPassword(door, "ada@example.org", "a password of the bench");
    }

    static SignIn withPassword(Counters door, String email, String password) throws Exception {
        var browser = new SignIn(door);
        browser.submit(browser.get("/login"), "/login", Map.of("email", email, "password", password));
        return browser;
    }

    void approve() throws Exception {
        tokens("app");
    }

    /// From the client's link to its tokens: consent, code, token endpoint.
    ///
    /// @param client an id
    /// @return what the token endpoint answers
    String tokens(String client) throws Exception {
        var asked = new LinkedHashMap<String, String>();
        asked.put("response_type", "code");
        asked.put("client_id", client);
        asked.put("redirect_uri", CALLBACK);
        asked.put("code_challenge", challenge());
        asked.put("code_challenge_method", "S256");
        asked.put("resource", door.resource());
        asked.put("prompt", "consent");
        var page = get("/authorize?" + Counters.encode(asked));
        var to = submit(page, "/consent", Map.of("decision", "allow"));
        return door.post("/token", Map.of("grant_type", "authorization_code", "client_id", client, "redirect_uri",
                CALLBACK, "code", to.replaceAll(".*[?&]code=([^&]*).*", "$1"), "code_verifier", VERIFIER));
    }

    private static String challenge() throws Exception {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256")
                .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return keep(Counters.expect(200, door.get(path, "Sec-Fetch-Site", "none", "Cookie", cookie())));
    }

    /// @return where the answer leads
    private String submit(HttpResponse<String> page, String action, Map<String, String> filled) throws Exception {
        for (var form : FORM.matcher(page.body()).results().toList()) {
            var to = unescape(form.group(1));
            if (to.equals(action) || to.startsWith(action + "?")) {
                var fields = new LinkedHashMap<String, String>();
                HIDDEN.matcher(form.group(2)).results().forEach(input ->
                        fields.put(input.group(1), unescape(input.group(2))));
                fields.putAll(filled);
                var answer = keep(Counters.expect(303, door.send(to, fields, "Origin", "null", "Sec-Fetch-Site",
                        "same-origin", "Cookie", cookie())));
                return answer.headers().firstValue("Location").orElseThrow();
            }
        }
        throw new IllegalStateException("no form for " + action + " on " + page.body());
    }

    private String cookie() {
        return cookies.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("; "));
    }

    private HttpResponse<String> keep(HttpResponse<String> answer) {
        for (var cookie : answer.headers().allValues("Set-Cookie")) {
            var pair = cookie.substring(0, cookie.indexOf(';')).split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        return answer;
    }

    private static String unescape(String html) {
        return html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", "\"").replace("&quot;", "\"")
                .replace("&#39;", "'").replace("&amp;", "&");
    }
}
