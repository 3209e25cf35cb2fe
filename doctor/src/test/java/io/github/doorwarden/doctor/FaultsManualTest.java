package io.github.doorwarden.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// docs/doctor-faults.md is every fault that the doctor knows. `-Dupdate` rewrites it.
class FaultsManualTest {

    private static final Path MANUAL = Path.of("../docs/doctor-faults.md");

    @Test
    void theManualHasEveryFault() throws IOException {
        if (System.getProperty("update") != null) {
            Files.writeString(MANUAL, manual());
        }
        assertEquals(manual(), Files.readString(MANUAL),
                "A fault has changed: rewrite the page with -Dupdate and look at the difference.");
    }

    private static String manual() {
        var text = new StringBuilder("""
                # What the doctor calls a fault

                Made from the module `doctor`: mvn test -pl doctor -am -Dtest=FaultsManualTest -Dupdate
                -Dsurefire.failIfNoSpecifiedTests=false

                In the order in which clients meet them. A fault that harms no client is a note, or a door that is too open. How to run the doctor and
                what a verdict means: [doctor](doctor.md).
                """);
        for (var fault : Faults.all()) {
            text.append("\n## ").append(fault.id()).append("\n\n").append(fault.what()).append('\n');
            text.append('\n').append(harm(fault)).append("- Expected: ")
                    .append(fault.expected().replace("<", "&lt;")).append(" (").append(fault.source())
                    .append(")\n- Remedy: ").append(fault.remedy().replace("<", "&lt;")).append('\n');
            if (!fault.issues().isEmpty()) {
                text.append("- Seen: ");
                for (var i = 0; i < fault.issues().size(); i++) {
                    text.append(i > 0 ? ", " : "").append('[').append(fault.issues().get(i)).append("](")
                            .append(fault.links().get(i)).append(')');
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static String harm(Fault fault) {
        var fails = clients(fault, Outcome.FAILS);
        var hindered = clients(fault, Outcome.CONNECTS_WITH_FAULTS);
        return (fails.isEmpty() ? "" : "- Fails: " + fails + "\n")
                + (hindered.isEmpty() ? "" : "- Connects with faults: " + hindered + "\n")
                + (fails.isEmpty() && hindered.isEmpty() ? "- Harms no client\n" : "");
    }

    private static String clients(Fault fault, Outcome outcome) {
        var harmed = Client.all().stream().filter(client -> client.harm(fault) == outcome).toList();
        return harmed.size() == Client.all().size() ? "every client that meets it"
                : harmed.stream().map(Client::label).collect(Collectors.joining(", "));
    }
}
