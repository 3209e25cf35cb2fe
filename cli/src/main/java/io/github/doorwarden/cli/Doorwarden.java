package io.github.doorwarden.cli;

import io.github.doorwarden.app.Ahead;
import io.github.doorwarden.app.Logs;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// Where the process begins: a usual `serve` or `stdio` goes straight to work, everything else to the [Commands].
///
/// No signature here names a class of picocli: the JVM looks at them all to find `main`, and would load it for every
/// start.
public final class Doorwarden {

    private static final List<String> HELP = List.of("-h", "--help");

    private Doorwarden() {}

    public static void main(String[] args) {
        if (args.length > 1 && args[0].equals("bridge") && Collections.disjoint(List.of(args), HELP)) {
            BridgeProcess.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        if (args.length > 0 && !Set.of("serve", "stdio").contains(args[0])) {
            Logs.onlyWarnings();
        }
        System.exit(run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
    }

    static int run(String[] args, PrintWriter out, PrintWriter err) {
        var usual = ServeLine.of(args);
        return usual.isPresent() ? serve(usual.get(), out, err) : Commands.execute(args, out, err);
    }

    private static int serve(ServeLine line, PrintWriter out, PrintWriter err) {
        try {
            var ahead = Ahead.begin();
            var config = line.config();
            ahead.await();
            if (line.command().equals("stdio")) {
                StdioCommand.run(config, line.endpoint());
            } else {
                Serve.run(config, line::config, out, err);
            }
            return 0;
        } catch (Exception e) {
            return Failures.tell(e, err);
        }
    }
}
