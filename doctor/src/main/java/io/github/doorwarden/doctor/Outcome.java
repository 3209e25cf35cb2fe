package io.github.doorwarden.doctor;

/// Whether a client gets in.
public enum Outcome {
    CONNECTS("connects"),
    CONNECTS_WITH_FAULTS("connects with faults"),
    FAILS("fails");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    /// As people read it.
    public String words() {
        return words;
    }

    Outcome worse(Outcome other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
