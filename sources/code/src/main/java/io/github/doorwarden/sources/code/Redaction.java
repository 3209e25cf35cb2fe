package io.github.doorwarden.sources.code;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes secrets out of a text before it is indexed, and puts a mark in their place that says what stood there. Lines
/// stay lines, so that numbers of lines hold. It finds what has the form of a secret; a password in a sentence it does
/// not.
///
/// @param text  with marks
/// @param marks how many
record Redaction(String text, int marks) {

    /// @param name   as the mark has it
    /// @param hints  one of them is in a text where the pattern may be found, in lower case; searching for these is
    ///               far cheaper
    /// @param secret the group that is replaced
    private record Form(String name, List<String> hints, Pattern pattern, int secret) {

        static Form of(String name, String hints, String pattern) {
            return new Form(name, List.of(hints.split(" ")), Pattern.compile(pattern), 0);
        }

        static Form part(String name, String hints, String pattern) {
            return new Form(name, List.of(hints.split(" ")), Pattern.compile(pattern), 1);
        }
    }

    private static final String SECRET_NAME = "(?:pass(?:word|wd|phrase)|pwd|secret|token|api_?-?key|access_?-?key"
            + "|private_?-?key|account_?-?key|client_?-?secret|auth_?-?key|credentials?|signing_?-?key"
            + "|encryption_?-?key)";
    private static final String NAME_HINTS = "password passwd passphrase pwd secret token apikey api_key api-key "
            + "accesskey access_key access-key privatekey private_key private-key accountkey account_key account-key "
            + "authkey auth_key auth-key signingkey signing_key signing-key encryptionkey encryption_key "
            + "encryption-key credential";

    private static List<String> names() {
        return List.of(NAME_HINTS.split(" "));
    }

    private static final List<Form> FORMS = List.of(
            Form.of("private key", "private", "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
                    + "(?:(?!-----END)[\\s\\S]){0,20000}+(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?"),
            Form.of("AWS key", "akia asia aroa aida", "\\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\\b"),
            Form.of("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
                    "\\bgh[pousr]_[A-Za-z0-9]{30,255}|\\bgithub_pat_[A-Za-z0-9_]{22,255}"),
            Form.of("GitLab token", "glpat- gldt- glrt-", "\\bgl(?:pat|dt|rt)-[A-Za-z0-9_-]{20,100}"),
            Form.of("Slack token", "xox", "\\bxox[abeoprs]-[A-Za-z0-9-]{10,250}"),
            Form.of("Slack webhook", "hooks.slack.com", "hooks\\.slack\\.com/services/[A-Za-z0-9/_-]{20,100}"),
            Form.of("Google key", "aiza", "\\bAIza[0-9A-Za-z_-]{35}"),
            Form.of("Google token", "ya29. gocspx-", "\\bya29\\.[0-9A-Za-z_-]{20,500}|\\bGOCSPX-[A-Za-z0-9_-]{20,60}"),
            Form.of("API key", "sk- sk_ rk_ pk_live npm_ pypi- sg. hf_ dop_v1 shpat_",
                    "\\bsk-[A-Za-z0-9_-]{20,250}|\\b[srp]k_(?:live|test)_[0-9A-Za-z]{16,250}|\\bnpm_[A-Za-z0-9]{36}"
                    + "|\\bpypi-[A-Za-z0-9_-]{50,500}|\\bSG\\.[A-Za-z0-9_-]{16,40}\\.[A-Za-z0-9_-]{16,60}"
                    + "|\\bhf_[A-Za-z0-9]{30,60}|\\bdop_v1_[a-f0-9]{64}|\\bshpat_[a-fA-F0-9]{32}"),
            Form.of("JSON Web Token", "eyj",
                    "\\beyJ[A-Za-z0-9_-]{8,5000}\\.[A-Za-z0-9_-]{8,10000}\\.[A-Za-z0-9_-]{0,5000}"),
            Form.part("password", "://", "[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\\s/:@\"'<>{}$]{0,100}"
                    + ":([^\\s/:@\"'<>{}$]{3,200})@"),
            Form.part("credentials", "bearer basic", "(?i)authorization\\W{1,10}(?:bearer|basic)\\s{1,4}"
                    + "([A-Za-z0-9._~+/=-]{12,5000})"),
            Form.part("Azure key", "accountkey sharedaccesskey",
                    "(?i)(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/=]{20,200})"));

