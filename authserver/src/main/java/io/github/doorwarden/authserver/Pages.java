package io.github.doorwarden.authserver;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Organizations.Organization;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The pages: compiled templates, one style sheet, a script for passkeys alone, the same security headers on every one
/// of them. Safe for many threads.
final class Pages {

    /// @param action   where the form goes, with the query of the request under way
    /// @param linkAction where "send me a link" goes; null: there is no such button
    /// @param problem  what was wrong with the last try; null at the first one
    /// @param why      why somebody must sign in; null: the usual
    /// @param email    to fill in
    /// @param passkey  null: there are none
    record Login(String action, String linkAction, String csrf, String problem, String why, String email,
            Passkeys.Ask passkey) {}

    /// A button that leads to a provider.
    record Way(String label, String action) {}

    /// @param agent     its name, which it chose itself unless the operator did
    /// @param vouching  who vouches for it: null for nobody
    /// @param home      host of its `client_id`; null when its id is no address
    /// @param receiver  host that gets the answer
    /// @param loopback  the answer goes to a port of the person's own device
    /// @param lets      what each scope lets it do
    /// @param person    null: nobody has signed in yet, they will with `signInWith`
    /// @param until     when the grant ends at the latest
    record Consent(String agent, String vouching, String home, String receiver, boolean loopback, String resource,
            List<String> lets,
            Person person, String signInWith, List<Organization> tenants, LocalDate until, String action, String csrf,
            String logoutAction,
            String logoutCsrf) {}

    /// The second step of signing in.
    ///
    /// @param problem what was wrong with the last try; null at the first one
    record Code(String action, String csrf, String token, String problem) {}

    /// An authenticator app that is being set up.
    ///
    /// @param size   of the QR code, in squares
    /// @param path   of its dark squares
    /// @param secret to type where no camera is
    record App(String action, String csrf, int size, String path, String secret, String problem) {}

    /// Somebody has to set up a second factor first.
    record FirstFactor(String action, String csrf) {}

    /// @param href where to go on
    record Recovery(List<String> codes, String href) {}

    /// A device waits for its code to be typed.
    ///
    /// @param code    to fill in
    /// @param problem what was wrong with the last try; null at the first one
    record Device(String action, String csrf, String code, String problem) {}

    /// A device's request, to be allowed or not.
    ///
    /// @param vouching who vouches for the client: null for nobody
    /// @param proof    that this code was shown
    record DeviceAsk(String agent, String vouching, String home, String resource, List<String> lets, Person person,
            LocalDate until, String code, String action, String csrf, String proof) {}

    /// An account at a third party, to be connected or not.
    ///
    /// @param agent    that asks; null: nobody, the person began it
    /// @param vouching who vouches for the client: null for nobody
    /// @param account  the third party, for people
    /// @param host     where the person is sent
    /// @param use      what the agent wanted to do; may be empty
    /// @param scopes   that are asked for there
    record Connect(String agent, String vouching, String home, String account, String host, String use,
            List<String> scopes, Person person, String action, String csrf) {}

    /// @param token of the magic link
    record Link(String token, String csrf) {}

    /// Says what happened, why, and what to do.
    ///
    /// @param href     where the one link goes; null: there is none
    /// @param label    of the link
    /// @param incident what a person reports; null when nothing went wrong
    record Notice(String title, List<String> sentences, String href, String label, String incident) {}

    /// A provider's own pages lead on from one of its hosts to another, and all that follows a form is held to this.
    private static final String ANYWHERE = " https: http://127.0.0.1:* http://localhost:*";

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(null, ContentType.Html,
            Pages.class.getClassLoader(), Pages.class.getPackageName());
    private final Asset style = Asset.of("doorwarden.css", "text/css; charset=utf-8");
    private final Asset script = Asset.of("passkeys.js", "text/javascript; charset=utf-8");
    private final String site;

    private final SignInElsewhere elsewhere;

    Pages(String site) {
        this(site, SignInElsewhere.NONE);
    }

    /// @param elsewhere providers that the sign-in page has buttons for
    Pages(String site, SignInElsewhere elsewhere) {
        this.site = site;
        this.elsewhere = elsewhere;
    }

    Reply login(int status, Login page) {
        var query = page.action().substring(BrowserSide.LOGIN.length());
        var ways = elsewhere.providers().stream().map(provider -> new Way(provider.label(),
                BrowserSide.WITH + provider.name() + query)).toList();
        return html(status, "login.jte", Map.of("page", page, "ways", ways, "passwords", !elsewhere.only()),
                ways.isEmpty() ? "" : ANYWHERE, page.passkey != null);
    }

    /// @param to where the form's answer will lead
    Reply consent(Consent page, RegisteredRedirect to) {
        return html(200, "consent.jte", page, answersLeadTo(to), false);
    }

    Reply account(AccountPage page) {
        return html(200, "account.jte", page, "", page.add() != null);
    }

    Reply code(int status, Code page) {
        return html(status, "code.jte", page);
    }

