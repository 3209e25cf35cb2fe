package io.github.doorwarden.protocol;

/// The id of a JSON-RPC request: a string or a whole number, never null (MCP 2025-03-26 and later, Base protocol, Requests).
///
/// A number keeps the digits it came with, so that the answer echoes the same bytes whatever their size.
public sealed interface Id {

    record Text(String value) implements Id {}

    /// `digits` is a whole number in plain decimal notation, at most 32 characters.
    record Number(String digits) implements Id {}
}
