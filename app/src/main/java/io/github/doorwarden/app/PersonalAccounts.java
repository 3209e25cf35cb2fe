package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.AccountUnavailable;
import io.github.doorwarden.authserver.ConnectedAccounts;
import io.github.doorwarden.authserver.SignInElsewhere;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Changes;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.openapi.Access;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.LentToken;
import io.github.doorwarden.upstream.ProviderCalls;
import io.github.doorwarden.upstream.UpstreamFailure;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// What calls show those upstreams that work with people's own accounts: the token of the person behind the call, who
/// is asked to connect their account when they have not. Sources get their part of it before there is a database, and
/// use it when they are called. Safe for many threads. See
/// `docs/decisions/0036-ask-for-accounts-by-a-link-of-our-own.md`.
final class PersonalAccounts implements AutoCloseable {

    /// Between two looks whether somebody has come back from a third party.
    private static final Duration LOOK = Duration.ofMillis(300);

    /// How long a call waits for a person who has agreed to go, before the client is asked once more: clients give up
    /// on a request after a minute, and most people have connected something before that, or not at all.
    private static final Duration WAIT = Duration.ofSeconds(20);

    /// Left of a call's time for what it is about.
    private static final Duration RESERVE = Duration.ofSeconds(5);

    /// How often one call sends a person to the page.
    private static final int ROUNDS = 3;

    /// Visits whose end somebody is to be told of, and how long: as long as a link and the way back hold.
    private static final int TOLD = 10_000;
    private static final Duration TOLD_FOR = Duration.ofMinutes(25);

    /// Of one person's visits: nobody begins more in that time, but a program in a loop does, and must not take the
    /// others' places.
    private static final int TOLD_TO_ONE = 50;

    /// How far a look goes back: longer than a look that had to wait for the database.
    private static final Duration LOOKED_BACK = Duration.ofMinutes(1);

    private record Visit(String subject, Instant until) {}

    private final Config config;
    private final URI origin;
    private final InstantSource clock;
    private final Presented presented = new Presented();
    private final Map<String, Visit> asked = new ConcurrentHashMap<>();
    private volatile ConnectedAccounts connected;
    private volatile AuditLog audit;
    private Runnable end = () -> { };

    PersonalAccounts(Config config, URI origin, InstantSource clock) {
        this.config = config;
        this.origin = origin;
        this.clock = clock;
    }

    /// For upstreams that work with a token in the place of the one that the caller came with.
    Presented presented() {
        return presented;
    }

    /// Now there is a database. To be called once, before anything is called.
    ConnectedAccounts open(Database database, AuditLog log) {
        audit = log;
        var calls = SignInElsewhere.NONE.calls();
        if (!config.authorization().accounts().isEmpty()) {           // an HTTP client more costs the start something
            var http = new ProviderCalls();
            end = http::close;
            calls = Elsewhere.calls(http);
        }
        connected = new ConnectedAccounts(config.authorization().accounts(), origin, calls, database,
                FrontDoor.masterKey(config.variables()), log::write, clock);
        return connected;
    }

    /// Tells of visits that have ended, wherever the page was served, from now on.
    void tell(Changes changes) {
        if (config.authorization().accounts().isEmpty()) {
            return;
        }
        var schedule = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("accounts")
                .factory());
        schedule.scheduleWithFixedDelay(() -> Entrance.quietly(() -> look(changes)), LOOK.toMillis(), LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
        var before = end;
        end = () -> {
            schedule.shutdownNow();
            before.run();
        };
    }

    private void look(Changes changes) {
        if (asked.isEmpty()) {
            return;
        }
        var now = clock.instant();
        connected.finished(asked.keySet(), now.minus(LOOKED_BACK)).forEach(id -> {
            asked.remove(id);
            changes.publish(new Changes.Change.OfVisit(id));
        });
        asked.values().removeIf(visit -> now.isAfter(visit.until));
    }

    /// @param account  by its name
    /// @param upstream that is called with it, for the person
    Access of(String account, String upstream) {
        return (call, spec) -> Optional.of(lent(call, spec, account, upstream));
    }

    private Credentials lent(Call call, ToolSpec spec, String account, String upstream)
            throws Access.NoAccess, InterruptedException {
        var label = connected.label(account);
        switch (call.caller().kind()) {
            case ANONYMOUS -> throw new Access.NoAccess("This works with the user's own account at " + label
                    + ", and nobody has signed in here. Sign in first, then call again.");
            case SERVICE -> throw new Access.NoAccess("This works with a person's own account at " + label
                    + ", and behind this client is no person. Use a client that a person signs in with.");
            case USER -> { }
        }
        var first = token(call, account);
        if (first.isEmpty()) {
            new Asking(call, account, label, (spec.title().isEmpty() ? spec.name() : spec.title()) + " at " + upstream)
                    .untilConnected();
            first = token(call, account);
        }
        var token = first.orElseThrow(() -> new Access.NoAccess("The account at " + label + " is not connected any "
                + "more. Call again to be asked anew."));
        used(call, account);
        return new LentToken((refused, within) -> refused.isEmpty() ? token
                : another(call.caller(), account, refused.get(), within));
    }

