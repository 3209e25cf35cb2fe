package io.github.doorwarden.doctor;

/// How much a finding matters: it follows from whom it harms.
public enum Severity {
    /// Some client does not get in.
    ERROR,
    /// Some client gets in and meets trouble later, or the server lets too much through.
    WARNING,
    /// Good to know.
    NOTE
}
