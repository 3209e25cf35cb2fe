package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What an admin asks to send, checked for form. Whether its recipients may be invited is another question.
///
/// @param emails as they were given, in their order
/// @param note   a personal sentence in the message; empty when there is none
record Batch(List<String> emails, boolean founding, int expiresInDays, String note) {

    private static final Set<String> FIELDS = Set.of("emails", "grant_founding", "expires_in_days", "note");

    Batch {
        emails = List.copyOf(emails);
    }

    static Batch parse(JsonNode body) {
        refuseUnknown(body, FIELDS);
        var list = body.get("emails");
        if (list == null || !list.isArray() || list.isEmpty()) {
            throw Problem.invalid("'emails' must be a list of at least one e-mail address.");
        }
        if (list.size() > Limits.BATCH_RECIPIENTS) {
            throw Problem.invalid("A batch may have " + Limits.BATCH_RECIPIENTS + " recipients at most; this one has "
                    + list.size()
                    + ". Split it.");
        }
        var emails = new ArrayList<String>();
        for (var item : list) {
            if (!item.isString() || item.asString().length() > Limits.EMAIL_CHARS) {
                throw Problem.invalid("Each of 'emails' must be a text of " + Limits.EMAIL_CHARS
                        + " characters at most.");
            }
            emails.add(item.asString().strip());
        }
        return new Batch(emails, founding(body.get("grant_founding")), days(body.get("expires_in_days")),
                note(body.get("note")));
    }

    static void refuseUnknown(JsonNode body, Set<String> known) {
        for (var name : body.propertyNames()) {
            if (!known.contains(name)) {
                throw Problem.invalid("There is no field " + Problem.quote(name) + " here. This operation takes "
                        + (known.isEmpty() ? "none." : "these: " + String.join(", ", known.stream().sorted().toList())
                        + "."));
            }
        }
    }

    private static boolean founding(JsonNode value) {
        if (value == null || value.isNull()) {
            return true;
        }
        if (!value.isBoolean()) {
            throw Problem.invalid("'grant_founding' must be true or false.");
        }
        return value.asBoolean();
    }

    private static int days(JsonNode value) {
        if (value == null || value.isNull()) {
            return Limits.INVITE_DAYS_DEFAULT;
        }
        if (!value.isInt() || value.asInt() < 1 || value.asInt() > Limits.INVITE_DAYS) {
            throw Problem.invalid("'expires_in_days' must be a whole number from 1 to " + Limits.INVITE_DAYS + ".");
        }
        return value.asInt();
    }

    private static String note(JsonNode value) {
        if (value == null || value.isNull()) {
            return "";
        }
        if (!value.isString() || value.asString().length() > Limits.NOTE_CHARS
                || value.asString().chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
            throw Problem.invalid("'note' must be a text of " + Limits.NOTE_CHARS
                    + " characters at most, without control characters.");
        }
        return value.asString().strip();
    }

    /// The same batch for these recipients alone.
    Batch of(List<String> recipients) {
        return new Batch(recipients, founding, expiresInDays, note);
    }

    /// Changes whenever anything changes that a recipient would see.
    String digest() {
        return Digests.sha256(String.join("\n", emails) + "\n\n" + founding + "\n" + expiresInDays + "\n" + note);
    }

    String subject() {
        return founding ? "Your invitation to be a founding instructor at InstaInstru"
                : "Your invitation to teach at InstaInstru";
    }

    /// @param code the personal part of the link
    String text(String code) {
        return "Hello,\n\n"
                + (founding ? "we are choosing the first hundred instructors of InstaInstru, and would like you to "
                + "be one of them.\n"
                        : "we would like you to teach at InstaInstru.\n")
                + (note.isEmpty() ? "" : "\n" + note + "\n")
                + "\nTo accept, open your personal link within " + expiresInDays + (expiresInDays == 1 ? " day"
                : " days") + ":\n\n"
                + "    https://instainstru.example/join/" + code + "\n\nThe InstaInstru team\n";
    }
}
