package io.github.doorwarden.protocol;

/// The bounds of this module: what a message may cost before anybody has looked at it. The size of the whole body is
/// the transport's.
public final class Limits {

    /// How deep objects and arrays may nest. Arguments of tools have fewer than ten levels, and whatever walks a
    /// message walks it by recursion.
    static final int DEPTH_MAX = 64;

    /// JSON tokens in one message. A value takes some 50 bytes once it is read, so a message that is nearly all
    /// brackets costs less than 20 MB.
    static final int TOKENS_MAX = 400_000;

    /// Longest member name. The longest of MCP has 43 characters.
    static final int NAME_CHARS_MAX = 1_024;

    /// Longest number as written. 64-bit integers have 20 characters, sums of money with many decimals fewer than 40.
    static final int NUMBER_CHARS_MAX = 100;

    /// Largest power of ten in a number, up or down. A double ends at 308; a number of a few bytes that unfolds into
    /// millions of digits ends here.
    static final int NUMBER_SCALE_MAX = 400;

    /// Longest request id that is text. It is echoed, and clients use counters or UUIDs (36).
    static final int ID_CHARS_MAX = 128;

    /// Longest request id that is a number, as [Id.Number] promises.
    static final int ID_DIGITS_MAX = 32;

    /// Longest method name. The longest of the specification has 40 characters.
    static final int METHOD_CHARS_MAX = 128;

    /// Most messages in one batch: clients that batch at all send a handful, and each may run a tool.
    static final int BATCH_MAX = 50;

    /// Longest revision that is looked at; all have ten characters.
    static final int VERSION_CHARS_MAX = 64;

    /// Most characters of a caller's word that an error message repeats: enough to recognise it.
    static final int ECHO_CHARS_MAX = 64;

    /// Most arguments of one tool that may be mirrored into headers: a header section has 8 KiB or little more in most
    /// proxies.
    static final int MIRRORED_MAX = 32;

    /// Of the front matter of one SKILL.md: a name, a description of 1,024 characters and some metadata.
    static final int FRONT_MATTER_CHARS = 64 * 1024;

    /// Values in one front matter, each use of an alias counted: a few are usual, and aliases of aliases multiply.
    static final int FRONT_MATTER_VALUES = 2_000;

    /// Nesting of a front matter; deeper than anything that a host would show.
    static final int FRONT_MATTER_DEPTH = 16;

    private Limits() {}
}
