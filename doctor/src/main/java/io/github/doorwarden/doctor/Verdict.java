package io.github.doorwarden.doctor;

import java.util.List;

/// Whether one client gets in, and by which findings not.
///
/// @param because ids of faults, the worst first; empty when it connects without any
public record Verdict(Client client, Outcome outcome, List<String> because) {

    public Verdict {
        because = List.copyOf(because);
    }
}
