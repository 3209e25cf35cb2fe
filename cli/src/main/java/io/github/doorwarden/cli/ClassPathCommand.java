package io.github.doorwarden.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Says what tools in Java are compiled against.
@Command(name = "classpath", mixinStandardHelpOptions = true,
        description = {"Prints the class path to compile tools in Java against.",
        "For example:  javac -cp \"$(./doorwarden classpath)\" -d classes MyTools.java"})
final class ClassPathCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(System.getProperty("java.class.path"));
        return 0;
    }
}
