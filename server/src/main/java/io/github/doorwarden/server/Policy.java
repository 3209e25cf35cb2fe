package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.identity.Tiers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The one function that says what a caller may see and do. Pure and immutable: may be shared by all threads.
///
/// The same decision filters the list, guards the call and writes the challenge, so that these cannot disagree. Scopes
/// are necessary, not sufficient: a backend may still refuse this user. A scope counts as granted when a granted scope
/// includes it (MCP 2026-07-28, Authorization, scope hierarchies).
public final class Policy {

    private static final Decision ALLOWED = new Decision.Allowed();
    private static final Decision HIDDEN = new Decision.Hidden();

    private final Scopes scopes;
    private final Tiers tiers;
    private final InstantSource clock;
    private final Predicate<Caller> losesChallenges;
    private final boolean everythingIsAllowed;

    /// Without tiers, and without a clock: every sign-in is too old where its age matters.
    public Policy(Scopes scopes) {
        this(scopes, Tiers.NONE, () -> Instant.MAX);
    }

    public Policy(Scopes scopes, Tiers tiers, InstantSource clock) {
        this(scopes, tiers, clock, caller -> false, false);
    }

    private Policy(Scopes scopes, Tiers tiers, InstantSource clock, Predicate<Caller> losesChallenges,
            boolean everythingIsAllowed) {
        this.scopes = scopes;
        this.tiers = tiers;
        this.clock = clock;
        this.losesChallenges = losesChallenges;
        this.everythingIsAllowed = everythingIsAllowed;
    }

    /// For authorization mode `off`, which is for the loopback interface alone: whoever gets here may do everything.
    public static Policy withoutAuthorization() {
        return new Policy(new Scopes(List.of()), Tiers.NONE, () -> Instant.MAX, caller -> false, true);
    }

    /// The same policy for clients of which some cannot do anything with a challenge for more scopes.
    public Policy tellingInResults(Predicate<Caller> losers) {
        return new Policy(scopes, tiers, clock, losers, everythingIsAllowed);
    }

    /// Whether a tool that needs more than was granted says so in its result, where the model reads it, because a
    /// challenge would end at the client.
    boolean tellsInResult(Caller caller, Decision decision) {
        return decision instanceof Decision.NeedsScope && losesChallenges.test(caller);
    }

    /// May the caller send this method to this endpoint at all? A client that would do nothing with a challenge for the
    /// scope of `tools/call` is let through to the decision of the tool, which asks for that scope too.
    public Decision decide(Caller caller, Endpoint endpoint, String method) {
        var needed = endpoint.methodScopes().of(method);
        var decision = decide(caller, endpoint.openMethods().contains(method), needed, first(needed));
        return method.equals("tools/call") && tellsInResult(caller, decision) ? ALLOWED : decision;
    }

    /// What somebody is asked for who comes without a token: what everybody is given, and what this needs.
    private List<String> first(Set<String> needed) {
        var all = new LinkedHashSet<>(scopes.baseline());
        all.addAll(needed);
        return needed.isEmpty() ? scopes.baseline() : inOrder(all);
    }

    /// May the caller see and call this tool? Hidden when it is not behind this endpoint. Being allowed to send
    /// `tools/call` is a decision of its own.
    public Decision decide(Caller caller, Endpoint endpoint, Tool tool) {
        if (!endpoint.tools().contains(tool)) {
            return HIDDEN;
        }
        return decide(caller, endpoint.methodScopes().of("tools/call", tool.spec().scopes()),
                tool.spec().conditions());
    }

    /// The same for a tool, prompt or resource that is known to be behind the endpoint.
    ///
    /// @param needed the scopes that it needs
    public Decision decide(Caller caller, Set<String> needed) {
        return decide(caller, false, needed, null);
    }