    /// Up to the quote that is group 1; one that is escaped or doubled belongs to the text, and so does another kind. A
    /// quote that never ends lasts to the end of its line. Possessive: what was read is not read again.
    private static final String IN_QUOTES = "(?:\\\\.|\\1\\1|(?!\\1)[^\\\\\\n]){3,10000}+";
    private static final Form QUOTED = new Form("secret", names(), Pattern.compile("(?i)" + SECRET_NAME
            + "[A-Za-z0-9_-]{0,30}[\"'\\])]{0,3}\\s{0,10}(?::=|=>|={1,3}|:)\\s{0,10}(?:[A-Za-z]{1,3})?"
            + "(\"\"\"|[\"'`])(" + IN_QUOTES + ")"), 2);
    private static final Form PAIRED = new Form("secret", names(), Pattern.compile("(?i)[\"'][\\w.-]{0,40}"
            + SECRET_NAME + "[\\w-]{0,20}[\"']\\s{0,10},\\s{0,10}([\"'])(" + IN_QUOTES + ")"), 2);
    private static final Form TAGGED = Form.part("secret", NAME_HINTS, "(?i)<[\\w.:-]{0,40}" + SECRET_NAME
            + "[\\w.-]{0,20}>([^<\\n]{3,1000})</");
    /// Up to a blank, whatever else stands there, unless a function is called.
    private static final Form BARE = Form.part("secret", NAME_HINTS, "(?im)(?:^|[\\s;,{])[\\w.-]{0,60}" + SECRET_NAME
            + "[\\w-]{0,20}[ \\t]{0,10}[=:]{1,3}+[ \\t]{0,10}"
            + "(?![a-z_$][\\w.$]{0,200}+\\([^\\n]{0,500}\\)(?:[\\s;,.)\\]}]|$))([^\\s\"'`]\\S{3,10000}+)");
    /// Lines of YAML below a name, farther in than it is.
    private static final Form BLOCK =
            new Form("secret", names(), Pattern.compile("(?im)^([ \\t]{0,200}+)(?:-[ \\t]{1,9})?"
            + "[\"']?[\\w.-]{0,60}" + SECRET_NAME + "[\\w-]{0,20}[\"']?[ \\t]{0,10}:[ \\t]{0,10}[>|][-+0-9]{0,2}"
            + "[ \\t]{0,10}(?:#[^\\n]{0,200}+)?\\r?\\n"
            + "((?:\\1[ \\t]{1,200}+[^\\s][^\\n]{0,10000}+(?:\\n|\\z)|[ \\t\\r]{0,200}+\\n){1,10000}+)"), 2);
    private static final Form LONG = Form.part("secret", "\" ' `", "[\"'`](?<=[:=(,][ \t]{0,4}.)"
            + "([A-Za-z0-9+/=_-]{24,500}+)[\"'`]");
    private static final Pattern PLACEHOLDER = Pattern.compile("(?i)\\$[{(A-Z_].*|<.*>|\\{.*}|%.{0,20}|\\*+|x+|\\.+"
            + "|null|none|true|false|undefined|string|required|optional|password|passwd|your[-_ ].*"
            + "|(?:[a-z]{0,3}[\"'`]{1,3})?\\[redacted.*");
    /// Names and words, such as `access_token`: what stands behind the name of a token in most code.
    private static final Pattern WORDS = Pattern.compile("[A-Za-z]+(?:[_ .:/-]+[A-Za-z]+){0,20}");
    private static final Pattern PASSWORD = Pattern.compile("(?i)^.{0,60}?(?:pass|pwd)");
    private static final Pattern RUNS = Pattern.compile("(?i)abcdefg|0123456|1234567|qwerty|/[a-z]+/[a-z]+");

