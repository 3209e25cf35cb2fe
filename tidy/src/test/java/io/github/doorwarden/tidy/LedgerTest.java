package io.github.doorwarden.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// The documents and the tests of this tree agree. `-Dledger.report` prints what does not as lists of ids, to correct
/// in one go:
/// `mvn test -pl tidy -Dtest=LedgerTest -Dledger.report`.
class LedgerTest {
    private static final String ANNOTATION = "@Cov" + "ers";

    @Test
    void documentsAndTestsAgree() {
        var ledger = new Ledger();
        Repository.files(path -> path.matches("docs/spec/.*\\.tsv"))
                .forEach(file -> ledger.document(file.path(), file.text()));
        Repository.files(path -> path.endsWith(".java") && path.contains("/src/test/"))
                .forEach(file -> ledger.tests(file.path(), file.text()));
        System.out.print(System.getProperty("ledger.report") == null ? ledger.summary() : ledger.report());
        assertTrue(ledger.findings().isEmpty(), () -> "\n" + String.join("\n", ledger.findings()));
    }

    @Test
    void agreementIsSilent() {
        assertEquals("", judge("AS-1\tMUST\tSC\tDo this.\tclaimed\t\nAS-2\tMAY\tSC\tOr that.\towed\tlater: nobody asks",
                ANNOTATION + "(\"AS-1\")"));
    }

    @Test
    void unprovenClaimFails() {
        assertSays("is claimed by no test", judge("AS-1\tMUST\tSC\tDo this.\tclaimed\t", ""));
    }

    @Test
    void claimOfNothingFails() {
        assertSays("ATest.java:2: claims T99", judge("AS-1\tMUST\tSC\tDo this.\tclaimed\t",
                ANNOTATION + "(\"AS-1\")\n" + ANNOTATION + "({\"AS-1\",\n \"T99\"})"));
    }

    @Test
    void owedWithoutReasonFails() {
        assertSays("owed without a reason", judge("AS-1\tMUST\tSC\tDo this.\towed\t ", ""));
    }

    @Test
    void staleDebtFails() {
        assertSays("says owed, but", judge("AS-1\tMUST\tSC\tDo this.\towed\tlater", ANNOTATION + "({\"AS-1\"})"));
    }

    @Test
    void doubleIdsAndBadFormFail() {
        assertSays("is there twice", judge("AS-1\tMAY\tSC\tA.\towed\tx\nAS-1\tMAY\tSC\tB.\towed\tx", ""));
        assertSays("a level of MUST", judge("AS-1\tmust\tSC\tA.\towed\tx", ""));
        assertSays("cells", judge("AS-1 MUST SC A. owed x", ""));
        var headless = new Ledger();
        headless.document("docs/spec/x.tsv", "AS-1\tMAY\tSC\tA.\towed\tx");
        assertSays("the first line must be", String.join("\n", headless.findings()));
    }

    @Test
    void reportListsBothDirections() {
        var ledger = new Ledger();
        ledger.document("docs/spec/x.tsv", Ledger.HEADER
                + "\nAS-1\tMUST\tS\tA.\tclaimed\t\nAS-2\tMUST\tS\tB.\towed\tlater");
        ledger.tests("ATest.java", ANNOTATION + "(\"AS-2\")");
        assertEquals("claimed without a test: AS-1\nowed but tested: AS-2\nclaims of unknown ids: \n", ledger.report());
    }

    private static String judge(String rows, String test) {
        var ledger = new Ledger();
        ledger.document("docs/spec/x.tsv", Ledger.HEADER + "\n" + rows + "\n");
        ledger.tests("a/src/test/java/ATest.java", test);
        return String.join("\n", ledger.findings());
    }

    private static void assertSays(String expected, String findings) {
        assertTrue(findings.contains(expected), findings);
    }
}
