package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.Message;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How HTTP requests reach the endpoint of one server: who opens connections, and with which credentials. What the
/// server says of these to a POST (401, 403) is answered here and reaches no [Reader]. Safe for use by many threads.
public interface HttpChannel {

    /// What is sent.
    ///
    /// @param method  POST, GET or DELETE
    /// @param to      where to, as the server named it (a URI reference); empty for the endpoint itself
    /// @param headers without credentials
    /// @param message of a POST; else empty
    /// @param patience hears when a person is waited for
    record Sent(String method, String to, Map<String, String> headers, Optional<Message> message, Patience patience) {
        public Sent {
            headers = Map.copyOf(headers);
        }

        /// To the endpoint itself.
        public Sent(String method, Map<String, String> headers, Optional<Message> message) {
            this(method, "", headers, message, Patience.NONE);
        }
    }

    /// The clock of whoever waits for an answer, which stands while a person signs in.
    interface Patience {

        /// Nobody's clock runs.
        Patience NONE = new Patience() {

            @Override
            public void hold() {}

            @Override
            public void go() {}
        };

        void hold();

        void go();
    }

    /// What comes back, read while it comes: good for as long as its [Reader] runs, on that thread.
    ///
    /// @param headers names in lower case
    /// @param body    decoded; whoever reads it bounds it
    /// @param clean   takes our credential out of a piece of the body, because a server may echo its request
    record Received(int status, Map<String, List<String>> headers, InputStream body, UnaryOperator<byte[]> clean) {

        /// The first value of a field, by its name in lower case.
        public Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }

        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        byte[] without(byte[] piece) {
            return clean.apply(piece);
        }
    }

    /// Reads one answer.
    @FunctionalInterface
    interface Reader<T> {
        T read(Received answer) throws IOException;
    }

    /// Sends one request and lets its answer be read. An interrupt of the thread ends it. What is sent elsewhere than
    /// to the endpoint must stay at its origin, or it is refused: the credentials are for that alone.
    ///
    /// @param within from now until the answer is read
    /// @param call   whether it is one of the calls, which may have to wait for each other; false for a stream of news
    <T> T exchange(Sent sent, Duration within, boolean call, Reader<T> reader)
            throws ClientFailure, InterruptedException;
}
