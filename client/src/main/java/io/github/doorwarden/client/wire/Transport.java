package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refused;
import java.time.Duration;
import java.util.Map;

/// A connection to one server, which is its session unless it says otherwise: everything comes on it, news too. What
/// comes goes to its [Inbox]; safe for use by many threads.
interface Transport extends AutoCloseable {

    /// Sends a request. Whatever goes wrong with it, now or later, fails the pending one.
    ///
    /// @param headers for a transport that has some
    void post(Pending pending, Map<String, String> headers, Duration within);

    /// Sends a notification, or an answer of ours.
    void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException;

    /// Whether a request that was given up ends with what carries it, so that nothing more comes for it.
    default boolean ends() {
        return false;
    }

    /// Reads what the server tells by itself, until that ends (MCP until 2025-11-25, Listening for messages).
    ///
    /// @return false when this server tells nothing in this way, so that there is no use in trying again
    default boolean hear(Map<String, String> headers) throws ClientFailure, InterruptedException {
        return false;
    }

    /// Names the session that requests belong to; empty when there is none.
    default String session() {
        return "";
    }

    /// Forgets the session.
    default void reset() {}

    @Override
    void close();

    /// Where messages go.
    interface Inbox {

        /// Something came, a message or not.
        ///
        /// @param on as of [#received]
        default void came(byte[] bytes, Pending on) {
            Message message;
            try {
                message = JsonRpc.parse(bytes);
            } catch (Refused notAMessage) {
                unreadable("");
                return;
            }
            received(message, on);
        }

        /// @param on the request on whose stream it came; null when the connection does not say
        void received(Message message, Pending on);

        /// Something came that is no message.
        ///
        /// @param about its beginning and its end, when it was too large; else empty
        void unreadable(String about);

        /// The connection is over. More than one may say so.
        void lost(ClientFailure why);
    }
}