    /// The same with what else is asked of the caller. Who may not know of it comes first; then what consent gives;
    /// then what a sign-in gives, because a client that asks for more scopes signs its person in anyway. A service has
    /// no person who could sign in, so what needs one does not exist for it.
    Decision decide(Caller caller, Set<String> needed, Conditions conditions) {
        if (everythingIsAllowed || conditions.equals(Conditions.NONE)) {
            return decide(caller, needed);
        }
        var unseen = !conditions.tiers().isEmpty() && tiers.of(caller).filter(conditions.tiers()::contains).isEmpty();
        if (unseen || conditions.ofSignIn() && caller.kind() == Caller.Kind.SERVICE) {
            return HIDDEN;
        }
        var decision = decide(caller, needed);
        if (!(decision instanceof Decision.Allowed) || met(caller.signIn(), conditions)) {
            return decision;
        }
        return new Decision.NeedsSignIn(inOrder(needed), conditions.secondFactor(), conditions.signInAge());
    }

    /// Whether the caller may have something that is not listed but lies behind a tool, such as a document.
    ///
    /// @param needed the scopes that it needs
    public boolean allows(Caller caller, Set<String> needed, Conditions conditions) {
        return decide(caller, needed, conditions) instanceof Decision.Allowed;
    }

    /// Whether it is that of [#withoutAuthorization].
    public boolean allowsEverything() {
        return everythingIsAllowed;
    }

    private boolean met(SignIn signIn, Conditions conditions) {
        return (!conditions.secondFactor() || signIn.twoFactors())
                && conditions.signInAge().filter(age -> !signIn.within(age, clock.instant())).isEmpty();
    }

    /// @param ask what somebody without a token is asked for; null: what is needed, in the order of the configuration
    private Decision decide(Caller caller, boolean open, Set<String> needed, List<String> ask) {
        if (open || everythingIsAllowed) {
            return ALLOWED;
        }
        if (caller.isAnonymous()) {
            return new Decision.NeedsLogin(ask == null ? inOrder(needed) : ask);
        }
        if (caller.scopes().containsAll(needed) || scopes.closure(caller.scopes()).containsAll(needed)) {
            return ALLOWED;
        }
        return new Decision.NeedsScope(inOrder(needed));
    }

    /// What can be had by signing in or by consenting to more is listed; see
    /// `docs/decisions/0010-list-what-can-be-stepped-up-to.md`.
    static boolean listed(Decision decision) {
        return switch (decision) {
            case Decision.Allowed allowed -> true;
            case Decision.NeedsLogin login -> true;
            case Decision.NeedsScope scope -> true;
            case Decision.NeedsSignIn again -> true;
            case Decision.Hidden hidden -> false;
        };
    }

    /// Why the caller was refused, for a person in front of a client that knows no challenge; empty when it was not.
    /// What to do about it depends on the transport, which says so.
    Optional<String> sentence(Decision decision, String thing) {
        return switch (decision) {
            case Decision.Allowed allowed -> Optional.empty();
            case Decision.Hidden hidden -> Optional.empty();
            case Decision.NeedsLogin login -> Optional.of(thing + " needs you to sign in" + what(" and to allow ",
                    login.scopes()) + ".");
            case Decision.NeedsScope scope -> Optional.of(thing + " needs a permission that this client was not given: "
                    + what("", scope.scopes()) + ".");
            case Decision.NeedsSignIn again -> Optional.of(thing + " needs you to sign in "
                    + (again.secondFactor() ? "with a second factor" : "again") + again.age().map(age ->
                    ", at most " + age.toMinutes() + " minutes before the call").orElse("") + ".");
        };
    }

    private String what(String before, List<String> names) {
        var words = new ArrayList<String>();
        for (var name : names) {
            var scope = scopes.named(name);
            words.add(scope == null || scope.text().isBlank() ? name : name + " (" + scope.text() + ")");
        }
        return words.isEmpty() ? "" : before + String.join(", ", words);
    }

    private List<String> inOrder(Set<String> needed) {
        var names = new ArrayList<String>();
        scopes.all().stream().map(Scopes.Scope::name).filter(needed::contains).forEach(names::add);
        needed.stream().filter(name -> !scopes.knows(name)).sorted().forEach(names::add);
        return names;
    }
}