    /// @param configuration whether values stand there without quotes
    static Redaction of(String text, boolean configuration) {
        var result = new Redaction(text, 0);
        var lower = lower(text);
        for (var form : FORMS) {
            if (form.hints.stream().anyMatch(lower::contains)) {
                result = result.without(form);
            }
        }
        for (var form : configuration ? List.of(BLOCK, QUOTED, PAIRED, TAGGED, BARE)
                : List.of(QUOTED, PAIRED, TAGGED)) {
            result = result.withoutNamed(form);
        }
        return result.without(LONG);
    }

    /// Letters of ASCII alone: a text that grew would have its lines elsewhere.
    private static String lower(String text) {
        var chars = text.toCharArray();
        for (var i = 0; i < chars.length; i++) {
            if (chars[i] >= 'A' && chars[i] <= 'Z') {
                chars[i] = (char) (chars[i] + 'a' - 'A');
            }
        }
        return new String(chars);
    }

    /// Looks only at lines that have one of the hints, and at the one after.
    private Redaction withoutNamed(Form form) {
        var lower = lower(text);
        var lines = new TreeSet<Integer>();
        for (var hint : form.hints) {
            for (var at = lower.indexOf(hint); at >= 0; at = lower.indexOf(hint, at + 1)) {
                lines.add(lower.lastIndexOf('\n', at) + 1);
            }
        }
        if (lines.isEmpty()) {
            return this;
        }
        var match = form.pattern.matcher(text);
        var out = new StringBuilder();
        var from = 0;
        var found = 0;
        for (var line : lines) {
            var end = lower.indexOf('\n', line);
            end = end < 0 ? lower.length() : end;
            var next = end == lower.length() ? end : lower.indexOf('\n', end + 1);
            var begin = Math.max(line, from);
            match.region(begin, form == BLOCK ? lower.length() : Math.max(begin, next < 0 ? lower.length() : next));
            // A block begins with its line or not at all, and is as long as it is.
            for (var again = form == BLOCK ? match.lookingAt() : match.find(); again && match.start() <= end;
                    again = form != BLOCK && match.find()) {
                if (counts(form, match)) {
                    out.append(text, from, match.start(form.secret)).append(mark(form.name, match.group(form.secret)));
                    from = match.end(form.secret);
                    found++;
                }
            }
        }
        return found == 0 ? this : new Redaction(out.append(text, from, text.length()).toString(), marks + found);
    }

    private Redaction without(Form form) {
        var match = form.pattern.matcher(text);
        StringBuilder out = null;
        var from = 0;
        var found = 0;
        while (match.find()) {
            if (!counts(form, match)) {
                continue;
            }
            out = out == null ? new StringBuilder() : out;
            out.append(text, from, match.start(form.secret)).append(mark(form.name, match.group(form.secret)));
            from = match.end(form.secret);
            found++;
        }
        return out == null ? this : new Redaction(out.append(text, from, text.length()).toString(), marks + found);
    }

    /// As many lines as stood there.
    private static String mark(String name, String secret) {
        return "[redacted: " + name + "]" + "\n".repeat((int) secret.chars().filter(c -> c == '\n').count());
    }

    private static boolean counts(Form form, Matcher match) {
        var secret = match.group(form.secret).strip();
        if (form == PAIRED && secret.chars().noneMatch(Character::isDigit)) {
            return false;
        }
        if (form.name.equals("secret") && (PLACEHOLDER.matcher(secret).matches()
                || WORDS.matcher(secret).matches() && !PASSWORD.matcher(match.group()).find())) {
            return false;
        }
        return form != LONG || isRandom(secret);
    }

    /// Upper and lower case and digits, and each character as good as any other: nobody writes so.
    private static boolean isRandom(String text) {
        if (text.chars().noneMatch(Character::isUpperCase) || text.chars().noneMatch(Character::isLowerCase)
                || text.chars().filter(Character::isDigit).count() < 2 || RUNS.matcher(text).find()) {
            return false;
        }
        var counts = new int[128];
        text.chars().forEach(c -> counts[c]++);
        var bits = 0.0;
        for (var count : counts) {
            if (count > 0) {
                bits -= (double) count / text.length() * Math.log((double) count / text.length()) / Math.log(2);
            }
        }
        return bits > 4;
    }
}
