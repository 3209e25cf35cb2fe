package io.github.doorwarden.cli.client;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// What a shell reads to complete our command line.
@Command(name = "completion", mixinStandardHelpOptions = true, description = {
        "Completes command lines in bash, zsh and fish.",
        "Prints what the shell needs for that. It changes with the version, so let the shell ask for it at its start:",
        "",
        "  bash:  source <(doorwarden completion bash)           in ~/.bashrc",
        "  zsh:   source <(doorwarden completion zsh)            in ~/.zshrc",
        "  fish:  doorwarden completion fish | source            in ~/.config/fish/config.fish"})
final class CompletionCommand implements Callable<Integer> {

    enum Shell {
        BASH, ZSH, FISH;

        static Shell of(String name) {
            return Stream.of(values()).filter(each -> each.toString().equals(name)).findFirst().orElseThrow(() ->
                    new TypeConversionException("there are bash, zsh, fish, and not '" + name + "'"));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// For picocli, which makes it.
    static final class Named implements ITypeConverter<Shell> {

        @Override
        public Shell convert(String name) {
            return Shell.of(name);
        }
    }

    @Parameters(paramLabel = "SHELL", converter = Named.class, description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var root = spec.root().commandLine();
        var out = spec.commandLine().getOut();
        out.print(shell == Shell.FISH ? FishCompletion.of(root) : AutoComplete.bash(root.getCommandName(), root));
        out.flush();
        return 0;
    }
}
