package io.github.doorwarden.client.wire;

import java.time.Duration;

/// Every bound of a client towards its server, each with its reason.
final class Limits {

    /// One message: four times what a client of ours would show its model, and an image of a few megabytes in base64.
    static final int MESSAGE_BYTES = 8 * 1024 * 1024;

    /// Of the answers to one list, all pages together: a thousand tools with large schemas stay below it.
    static final int LIST_BYTES = 16 * 1024 * 1024;

    /// Pages of one list; servers have 20 to 200 things on one.
    static final int PAGES = 100;

    /// Things in one list: no model works with more, and each may cost a schema check.
    static final int THINGS = 1_000;

    /// For one list, all pages together.
    static final Duration LISTING = Duration.ofSeconds(30);

    /// For `initialize`: an interpreter that loads its packages for the first time needs some seconds.
    static final Duration HANDSHAKE = Duration.ofSeconds(30);

    /// For `server/discover`: a server of an earlier revision may not answer a request before `initialize` at all.
    static final Duration DISCOVER = Duration.ofSeconds(10);

    /// For a message that is not answered, and for saying goodbye.
    static final Duration TELLING = Duration.ofSeconds(5);

    /// What a server tells while one request runs and nobody has read yet: progress and logs beyond are left out.
    static final int EVENTS = 1_000;

    /// Of the parameters of one of them as JSON: room for a line of a log with its context, so that all together stay
    /// within some megabytes.
    static final int EVENT_CHARS = 16 * 1024;

    /// Questions of one request that wait for their turn: a person answers one at a time, and each may be as large as a
    /// message.
    static final int QUESTIONS = 4;

    /// How much longer than its answer may take a request is open at most: as long as a person may take to answer what
    /// the server asks.
    static final Duration PATIENCE = Duration.ofMinutes(30);

    /// Requests that were given up and not answered yet; a server that leaves more behind cannot be followed.
    static final int GIVEN_UP = 1_000;

    /// Lines and messages that are no MCP, of one connection. Some programs print a banner; one that keeps printing is
    /// broken, and each line costs.
    static final int MALFORMED = 200;

    /// Messages waiting to be written to a process. It reads or it is stuck.
    static final int UNWRITTEN = 256;

    /// How long a message waits for a place among them.
    static final Duration UNWRITTEN_FOR = Duration.ofSeconds(2);

    /// Of each end of a message that is too large: the id stands near one of them.
    static final int ENDS = 512;

    /// How long a process may take to end by itself once its standard input is closed (MCP, stdio, Shutdown).
    static final Duration END = Duration.ofSeconds(2);

    /// Of a line that a server says to nobody in particular, on the standard error of its process for example, and that
    /// goes to the log.
    static final int LOG_CHARS = 1_000;

    /// Of such lines a minute; what is beyond is counted.
    static final int LOG_LINES = 60;

    /// Of the id of an event, which goes back as a header.
    static final int EVENT_ID_CHARS = 1_000;

    /// How often an interrupted stream is taken up again within one request.
    static final int RESUMES = 50;

    /// Between two attempts, when the server does not say.
    static final Duration RESUME = Duration.ofSeconds(1);

    /// The longest pause that a server may ask for.
    static final Duration RESUME_MOST = Duration.ofSeconds(30);

    /// A stream of news is opened anew after so long, in case the other end has forgotten it.
    static final Duration NEWS = Duration.ofHours(1);

    /// A stream that carries a whole session (HTTP+SSE) cannot be opened anew: it lasts as long as the longest working
    /// day.
    static final Duration SESSION = Duration.ofDays(1);

    /// Between two streams of news.
    static final Duration NEWS_PAUSE = Duration.ofSeconds(2);

    /// How often one request may be refused for its credentials: a token that was too old, a nonce, a scope, and one
    /// more; a server that still refuses then is not understood.
    static final int REFUSALS = 4;

    /// For opening a connection.
    static final Duration CONNECT = Duration.ofSeconds(10);

    /// Of the body of a refusal: a sentence, not a page.
    static final int REFUSAL_BYTES = 16 * 1024;

    /// Of a server's own error message.
    static final int ERROR_CHARS = 500;

    private Limits() {}
}
