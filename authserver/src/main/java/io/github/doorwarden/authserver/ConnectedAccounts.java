package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.AccountUnavailable.Why;
import io.github.doorwarden.authserver.AccountVault.Kept;
import io.github.doorwarden.authserver.ThirdPartyClient.Tokens;
import io.github.doorwarden.identity.Provider;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accounts of people at third parties: connected once by the person, kept here, used for calls that the person's
/// agents make. What always holds: a token is given out for the person who connected it and nobody else; however many
/// calls wait for its renewal, in however many processes, the third party is asked once; what it refuses for good is
/// over, with a reason. Safe for many threads.
public final class ConnectedAccounts {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectedAccounts.class);
    /// Between two looks whether another process has renewed.
    private static final long LOOK_MILLIS = 100;

    /// As its owner sees it.
    ///
    /// @param name      of the account in the configuration
    /// @param connected whether it can be used
    /// @param since     when it was connected; empty: never
    /// @param ended     why it can be used no more; empty: it can, or never could
    public record Listed(String name, String label, boolean connected, Optional<Instant> since, Optional<Instant> used,
            String scopes, Optional<String> ended) {}

    /// Where a person can connect an account.
    ///
    /// @param id unguessable, names the visit to that page
    public record Link(URI url, String id) {}

    private final URI issuer;
    private final Map<String, ThirdPartyClient> parties = new LinkedHashMap<>();
    private final AccountVault vault;
    private final ConnectLinks links;
    private final People people;
    private final Consumer<AuditEvent> audit;
    private final InstantSource clock;
    private final Map<String, CompletableFuture<Tokens>> flights = new ConcurrentHashMap<>();

    /// @param issuer origin of our own pages
    /// @param calls  how third parties are reached
    public ConnectedAccounts(List<ThirdParty> parties, URI issuer, Provider.Calls calls, Database database,
            byte[] masterKey, Consumer<AuditEvent> audit, InstantSource clock) {
        this.issuer = issuer;
        parties.forEach(each -> this.parties.put(each.name(), new ThirdPartyClient(each, calls,
                URI.create(issuer + BrowserSide.CONNECT_CALLBACK + each.name()), clock)));
        this.vault = new AccountVault(database, masterKey, clock);
        this.links = new ConnectLinks(database, clock);
        this.people = new People(database, clock);
        this.audit = audit;
        this.clock = clock;
    }

    List<ThirdPartyClient> parties() {
        return List.copyOf(parties.values());
    }

    Optional<ThirdPartyClient> party(String account) {
        return Optional.ofNullable(parties.get(account));
    }

    ConnectLinks links() {
        return links;
    }

    public String label(String account) {
        return parties.get(account).settings().label();
    }

    /// A link for this person alone, which holds for some minutes and says nothing about anybody.
    ///
    /// @param clientId of the agent that asks
    /// @param use      what it wants to do, for the person; bounded
    /// @return empty when the subject is no person who may sign in here
    public Optional<Link> link(String personId, String clientId, String account, String use) {
        return people.find(personId).filter(person -> !person.disabled()).map(person -> {
            var made = links.make(new ConnectLinks.Wanted(personId, clientId, account,
                    Text.clean(use, BrowserLimits.NAME_CHARS * 2)));
            return new Link(URI.create(issuer + BrowserSide.CONNECT + made.handle()), made.id());
        });
    }

    /// Those of these visits that ended with a connected account since then.
    public Set<String> finished(Collection<String> ids, Instant since) {
        return links.finished(ids, since);
    }

    public boolean connected(String personId, String account) {
        return vault.find(personId, account).filter(kept -> kept.tokens().isPresent()).isPresent();
    }

    /// All accounts that can be connected, with what this person has made of them.
    public List<Listed> list(String personId) {
        var kept = vault.list(personId);
        return parties.values().stream().map(party -> {
            var row = kept.stream().filter(each -> each.account().equals(party.settings().name())).findFirst();
            return new Listed(party.settings().name(), party.settings().label(),
                    row.filter(each -> each.tokens().isPresent()).isPresent(), row.map(Kept::connectedAt),
                    row.flatMap(Kept::usedAt), row.map(Kept::scopes).orElse(""), row.flatMap(Kept::ended));
        }).toList();
    }

    /// A new connection in the place of the old one, whose tokens are not given back: many a third party takes a
    /// revoked token for the end of all that it gave for this person, the new ones among it (RFC 7009 §2.1).
    void keep(String personId, String account, Tokens tokens) {
        vault.keep(personId, account, tokens);
    }

    /// Ends it here at once, and at the third party as far as that is possible.
    ///
    /// @return false when there was none
    public boolean disconnect(String personId, String account) {
        var kept = vault.take(personId, account);
        kept.flatMap(Kept::tokens).ifPresent(tokens -> giveBack(account, tokens));
        return kept.isPresent();
    }

    /// Before a person is deleted: everything is given back.
    ///
    /// Returns when the third parties have been told, or have had [Limits#GIVING_BACK]: the process may end then.
    public void disconnectAll(String personId) {
        var telling = vault.list(personId).stream().flatMap(each -> vault.take(personId, each.account())
                .flatMap(Kept::tokens).flatMap(tokens -> giveBack(each.account(), tokens)).stream()).toList();
        var until = System.nanoTime() + Limits.GIVING_BACK.toNanos();
        try {
            for (var thread : telling) {
                thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Thread> giveBack(String account, Tokens tokens) {
        return party(account).map(party -> Thread.ofVirtual().name("revoke " + account).start(() -> {
            if (!party.revoke(tokens)) {
                LOG.atInfo().addKeyValue("account", account).log("A third party was not told that tokens of its are "
                        + "not needed any more: it does not know how, or did not answer.");
            }
        }));
    }

    /// The person's token, renewed when it is about to end.
    ///
    /// @param within for a renewal
    public String token(String personId, String account, Duration within)
            throws AccountUnavailable, InterruptedException {
        var kept = kept(personId, account);
        var tokens = kept.tokens().orElseThrow(() -> ended(account, kept.ended().orElse("")));
        if (kept.usedAt().filter(at -> clock.instant().isBefore(at.plus(Limits.USE_NOTED))).isEmpty()) {
            vault.used(kept);
        }
        if (!vault.due(kept)) {
            return tokens.access();
        }
        var over = tokens.expiresAt().filter(end -> !clock.instant().isBefore(end)).isPresent();
        if (tokens.refresh().isEmpty()) {
            if (over) {
                throw ended(kept, "It has run out, and " + label(account) + " gave nothing to renew it with.");
            }
            return tokens.access();
        }
        try {
            return renewed(kept, tokens, within).access();
        } catch (AccountUnavailable unavailable) {
            if (unavailable.why() == Why.OUTAGE && !over) {
                return tokens.access();
            }
            throw unavailable;
        }
    }

    /// Another token in the place of one that the third party's API has refused.
    ///
    /// @throws AccountUnavailable also when there can be none
    public String tokenAfter(String refused, String personId, String account, Duration within)
            throws AccountUnavailable, InterruptedException {
        var kept = kept(personId, account);
        var tokens = kept.tokens().orElseThrow(() -> ended(account, kept.ended().orElse("")));
        if (!tokens.access().equals(refused)) {
            return tokens.access();                                  // another call has renewed it meanwhile
        }
        if (tokens.refresh().isEmpty()) {
            throw ended(kept, label(account) + " does not take its token any more.");
        }
        if (clock.instant().isBefore(kept.renewedAt().plus(Limits.ACCOUNT_BACK_OFF))) {
            return tokens.access();
        }
        return renewed(kept, tokens, within).access();
    }

    private Kept kept(String personId, String account) throws AccountUnavailable {
        return vault.find(personId, account).orElseThrow(() -> new AccountUnavailable(Why.NOT_CONNECTED, "The account "
                + "at " + label(account) + " is not connected."));
    }

    private AccountUnavailable ended(String account, String why) {
        return new AccountUnavailable(Why.NOT_CONNECTED, "The connection to the account at " + label(account)
                + " is over: " + why + " Connect it again.");
    }

    private AccountUnavailable ended(Kept kept, String why) {
        if (vault.end(kept, why)) {
            kept.tokens().ifPresent(tokens -> giveBack(kept.account(), tokens));
            audit.accept(new AuditEvent(clock.instant(), "", "account/ended", "refused", "user", kept.personId(), "",
                    "", "", kept.account(), why, null, Duration.ZERO, ""));
        }
        return ended(kept.account(), why);
    }

    /// Not on the caller's thread: a caller that goes away must not take the others' token along.
    private Tokens renewed(Kept kept, Tokens tokens, Duration within) throws AccountUnavailable, InterruptedException {
        var started = new CompletableFuture<Tokens>();
        var flight = flights.putIfAbsent(key(kept), started);
        if (flight == null) {
            Thread.ofVirtual().name("renewal").start(() -> land(kept, tokens, started));
        }
        try {
            return (flight == null ? started : flight).get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw outage(kept.account(), "it took too long");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AccountUnavailable known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static String key(Kept kept) {
        return kept.personId() + "\n" + kept.account() + "\n" + kept.version();
    }

    private void land(Kept kept, Tokens tokens, CompletableFuture<Tokens> started) {
        var landed = new CompletableFuture<Tokens>();
        try {
            landed.complete(vault.lease(kept) ? asked(kept, tokens) : awaited(kept));
        } catch (AccountUnavailable | RuntimeException e) {
            landed.completeExceptionally(e);
        } catch (InterruptedException e) {
            landed.completeExceptionally(outage(kept.account(), "interrupted"));
        }
        flights.remove(key(kept), started);              // before anybody hears of it: who comes next begins anew
        landed.whenComplete((fresh, why) -> {
            if (why == null) {
                started.complete(fresh);
            } else {
                started.completeExceptionally(why);
            }
        });
    }

    private Tokens asked(Kept kept, Tokens tokens) throws AccountUnavailable {
        var party = parties.get(kept.account());
        try {
            var fresh = party.renew(tokens.refresh().orElseThrow(), kept.scopes());
            if (!vault.renew(kept, fresh)) {                         // disconnected meanwhile, or connected anew
                giveBack(kept.account(), fresh);
                throw new AccountUnavailable(Why.NOT_CONNECTED, "The account at " + label(kept.account())
                        + " is not connected any more.");
            }
            return fresh;
        } catch (ThirdPartyClient.Refused refused) {
            throw ended(kept, label(kept.account()) + " does not renew it: " + refused.getMessage() + ".");
        } catch (ProviderOutage down) {
            vault.release(kept);
            throw outage(kept.account(), down.detail());
        }
    }

    /// Another process is at it.
    private Tokens awaited(Kept kept) throws AccountUnavailable, InterruptedException {
        var end = System.nanoTime() + Limits.ACCOUNT_LEASE.toNanos();
        while (System.nanoTime() < end) {
            var now = kept(kept.personId(), kept.account());
            if (!now.version().equals(kept.version())) {
                return now.tokens().orElseThrow(() -> ended(kept.account(), now.ended().orElse("")));
            }
            if (vault.lease(kept)) {                                 // it has given up
                return asked(kept, kept.tokens().orElseThrow());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw outage(kept.account(), "another process did not finish");
    }

    private AccountUnavailable outage(String account, String detail) {
        LOG.atWarn().addKeyValue("account", account).addKeyValue("detail", detail)
                .log("A token of a connected account could not be renewed.");
        return new AccountUnavailable(Why.OUTAGE, label(account) + " does not answer, so its token could not be "
                + "renewed. Nothing was sent. Try again in a minute.");
    }

    /// Deletes links that have run out by `now`.
    public void sweep(Instant now) {
        links.sweep(now);
    }
}
