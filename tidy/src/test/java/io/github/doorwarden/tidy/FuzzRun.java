package io.github.doorwarden.tidy;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// One fuzzer by itself, in a process of its own, for as long as `-Dfuzz.seconds` says: what `scripts/fuzz` starts as
/// often as there are fuzzers. The only argument is the test, `package.Class#method`. Prints a line with the rounds and
/// ends with 0, or prints what was found with its seed and round and ends with 1.
final class FuzzRun {

    private FuzzRun() {}

    public static void main(String[] args) {
        var test = args[0].split("#", 2);
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(test[0]))
                .filters((PostDiscoveryFilter) each -> FilterResult.includedIf(!each.isTest()
                        || test[1].equals(method(each)))).build(), summary);
        var clean = clean(summary.getSummary());
        var name = test[0].substring(test[0].lastIndexOf('.') + 1) + "#" + test[1];
        if (clean) {
            System.out.printf("%-80s %,12d rounds%n", name, Fuzzer.latest().orElseThrow().rounds());
        } else {
            System.out.print(finding(name, summary.getSummary()));
        }
        System.out.flush();
        Runtime.getRuntime().halt(clean ? 0 : 1);      // what a fault left running must not keep this process
    }

    /// By its name alone, whatever it takes.
    private static String method(TestDescriptor test) {
        return test.getSource().filter(MethodSource.class::isInstance).map(MethodSource.class::cast)
                .map(MethodSource::getMethodName).orElse("");
    }

    /// A test that did not run at all, or made no fuzzer, has found nothing because it looked at nothing.
    private static boolean clean(TestExecutionSummary summary) {
        return summary.getTestsSucceededCount() == 1 && summary.getTotalFailureCount() == 0
                && Fuzzer.latest().isPresent();
    }

    private static String finding(String name, TestExecutionSummary summary) {
        var text = new StringWriter();
        var out = new PrintWriter(text);
        out.println("FOUND by " + name + ", " + Fuzzer.latest().map(Fuzzer::where).orElse("before its first round"));
        summary.getFailures().forEach(failure -> failure.getException().printStackTrace(out));
        if (summary.getFailures().isEmpty()) {
            out.println("There is no such test, or it did not run.");
        }
        out.flush();
        return text.toString();
    }
}
