package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One call of a tool, prompt or resource, at the handler's hand: its arguments, who makes it, and the way to the
/// client while it runs. For the handler's thread and those it starts.
///
/// **What ran before a question may run again.** A client of 2026-07-28 is asked by ending its request: it comes again
/// with the answer, and the handler starts anew with the answer at hand. So whatever a handler does before
/// [#ask(String, Question)] must be harmless to repeat: look things up before, change things after the last question.
public final class Call {

    /// A trial has no clock; its deadline lies where nobody looks.
    private static final Instant TRIAL = Instant.parse("2100-01-01T00:00:00Z");

    private final Exchange exchange;
    private final ObjectNode arguments;
    private final Deadline deadline;
    private final Interview interview;
    private final Changes changes;
    private final Map<String, Question<?>> asked = new ConcurrentHashMap<>();
    private final Telling telling;
    private final Duration signOfLife;

    Call(Exchange exchange, ObjectNode arguments, Deadline deadline, Interview interview, Changes changes) {
        this(exchange, arguments, deadline, interview, changes, Limits.SIGN_OF_LIFE);
    }

    /// @param signOfLife how long it says nothing
    Call(Exchange exchange, ObjectNode arguments, Deadline deadline, Interview interview, Changes changes,
            Duration signOfLife) {
        this.signOfLife = signOfLife;
        this.exchange = exchange;
        this.arguments = arguments;
        this.deadline = deadline;
        this.interview = interview;
        this.changes = changes;
        this.telling = new Telling(exchange);
    }

    /// Runs the handler with all that must happen right before and after it.
    <R> R run(Callable<R> handler) throws Exception {
        interview.begin();
        var signs = telling.wanted() ? Thread.ofVirtual().name("signs of life").start(this::giveSigns) : null;
        try {
            return handler.call();
        } finally {
            if (signs != null) {
                signs.interrupt();
            }
            telling.end();
        }
    }

    private void giveSigns() {
        try {
            for (var wait = signOfLife; ; wait = telling.signOfLife(signOfLife)) {
                Thread.sleep(wait);
            }
        } catch (InterruptedException e) {
            // the call is over
        }
    }

    /// A call without a door, for tests of a tool: it reaches no client, and questions are answered with `answers`.
    ///
    /// @param arguments as they would have been validated
    /// @param answers   the client's results by the keys of the questions
    public static Call trial(Caller caller, ObjectNode arguments, Map<String, JsonNode> answers) {
        var endpoint = new Endpoint("/trial", URI.create("http://127.0.0.1/trial"), Things.NONE, Set.of(), "");
        var capabilities = JsonNodeFactory.instance.objectNode();
        List.of("elicitation", "sampling", "roots").forEach(capabilities::putObject);
        var exchange = new Exchange(caller, endpoint, Revision.V2026_07_28, capabilities, "trial", "127.0.0.1");
        return new Call(exchange, arguments, new Deadline(TRIAL, Limits.DEADLINE), new Rounds(answers),
                new Changes());
    }

    /// Validated against the input schema; the arguments of a prompt, or the variables of a resource template, as
    /// strings.
    public ObjectNode arguments() {
        return arguments;
    }

    /// Who calls, proven; its token is not here.
    public Caller caller() {
        return exchange.caller();
    }

    /// For correlation with the audit log and with backends.
    public String requestId() {
        return exchange.requestId();
    }

    /// When the answer is no longer wanted. Waiting for the client's answer to a question does not count.
    public Instant deadline() {
        return deadline.instant();
    }

    public Revision revision() {
        return exchange.revision();
    }

    /// Of the trace that this call belongs to, for logs: 32 hex digits.
    public String traceId() {
        return exchange.traceId();
    }

    /// The caller's W3C trace context, to be passed on to backends; begun here when the caller sent none.
    public Optional<String> traceparent() {
        return exchange.traceparent();
    }

    /// Asks the client or the person in front of it, in whatever way its revision has, and waits for the answer. See
    /// above for what may come before.
    ///
    /// @param key names the question within this call: the same for the same question in every run, 1 to 64 characters
    ///            of `A-Z a-z 0-9 _ -`, not beginning with `doorwarden_`
    /// @throws RuntimeException when the client cannot be asked or its answer cannot be used; the door turns it into
    ///                          an answer for the model, so there is no need to catch it
    public <A> A ask(String key, Question<A> question) throws InterruptedException {
        return askAsDoor(named(key), question);
    }

