package io.github.doorwarden.doctor;

import java.util.Map;

/// A fault as it was met: what was asked, what came. Both may hold the words of a foreign server, within
/// [Limits#QUOTE_CHARACTERS]; who prints them makes control characters visible first.
///
/// @param harmed the clients that it harms and how, by key; the others have nothing to do with it
public record Finding(Fault fault, String asked, String came, Map<String, Outcome> harmed) {

    public Finding {
        harmed = Map.copyOf(harmed);
    }

    public Severity severity() {
        if (harmed.containsValue(Outcome.FAILS)) {
            return Severity.ERROR;
        }
        return harmed.isEmpty() && fault.harm() != Fault.Harm.SECURITY ? Severity.NOTE : Severity.WARNING;
    }
}
