package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.Cause;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The page on which somebody allows a device without a browser (RFC 8628 §3.3). A link with the code only fills it in:
/// the person still has to send it, read who asks, and decide, because attackers send such links (§5.4).
final class DeviceEndpoint {

    private static final String CODE = "device code";
    private static final String DECISION = "device decision";
    private static final String UNKNOWN =
            "No device waits under that code. Check it, or ask your device for a new one: "
            + "a code holds for ten minutes.";

    private final AuthServerSettings settings;
    private final Clients clients;
    private final DeviceCodes codes;
    private final LoginEndpoint login;
    private final AccountForms forms;
    private final Throttle people;
    private final Throttle peers;
    private final Pages pages;
    private final InstantSource clock;

    DeviceEndpoint(AuthServerSettings settings, Clients clients, DeviceCodes codes, LoginEndpoint login,
            AccountForms forms, Pages pages, InstantSource clock) {
        this.settings = settings;
        this.clients = clients;
        this.codes = codes;
        this.login = login;
        this.forms = forms;
        this.people = new Throttle(BrowserLimits.USER_CODES, clock);
        this.peers = new Throttle(BrowserLimits.TRIES_PER_PEER, clock);
        this.pages = pages;
        this.clock = clock;
    }

    /// `GET /device`
    Reply show(HttpIn in) {
        try {
            var typed = DeviceCodes.normal(Gate.query(in).one("user_code").orElse(""));
            var who = forms.session(in);
            return who.map(session -> page(200, session, typed, null)).orElseGet(() ->
                    login.again(in, Onward.toDevice(typed.isEmpty() ? "" : "user_code=" + typed), null));
        } catch (OAuthRefused refused) {
            return login.refused(in, refused.why());
        }
    }

    /// `POST /device`: who asks, and what for.
    Reply look(HttpIn in) {
        return forms.take(in, CODE, false, (who, form) -> {
            var typed = DeviceCodes.normal(form.one("user_code").orElse(""));
            var person = who.person().id();
            var peer = Budget.peer(in.peer());
            var wait = Stream.of(people.enter(person), peers.enter(peer)).flatMap(Optional::stream)
                    .max(Duration::compareTo);
            if (wait.isPresent()) {                                                       // 429   RFC 8628 §5.1
                forms.audit.noSignIn(in, "device", person, "", Cause.TOO_MANY, "too many codes");
                return pages.tooMany(in, wait.get(), BrowserSide.DEVICE);
            }
            var waiting = codes.waiting(typed);
            if (waiting.isEmpty()) {
                forms.audit.noSignIn(in, "device", person, "", Cause.WRONG_CREDENTIALS, "unknown code");
                return page(403, who, "", UNKNOWN);
            }
            people.refund(person);      // not forgotten: a code of one's own must not buy guesses at others'
            peers.refund(peer);
            var kept = kept(waiting.get(), who);
            if (kept.isPresent()) {
                return notFor(in, who, waiting.get(), kept.get());
            }
            return ask(who, typed, waiting.get());
        });
    }

    /// `POST /device/decision`
    Reply decide(HttpIn in) {
        return forms.take(in, DECISION, false, (who, form) -> {
            var code = DeviceCodes.normal(form.one("user_code").orElse(""));
            FormGuard.check(form.one("proof"), who.id(), DECISION, code);                 // 403   what was shown
            var waiting = codes.waiting(code);
            var allowed = form.one("decision").equals(Optional.of("allow"));
            var kept = waiting.flatMap(asked -> kept(asked, who));
            if (kept.isPresent()) {
                return notFor(in, who, waiting.get(), kept.get());
            }
            if (waiting.isEmpty() || !codes.decide(code, who, allowed)) {
                return page(403, who, "", UNKNOWN);
            }
            var asked = waiting.get();
            var what = asked.resource() + " " + Rows.words(asked.scopes());
            if (!allowed) {
                forms.audit.refused(in, "device", who.person().id(), asked.clientId(), what, "the person said no");
                return pages.notice(200, new Pages.Notice("You said no",
                        List.of("Nothing was allowed. You can close this page."), null, null, null));
            }
            forms.audit.allowed(in, "device", who.person().id(), asked.clientId(), what);
            return pages.notice(200, new Pages.Notice("The device is connected",
                    List.of("It goes on by itself within a few seconds. You can close this page.",
                            "You can end its access on your account page at any time."),
                    BrowserSide.ACCOUNT, "Your account", null));
        });
    }

    /// Why this person may not allow it; empty: they may.
    private Optional<String> kept(DeviceCodes.Waiting asked, Session who) {
        return settings.resource(asked.resource()).filter(ProtectedResource::kept).flatMap(resource ->
                clients.known(asked.clientId()).map(client -> KeptResources.refusal(resource, client, who.person()))
                        .orElse(Optional.of("The application is no longer known here.")));
    }

    private Reply notFor(HttpIn in, Session who, DeviceCodes.Waiting asked, String why) {
        forms.audit.refused(in, "device", who.person().id(), asked.clientId(), asked.resource(), why);
        return pages.notice(403, new Pages.Notice("You may not allow this", List.of(why, "Nothing was allowed."), null,
                null, in.requestId()));
    }

    private Reply page(int status, Session who, String typed, String problem) {
        return pages.device(status, new Pages.Device(BrowserSide.DEVICE, FormGuard.token(who.id(), CODE, ""), typed,
                problem));
    }

    private Reply ask(Session who, String code, DeviceCodes.Waiting asked) {
        var client = clients.known(asked.clientId());
        var name = client.map(each -> Text.clean(each.name(), BrowserLimits.NAME_CHARS)).filter(n -> !n.isEmpty());
        var vouched = client.filter(each -> each.kind() == Client.Kind.PRE_REGISTERED).isPresent();
        var resource = settings.resource(asked.resource()).orElseThrow();
        var until = LocalDate.ofInstant(clock.instant().plus(settings.lifetimes().grant()), ZoneOffset.UTC);
        return pages.deviceAsk(new Pages.DeviceAsk(name.orElse("An application without a name"),
                vouched ? "Set up by your administrator" : null, client.flatMap(Pages::home).orElse(null),
                resource.name(), Lets.of(resource.scopes(), asked.scopes()), who.person(), until, code,
                BrowserSide.DEVICE_DECISION, FormGuard.token(who.id(), DECISION, ""),
                FormGuard.token(who.id(), DECISION, code)));
    }
}