    /// The same with a key that handlers cannot use.
    <A> A askAsDoor(String key, Question<A> question) throws InterruptedException {
        once(key, question);
        interview.ask(this, Map.of(key, question));
        try {
            return question.read(interview.answer(key));
        } catch (Refused malformed) {
            throw interview.unusable(key, malformed.why().message());
        }
    }

    /// Whether the answer to a question is at hand: it came with this request, or in an earlier round of it.
    ///
    /// @param key as for [#ask]
    public boolean answered(String key) {
        return interview.answer(key) != null;
    }

    /// Whether this client takes the refusal of [#refuseUntilVisited]: it says that it can show pages, at the one
    /// revision that has that refusal (2025-11-25, Elicitation, URL Elicitation Required Error).
    public boolean canBeRefusedUntilVisited(Elicitation page) {
        return revision() == Revision.V2025_11_25 && page.url().isPresent() && canAsk(page);
    }

    /// Ends this call with a refusal that names the page to visit first. The client is told when
    /// [Changes.Change.OfVisit] is published for the page's id, and may call again then.
    ///
    /// @return to be thrown
    /// @throws IllegalStateException when this client does not take it ([#canBeRefusedUntilVisited])
    public RuntimeException refuseUntilVisited(Elicitation page) {
        if (!canBeRefusedUntilVisited(page)) {
            throw new IllegalStateException("This client does not know such a refusal. Ask it, or answer with words.");
        }
        exchange.outlet().awaitVisit(exchange, page.elicitationId());
        return new Refused(new Refusal.PageFirst(page.message(), List.of(page.params(revision()))));
    }

    /// One key, one question: or the answer to the first would be taken for one to the second.
    private void once(String key, Question<?> question) {
        var before = asked.putIfAbsent(key, question);
        if (before != null && !before.equals(question)) {
            throw new IllegalStateException("Two different questions of one call have the key " + key
                    + ". Give each its own.");
        }
    }

    /// Asks several questions at once, so that the client is bothered only once; then [#ask] returns each answer. The
    /// map's order is the order in which they are asked.
    public void askAll(Map<String, Question<?>> questions) throws InterruptedException {
        questions.forEach((key, question) -> once(named(key), question));
        interview.ask(this, questions);
    }

    /// Whether this client can answer such a question.
    public boolean canAsk(Question<?> question) {
        return interview.canAsk(exchange, question);
    }

    /// Tells how far it is, to a client that wants to know. Values that do not grow are left out, as the specification
    /// demands; of many at once the newest is told.
    ///
    /// @param total   0 when unknown
    /// @param message for people; may be empty
    public void progress(double done, double total, String message) {
        telling.progress(done, total, message);
    }

    /// Sends a log message to a client that wants messages of this severity. Never put secrets into it: it goes to the
    /// client, not to the operator. Beyond a bound messages are counted and left out.
    ///
    /// @param logger names the part of the server; may be empty
    public void log(LogLevel level, String logger, JsonNode data) {
        telling.log(level, logger, data);
    }

    /// The same with a line of text.
    public void log(LogLevel level, String text) {
        log(level, "", JsonNodeFactory.instance.stringNode(text));
    }

    /// Lets the client hang up and ask for the rest after `pause`, where its revision knows how (2025-11-25): for work
    /// that takes so long that a connection should not be held open for it.
    public void letPoll(Duration pause) {
        exchange.outlet().letPoll(pause);
    }

    /// Tells those who subscribed to it that a resource reads otherwise now.
    public void resourceChanged(String uri) {
        changes.publish(new Changes.Change.OfResource(uri));
    }

    /// Tells those who want to know that a list of this endpoint reads otherwise now.
    public void listChanged(Changes.Kind kind) {
        changes.publish(new Changes.Change.OfList(kind, exchange.endpoint().path()));
    }

    Exchange exchange() {
        return exchange;
    }

    Deadline deadlineClock() {
        return deadline;
    }

    Interview interview() {
        return interview;
    }

    private static String named(String key) {
        if (!key.matches("[A-Za-z0-9_-]{1,64}") || key.startsWith(RequestStates.RESERVED)) {
            throw new IllegalArgumentException("The key of a question has 1 to 64 characters of A-Z a-z 0-9 _ - and "
                    + "does not begin with " + RequestStates.RESERVED + ": " + key);
        }
        return key;
    }
}