    Reply app(int status, App page) {
        return html(status, "app.jte", page);
    }

    Reply firstFactor(FirstFactor page) {
        return html(200, "factor.jte", page);
    }

    Reply recovery(Recovery page) {
        return html(200, "recovery.jte", page);
    }

    Reply device(int status, Device page) {
        return html(status, "device.jte", page);
    }

    Reply deviceAsk(DeviceAsk page) {
        return html(200, "deviceask.jte", page);
    }

    Reply connect(Connect page) {
        return html(200, "connect.jte", page, ANYWHERE, false);
    }

    Reply link(Link page) {
        return html(200, "link.jte", page);
    }

    Reply figures(Figures page) {
        return html(200, "figures.jte", page);
    }

    Reply notice(int status, Notice page) {
        return html(status, "notice.jte", page);
    }

    /// A refusal that goes nowhere but to the person.
    ///
    /// @param again where they may start again; null when nothing would change
    Reply refused(HttpIn in, OAuthRefusal why, String again) {
        var status = switch (why) {
            case OAuthRefusal.Page page -> page.status();
            case OAuthRefusal.Json json -> json.status();
            case OAuthRefusal.Redirect redirect -> 400;
        };
        var title = switch (status) {
            case 403 -> "Nothing was done";
            case 503 -> "Please try again";
            default -> "This request cannot be granted";
        };
        var sentence = switch (why) {
            // Written for whoever built the client.
            case OAuthRefusal.Json json -> "The application that sent you here made a mistake. " + json.description();
            case OAuthRefusal.Page page -> page.description();
            case OAuthRefusal.Redirect redirect -> redirect.description();
        };
        return notice(status, new Notice(title, List.of(sentence), again, "Start again", in.requestId()));
    }

    Reply tooMany(HttpIn in, Duration wait, String again) {
        var seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        var text = seconds < 120 ? seconds + (seconds == 1 ? " second" : " seconds") : (seconds + 59) / 60 + " minutes";
        return notice(429, new Notice("Too many attempts",
                List.of("To keep others from guessing their way in, there is a pause now. Try again in " + text + "."),
                again, "Try again", in.requestId()))
                .with("Retry-After", Long.toString(seconds));
    }

    /// The browser goes on with a GET; nothing about it is kept or told.
    Reply seeOther(String location) {
        return Reply.seeOther(location).with("Cache-Control", "no-store").with("Referrer-Policy", "no-referrer");
    }

    Reply styleSheet() {
        return style.reply();
    }

    Reply passkeyScript() {
        return script.reply();
    }

    private Reply html(int status, String template, Object page) {
        return html(status, template, page, "", false);
    }

    private Reply html(int status, String template, Object page, String formAction, boolean scripted) {
        return html(status, template, Map.of("page", page), formAction, scripted);
    }

    /// @param scripted whether the page has the one script that there is
    private Reply html(int status, String template, Map<String, Object> parameters, String formAction,
            boolean scripted) {
        var out = new StringOutput(4096);
        var values = new HashMap<>(parameters);
        values.put("site", site);
        values.put("css", BrowserSide.STYLE + "?v=" + style.tag());
        if (scripted) {
            values.put("script", BrowserSide.SCRIPT + "?v=" + script.tag());
        }
        templates.render(template, values, out);
        return Reply.html(status, out.toString())
                .with("Content-Security-Policy", "default-src 'none'; " + (scripted ? "script-src 'self'; " : "")
                        + "style-src 'self'; img-src 'self' data:; "
                        + "form-action 'self'" + formAction + "; frame-ancestors 'none'; base-uri 'none'")
                .with("X-Frame-Options", "DENY")
                .with("Referrer-Policy", "no-referrer")
                .with("Cache-Control", "no-store")
                // Not same-origin: that would cut the tie to the window that opened this one, and clients which sign in
                // by pop-up would believe that the person closed it.
                .with("Cross-Origin-Opener-Policy", "unsafe-none");
    }

    /// Chromium holds every redirect that follows a form against `form-action`: the one to the client, and those of the
    /// client's own callback, which often leads on to another of its hosts, or from this device to a page that says
    /// "done". A redirect that is not allowed leaves the person on a dead page, although the code has arrived.
    private static String answersLeadTo(RegisteredRedirect to) {
        var origin = AuthorizeRequest.origin(to.uri());
        // An IPv6 host is no CSP host-source, and a private-use scheme has no host.
        var client = origin.matches("(?i)https?://[a-z0-9.-]+(:[0-9]{1,5})?")
                ? origin : to.uri().getScheme().toLowerCase(Locale.ROOT) + ":";
        return " " + client + (to.loopback() ? " http://127.0.0.1:* http://localhost:* https:" : " https:");
    }

    /// Host and port of an address that is a client's id; empty for ids that are none.
    static Optional<String> home(Client client) {
        return client.kind() == Client.Kind.METADATA_DOCUMENT
                ? Optional.ofNullable(URI.create(client.id()).getRawAuthority()) : Optional.empty();
    }
}
