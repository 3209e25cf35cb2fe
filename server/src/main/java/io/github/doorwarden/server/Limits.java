package io.github.doorwarden.server;

import java.time.Duration;

/// Every bound of this module, each with its reason.
final class Limits {

    /// Things on a page of a list. Many clients never ask for a second page, and models do badly with more tools
    /// than this anyway, so one page should hold all that an endpoint sensibly has.
    static final int PAGE = 200;

    /// Skills on a page of `skills/list`: each entry names up to 512 files, some 150 bytes each, so a page of the
    /// largest has 4 MB and a usual one 100 KB.
    static final int SKILLS_PAGE = 50;

    /// A cursor is a URI of 2,000 characters with its list and endpoint, in base64url, which needs four for three.
    static final int CURSOR_CHARS = 3_500;

    /// Answers to `tools/list` kept per endpoint: dialects times the sets of tools that callers see times pages.
    static final int KEPT_LISTS = 64;

    /// Pages that one client was sent to and has not heard of again: nobody visits more within the ten minutes that
    /// they hold.
    static final int AWAITED_VISITS = 64;

    /// How much of an unknown name is said back: the longest valid name.
    static final int ECHOED_NAME_CHARS = 64;

    /// How much of a name or URI an audit line keeps.
    static final int AUDITED_NAME_CHARS = 256;

    /// A model corrects a few mistakes at a time; more only fills its window.
    static final int SCHEMA_MESSAGES = 5;

    /// Of one message about an argument; the longest of ours names a path and a rule.
    static final int SCHEMA_MESSAGE_CHARS = 300;

    /// Steps of checking one value against one schema: a body of 1 MB of small items stays below it, a schema that
    /// multiplies alternatives does not get far above it.
    static final long SCHEMA_STEPS = 1_000_000;

    /// Nesting of schemas while checking, for schemas that refer to themselves.
    static final int SCHEMA_DEPTH = 200;

    /// Characters that one `pattern` may look at for one string, again and again included: linear patterns over 1 MB
    /// pass, a pattern that backtracks without end is stopped after some milliseconds.
    static final int PATTERN_LOOKS = 5_000_000;

    /// Of the arguments in an audit line: enough to see what was asked for.
    static final int AUDIT_ARGUMENTS_CHARS = 4_096;

    /// Of one argument, when they are too long together.
    static final int AUDIT_ARGUMENT_CHARS = 512;

    /// Callers and tools of callers that the limiter knows at once, about 100 bytes each. Newcomers beyond share one
    /// allowance, so that a crowd of addresses costs no memory and gets no more than one caller.
    static final int LIMITED_KEYS = 100_000;

    /// Between two looks for callers that the limiter may forget.
    static final Duration SWEEP = Duration.ofSeconds(10);

    /// One audit line for all calls over the limit of one caller in this time: a flood must not fill the disk.
    static final Duration REFUSALS_TOLD = Duration.ofMinutes(1);

    /// Longest deadline of a tool: beyond it, no client is still listening.
    static final Duration DEADLINE = Duration.ofHours(1);

    /// Nesting of records in a record tool's arguments or result.
    static final int RECORD_DEPTH = 8;

    /// How long a person may take to answer a question of a running call: long enough to read, look something up and
    /// fill in a form; what waits longer waits for nobody.
    static final Duration PATIENCE = Duration.ofMinutes(10);

    /// How long the state between two rounds, or a confirmation, is good: as long as a person may take.
    static final Duration STATE_LIFETIME = PATIENCE;

    /// Of the arguments in a preview: more than a person reads before saying yes.
    static final int PREVIEW_CHARS = 4_000;

    /// Answers that one request may carry from round to round, in characters of JSON: forms are small, and an answer of
    /// a model has some thousands.
    static final int STATE_CHARS = 64 * 1024;

    /// The same sealed: base64url of up to three bytes a character, and the seal.
    static final int SEALED_STATE_CHARS = 300_000;

    /// How long an answer may take before the transport begins to watch for the client's leaving: most are there
    /// sooner, and watching is not free.
    static final Duration MOMENT = Duration.ofMillis(100);

