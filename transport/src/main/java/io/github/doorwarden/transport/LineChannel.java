package io.github.doorwarden.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Messages to the other end of a pipe, one whole line each, in one order for all threads. Safe for use by many
/// threads.
final class LineChannel {

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean gone;

    LineChannel(OutputStream out) {
        this.out = out;
    }

    /// @param message JSON without a line break
    /// @return false when nobody reads any more
    boolean send(byte[] message) {
        return send(message, () -> true);
    }

    /// @param wanted asked when it is this message's turn: what was cancelled while it waited is not sent
    /// @return false when it was not sent
    boolean send(byte[] message, BooleanSupplier wanted) {
        var line = new byte[message.length + 1];
        System.arraycopy(message, 0, line, 0, message.length);
        line[message.length] = '\n';
        lock.lock();
        try {
            if (gone || !wanted.getAsBoolean()) {
                return false;
            }
            out.write(line);
            out.flush();
            return true;
        } catch (IOException nobodyReads) {
            gone = true;
            return false;
        } finally {
            lock.unlock();
        }
    }
}
