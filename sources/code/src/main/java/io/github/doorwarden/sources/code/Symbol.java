package io.github.doorwarden.sources.code;

/// Something that is defined in a file.
///
/// @param kind      `class`, `method`, `function`, `field` and so on; `section` of a document
/// @param scope     what it lies in, outermost first, with `.` between; may be empty
/// @param signature its first line
/// @param from      line where it is declared, counted from 1
/// @param to        its last line
/// @param begin     line where what belongs to it begins: its comment and annotations
record Symbol(String name, String kind, String scope, String signature, int from, int to, int begin) {

    Symbol {
        signature = signature.length() <= Limits.SIGNATURE_CHARS ? signature
                : signature.substring(0, Limits.SIGNATURE_CHARS) + "…";
        if (from < 1 || to < from || begin < 1 || begin > from) {
            throw new IllegalArgumentException(name + " lies in lines " + begin + " " + from + " " + to);
        }
    }

    String qualified() {
        return scope.isEmpty() ? name : scope + "." + name;
    }
}
