package io.github.doorwarden.protocol;

import java.util.regex.Pattern;

/// The id of a JSON-RPC request: a string or a whole number, never null (MCP 2025-03-26 and later, Base protocol,
/// Requests).
///
/// A number keeps the digits it came with, so that the answer echoes the same bytes whatever their size.
public sealed interface Id {

    /// `value` has at most 128 characters.
    record Text(String value) implements Id {
        public Text {
            if (value.length() > Limits.ID_CHARS_MAX) {
                throw new IllegalArgumentException("An id has at most " + Limits.ID_CHARS_MAX + " characters.");
            }
        }
    }

    /// `digits` is a whole number in plain decimal notation, at most 32 characters.
    record Number(String digits) implements Id {

        private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]*)");

        public Number {
            if (digits.length() > Limits.ID_DIGITS_MAX || !WHOLE.matcher(digits).matches()) {
                throw new IllegalArgumentException("An id that is a number is a whole one of at most "
                        + Limits.ID_DIGITS_MAX + " digits.");
            }
        }
    }
}