    private Optional<String> token(Call call, String account) throws Access.NoAccess, InterruptedException {
        try {
            return Optional.of(connected.token(call.caller().subject(), account, left(call)));
        } catch (AccountUnavailable unavailable) {
            if (unavailable.why() == AccountUnavailable.Why.NOT_CONNECTED) {
                return Optional.empty();
            }
            throw new Access.NoAccess(unavailable.getMessage());
        }
    }

    private String another(Caller caller, String account, String refused, Duration within)
            throws UpstreamFailure, InterruptedException {
        try {
            return connected.tokenAfter(refused, caller.subject(), account, within);
        } catch (AccountUnavailable unavailable) {
            throw new UpstreamFailure(UpstreamFailure.Kind.CREDENTIALS, unavailable.getMessage()
                    + (unavailable.why() == AccountUnavailable.Why.NOT_CONNECTED ? " Call again to be asked for that."
                            : ""), null);
        }
    }

    private void used(Call call, String account) {
        var caller = call.caller();
        audit.write(new AuditEvent(clock.instant(), call.requestId(), "account/use", "allowed", "user",
                caller.subject(), caller.clientId(), caller.tokenId(), "", account, "", null, Duration.ZERO, ""));
    }

    private Duration left(Call call) {
        return Duration.between(clock.instant(), call.deadline());
    }

    /// How one call asks its person to connect an account.
    ///
    /// @param use for the page
    private final class Asking {

        private final Call call;
        private final String account;
        private final String label;
        private final String use;
        private final String why;

        Asking(Call call, String account, String label, String use) {
            this.call = call;
            this.account = account;
            this.label = label;
            this.use = use;
            this.why = "This works with your own account at " + label + ", which is not connected yet.";
        }

        /// Returns when it is.
        void untilConnected() throws Access.NoAccess, InterruptedException {
            for (var round = 1; round <= ROUNDS; round++) {
                if (!(answer(round) instanceof Elicitation.Answer.Accepted)) {
                    throw new Access.NoAccess("The user did not want to connect their account at " + label
                            + ", so nothing was done. Do not try again unless the user asks for it.");
                }
                if (!call.answered(key(round + 1)) && arrives()) {
                    return;
                }
            }
            throw new Access.NoAccess("The account at " + label + " is not connected yet. Let the user finish that in "
                    + "their browser, then call again.");
        }

        private String key(int round) {
            return "connect-" + account + "-" + round;
        }

        private Elicitation.Answer answer(int round) throws Access.NoAccess, InterruptedException {
            if (call.answered(key(round))) {
                return call.ask(key(round), Elicitation.visit(why, origin, "answered"));
            }
            var caller = call.caller();
            var link = connected.link(caller.subject(), caller.clientId(), account, use).orElseThrow(() ->
                    new Access.NoAccess("This works with a person's own account at " + label + ", and only people who "
                            + "sign in here can connect one."));
            var page = Elicitation.visit(why + " On this page you can connect it, signed in as yourself.", link.url(),
                    link.id());
            if (call.canBeRefusedUntilVisited(page)) {
                remember(link.id());
                throw call.refuseUntilVisited(page);
            }
            if (!call.canAsk(page)) {
                throw new Access.NoAccess("This works with the user's own account at " + label + ", which is not "
                        + "connected yet. Give the user this link: " + link.url() + " . It is for them alone, and "
                        + "holds for ten minutes. They open it in a browser, sign in as themselves and connect the "
                        + "account; then call again.");
            }
            return call.ask(key(round), page);
        }

        private void remember(String id) {
            var subject = call.caller().subject();
            var own = asked.values().stream().filter(visit -> visit.subject.equals(subject)).count();
            if (own < TOLD_TO_ONE && asked.size() < TOLD) {
                asked.put(id, new Visit(subject, clock.instant().plus(TOLD_FOR)));
            }
        }

        /// Whether the person gets there while this call can wait.
        private boolean arrives() throws InterruptedException {
            var patience = left(call).minus(RESERVE);
            var until = clock.instant().plus(patience.compareTo(WAIT) < 0 ? patience : WAIT);
            while (!connected.connected(call.caller().subject(), account)) {
                if (!clock.instant().isBefore(until)) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            }
            return true;
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
