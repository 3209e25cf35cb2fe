package io.github.doorwarden.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What stands at a key of the configuration: the values that are taken there, and the one that holds without it.
sealed interface Kind {

    /// What may stand there, for people.
    String type();

    /// What holds when nothing stands there, as it would be written; empty: nothing does.
    default Optional<String> otherwise() {
        return Optional.empty();
    }

    /// @param late handed on as written: may hold `${self}` and `${companion:…}`, which are known once the server is up
    record Text(Optional<String> otherwise, boolean late) implements Kind {

        @Override
        public String type() {
            return "text";
        }
    }

    /// One of a few words; without a default it has to be given.
    record Choice(Optional<String> otherwise, List<String> of) implements Kind {

        @Override
        public String type() {
            return of.stream().map(word -> "`" + word + "`").collect(Collectors.joining(" or "));
        }
    }

    record Flag(Optional<Boolean> value) implements Kind {

        @Override
        public String type() {
            return "`true` or `false`";
        }

        @Override
        public Optional<String> otherwise() {
            return value.map(String::valueOf);
        }
    }

    /// @param least and `most` are themselves allowed
    record Number(Optional<Integer> value, int least, int most) implements Kind {

        @Override
        public String type() {
            return least + " to " + most;
        }

        @Override
        public Optional<String> otherwise() {
            return value.map(String::valueOf);
        }
    }

    /// @param least and `most` are themselves allowed
    record Time(Duration value, Duration least, Duration most) implements Kind {

        @Override
        public String type() {
            return Durations.print(least) + " to " + Durations.print(most);
        }

        @Override
        public Optional<String> otherwise() {
            return Optional.of(Durations.print(value));
        }
    }

    /// An absolute URI.
    record Address() implements Kind {

        @Override
        public String type() {
            return "URL";
        }
    }

    /// A list of single values; a single value stands for a list of one.
    ///
    /// @param among empty: anything
    record Texts(List<String> values, List<String> among) implements Kind {

        @Override
        public String type() {
            return among.isEmpty() ? "list of texts" : "list among `" + String.join(", ", among) + "`";
        }

        @Override
        public Optional<String> otherwise() {
            return values.isEmpty() ? Optional.empty() : Optional.of("[" + String.join(", ", values) + "]");
        }
    }

    /// A mapping from names that the author chose to single values.
    ///
    /// @param late as for [Text]
    record Pairs(boolean late) implements Kind {

        @Override
        public String type() {
            return "`name: text` lines";
        }
    }

    /// Anything, passed on as it is.
    record Json() implements Kind {

        @Override
        public String type() {
            return "any value";
        }
    }

    /// A mapping with the keys that have rows below it.
    record Group() implements Kind {

        @Override
        public String type() {
            return "mapping";
        }
    }

    /// A mapping whose keys are names that the author chose.
    ///
    /// @param placeholder what such a name is called in the paths of the rows
    record Named(String placeholder) implements Kind {

        @Override
        public String type() {
            return "mapping by <" + placeholder + ">";
        }
    }

    /// A list of mappings.
    record Items() implements Kind {

        @Override
        public String type() {
            return "list of mappings";
        }
    }
}