    /// Notifications of progress per second of one call, and as many at once: what a person can see move.
    static final int PROGRESS_PER_SECOND = 20;

    /// How long a call that was asked for progress says nothing: clients give up after 60 s of silence, some sooner,
    /// and every sign of life puts that off.
    static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

    /// By how much a sign of life moves progress on, which must grow: an hour of them stays below the smallest step of
    /// a handler that counts things. A power of two, which adds up exactly.
    static final double SIGN_OF_LIFE_STEP = 1.0 / 1024;

    /// Longest message of one: a line of a progress bar.
    static final int PROGRESS_MESSAGE_CHARS = 500;

    /// Log messages per second of one call, and as many at once: a client shows them, it does not store them.
    static final int LOG_PER_SECOND = 100;

    /// Longest log message, as JSON.
    static final int LOG_CHARS = 10_000;

    /// Longest name of a prompt.
    static final int NAME_CHARS = 128;

    /// Longest URI of a resource: what most clients and proxies carry in a header.
    static final int URI_CHARS = 2_000;

    /// Longest argument of a prompt: a document pasted into a form field fits, a body full of it does not.
    static final int PROMPT_ARGUMENT_CHARS = 100_000;

    /// Longest value to be completed, and each of those that are known already: what a person types into a field.
    static final int COMPLETED_CHARS = 1_000;

    /// Most suggestions for one argument (MCP, Completion).
    static final int COMPLETIONS = 100;

    /// How long suggestions may take: a person is typing.
    static final Duration COMPLETION = Duration.ofSeconds(5);

    /// Notifications kept for one subscriber who does not take them: lists that changed are told once, so these are
    /// resources; one that is further behind is better off reading everything anew.
    static final int PENDING_NOTICES = 256;

    /// Resources that one subscription may name.
    static final int SUBSCRIBED_RESOURCES = 1_000;

    /// Tasks of one caller that are kept, ended ones included, because they were promised: what a busy hour of an agent
    /// makes. A tool that can also answer at once does so beyond.
    static final int TASKS_PER_CALLER = 200;

    /// Tasks of all callers: with results of some kilobytes, some megabytes.
    static final int TASKS = 5_000;

    /// Of a task's result: what a client takes in one answer.
    static final int TASK_RESULT_CHARS = 1024 * 1024;

    /// How long a task can be read after it last changed: clients poll in seconds, but a laptop may be shut for lunch.
    static final Duration TASK_KEPT = Duration.ofHours(1);

    /// How long a task waits for an answer: a person who has left a task alone comes back later than one who watches.
    static final Duration TASK_PATIENCE = Duration.ofHours(1);

    /// How often clients are asked to poll: 16 running calls, the usual bound, then stay below 600 calls a minute, the
    /// usual bound.
    static final Duration TASK_POLL = Duration.ofSeconds(2);

    /// When a process that has not said that it lives is taken for gone: three times what it needs to say so.
    static final Duration TASK_LEASE = Duration.ofSeconds(30);

    /// How often a process says so, and looks after what expired or was left behind; so also how long a deleted row may
    /// outlive its task.
    static final Duration TASK_TEND = Duration.ofSeconds(10);

    /// Of a status message, which is for a person at a glance.
    static final int TASK_MESSAGE_CHARS = 200;

    /// Between two status messages of a task that are written: each is a commit to disk.
    static final Duration TASK_MESSAGES = Duration.ofSeconds(1);

    /// Questions that one task may ask; a handler that asks more asks in a loop.
    static final int TASK_QUESTIONS = 64;

    /// How often a task that waits looks for answers that came to another process.
    static final Duration TASK_LOOK = Duration.ofSeconds(1);

    /// Of an answer, unless a tool's settings say otherwise: clients warn at 10,000 tokens.
    static final int ANSWER_TOKENS = 8_000;

    /// Of any answer: clients refuse 25,000, and tokenizers differ from our estimate.
    static final int ANSWER_TOKENS_MAX = 20_000;

    /// The usual estimate; see [AnswerBudget#tokens].
    static final int BYTES_PER_TOKEN = 4;

    /// Lists of one answer that are shortened, the longest first: each costs a line of the notice.
    static final int SHORTENED_LISTS = 16;

    private Limits() {}
}
