package io.github.doorwarden.cli.systems;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Somebody with a browser who wants to get in: opens an address, follows it wherever it leads, signs in where a page
/// asks for a password, allows what a page asks for, and ends where the client waits. Keeps cookies as browsers do: by
/// host, whatever the port. For one sign-in at a time.
public final class Person implements io.github.doorwarden.client.oauth.Browser {

    private static final Logger LOG = LoggerFactory.getLogger(Person.class);
    private static final int MOST_PAGES = 25;
    private static final Pattern FORM =
            Pattern.compile("<form method=\"post\" action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(Duration.ofSeconds(20)).build();

    /// A page or a redirect.
    public record Page(URI address, int status, String location, String body) {

        /// Whether it has a form for this path.
        public boolean has(String action) {
            return FORM.matcher(body).results().map(form -> unescaped(form.group(1)))
                    .anyMatch(to -> URI.create(to).getPath().equals(action));
        }
    }

    private final String email;
    private final String password;
    private final UnaryOperator<Page> more;
    private final Map<String, String> chosen = new TreeMap<>();
    private final Map<String, Map<String, String>> cookies = new TreeMap<>();
    private final List<Page> visited = new CopyOnWriteArrayList<>();

    private Person(String email, String password, UnaryOperator<Page> more) {
        this.email = email;
        this.password = password;
        this.more = more;
    }

    public static Person of(String email, String password) {
        return new Person(email, password, page -> page);
    }

    /// The same person, who knows what to do on further pages: returns the page that came of it, or the same one.
    public Person knowing(UnaryOperator<Page> further) {
        return new Person(email, password, further);
    }

    /// The same person, who chooses this where a page asks for consent.
    public Person choosing(String field, String value) {
        chosen.put(field, value);
        return this;
    }

    /// The pages that were seen, in order.
    public List<Page> visited() {
        return List.copyOf(visited);
    }

    public String email() {
        return email;
    }

    /// Goes there without keeping whoever opened it waiting, as browsers do. When this does not end where the client
    /// waits, the client is interrupted: it would wait for an hour.
    @Override
    public void open(URI address) {
        var waiting = Thread.currentThread();
        Thread.ofPlatform().name("browser of " + email).start(() -> {
            try {
                arrive(address);
            } catch (IOException | AssertionError e) {
                LOG.error("{} did not get in.", email, e);
                waiting.interrupt();
            }
        });
    }

    private void arrive(URI address) throws IOException {
        var last = visit(address);
        var redirect = Pattern.compile("[?&]redirect_uri=([^&]*)").matcher(address.getRawQuery());
        if (redirect.find()) {
            var wanted = java.net.URLDecoder.decode(redirect.group(1), java.nio.charset.StandardCharsets.UTF_8);
            if (!last.address.toString().startsWith(wanted)) {
                throw new AssertionError(email + " did not get in: " + last);
            }
        }
    }

    /// Follows an address to its end: the last page.
    public Page visit(URI address) throws IOException {
        var page = get(address, "none");
        for (var i = 0; i < MOST_PAGES; i++) {
            var next = step(page);
            if (next == page) {
                return page;
            }
            page = next;
        }
        throw new IOException("it never ends: " + visited);
    }

    private Page step(Page page) throws IOException {
        if (page.status >= 300 && page.status < 400) {
            return get(page.address.resolve(page.location), "cross-site");
        }
        if (page.has("/login")) {
            var form = form(page, "/login");
            form.values.putAll(Map.of("email", email, "password", password));
            return post(page, form);
        }
        if (page.has("/consent")) {
            var form = form(page, "/consent");
            form.values.put("decision", "allow");
            form.values.putAll(chosen);
            return post(page, form);
        }
        return more.apply(page);
    }

    /// A form of a page with what is hidden in it; what a person types is put beside.
    public record Form(String action, Map<String, String> values) {}

    /// @throws AssertionError when it is not there
    public static Form form(Page page, String action) {
        var forms = FORM.matcher(page.body);
        while (forms.find()) {
            var to = unescaped(forms.group(1));
            if (URI.create(to).getPath().equals(action)) {
                var hidden = new LinkedHashMap<String, String>();
                HIDDEN.matcher(forms.group(2)).results().forEach(input -> hidden.put(input.group(1),
                        unescaped(input.group(2))));
                return new Form(to, hidden);
            }
        }
        throw new AssertionError("no form for " + action + " on " + page);
    }

    private static String unescaped(String html) {
        return html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", "\"").replace("&quot;", "\"")
                .replace("&#39;", "'").replace("&amp;", "&");
    }

    /// @param site what a browser says of where the request comes from
    public Page get(URI address, String site) throws IOException {
        return send(HttpRequest.newBuilder(address).header("Sec-Fetch-Site", site).GET(), address);
    }

    /// Sends a form of this page.
    public Page post(Page page, Form form) throws IOException {
        var body = form.values.entrySet().stream().map(pair -> encoded(pair.getKey()) + "=" + encoded(pair.getValue()))
                .collect(Collectors.joining("&"));
        var address = page.address.resolve(form.action);
        return send(HttpRequest.newBuilder(address).header("Sec-Fetch-Site", "same-origin").header("Origin", "null")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)), address);
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    private Page send(HttpRequest.Builder request, URI address) throws IOException {
        var jar = cookies.computeIfAbsent(address.getHost(), host -> new TreeMap<>());
        if (!jar.isEmpty()) {
            request.header("Cookie", jar.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue())
                    .collect(Collectors.joining("; ")));
        }
        try {
            var answer = HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
            keep(jar, answer);
            var page = new Page(address, answer.statusCode(), answer.headers().firstValue("Location").orElse(""),
                    answer.body());
            visited.add(page);
            return page;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void keep(Map<String, String> jar, HttpResponse<String> answer) {
        for (var cookie : answer.headers().allValues("Set-Cookie")) {
            var pair = cookie.substring(0, cookie.indexOf(';')).split("=", 2);
            if (pair[1].isEmpty()) {
                jar.remove(pair[0]);
            } else {
                jar.put(pair[0], pair[1]);
            }
        }
    }
}
