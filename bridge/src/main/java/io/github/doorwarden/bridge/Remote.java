package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Message;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The server: messages go there as they are and come back as they are. It knows no era; whoever uses it sends the
/// headers. Safe for use by many threads.
sealed interface Remote permits StreamableHttp, HttpSse {

    String SESSION = "Mcp-Session-Id";
    String EVENTS = "text/event-stream";

    /// @param session that the server began with this answer; empty for none
    /// @param status  of HTTP
    record Answer(Message.Response response, String session, int status) {}

    /// What a stream of news left behind.
    ///
    /// @param some   whether there is one at all
    /// @param lastId as far as it was heard
    record Heard(boolean some, boolean expired, String lastId, Optional<Duration> retry) {}

    /// Of the server, in sentences.
    String name();

    /// One request and its answer, which may be an error of the server's own.
    ///
    /// @param patience hears when a person is waited for
    /// @param beside hears what belongs to the request and comes before its answer, on one thread
    /// @throws ClientFailure when there is no answer; `EXPIRED` when the session is over and nothing was carried out
    Answer ask(Message.Request request, Map<String, String> headers, Duration within, HttpChannel.Patience patience,
            Consumer<Message> beside) throws ClientFailure, InterruptedException;

    /// Sends a notification, or the answer to a question.
    ///
    /// @throws ClientFailure `EXPIRED` when the session is over
    void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException;

    /// Leads what the server tells by itself to `news` until that ends.
    Heard hear(Map<String, String> headers, Consumer<Message> news) throws ClientFailure, InterruptedException;

    /// Says that a session is over; best effort.
    void leave(Map<String, String> headers) throws InterruptedException;

    static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(Limits.PAUSE_MOST) > 0 ? Limits.PAUSE_MOST : twice;
    }
}
