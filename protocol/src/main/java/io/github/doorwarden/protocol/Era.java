package io.github.doorwarden.protocol;

import java.util.List;
import java.util.Optional;

/// Which of the two protocols a message speaks (MCP 2026-07-28, Versioning, Backward compatibility). Found by what the
/// message is, so that both are served at one URL; nothing is remembered between requests.
public sealed interface Era {

    /// 2026-07-28 and later: everything is in the message.
    record Modern() implements Era {}

    /// Until 2025-11-25. `revision` is what the version header names; without one it is 2025-03-26, the last revision
    /// without that header (2025-11-25, Transports, Protocol version header).
    record Legacy(Revision revision) implements Era {}

    /// In this order: a version in `_meta` is modern; `initialize` is legacy; a method that only modern revisions have,
    /// or a header that names one, is modern (what is missing is then said); everything else is legacy at the revision
    /// of its header.
    ///
    /// @param versionHeaders the values of `MCP-Protocol-Version`, one per line as they came
    /// @throws Refused [Refusal.UnsupportedVersion] for a legacy message whose header names no revision that is served
    static Era of(Message message, List<String> versionHeaders) {
        return switch (message) {
            case Message.Request call -> of(call.method(), Meta.declaresVersion(call.params()), versionHeaders);
            case Message.Notification notice -> of(notice.method(), Meta.declaresVersion(notice.params()),
                    versionHeaders);
            case Message.Response answer -> of("", false, versionHeaders);
        };
    }

    private static Era of(String method, boolean declaresVersion, List<String> versionHeaders) {
        if (declaresVersion) {
            return new Modern();
        }
        if (Methods.INITIALIZE.wireName().equals(method)) {
            // the revision is negotiated in the body, not by the header
            return new Legacy(Revision.V2025_03_26);
        }
        if (Methods.named(method).filter(Methods::modernOnly).isPresent()) {
            return new Modern();
        }
        return ofHeaders(versionHeaders);
    }

    /// The era of what is no single message: only its header says.
    ///
    /// @throws Refused [Refusal.UnsupportedVersion]
    static Era ofHeaders(List<String> versionHeaders) {
        if (versionHeaders.isEmpty()) {
            return new Legacy(Revision.V2025_03_26);
        }
        var asked = versionHeaders.getFirst().strip();
        var revision = versionHeaders.size() > 1 ? Optional.<Revision>empty() : Revision.of(asked);
        return revision.map(known -> known.modern() ? new Modern() : new Legacy(known))
                .orElseThrow(() -> unsupported(asked));
    }

    /// The refusal of a version that is not served.
    private static Refused unsupported(String asked) {
        var word = asked.length() > Limits.VERSION_CHARS_MAX ? asked.substring(0, Limits.VERSION_CHARS_MAX) : asked;
        return new Refused(new Refusal.UnsupportedVersion("Unsupported protocol version " + Quote.word(word)
                + ". This server serves " + Revision.served() + ".", Revision.dates(), word));
    }

    /// The served revision of a modern request whose headers agree with its body.
    ///
    /// @throws Refused [Refusal.UnsupportedVersion]
    static Revision revision(Meta meta) {
        var asked = meta.protocolVersion();
        var known = Revision.of(asked).orElseThrow(() -> unsupported(asked));
        if (!known.modern()) {
            var modern = Revision.V2026_07_28.date();
            throw new Refused(new Refusal.UnsupportedVersion("Revision " + asked
                    + " has no protocol version in _meta: it opens with "
                    + "initialize. Use " + modern + " for requests of this form.", List.of(modern), asked));
        }
        return known;
    }
}
