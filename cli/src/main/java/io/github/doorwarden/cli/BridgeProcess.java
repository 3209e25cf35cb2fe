package io.github.doorwarden.cli;

import io.github.doorwarden.bridge.Bridge;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;

/// Where `doorwarden bridge` begins: a process of its own with few classes, because hosts start several at once and
/// keep them for as long as they run.
public final class BridgeProcess {

    private BridgeProcess() {}

    /// @param args what stands after `bridge`
    public static void main(String[] args) {
        BridgeLog.use();
        var code = 2;
        try {
            code = run(BridgeLine.of(List.of(args), System::getenv));
        } catch (BridgeLine.Mistake mistake) {
            System.err.println(mistake.getMessage());
        } catch (IOException | InterruptedException e) {
            System.err.println("The bridge ended: " + e);
            code = 1;
        }
        // no thread of a call that nobody waits for any more holds it up
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }

    /// Standard output is the host's alone: what anybody else prints goes to standard error.
    static int run(BridgeLine line) throws IOException, InterruptedException {
        System.setOut(System.err);
        var out = new FileOutputStream(FileDescriptor.out);
        var signingIn = BridgeSignIn.of(line);
        try (var bridge = new Bridge(BridgeSignIn.channel(line, signingIn), line.server().getRawAuthority(),
                line.timeout(), signingIn, out, () -> Runtime.getRuntime().halt(0))) {
            bridge.converse(new FileInputStream(FileDescriptor.in));
            bridge.drain();
        }
        return 0;
    }
}
